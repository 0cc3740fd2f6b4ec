/** What a mail says about a checked claim: everything that somebody needs to doubt it or to run it again. */
import { groupDigits } from '#lib/figures.ts'
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

/** Pairs of label and text. */
export function claimLines(claim: ClaimForMail): [label: string, text: string][] {
  const { verdict, defines } = claim
  const lines: [string, string][] = [['Verdict:', verdictWords(claim)]]
  if (verdict?.kind === 'violated') lines.push(['Fails:', `${verdict.error} (line ${verdict.line})`])
  const shownDefines = defines.map(({ name, value }) => (value === null ? `-D${name}` : `-D${name}=${value}`))
  const variant = [
    `variant ${claim.variant}`,
    ...(shownDefines.length > 0 ? [`(${shownDefines.join(' ')})`] : []),
  ]
  lines.push(['Model:', `${claim.modelFile}, ${variant.join(' ')}`])
  if (verdict) {
    const bound =
      verdict.kind === 'holds' ? `all interleavings, up to ${moves(verdict.depth)} deep` : boundWords(verdict)
    const what = `${claim.property}; ${bound}; sequential consistency; checker ${verdict.checkerVersion}`
    lines.push(['Checked:', what])
  }
  return lines
}

export function traceCaption(id: string, claim: ClaimForMail): string {
  // A search is counted in moves, a counterexample in statements: as on the page.
  const length = claim.traceStatements === 1 ? '1 statement' : `${claim.traceStatements} statements`
  return `shortest counterexample to ${id}, ${length}`
}

function verdictWords({ verdict, expect }: ClaimForMail): string {
  if (!verdict) return 'not checked'
  const states = `${groupDigits(verdict.states)} states`
  switch (verdict.kind) {
    case 'holds':
      return isAsClaimed(expect, verdict.kind)
        ? `holds, in all ${states}`
        : `holds, in all ${states}, ALTHOUGH the text says that it is violated`
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

const moves = (depth: number) => (depth === 1 ? '1 move' : `${groupDigits(depth)} moves`)

function boundWords(verdict: Exclude<VerdictForMail, { kind: 'holds' }>): string {
  return verdict.kind === 'violated' ? 'breadth first, to the first violation' : 'search not complete'
}
