/**
 * Threads as HTML. A page shows them by the hundred, a route hands out one of them, and none of them needs React:
 * what can be done to a comment are links and plain forms, which the island `Compose` makes quicker.
 *
 * Each comment is made by itself: one that cannot be shown is a line that says so, with what may be done to it.
 */

import type { Broken } from '#components/ui/broken.ts'
import button from '#components/ui/button.module.css'
import { elementsIn, type Html, html } from '#components/ui/html.ts'
import { ageWords, whenWords } from '#components/ui/when.tsx'
import { figure as plural } from '#lib/figures.ts'
import { meaningOf } from '#lib/review/incoming/outcome.ts'
import { anchor, type CommentPlace, site } from '#lib/review/proposal/address.ts'
import { linksWithin } from '#lib/review/thread/links-within.ts'
import { type Carried, carriedWords } from '#lib/review/thread/port.ts'
import { endedWord } from '#lib/review/thread/review-shown.ts'
import { isOpen, rowFor, stateWords, type ThreadAct } from '#lib/review/thread/state.ts'
import {
  type CommentMail,
  type CommentNode,
  type CommentShown,
  commentTree,
  type NamedInThread,
  type PersonShown,
  type ThreadShown,
} from '#lib/review/thread/thread.ts'
import { commentWords, plainWords } from './comment-words.ts'
import mailMark from './mail-mark.module.css'
import { standingHtml } from './standing-html.ts'
import { suggestionHtml } from './suggestion-html.ts'
import styles from './thread.module.css'

export type ThreadContext = {
  readonly slug: string
  readonly signedIn: boolean
  /** `page`: the thread stands alone; `inline`: beside the passage it is about. */
  readonly layout: 'inline' | 'page'
  readonly broken: Broken
  /** How the thread came to stand where it does; none: it was opened there. */
  readonly carried?: Carried | null
  /** Comments of others that the viewer has not seen; none: 0. */
  readonly unread?: number
  /** The form that the address asks for, at the comment with this number. */
  readonly formAt?: { readonly comment: number; readonly form: Html } | undefined
  /** The form of an act that the address asks for. */
  readonly actForm?: Html | undefined
  /** The thread was changed a moment ago by who looks: what takes it back stands where it is seen. */
  readonly justChanged?: boolean
  /** Beside its passage a thread is folded to a line, unless somebody asked for it a moment ago. */
  readonly unfolded?: boolean
  /** Milliseconds since 1970, for the ages beside dates; none: dates stand alone. */
  readonly now?: number | undefined
  /** What is left of a page for the words of comments, counted down; none: there is no limit. */
  readonly wordsLeft?: { elements: number } | undefined
}

/** The heading of a thread's own page. */
export const threadTitle = ({
  number,
  kind,
  state,
}: {
  readonly number: number
  readonly kind: ThreadShown['kind']
  readonly state: ThreadShown['state']
}): string => `Thread ${number}: ${kind}, ${stateWords({ kind, state })}`

/** Elements for the words of comments on one page; beyond them words are words, without boxes and links. */
export const WORDS_OF_PAGE = 2000

/** Squares and signs: circles and triangles are verdicts, and a shape means one thing. */
export const STATE_MARK = {
  open: '□',
  answered: '◧',
  resolved: '■',
  dropped: '×',
  superseded: '→',
  overridden: '≠',
} as const

/**
 * @param leftOut comments of the thread that are not in it: they stand behind the first, as a link that says how many
 * @param behind comments that follow on another page, which has the first of them
 */
export function threadHtml(
  thread: ThreadShown,
  context: ThreadContext,
  leftOut = 0,
  behind: { readonly comments: number; readonly first: number } | null = null,
): Html {
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
  if (behind) {
    items.push(
      html`<li class="${styles.more}"><a href="${site.threadPart(context.slug, number, behind.first)}">${behind.comments} more, on the page of the thread</a></li>`,
    )
  }
  const when = (at: string) => timeHtml(at, context.now)
  const body = html`<ol class="${styles.comments}">${items}</ol>
    ${
      thread.resolved &&
      html`<p class="${styles.meta}">${endedWord(state)} by ${thread.resolved.by}, ${when(thread.resolved.at)}</p>`
    }${
      thread.locked &&
      html`<p class="${styles.meta}">Locked by ${thread.locked.by}, ${when(thread.locked.at)}: only its maintainers add to it, by mail too.</p>`
    }${standingHtml(thread, context)}${buttons(thread, context)}${lockButton(thread, context)}${context.actForm}`
  const line = lineOf(thread, leftOut + (behind?.comments ?? 0))
  const inside =
    context.layout === 'page'
      ? body
      : html`<details${context.unfolded === true && OPEN}><summary class="${styles.title}">${factsOf(line)} · ${wordsOf(line)}</summary>
          <p class="${styles.meta}"><a href="${href}">Thread ${number} on its own page</a></p>${carriedLine(context, number)}${quote(thread, context)}${body}</details>${
            context.justChanged === true && !isOpen(state) && undo(thread, context)
          }`
  return html`<section id="${anchor.thread(number)}" class="${styles.thread}" data-layout="${context.layout}" data-state="${state}" data-kind="${kind}"${unreadMark(context)}${aboutWords(thread, context)} aria-label="Thread ${number}, ${kind}, ${stateWords(thread)}">${inside}</section>`
}

