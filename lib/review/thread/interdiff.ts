/** What changed between two revisions, as page and text say it. */
import type { BlockChange, DifferencePart } from '#lib/anchor/difference.ts'
import { groupDigits } from '#lib/figures.ts'
import type { Carried } from './port.ts'

export type ChangeShown = {
  readonly kind: BlockChange['kind']
  /** Of the block in the newer revision; of what was deleted null. */
  readonly key: string | null
  /** What kind of block it is, in the newer revision or, deleted, in the older one. */
  readonly block: string
  readonly parts: readonly DifferencePart[]
}

/** A thread of the reader, opened on the older revision or before it, where it stands in the newer one. */
export type OwnThread = {
  readonly number: number
  readonly kind: string
  readonly state: string
  /** The beginning of its first comment. */
  readonly words: string
  readonly blockKey: string
  readonly carried: Carried
}

/** Of a claim what differs, as words: `holds, 1,234 states`. */
export type ClaimChange = {
  readonly id: string
  /** Null: it is new. */
  readonly before: string | null
  /** Null: it is gone. */
  readonly after: string | null
  /** The model that it is checked on is another. */
  readonly isOtherModel: boolean
}

export type Interdiff = {
  readonly slug: string
  readonly title: string
  readonly from: number
  readonly to: number
  readonly numbers: readonly number[]
  readonly changelog: string
  readonly documents: readonly {
    readonly writeup: string
    readonly changes: readonly ChangeShown[]
  }[]
  readonly claims: readonly ClaimChange[]
  readonly own: readonly OwnThread[]
  /** Tokens that are only in one of the two, of all in both. */
  readonly marked: number
  readonly total: number
}

export const CHANGE_WORDS: Readonly<Record<BlockChange['kind'], string>> = {
  same: 'unchanged',
  edited: 'edited',
  inserted: 'new',
  deleted: 'deleted',
  moved: 'moved here',
  split: 'split off',
  merged: 'merged',
}

export type StoredClaim = {
  readonly id: string
  readonly sentence: string
  readonly model: string
  readonly expect: string
  readonly verdict: string
  readonly states: number
  readonly modelHash: string
}

/** Claims whose verdict, model or count of states is another, and those that came or went; by id. */
export function claimChanges(
  before: readonly StoredClaim[],
  after: readonly StoredClaim[],
): readonly ClaimChange[] {
  const words = ({ expect, verdict, states }: StoredClaim) =>
    `${verdict}${verdict === expect ? '' : ` (claimed: ${expect})`}, ${groupDigits(states)} states`
  const [old, now] = [new Map(before.map((one) => [one.id, one])), new Map(after.map((one) => [one.id, one]))]
  const ids = [...new Set([...old.keys(), ...now.keys()])]
  return ids.flatMap((id): ClaimChange[] => {
    const [left, right] = [old.get(id), now.get(id)]
    const isOtherModel = left !== undefined && right !== undefined && left.modelHash !== right.modelHash
    const [one, other] = [left ? words(left) : null, right ? words(right) : null]
    return one === other && !isOtherModel ? [] : [{ id, before: one, after: other, isOtherModel }]
  })
}

const COLUMNS = 72

/** As a mail says it: what changed, paragraph by paragraph, in plain signs. */
export function interdiffText(of: Interdiff): string {
  const lines = [`${of.title}: what changed from v${of.from} to v${of.to}`, '']
  if (of.changelog !== '') lines.push('The author says:', ...wrapped(of.changelog, '  '), '')
  for (const { writeup, changes } of of.documents) {
    const told = changes.filter(({ kind }) => kind !== 'same')
    if (told.length === 0) continue
    lines.push(`== ${writeup} ==`, '')
    for (const { kind, parts } of told) {
      const text = parts
        .map((part) =>
          part.kind === 'same' || kind === 'inserted' || kind === 'deleted'
            ? part.text
            : part.kind === 'old'
              ? marked('[-', part.text, '-]')
              : marked('{+', part.text, '+}'),
        )
        .join('')
      lines.push(`${CHANGE_WORDS[kind]}:`, ...wrapped(text, '  '), '')
    }
  }
  if (of.claims.length > 0) {
    lines.push('== claims ==', '')
    for (const claim of of.claims) lines.push(...wrapped(claimWords(claim), '  '))
    lines.push('')
  }
  if (lines.length === 2) lines.push('Nothing changed.', '')
  return `${lines.join('\n').trimEnd()}\n`
}

export function claimWords({ id, before, after, isOtherModel }: ClaimChange): string {
  if (before === null) return `${id}: new, ${after}`
  if (after === null) return `${id}: gone; it was ${before}`
  const verdict = before === after ? after : `${before} -> ${after}`
  return `${id}: ${verdict}${isOtherModel ? ', on another model' : ''}`
}

/** Blanks at its ends stay outside of the marks. */
function marked(open: string, text: string, close: string): string {
  const [, before = '', words = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? []
  return words === '' ? text : `${before}${open}${words}${close}${after}`
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && indent.length + line.length + 1 + word.length > COLUMNS) {
        lines.push(`${indent}${line}`)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    lines.push(`${indent}${line}`.trimEnd())
  }
  return lines
}
