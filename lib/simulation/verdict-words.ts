/** Verdicts as a reader meets them: a word and a shape, then figures. Never a colour alone. */

import { figure, groupDigits } from '#lib/figures.ts'
import { claimEnd, isAsClaimed, type Verdict } from '#lib/promela/machine/verdict.ts'
import { holdsWords, type Property } from '#lib/promela/search/property.ts'
import type { RecordedVerdict } from './simulation-data.ts'

export type VerdictWord = RecordedVerdict['verdict']

const shapes: Readonly<Record<VerdictWord, string>> = {
  holds: '●',
  violated: '▲',
  unfinished: '◐',
  stale: '○',
}

export function verdictShape(word: VerdictWord): string {
  return shapes[word]
}

/** The second mark of a claim: the verdict is the one that the text needs, or it is not. */
export function claimedShape(isClaimed: boolean): string {
  return isClaimed ? '✓' : '✗'
}

/** "as claimed", or "not as claimed: the text needs “holds”" */
export function claimedWords(expect: string, verdict: string): string {
  return isAsClaimed(expect, verdict) ? 'as claimed' : `not as claimed: the text needs “${expect}”`
}

/** "13 claims, all as claimed", "1 claim, as claimed", "2 of 13 claims not as claimed"; empty: there are none. */
export function claimCountWords(standing: number, failing: number): string {
  const all = standing + failing
  if (failing > 0) return `${failing} of ${figure(all, 'claim')} not as claimed`
  return all === 0 ? '' : `${figure(all, 'claim')}, ${all === 1 ? '' : 'all '}as claimed`
}

/** What a result says of itself, without its figures. */
export function verdictSentence(verdict: Verdict, property: Property = 'safety'): string {
  switch (verdict.kind) {
    case 'holds':
      return `${capital(holdsWords(property))}.`
    case 'violated':
      // A claim is about all processes: no one of them is where it breaks.
      if (claimEnd(verdict)) return `${capital(verdict.message)}.`
      return `${capital(verdict.message)} (P${verdict.pid}, line ${verdict.span.line}).`
    case 'unfinished':
      return `${capital(verdict.message)}. Nothing was found up to there; that proves nothing about the rest.`
  }
}

/** For those who do not see the panel: "inc-after-read: violated, 130 states. Assertion violated: …" */
export function verdictAnnouncement(
  variant: string,
  verdict: Verdict,
  property: Property = 'safety',
): string {
  return `${variant}: ${verdict.kind}, ${figure(verdict.counts.states, 'state')}. ${verdictSentence(verdict, property)}`
}

/** How a result in the page stands to the one that was recorded when the revision was published. */
export type Comparison =
  | { readonly kind: 'same'; readonly words: string }
  | { readonly kind: 'different'; readonly differences: readonly string[] }
  /** Nothing to compare with, or a search that did not end. */
  | { readonly kind: 'none'; readonly words: string }

export function compareWithRecorded(
  verdict: Verdict,
  recorded: RecordedVerdict | null,
  checkerVersion: string,
): Comparison {
  if (!recorded)
    return { kind: 'none', words: 'No verdict was recorded for this variant and property at publish.' }
  if (verdict.kind === 'unfinished') {
    const words = `Recorded at publish: ${recorded.verdict}, ${figure(recorded.states, 'state')}. This search did not end, so it neither confirms nor contradicts that.`
    return { kind: 'none', words }
  }
  const differences: string[] = []
  if (verdict.kind !== recorded.verdict) {
    differences.push(`recorded ${recorded.verdict}, here ${verdict.kind}`)
  }
  if (verdict.counts.states !== recorded.states) {
    differences.push(
      `recorded ${figure(recorded.states, 'state')}, here ${figure(verdict.counts.states, 'state')}`,
    )
  }
  if (verdict.counts.depth !== recorded.depth) {
    differences.push(
      `recorded depth ${groupDigits(recorded.depth)}, here ${groupDigits(verdict.counts.depth)}`,
    )
  }
  const compared = ['verdict', 'states', 'depth']
  if (verdict.kind === 'violated' && recorded.trace) {
    compared.push('trace')
    const difference = traceDifference(recorded.trace, verdict.trace)
    if (difference) differences.push(difference)
  }
  if (differences.length === 0) {
    return { kind: 'same', words: `Same as recorded at publish: ${listWords(compared)}.` }
  }
  if (recorded.checkerVersion !== checkerVersion) {
    differences.push(
      `recorded by ${recorded.checkerVersion}, this page runs ${checkerVersion}, which may explain it`,
    )
  }
  return { kind: 'different', differences }
}

function traceDifference(recorded: readonly number[], here: readonly number[]): string | null {
  const at = here.findIndex((index, k) => index !== recorded[k])
  if (at >= 0) return `the traces part at step ${at + 1}`
  if (here.length === recorded.length) return null
  return `recorded trace of ${figure(recorded.length, 'statement')}, here ${figure(here.length, 'statement')}`
}

/**
 * How far a search went: "130 states, up to 6 moves deep". A move is one step, or all steps of an atomic; a
 * counterexample is counted in statements, and its last, failing move leads to no state and is not in the depth.
 */
export function reachWords(states: number, depth: number): string {
  return `${figure(states, 'state')}, up to ${figure(depth, 'move')} deep`
}

/** "counterexample of 10 statements" */
export function counterexampleWords(trace: readonly number[]): string {
  return `counterexample of ${figure(trace.length, 'statement')}`
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