/** How it was placed, with the way to the words that it was opened on beside those of now. */
function carriedLine({ carried, slug }: ThreadContext, number: number): Html | null {
  if (!carried) return null
  return html`<p class="${styles.meta}" data-carried="${carried.state}">${carriedWords(carried)} · <a href="${site.thread(slug, number)}#${anchor.places}" data-then-now>then and now</a></p>`
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
  /** Comments of others that the viewer has not seen; none: 0. */
  readonly unread?: number
}

/** Drawn as words by the style sheet, from an attribute that a script takes away: no element for each of a thousand threads. */
const unreadMark = ({ unread = 0 }: { readonly unread?: number }) =>
  unread > 0 ? html` data-unread="${unread}"` : null

const OPEN = html` open`

/** @param more comments that `thread` has beside those that are in it */
export function lineOf(thread: ThreadShown, more = 0): ThreadLine {
  const { number, kind, state, openedBy, comments } = thread
  const [first] = comments
  const words = first?.seq === 1 && !first.deleted ? first.body : ''
  return { number, kind, state, opener: openedBy.name, comments: comments.length + more, words }
}

const WORDS_OF_LINE = 60

function firstWords(typed: string): string {
  // The beginning is enough, however long the comment is.
  const first = typed.slice(0, 200).replace(/\s+/g, ' ').trim()
  return first.length > WORDS_OF_LINE ? `${first.slice(0, WORDS_OF_LINE).replace(/\s\S*$/, '')} …` : first
}

/** First of all what there is, since a line ends where the window does. */
const factsOf = ({ number, kind, state, comments }: ThreadLine): string =>
  `#${number}${kind === 'note' ? '' : ` ${kind}`} ${STATE_MARK[state]} ${stateWords({ kind, state })} · ${plural(comments, 'comment')}`

/** Who, the first words, and how the thread stands: what tells one from the next. */
function wordsOf(line: ThreadLine): Html {
  const words = firstWords(line.words)
  return html`<b>${line.opener}</b>${words && `: ${words}`}`
}

export function threadLine(line: ThreadLine, slug: string): Html {
  const { number } = line
  const words = firstWords(line.words)
  return html`<li id="${anchor.thread(number)}" data-kind="${line.kind}" data-state="${line.state}"${unreadMark(line)}><a href="${site.thread(slug, number)}" data-piece="${number}">${factsOf(line)} · ${line.opener}${words && `: ${words}`}</a></li>`
}

/**
 * The head of a thread, in the margin beside the first line of its passage. It leads to the first comment: a browser that
 * goes to something within a folded thread unfolds it, and the island `Compose` does the same without moving the page.
 */
export function threadHead(line: ThreadLine): Html {
  const { number, kind, state } = line
  return html`<a class="${styles.marginHead}" href="#${anchor.comment(number, 1, 'inline')}" data-head="${number}" data-kind="${kind}" data-state="${state}"${unreadMark(line)} data-facts="${factsOf(line)}">${wordsOf(line)}</a>`
}

/** For the island that marks the quoted words in the text. A block's key has no blanks. */
function aboutWords(
  { anchor: { blockKey, isPart, start, end, step, wholeOf } }: ThreadShown,
  { carried }: ThreadContext,
): Html | null {
  if (step || wholeOf !== undefined) return null
  if (carried) {
    const { words } = carried
    return isPart === true && words ? html` data-about="${words.blockKey} ${words.start} ${words.end}"` : null
  }
  return isPart === true ? html` data-about="${blockKey} ${start} ${end}"` : null
}

/** What a thread is about, where that is some of its passage's words and not all, or a step of its simulation. */
function quote({ anchor }: ThreadShown, { slug, carried }: ThreadContext): Html | null {
  const { exact, isPart, step } = anchor
  if (step) {
    // The page has the model that the step is of, or leads to where that is.
    const isHere = !carried || carried.fate === 'same'
    const href = isHere ? step.fragment : `${site.revision(slug, anchor.revision)}${step.fragment}`
    return html`<blockquote class="${styles.quoted}"><mark>${step.words}</mark></blockquote><p class="${styles.meta}">${step.state !== '' && html`Then ${step.state}. `}<a href="${href}">Open the simulation at this step</a></p>`
  }
  return isPart === true
    ? html`<blockquote class="${styles.quoted}"><mark>${exact}</mark></blockquote>`
    : null
}

