/** `--spin`: the real one on the same model, beside ours. It never changes the exit code. */
import { groupDigits } from '#lib/figures.ts'
import { runSpin, type SpinResult, spinMissing } from '#lib/promela/shell/spin.ts'
import { gccFlags, panFlags } from '#lib/promela/spin/spin-command.ts'
import { spinOptions, type Verified } from './verify-report.ts'

export type SpinAnswer =
  | ({ readonly kind: 'answered'; readonly verdict: 'holds' | 'violated' | 'unfinished' } & SpinResult)
  | { readonly kind: 'missing' | 'failed'; readonly message: string }

/** Ten minutes: gcc alone takes one second. */
const TIMEOUT_MS = 600_000

export async function askSpin(verified: Verified, interrupt: AbortSignal): Promise<SpinAnswer> {
  const missing = await spinMissing()
  if (missing !== null) return { kind: 'missing', message: missing }
  const { input } = verified
  const options = spinOptions(verified)
  const included = new Map([...input.files].filter(([name]) => name !== input.main))
  try {
    const result = await runSpin({ text: input.files.get(input.main) ?? '', included }, input.defines, {
      spin: options.lossy ? ['-m'] : [],
      gcc: [...(verified.options.property === 'safety' ? [] : ['-USAFETY']), ...gccFlags(options)],
      pan: panFlags(options),
      timeoutMs: TIMEOUT_MS,
      signal: interrupt,
    })
    const verdict = result.errors > 0 ? 'violated' : isPartial(result) ? 'unfinished' : 'holds'
    return { kind: 'answered', verdict, ...result }
  } catch (error) {
    return { kind: 'failed', message: failure(error) }
  }
}

function isPartial({ truncated, outOfMemory }: SpinResult): boolean {
  return truncated || outOfMemory
}

/** Spin complains on standard output, gcc on standard error. */
function failure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { stdout, stderr } = error as Error & { readonly stdout?: string; readonly stderr?: string }
  const said = `${stdout ?? ''}\n${stderr ?? ''}`
    .split('\n')
    .find((line) => /^(?:spin|gcc|pan).*:/.test(line))
  return said ?? error.message.split('\n')[0] ?? 'it ended without a word'
}

export function comparisonLines(verified: Verified, answer: SpinAnswer): readonly string[] {
  if (answer.kind !== 'answered') return [`Spin did not answer: ${answer.message}`]
  const { verdict, options } = verified
  const { states, matched, transitions } = verdict.counts
  const row = (name: string, ours: string, theirs: string): string =>
    `  ${name.padEnd(12)}${ours.padStart(16)}${theirs.padStart(16)}`
  const lines = [row('', 'Coherent', 'Spin'), row('verdict', verdict.kind, answer.verdict)]
  const complaint = answer.complaint === null ? [] : [`  Spin's first complaint: ${answer.complaint}`]
  if (options.property !== 'safety') {
    const agree = verdict.kind === answer.verdict
    return [
      ...lines,
      ...complaint,
      `  ${agree ? 'They agree' : 'THEY DISAGREE'} on the verdict. Spin looks for cycles on a graph of its own, so counts say nothing.`,
    ]
  }
  lines.push(
    row('stored', groupDigits(states), groupDigits(answer.states)),
    row('matched', groupDigits(matched), groupDigits(answer.matched)),
    row('transitions', groupDigits(transitions), groupDigits(answer.transitions)),
    ...complaint,
  )
  const complete = verdict.kind === 'holds' || (verdict.kind === 'violated' && verdict.complete)
  if (!complete || isPartial(answer)) {
    lines.push(
      verdict.kind === 'violated'
        ? '  Spin was told to go on after errors; with --all-errors ours does, and the counts can be compared.'
        : '  One of the two did not see the whole graph, so the counts cannot be compared.',
    )
    return lines
  }
  if (options.reduce.length > 0) {
    lines.push(
      verdict.kind === answer.verdict
        ? '  They agree on the verdict. The counts are of different graphs: ours was reduced.'
        : '  THEY DISAGREE on the verdict. One of the two is wrong: please report the model.',
    )
    return lines
  }
  const same = verdict.kind === answer.verdict && states === answer.states && matched === answer.matched
  lines.push(same ? '  They agree.' : '  THEY DISAGREE. One of the two is wrong: please report the model.')
  return lines
}
