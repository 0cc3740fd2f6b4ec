/** The ledger of a proposal's objections, closed ones too: plain data and its text. */
import { blocks, isOpen, type ThreadState } from '#lib/review/thread/state.ts'

/** Moments are RFC 3339, UTC. */
export type LedgerEntry = {
  readonly number: number
  readonly state: ThreadState
  readonly by: string
  readonly at: string
  /** The revision that it was raised on. */
  readonly revision: number
  /** Empty when they were deleted. */
  readonly words: string
  readonly clearsWhen: string | null
  /** `comment` and its words, or the revision; null: nobody answered. */
  readonly answer: {
    readonly by: string
    readonly at: string
    readonly comment: number | null
    readonly revision: number | null
    readonly words: string
  } | null
  /** Addresses that the answer names: a claim, a trace, anything that can be looked at. */
  readonly evidence: readonly string[]
  readonly promised: boolean
  readonly closed: { readonly by: string; readonly at: string } | null
  readonly overrideReason: string | null
  readonly challenges: readonly { readonly by: string; readonly at: string; readonly reason: string }[]
  readonly splitFrom: number | null
  readonly points: readonly number[]
}

export type Ledger = {
  readonly slug: string
  readonly title: string
  readonly entries: readonly LedgerEntry[]
  /** Beyond those that are listed. */
  readonly left: number
}

const MAX_EVIDENCE = 10
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]{1,500}/g

/** What an answer shows to be looked at, as it was typed; a full stop behind an address is a sentence's. */
export function evidenceIn(words: string): readonly string[] {
  const found = [...words.matchAll(ADDRESS)].map(([address]) => address.replace(/[.,;:!?)\]]+$/, ''))
  return [...new Set(found)].slice(0, MAX_EVIDENCE)
}

/** `open, blocks`; `answered, blocks`; else as it ended. */
export function ledgerState({ state }: Pick<LedgerEntry, 'state'>): string {
  return blocks({ kind: 'objection', state }) ? `${state}, blocks` : state
}

export function ledgerSentence({ entries, left }: Pick<Ledger, 'entries' | 'left'>): string {
  if (entries.length === 0) return 'Nobody has objected.'
  const standing = entries.filter(({ state }) => isOpen(state)).length
  const all = entries.length + left
  const raised = `${all} ${all === 1 ? 'objection was' : 'objections were'} raised`
  if (standing === 0) return `${raised}; none stands.`
  return `${raised}; ${standing} ${standing === 1 ? 'stands and blocks' : 'stand and block'}.`
}

/** As plain text, each entry below the last; widths are left to who reads. */
export function ledgerText(ledger: Ledger, hrefOf: (thread: number) => string): string {
  const head = [`Objections to ${ledger.title}`, '', ledgerSentence(ledger)]
  const entries = ledger.entries.map((entry) => entryLines(entry, hrefOf).join('\n'))
  const left = ledger.left > 0 ? [`${ledger.left} more are not listed.`] : []
  return `${[head.join('\n'), ...entries, ...left].join('\n\n')}\n`
}

const indented = (text: string) =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n')

function entryLines(entry: LedgerEntry, hrefOf: (thread: number) => string): string[] {
  const { number, answer } = entry
  const lines = [
    `#${number}: ${ledgerState(entry)}`,
    `  by ${entry.by}, ${entry.at}, on v${entry.revision}`,
    `  ${hrefOf(number)}`,
    indented(entry.words === '' ? '(its words were deleted)' : entry.words),
    `  Cleared when: ${entry.clearsWhen ?? 'not said yet'}`,
  ]
  if (entry.splitFrom !== null) lines.push(`  A point of #${entry.splitFrom}`)
  if (entry.points.length > 0)
    lines.push(`  Split into ${entry.points.map((point) => `#${point}`).join(', ')}`)
  if (answer) {
    const where = answer.revision === null ? `in comment ${answer.comment ?? 1}` : `in v${answer.revision}`
    lines.push(`  Answered ${where} by ${answer.by}, ${answer.at}`)
    if (answer.words !== '') lines.push(indented(answer.words))
  } else if (entry.promised) lines.push('  The next revision answers it, as an author says')
  for (const address of entry.evidence) lines.push(`  Evidence: ${address}`)
  for (const { by, at, reason } of entry.challenges) lines.push(`  Challenged by ${by}, ${at}: ${reason}`)
  if (entry.overrideReason !== null) lines.push(`  Overridden because: ${entry.overrideReason}`)
  if (entry.closed) lines.push(`  Closed by ${entry.closed.by}, ${entry.closed.at}`)
  return lines
}