/** Lines of threads at one place, and how many more there are. */
export function threadLines(lines: readonly Html[], more: Html | null): Html {
  return html`<ul class="${styles.lines}">${lines}${more}</ul>`
}

/**
 * @param href the page that has them all
 * @param lines where their lines are, for a page that stays
 */
export const moreThreads = (count: number, href: string, lines: string, isAlone = false): Html =>
  html`<li><a href="${href}" data-lines="${lines}">${plural(count, isAlone ? 'thread' : 'more thread')}</a></li>`

/** One comment with its answers, as an item of a thread's list. */
export function commentItem(node: CommentNode, thread: ThreadShown, context: ThreadContext): Html {
  const { layout } = context
  const id = anchor.comment(thread.number, node.seq, layout)
  const place = { slug: context.slug, thread: thread.number, comment: node.seq }
  const form = context.formAt?.comment === node.seq && context.formAt.form
  return html`<li class="${styles.comment}"><article id="${id}" tabindex="-1" aria-label="Comment ${node.seq} by ${node.author.name}">
    ${head(node, place, layout, context.now)}${node.deleted ? tombstone(node.deleted, context.now) : words(node, place, thread.named, context)}${
      !node.deleted && tools(node, place, thread, context)
    }${form}</article>${
      node.replies.length > 0 &&
      html`<ol class="${styles.replies}">${node.replies.map((reply) => commentItem(reply, thread, context))}</ol>`
    }</li>`
}

function timeWords(at: string, now: number | undefined): string {
  const age = now === undefined ? '' : ageWords(at, now)
  return age === '' ? whenWords(at) : `${whenWords(at)} (${age})`
}

const timeHtml = (at: string, now: number | undefined) =>
  html`<time datetime="${at}">${timeWords(at, now)}</time>`

