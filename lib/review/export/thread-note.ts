/**
 * What the words of a mail cannot say about its thread, as one header line: `thread-note` of a `Message`.
 *
 * A list reader does not need it, so a mail has it only where something would be lost: an open note on a passage that
 * the quoted lines lead back to has none. Written as `key=value` behind each other, values percent-encoded:
 *
 * | key       | on                 | says                                                                     |
 * |-----------|--------------------|--------------------------------------------------------------------------|
 * | `thread`  | any                | the thread's number where it was written; first, so that the line can be folded |
 * | `kind`    | a thread's first mail | `question`, `issue` or `objection`; a `note` is not written           |
 * | `state`   | the same           | `answered`, `resolved` …; `open` is not written                          |
 * | `block`   | the same           | the key of the block, where the quote does not lead there                |
 * | `range`   | the same           | `12-40`: UTF-16 offsets in the block's text, when it is about a part of it |
 * | `whole`   | any                | `yes`: one comment, although it answers several quotes                   |
 * | `answers` | any                | Message-ID of the comment it answers, where that is not `In-Reply-To`    |
 * | `deleted` | any                | `yes`: the words are gone, this keeps their place                        |
 *
 * Unknown keys are for later versions and are passed over.
 */
import type { ThreadShown } from '#lib/review/thread/thread.ts'

export type ThreadNote = {
  readonly kind?: ThreadShown['kind']
  readonly state?: ThreadShown['state']
  readonly block?: string
  readonly range?: { readonly start: number; readonly end: number }
  readonly isWhole?: boolean
  /** Without angle brackets. */
  readonly answers?: string
  readonly isDeleted?: boolean
}

const KINDS: readonly string[] = ['note', 'question', 'issue', 'objection']
const STATES: readonly string[] = ['open', 'answered', 'resolved', 'dropped', 'superseded', 'overridden']

/** Null: there is nothing to say. `thread` is the number of the thread. */
export function formatThreadNote(thread: number, note: ThreadNote): string | null {
  const { kind, state, block, range, isWhole, answers, isDeleted } = note
  const pairs: [key: string, value: string | undefined][] = [
    ['kind', kind === 'note' ? undefined : kind],
    ['state', state === 'open' ? undefined : state],
    ['block', block],
    ['range', range && `${range.start}-${range.end}`],
    ['whole', isWhole ? 'yes' : undefined],
    ['answers', answers],
    ['deleted', isDeleted ? 'yes' : undefined],
  ]
  const said = pairs.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encoded(value)}`]))
  return said.length > 0 ? [`thread=${thread}`, ...said].join('; ') : null
}

/** Reads what somebody's mail says: whatever is not understood is left out. */
export function parseThreadNote(text: string): ThreadNote {
  const said = new Map<string, string>()
  for (const pair of text.slice(0, 4000).split(';')) {
    const m = /^\s*([a-z]+)=(\S*)\s*$/.exec(pair)
    const value = m ? decoded(m[2] ?? '') : null
    if (m?.[1] && value !== null) said.set(m[1], value)
  }
  const [kind, state, block, answers] = ['kind', 'state', 'block', 'answers'].map((key) => said.get(key))
  const range = /^(\d{1,9})-(\d{1,9})$/.exec(said.get('range') ?? '')
  return {
    ...(kind !== undefined && KINDS.includes(kind) ? { kind: kind as ThreadShown['kind'] } : {}),
    ...(state !== undefined && STATES.includes(state) ? { state: state as ThreadShown['state'] } : {}),
    ...(block ? { block } : {}),
    ...(range ? { range: { start: Number(range[1]), end: Number(range[2]) } } : {}),
    ...(said.get('whole') === 'yes' ? { isWhole: true } : {}),
    ...(answers ? { answers } : {}),
    ...(said.get('deleted') === 'yes' ? { isDeleted: true } : {}),
  }
}

/** `@` and `+` of Message-IDs stay readable. */
function encoded(value: string): string {
  return encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'))
    .replaceAll('%40', '@')
    .replaceAll('%2B', '+')
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value)
  } catch {
    return null // a percent sign that encodes nothing
  }
}
