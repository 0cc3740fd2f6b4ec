/**
 * Threads as HTML. A page shows them by the hundred, a route hands out one of them, and none of them needs React:
 * what can be done to a comment are links and plain forms, which the island `Compose` makes quicker.
 *
 * Each comment is made by itself: one that cannot be shown is a line that says so, with what may be done to it.
 */

import type { Broken } from '#components/ui/broken.ts'
import button from '#components/ui/button.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { whenWords } from '#components/ui/when.tsx'
import { meaningOf } from '#lib/review/incoming/outcome.ts'
import { anchor, type CommentPlace, site } from '#lib/review/proposal/address.ts'
import { linksWithin } from '#lib/review/thread/links-within.ts'
import { isOpen, type ThreadAct } from '#lib/review/thread/state.ts'
import {
  type CommentMail,
  type CommentNode,
  type CommentShown,
  commentTree,
  type NamedInThread,
  type ThreadShown,
} from '#lib/review/thread/thread.ts'
import { commentWords } from './comment-words.ts'
import mailMark from './mail-mark.module.css'
import styles from './thread.module.css'

export type ThreadContext = {
  readonly slug: string
  readonly signedIn: boolean
  /** `page`: the thread stands alone; `inline`: beside the passage it is about. */
  readonly layout: 'inline' | 'page'
  readonly broken: Broken
  /** The form that the address asks for, at the comment with this number. */
  readonly formAt?: { readonly comment: number; readonly form: Html } | undefined
}

const STATE_MARK = {
  open: '○',
  answered: '◐',
  resolved: '●',
  dropped: '●',
  superseded: '●',
  overridden: '▲',
} as const

const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`

/**
 * @param leftOut comments of the thread that are not in it: they stand behind the first, as a link that says how many
 */
export function threadHtml(thread: ThreadShown, context: ThreadContext, leftOut = 0): Html {
  const { number, kind, state } = thread
  const href = site.thread(context.slug, number)
  const tree = commentTree(thread.comments)
  const items = tree.map((node) => commentItem(node, thread, context))
  if (leftOut > 0) {
    items.splice(
      1,
      0,
      html`<li class="${styles.more}"><a href="${href}" data-piece="${number}">${leftOut} more</a></li>`,
    )
  }
  const body = html`<ol class="${styles.comments}">${items}</ol>
    ${
      thread.resolved &&
      html`<p class="${styles.meta}">Resolved by ${thread.resolved.by}, ${when(thread.resolved.at)}</p>`
    }${buttons(thread, context)}`
  const marked = html`<span aria-hidden="true">${STATE_MARK[state]}</span> ${state}`
  const inside =
    context.layout === 'page'
      ? body
      : isOpen(state)
        ? html`<p class="${styles.title}"><a href="${href}">#${number}</a> ${kind} · ${marked}</p>${body}`
        : html`<details><summary class="${styles.title}">#${number} ${kind} · ${marked} · ${plural(
            thread.comments.length + leftOut,
            'comment',
          )}</summary><p class="${styles.title}"><a href="${href}">Thread ${number} on its own page</a></p>${body}</details>`
  return html`<section id="${anchor.thread(number)}" class="${styles.thread}" data-layout="${context.layout}" data-state="${state}" aria-label="Thread ${number}, ${kind}, ${state}">${inside}</section>`
}

/** What a thread is in one line, where a page has no room for more. */
export type ThreadLine = {
  readonly number: number
  readonly kind: ThreadShown['kind']
  readonly state: ThreadShown['state']
  readonly opener: string
  readonly comments: number
  /** Of the first comment; empty when it was deleted. */
  readonly words: string
}

const WORDS_OF_LINE = 60

export function threadLine(line: ThreadLine, slug: string): Html {
  const { number, kind, state } = line
  const first = line.words.replace(/\s+/g, ' ').trim()
  const words =
    first.length > WORDS_OF_LINE ? `${first.slice(0, WORDS_OF_LINE).replace(/\s\S*$/, '')} …` : first
  return html`<li id="${anchor.thread(number)}"><a href="${site.thread(slug, number)}" data-piece="${number}">#${number} ${kind} · ${state} · ${line.opener}${words && `: ${words}`} · ${plural(line.comments, 'comment')}</a></li>`
}

/** Lines of threads at one place, and how many more there are. */
export function threadLines(lines: readonly Html[], more: Html | null): Html {
  return html`<ul class="${styles.lines}">${lines}${more}</ul>`
}

/** @param href the page that has them all */
export const moreThreads = (count: number, href: string): Html =>
  html`<li><a href="${href}">${plural(count, 'more thread')}</a></li>`

