/**
 * What the words of a mail cannot say about its thread, as one header line: `thread-note` of a `Message`.
 *
 * A list reader does not need it, so it says only what would be lost: an open note on a passage that the quoted lines
 * lead back to says where its words stand, and no more. Written as `key=value` behind each other, values percent-encoded:
 *
 * | key       | on                 | says                                                                     |
 * |-----------|--------------------|--------------------------------------------------------------------------|
 * | `thread`  | any                | the thread's number where it was written; first, so that the line can be folded |
 * | `kind`    | a thread's first mail | `question`, `issue` or `objection`; a `note` is not written           |
 * | `state`   | the same           | `answered`, `resolved` …; `open` is not written                          |
 * | `block`   | the same           | the key of the block, where the quote does not lead there; `whole:` and a write-up |
 * | `range`   | the same           | `12-40`: UTF-16 offsets in the block's text, when it is about a part of it |
 * | `step`    | the same           | a step of the simulation that the block is: the fragment that opens it there |
 * | `whole`   | any                | `yes`: one comment, although it answers several quotes                   |
 * | `answers` | any                | Message-ID of the comment it answers, where that is not `In-Reply-To`    |
 * | `deleted` | any                | `yes`: the words are gone, this keeps their place                        |
 * | `body`    | any                | `4+12`: the comment's words are 12 lines of the text, from its 4th on    |
 * | `joined`, `cut`, `inset`, `loose`, `spelt` | the same | which of those lines are not as they were typed (`comment-mail.ts`) |
 * | `sha256`  | the same           | of the words as they are stored                                          |
 *
 * A long set of lines is several pairs with one key. `body` without a hash, or with a set that makes no sense, says
 * nothing.
 *
 * Unknown keys are for later versions and are passed over.
 */
import type { WayBack } from '#lib/review/comment/comment-mail.ts'
import { formatLineSet, type LineSet, parseLineSet } from '#lib/review/comment/line-set.ts'
import type { ThreadShown } from '#lib/review/thread/thread.ts'

/** Where the words of a comment stand in its mail, and how they were before they left. */
export type MailedWords = {
  /** Of the text of the mail, from 1. */
  readonly firstLine: number
  readonly lines: number
  readonly way: WayBack
  /** 64 hexadecimal digits. */
  readonly sha256: string
}

export type ThreadNote = {
  readonly kind?: ThreadShown['kind']
  readonly state?: ThreadShown['state']
  readonly block?: string
  readonly range?: { readonly start: number; readonly end: number }
  readonly step?: string
  readonly isWhole?: boolean
  /** Without angle brackets. */
  readonly answers?: string
  readonly isDeleted?: boolean
  readonly words?: MailedWords
  /** Lines that people typed and that are not one comment's: said to linters, as `body` without a hash; never read. */
  readonly typed?: Pick<MailedWords, 'firstLine' | 'lines'>
}

const KINDS: readonly string[] = ['note', 'question', 'issue', 'objection']
const WAYS = ['joined', 'cut', 'inset', 'loose', 'spelt'] as const
/** Characters that are read: the longest that is written has some 30,000. */
const MAX_NOTE = 60_000
const STATES: readonly string[] = ['open', 'answered', 'resolved', 'dropped', 'superseded', 'overridden']

/** Null: there is nothing to say. `thread` is the number of the thread. */
export function formatThreadNote(thread: number, note: ThreadNote): string | null {
  const { kind, state, block, range, step, isWhole, answers, isDeleted, words, typed = words } = note
  const pairs: [key: string, value: string | undefined][] = [
    ['kind', kind === 'note' ? undefined : kind],
    ['state', state === 'open' ? undefined : state],
    ['block', block],
    ['range', range && `${range.start}-${range.end}`],
    ['step', step],
    ['whole', isWhole ? 'yes' : undefined],
    ['answers', answers],
    ['deleted', isDeleted ? 'yes' : undefined],
    ['body', typed && `${typed.firstLine}+${typed.lines}`],
    ...WAYS.flatMap((key) =>
      formatLineSet(words?.way[key] ?? []).map((value): [string, string] => [key, value]),
    ),
    ['sha256', words?.sha256],
  ]
  const said = pairs.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encoded(value)}`]))
  return said.length > 0 ? [`thread=${thread}`, ...said].join('; ') : null
}

/** Reads what somebody's mail says: whatever is not understood is left out. */
export function parseThreadNote(text: string): ThreadNote {
  const said = new Map<string, string>()
  const sets = new Map<string, string[]>(WAYS.map((key) => [key, []]))
  for (const pair of text.slice(0, MAX_NOTE).split(';')) {
    const m = /^([a-z0-9]{1,20})=(\S{0,4000})$/.exec(pair.trim())
    const value = m ? decoded(m[2] ?? '') : null
    if (!m?.[1] || value === null) continue
    said.set(m[1], value)
    sets.get(m[1])?.push(value)
  }
  const words = mailedWords(said, sets)
  const [kind, state, block, answers, step] = ['kind', 'state', 'block', 'answers', 'step'].map((key) =>
    said.get(key),
  )
  const range = /^(\d{1,9})-(\d{1,9})$/.exec(said.get('range') ?? '')
  return {
    ...(kind !== undefined && KINDS.includes(kind) ? { kind: kind as ThreadShown['kind'] } : {}),
    ...(state !== undefined && STATES.includes(state) ? { state: state as ThreadShown['state'] } : {}),
    ...(block ? { block } : {}),
    ...(range ? { range: { start: Number(range[1]), end: Number(range[2]) } } : {}),
    ...(step ? { step } : {}),
    ...(said.get('whole') === 'yes' ? { isWhole: true } : {}),
    ...(answers ? { answers } : {}),
    ...(said.get('deleted') === 'yes' ? { isDeleted: true } : {}),
    ...(words ? { words } : {}),
  }
}

function mailedWords(
  said: ReadonlyMap<string, string>,
  sets: ReadonlyMap<string, readonly string[]>,
): MailedWords | null {
  const body = /^([1-9]\d{0,6})\+([1-9]\d{0,6})$/.exec(said.get('body') ?? '')
  const sha256 = said.get('sha256') ?? ''
  if (!body || !/^[0-9a-f]{64}$/.test(sha256)) return null
  const lines = Number(body[2])
  const way: Partial<Record<(typeof WAYS)[number], LineSet>> = {}
  for (const key of WAYS) {
    const set = parseLineSet(sets.get(key) ?? [])
    if (!set || (set.at(-1)?.[1] ?? 0) > lines) return null
    way[key] = set
  }
  const { joined = [], cut = [], inset = [], loose = [], spelt = [] } = way
  return { firstLine: Number(body[1]), lines, way: { joined, cut, inset, loose, spelt }, sha256 }
}

/** `@` and `+` of Message-IDs stay readable, and so do sets of lines. */
function encoded(value: string): string {
  return encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'))
    .replaceAll('%40', '@')
    .replaceAll('%2B', '+')
    .replaceAll('%2C', ',')
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value)
  } catch {
    return null // a percent sign that encodes nothing
  }
}
