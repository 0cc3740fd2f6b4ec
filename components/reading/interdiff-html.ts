/** What changed between two revisions, as HTML: marked, the new text with a bar beside what changed, or side by side. */
import { type Html, html } from '#components/ui/html.ts'
import type { DifferencePart } from '#lib/anchor/difference.ts'
import { figure } from '#lib/figures.ts'
import { anchor, site } from '#lib/review/proposal/address.ts'
import {
  CHANGE_WORDS,
  type ChangeShown,
  type Interdiff,
  type OwnThread,
} from '#lib/review/thread/interdiff.ts'
import { carriedWords, goneFrom } from '#lib/review/thread/port.ts'
import { wholeOf } from '#lib/review/thread/whole.ts'
import styles from './interdiff.module.css'

export const INTERDIFF_VIEWS = ['marked', 'new', 'side'] as const
export type InterdiffView = (typeof INTERDIFF_VIEWS)[number]

export function documentHtml(
  { slug, to, own }: Interdiff,
  { writeup, changes }: Interdiff['documents'][number],
  view: InterdiffView,
): Html {
  const threads = new Map<string, OwnThread[]>()
  for (const thread of own) threads.set(thread.blockKey, [...(threads.get(thread.blockKey) ?? []), thread])
  const notes = (key: string) => ownHtml(slug, threads.get(key) ?? [])
  const pieces: Html[] = [notes(wholeOf(writeup)), notes(goneFrom(writeup))]
  let unchanged = 0
  const tellUnchanged = () => {
    if (unchanged > 0 && view !== 'new')
      pieces.push(html`<p class="${styles.same}">${figure(unchanged, 'unchanged passage')}</p>`)
    unchanged = 0
  }
  for (const change of changes) {
    const said = change.key === null ? null : notes(change.key)
    if (change.kind === 'same' && view !== 'new') {
      unchanged += 1
      // What the reader said stays in sight where nothing else is.
      if (said && said.text !== '') {
        tellUnchanged()
        pieces.push(said)
      }
      continue
    }
    tellUnchanged()
    pieces.push(changeHtml(change, slug, to, view), ...(said ? [said] : []))
  }
  tellUnchanged()
  return html`${pieces}`
}

function changeHtml(
  { kind, key, block, parts }: ChangeShown,
  slug: string,
  to: number,
  view: InterdiffView,
): Html {
  const id = key === null ? null : html` id="${anchor.block(key)}"`
  const isCode = block === 'code-line' || block === 'diagram'
  const label =
    kind === 'same'
      ? null
      : html`<p class="${styles.kind}">${CHANGE_WORDS[kind]}${
          key !== null && html` · <a href="${site.block(slug, to, key)}">in v${to}</a>`
        }</p>`
  const text = (content: Html) => html`<p class="${isCode ? styles.code : styles.text}">${content}</p>`
  const of = (kinds: readonly DifferencePart['kind'][]) =>
    html`${parts.filter((part) => kinds.includes(part.kind)).map(partHtml)}`
  const body =
    view === 'side'
      ? html`<div class="${styles.sides}"><div aria-label="before">${kind !== 'inserted' && text(of(['same', 'old']))}</div><div aria-label="after">${kind !== 'deleted' && text(of(['same', 'new']))}</div></div>`
      : view === 'new'
        ? kind === 'deleted'
          ? html`<p class="${styles.gone}">A passage was deleted here.</p>`
          : text(html`${parts.filter((part) => part.kind !== 'old').map((part) => html`${part.text}`)}`)
        : text(html`${parts.map(partHtml)}`)
  return html`<div class="${styles.change}" data-change="${kind}"${id}>${label}${body}</div>`
}

const partHtml = ({ kind, text }: DifferencePart): Html =>
  kind === 'same' ? html`${text}` : kind === 'old' ? html`<del>${text}</del>` : html`<ins>${text}</ins>`

/** Of the reader's own, with what became of what it is about. */
function ownHtml(slug: string, threads: readonly OwnThread[]): Html {
  if (threads.length === 0) return html``
  return html`<ul class="${styles.own}" aria-label="Your comments here">${threads.map(
    ({ number, kind, state, words, carried }) =>
      html`<li><a href="${site.thread(slug, number)}">#${number} ${kind} · ${state}</a>: ${firstWords(words)} <span>(${carriedWords(carried)})</span></li>`,
  )}</ul>`
}

function firstWords(text: string): string {
  const one = text.replace(/\s+/g, ' ').trim()
  return one.length > 80 ? `${one.slice(0, 80).replace(/\s\S*$/, '')} …` : one
}
