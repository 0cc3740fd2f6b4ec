/** What a mail says about a checked claim: everything that somebody needs to doubt it or to run it again. */
import { figure } from '#lib/figures.ts'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { unreachable } from '#lib/result.ts'

/** The part of a check's result that is said in words. Sizes are of the whole search. */
export type VerdictForMail =
  | {
      readonly kind: 'holds'
      readonly states: number
      readonly depth: number
      readonly checkerVersion: string
    }
  | {
      readonly kind: 'violated'
      readonly states: number
      readonly depth: number
      readonly checkerVersion: string
      /** What failed, in the checker's words. */
      readonly error: string
      /** Of the model's file. */
      readonly line: number
    }
  | {
      readonly kind: 'unfinished'
      readonly states: number
      readonly depth: number
      readonly checkerVersion: string
      /** Which bound was hit. */
      readonly message: string
    }

export type ClaimForMail = {
  readonly expect: 'holds' | 'violated'
  readonly isRequired: boolean
  /** Path in the bundle. */
  readonly modelFile: string
  readonly variant: string
  readonly defines: readonly { readonly name: string; readonly value: string | null }[]
  readonly property: string
  /** null: not checked yet. */
  readonly verdict: VerdictForMail | null
  /** The counterexample as a table of processes, time downwards; empty when there is none. */
  readonly trace: readonly string[]
  /** Statements of the counterexample; 0 when there is none. */
  readonly traceStatements: number
  /** Id of the component on the page that replays the counterexample. */
  readonly replayAt: string
}

/**
 * What holds for all claims of a part is said once, below them (`checkedWords`); here is what is a claim's own. Pairs of
 * label and text. `checker`: the version that is named there.
 */
export function claimLines(claim: ClaimForMail, checker: string | null): [label: string, text: string][] {
  const { verdict } = claim
  const lines: [string, string][] = [['Verdict:', verdictWords(claim, true)]]
  if (verdict?.kind === 'violated') lines.push(['Fails:', `${verdict.error} (line ${verdict.line})`])
  lines.push(['Model:', `${modelWords(claim)}; property ${claim.property}`])
  if (verdict && verdict.checkerVersion !== checker) lines.push(['Checker:', verdict.checkerVersion])
  return lines
}

/** The version that checked most claims of a part; null: none was checked. */
export function checkerOf(claims: readonly ClaimForMail[]): string | null {
  const counts = new Map<string, number>()
  for (const { verdict } of claims) {
    if (verdict) counts.set(verdict.checkerVersion, (counts.get(verdict.checkerVersion) ?? 0) + 1)
  }
  // The first of those that are equally frequent.
  return [...counts].reduce<[string, number]>((a, b) => (b[1] > a[1] ? b : a), ['', 0])[0] || null
}

/** Once in each part that has claims. */
export function checkedWords(claims: readonly ClaimForMail[], checker: string): string {
  const kinds = new Set(claims.map(({ verdict }) => verdict?.kind))
  const others = claims.some(({ verdict }) => verdict && verdict.checkerVersion !== checker)
  return [
    `Checked: ${claims.length === 1 ? 'the claim' : 'the claims'} above, by checker ${checker}${others ? ' where no other is named' : ''}, under sequential consistency.`,
    ...(kinds.has('holds') ? ['A claim that holds was searched in all interleavings.'] : []),
    ...(kinds.has('violated') ? ['A violated one was searched breadth first, to the first violation.'] : []),
    ...(kinds.has('unfinished') ? ['An unfinished search was not complete, and proves nothing.'] : []),
  ].join(' ')
}

/** As claims were mailed first: each with all that was done. For quotes of such mails. */
export function claimLinesBefore(claim: ClaimForMail): [label: string, text: string][] {
  const { verdict } = claim
  const lines: [string, string][] = [['Verdict:', verdictWords(claim, false)]]
  if (verdict?.kind === 'violated') lines.push(['Fails:', `${verdict.error} (line ${verdict.line})`])
  lines.push(['Model:', modelWords(claim)])
  if (verdict) {
    const bound =
      verdict.kind === 'holds'
        ? `all interleavings, up to ${figure(verdict.depth, 'move')} deep`
        : boundWords(verdict)
    const what = `${claim.property}; ${bound}; sequential consistency; checker ${verdict.checkerVersion}`
    lines.push(['Checked:', what])
  }
  return lines
}

function modelWords({ modelFile, variant, defines }: ClaimForMail): string {
  const shown = defines.map(({ name, value }) => (value === null ? `-D${name}` : `-D${name}=${value}`))
  return `${modelFile}, variant ${variant}${shown.length > 0 ? ` (${shown.join(' ')})` : ''}`
}

export function traceCaption(id: string, claim: ClaimForMail): string {
  // A search is counted in moves, a counterexample in statements: as on the page.
  return `shortest counterexample to ${id}, ${figure(claim.traceStatements, 'statement')}`
}

function verdictWords({ verdict, expect }: ClaimForMail, withDepth: boolean): string {
  if (!verdict) return 'not checked'
  const states = figure(verdict.states, 'state')
  switch (verdict.kind) {
    case 'holds': {
      const all = `holds, in all ${states}${withDepth ? `, up to ${figure(verdict.depth, 'move')} deep` : ''}`
      return isAsClaimed(expect, verdict.kind) ? all : `${all}, ALTHOUGH the text says that it is violated`
    }
    case 'violated':
      return isAsClaimed(expect, verdict.kind)
        ? `violated, as expected of this alternative; ${states} searched`
        : `VIOLATED, although the text says that it holds; ${states} searched`
    case 'unfinished':
      return `unfinished after ${states}: ${verdict.message}`
    default:
      return unreachable(verdict)
  }
}

function boundWords(verdict: Exclude<VerdictForMail, { kind: 'holds' }>): string {
  return verdict.kind === 'violated' ? 'breadth first, to the first violation' : 'search not complete'
}
