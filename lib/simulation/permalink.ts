/**
 * The address of a state: `#sim-<id>=v:inc-after-read;m:1x2y3z;t:0.1x3.2;c:4`, with `p:answered` for another property than
 * the recorded one, `b:2` when it is one of store buffers with two entries, `x:call%40m.pml%3A41%3A2` when the model was broken
 * there on purpose, and `w:0.2` and `s:hb_lock,waiter.uval` when the story shows only these processes and variables.
 *
 * A state of a model is the schedule that leads to it, so the schedule is the address: step indices, `1x3` for
 * three times index 1. It lives in the fragment because the server has no business with it and a mail client
 * does not break it at these characters. `m` is a fingerprint of model text and defines: indices replayed in
 * another text could silently lead elsewhere, so the page can say that the model has changed since.
 */
import { err, ok, type Result } from '#lib/result.ts'
import {
  decodeNames,
  decodePids,
  encodeNames,
  encodePids,
  type StoryFilter,
  WHOLE_STORY,
} from './story-filter.ts'

export type Permalink = {
  readonly variant: string
  /** As `modelFingerprint` gives it; empty when the link does not say. */
  readonly model: string
  /** Entries of store buffers; `null`: sequential consistency. */
  readonly storeBuffers: number | null
  /** What is asked; `null`: the link does not say. */
  readonly property: string | null
  /** Id of the mutant; `null`: nothing is broken. */
  readonly mutant: string | null
  readonly trace: readonly number[]
  /** Steps taken at the state that is meant: 0 … trace.length. */
  readonly cursor: number
  /** What of the story is shown; absent: all of it. */
  readonly filter?: StoryFilter
}

/** A link is input from outside: a longer schedule than any reader makes is refused, not replayed. */
const MAX_TRACE = 20_000
const MAX_INDEX = 9_999

/** What all fragments of one simulation begin with; the loader looks for it before anything else is loaded. */
export function permalinkPrefix(id: string): string {
  return `#sim-${id}=`
}

/** The fragment, with its `#`. */
export function encodePermalink(id: string, link: Permalink): string {
  const fields = [`v:${encodeURIComponent(link.variant)}`]
  if (link.model) fields.push(`m:${link.model}`)
  if (link.storeBuffers !== null) fields.push(`b:${link.storeBuffers}`)
  if (link.property !== null) fields.push(`p:${encodeURIComponent(link.property)}`)
  if (link.mutant !== null) fields.push(`x:${encodeURIComponent(link.mutant)}`)
  if (link.trace.length > 0) fields.push(`t:${encodeTrace(link.trace)}`)
  if (link.cursor < link.trace.length) fields.push(`c:${link.cursor}`)
  const { processes, variables } = link.filter ?? WHOLE_STORY
  if (processes !== null) fields.push(`w:${encodePids(processes)}`)
  if (variables !== null) fields.push(`s:${encodeNames(variables)}`)
  return permalinkPrefix(id) + fields.join(';')
}

/** `null`: the fragment is not about this simulation. An error is a sentence for the reader. */
export function decodePermalink(id: string, fragment: string): Result<Permalink, string> | null {
  const prefix = permalinkPrefix(id)
  if (!fragment.startsWith(prefix)) return null
  const fields = new Map<string, string>()
  for (const field of fragment.slice(prefix.length).split(';')) {
    const colon = field.indexOf(':')
    if (colon > 0) fields.set(field.slice(0, colon), field.slice(colon + 1))
  }
  const variant = decodeName(fields.get('v') ?? '')
  if (!variant) return err('The link names no variant of the model.')
  const trace = decodeTrace(fields.get('t') ?? '')
  if (!trace) return err('The schedule in the link cannot be read.')
  const cursorText = fields.get('c')
  const cursor = cursorText === undefined ? trace.length : Number(cursorText)
  if (!Number.isInteger(cursor) || cursor < 0 || cursor > trace.length) {
    return err('The link points behind the end of its own schedule.')
  }
  const buffers = fields.get('b')
  if (buffers !== undefined && !/^[1-4]$/.test(buffers))
    return err('The link names store buffers that there are not.')
  const storeBuffers = buffers === undefined ? null : Number(buffers)
  const asked = fields.get('p')
  const property = asked === undefined ? null : decodeName(asked)
  const broken = fields.get('x')
  const mutant = broken === undefined ? null : decodeName(broken)
  const filter = decodeFilter(fields.get('w'), fields.get('s'))
  if (!filter) return err('What the link shows of the story cannot be read.')
  return ok({
    ...{ variant, model: fields.get('m') ?? '', storeBuffers, property, mutant, trace, cursor },
    ...(filter === WHOLE_STORY ? {} : { filter }),
  })
}

function decodeFilter(who: string | undefined, what: string | undefined): StoryFilter | null {
  if (who === undefined && what === undefined) return WHOLE_STORY
  const processes = who === undefined ? null : decodePids(who)
  const variables = what === undefined ? null : decodeNames(what)
  const isRead = (who === undefined || processes !== null) && (what === undefined || variables !== null)
  return isRead ? { processes, variables } : null
}

function decodeName(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null // a lone % is not an encoded name
  }
}

/** `[0, 1, 1, 1, 2]` is `0.1x3.2`. A repeat is written only where it is shorter. */
export function encodeTrace(trace: readonly number[]): string {
  const words: string[] = []
  for (let at = 0; at < trace.length; ) {
    const index = trace[at]
    let count = 1
    while (trace[at + count] === index) count++
    const repeated = `${index}x${count}`
    const plain = Array(count).fill(`${index}`).join('.')
    words.push(repeated.length < plain.length ? repeated : plain)
    at += count
  }
  return words.join('.')
}

/** `null` when it is not a schedule, or a longer one than is accepted. */
export function decodeTrace(text: string): readonly number[] | null {
  if (text === '') return []
  const trace: number[] = []
  for (const word of text.split('.')) {
    const match = /^(\d{1,4})(?:x(\d{1,5}))?$/.exec(word)
    if (!match) return null
    const index = Number(match[1])
    const count = match[2] === undefined ? 1 : Number(match[2])
    if (index > MAX_INDEX || count < 1 || trace.length + count > MAX_TRACE) return null
    for (let k = 0; k < count; k++) trace.push(index)
  }
  return trace
}

/**
 * Up to 7 characters that change when the model's text or defines do: FNV-1a over 32 bits. It tells an old link
 * from a new one and protects nothing.
 */
export function modelFingerprint(
  files: readonly (readonly [path: string, text: string])[],
  defines: Readonly<Record<string, string>>,
): string {
  const pairs = Object.entries(defines).sort(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([files, pairs])
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at)
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash >>> 0).toString(36)
}