/** One comment with its answers, as an item of a thread's list. */
export function commentItem(node: CommentNode, thread: ThreadShown, context: ThreadContext): Html {
  const { layout } = context
  const id = anchor.comment(thread.number, node.seq, layout)
  const place = { slug: context.slug, thread: thread.number, comment: node.seq }
  const form = context.formAt?.comment === node.seq && context.formAt.form
  return html`<li class="${styles.comment}"><article id="${id}" tabindex="-1" aria-label="Comment ${node.seq} by ${node.author.name}">
    ${head(node, place, layout)}${node.deleted ? tombstone(node.deleted) : words(node, place, thread.named, context)}${
      !node.deleted && tools(node, place, context)
    }${form}</article>${
      node.replies.length > 0 &&
      html`<ol class="${styles.replies}">${node.replies.map((reply) => commentItem(reply, thread, context))}</ol>`
    }</li>`
}

const when = (at: string) => html`<time datetime="${at}">${whenWords(at)}</time>`

function head(node: CommentNode, place: CommentPlace, layout: 'inline' | 'page'): Html {
  const { author, mail, inReplyTo } = node
  const edited = node.versions > 1 ? `edited ${node.versions} times` : 'edited'
  return html`<header class="${styles.head}"><span class="${styles.author}">${author.name}</span>${author.roles.map(
    (role) => html`<span class="${styles.role}">${role}</span>`,
  )}${mail && mailMarkOf(mail)}${
    inReplyTo !== null &&
    html`<a href="#${anchor.comment(place.thread, inReplyTo, layout)}">in reply to ${inReplyTo}</a>`
  }<a href="${site.comment(place)}" aria-label="${whenWords(node.at)}, link to comment ${node.seq}">${when(node.at)}</a>${
    node.editedAt && html`<a href="${site.versions(place)}">${edited}</a>`
  }</header>`
}

const tombstone = ({ by, at }: { readonly by: string; readonly at: string }) =>
  html`<p class="${styles.tombstone}">Deleted by ${by}, ${when(at)}</p>`

/** One comment that breaks what prints it costs its own words, and not the page. */
function words(
  node: CommentShown,
  place: CommentPlace,
  named: NamedInThread,
  { broken }: ThreadContext,
): Html {
  try {
    return html`${commentWords(node.body, linksWithin(place.slug, named))}${node.mail && mailNotes(node.mail)}`
  } catch (error) {
    // Not the error's own words: they may print the text that they are about, or the inside of the program.
    broken(`${site.thread(place.slug, place.thread)}:${place.comment}`, error)
    return html`<p class="${styles.unshown}" role="note">The words of this comment cannot be shown. They are stored as they were typed, and the cause is in the log of this site.</p>`
  }
}

function tools(node: CommentNode, place: CommentPlace, { signedIn }: ThreadContext): Html | null {
  if (!signedIn && !node.mayEdit && !node.mayDelete) return null
  const { seq } = node
  return html`<footer class="${styles.tools}">${
    signedIn &&
    html`<a href="${site.replyForm(place)}" data-compose="reply" data-comment="${place.thread}.${seq}" aria-label="Reply to comment ${seq} by ${node.author.name}">Reply</a>`
  }${
    node.mayEdit && html`<a href="${site.editForm(place)}" aria-label="Edit comment ${seq}">Edit</a>`
  }${node.mayDelete && deletion(place)}</footer>`
}

function deletion(place: CommentPlace): Html {
  return html`<details class="${styles.confirm}"><summary aria-label="Delete comment ${place.comment}">Delete</summary>
    <form method="post" action="${site.postDeletion(place.slug)}"><p>The words go; replies stay, and a line says who deleted it.</p>
    <button class="${button.quiet}" name="comment" value="${place.thread}.${place.comment}">Delete the comment</button></form></details>`
}

const ACT_WORDS: Readonly<Record<ThreadAct, string>> = { resolve: 'Resolve', reopen: 'Open again' }

function buttons(thread: ThreadShown, { slug }: ThreadContext): Html | null {
  if (thread.acts.length === 0) return null
  return html`<form method="post" action="${site.postState(slug)}">${thread.acts.map(
    (act) =>
      html`<button class="${button.quiet}" name="act" value="${act} ${thread.number}">${ACT_WORDS[act]}</button>`,
  )}</form>`
}

const PROOF = {
  sender: 'by mail, proved by its domain',
  list: 'by mail, through a list; the sender is not proved',
  none: 'by mail, not confirmed',
} as const

/** From which address a comment came, and what proves it. */
function mailMarkOf(mail: CommentMail): Html {
  return html`<span class="${mailMark.mark}">${`<${mail.address}>`}, <a href="${site.mail(mail.messageId)}">${PROOF[mail.proof]}</a></span>`
}

/** Below the words: why they stand here, and whose word their trailers are. */
function mailNotes(mail: CommentMail): Html | null {
  if (mail.flags.length === 0 && mail.trailers.length === 0) return null
  return html`<ul class="${mailMark.notes}">${mail.flags.map((flag) => html`<li>${meaningOf(flag)}</li>`)}${mail.trailers.map(
    ({ line, counts }) => html`<li><code>${line}</code>: ${counts ? 'counts' : 'does not count'}</li>`,
  )}</ul>`
}