function head(
  node: CommentNode,
  place: CommentPlace,
  layout: 'inline' | 'page',
  now: number | undefined,
): Html {
  const { author, mail, inReplyTo } = node
  const edited = node.versions > 1 ? `edited ${node.versions} times` : 'edited'
  return html`<header class="${styles.head}">${authorName(author)}${author.roles.map(
    (role) => html`<span class="${styles.role}">${role}</span>`,
  )}${mail && mailMarkOf(mail)}${
    inReplyTo !== null &&
    html`<a href="${
      node.answersElsewhere === undefined
        ? `#${anchor.comment(place.thread, inReplyTo, layout)}`
        : site.partOfComment({ ...place, comment: inReplyTo })
    }">in reply to ${inReplyTo}</a>`
  }<a href="${site.comment(place)}" aria-label="${timeWords(node.at, now)}, link to comment ${node.seq}">${timeHtml(node.at, now)}</a>${
    node.editedAt && html`<a href="${site.versions(place)}">${edited}</a>`
  }</header>`
}

/** Their page says since when they are here, and with which confirmed domain. */
const authorName = ({ id, name, mark }: PersonShown) =>
  html`${id === '' ? html`<span class="${styles.author}">${name}</span>` : html`<a class="${styles.author}" href="${site.person(id)}">${name}</a>`}${
    mark !== undefined && html`<span>(${mark})</span>`
  }`

const tombstone = ({ by, at }: { readonly by: string; readonly at: string }, now: number | undefined) =>
  html`<p class="${styles.tombstone}">Deleted by ${by}, ${timeHtml(at, now)}</p>`

/** One comment that breaks what prints it costs its own words, and not the page. */
function words(
  node: CommentShown,
  place: CommentPlace,
  named: NamedInThread,
  { broken, wordsLeft }: ThreadContext,
): Html {
  try {
    const said = within(wordsLeft, commentWords(node.body, linksWithin(place.slug, named)), node.body)
    return html`${said}${node.suggestion && suggestionHtml(node.suggestion, place)}${node.mail && mailNotes(node.mail)}`
  } catch (error) {
    // Not the error's own words: they may print the text that they are about, or the inside of the program.
    broken(`${site.thread(place.slug, place.thread)}:${place.comment}`, error)
    return html`<p class="${styles.unshown}" role="note">The words of this comment cannot be shown. They are stored as they were typed, and the cause is in the log of this site.</p>`
  }
}

/** The words with all that was recognised in them while there is room for that; else as they were typed. */
function within(left: ThreadContext['wordsLeft'], words: Html, typed: string): Html {
  if (!left) return words
  const elements = elementsIn(words)
  const isRoom = elements <= Math.max(left.elements, FEW)
  left.elements -= isRoom ? elements : 1
  return isRoom ? words : plainWords(typed)
}

/** A comment as people write them has less, and has its links on every page. */
const FEW = 6

function tools(
  node: CommentNode,
  place: CommentPlace,
  { locked, mayAdd }: ThreadShown,
  { signedIn }: ThreadContext,
): Html | null {
  const mayReply = signedIn && (locked === null || mayAdd)
  if (!mayReply && !node.mayEdit && !node.mayDelete) return null
  const { seq } = node
  return html`<footer class="${styles.tools}">${
    mayReply &&
    html`<a href="${site.replyForm(place)}" data-compose="reply" data-comment="${place.thread}.${seq}" aria-label="Reply to comment ${seq} by ${node.author.name}">Reply</a>`
  }${
    node.mayEdit &&
    html`<a href="${site.editForm(place)}" data-compose="edit" data-comment="${place.thread}.${seq}" aria-label="Edit comment ${seq}">Edit</a>`
  }${node.mayDelete && deletion(place)}</footer>`
}

function deletion(place: CommentPlace): Html {
  return html`<details class="${styles.confirm}"><summary aria-label="Delete comment ${place.comment}">Delete</summary>
    <form method="post" action="${site.postDeletion(place.slug)}" data-press="deletion"><p>The words go; replies stay, and a line says who deleted it.</p>
    <button class="${button.quiet}" name="comment" value="${place.thread}.${place.comment}">Delete the comment</button></form></details>`
}

const ACT_WORDS: Readonly<Record<ThreadAct, string>> = {
  resolve: 'Resolve',
  reopen: 'Open again',
  answer: 'Answer …',
  keep: 'Keep open …',
  drop: 'Drop it',
  lessen: 'Make it an issue',
  split: 'Split into points …',
  challenge: 'Challenge …',
  override: 'Override …',
}

/** To resolve what was answered is to say that the answer answers. */
const actWords = (act: ThreadAct, { state }: Pick<ThreadShown, 'state'>) =>
  act === 'resolve' && state === 'answered' ? 'Confirm' : ACT_WORDS[act]

/** Beside a passage stand those that most threads need; the thread's own page has all. */
const ACTS_IN_PLACE: readonly ThreadAct[] = ['resolve', 'reopen', 'answer', 'keep']

function buttons(thread: ThreadShown, { slug, layout }: ThreadContext): Html | null {
  const { number } = thread
  const acts = thread.acts.filter((act) => layout === 'page' || ACTS_IN_PLACE.includes(act))
  const [pressed, worded] = [true, false].map((isPress) =>
    acts.filter((act) => (rowFor(act, thread.kind)?.needs === 'nothing') === isPress),
  )
  const links = [
    ...(worded ?? []).map((act) => ({ act: act as string, words: ACT_WORDS[act] })),
    ...(thread.review?.owesCondition && isOpen(thread.state)
      ? [{ act: 'condition', words: 'Say what would clear it …' }]
      : []),
  ]
  if (links.length + (pressed?.length ?? 0) === 0) return null
  return html`<form method="post" action="${site.postState(slug)}" data-press="state" class="${styles.acts}">${(
    pressed ?? []
  ).map(
    (act) =>
      html`<button class="${button.quiet}" name="act" value="${act} ${number}">${actWords(act, thread)}</button>`,
  )}${links.map(
    ({ act, words }) =>
      html`<a class="${button.quiet}" href="${site.actForm(slug, number, act)}" data-compose="act" data-form="${site.actFormPiece(slug, number, act)}">${words}</a>`,
  )}</form>`
}

function lockButton({ number, locked, mayLock }: ThreadShown, { slug, layout }: ThreadContext): Html | null {
  // On the thread's own page alone: who locks one has read it.
  if (!mayLock || layout !== 'page') return null
  const [wish, words] = locked ? ['unlock', 'Unlock'] : ['lock', 'Lock']
  return html`<form method="post" action="${site.postLock(slug)}" data-press="state"><button class="${button.quiet}" name="act" value="${wish} ${number}">${words} the thread</button></form>`
}

/** A thread that was just closed is folded, and its buttons with it. What has no way back in the table has none here. */
function undo(thread: ThreadShown, { slug }: ThreadContext): Html | null {
  if (!thread.acts.includes('reopen')) return null
  return html`<form method="post" action="${site.postState(slug)}" data-press="state" class="${styles.undo}">Done. <button class="${button.quiet}" name="act" value="reopen ${thread.number}">Undo: open again</button></form>`
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
  return html`<ul class="${mailMark.notes}">${mail.flags.map((flag) => html`<li>${flag === 'attachments' ? html`<a href="${site.mail(mail.messageId)}">${meaningOf(flag)}</a>` : meaningOf(flag)}</li>`)}${mail.trailers.map(
    ({ line, counts }) => html`<li><code>${line}</code>: ${counts ? 'counts' : 'does not count'}</li>`,
  )}</ul>`
}
