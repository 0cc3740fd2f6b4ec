/**
 * A trace as Spin writes it, so that `spin -k FILE -p model.pml` walks it with us.
 *
 * Each line is `depth:pid:statement`. The statement is a number of spin's own (`spin-numbers.ts`); a rendezvous
 * is two lines, send and receive; a d_step is one. There are no lines with negative depth: `-4` would announce
 * merged statements, and ours are single ones; `-2` a claim, and without it the pids start at 0 even in a model
 * that has one. Only `-1` is there, where a run without end begins to repeat: spin says START OF CYCLE.
 */
import type { TraceSteps } from '#lib/promela/trace/trace-steps.ts'

/** `numbers` by transition id; `cycleStart` as in a verdict. Ends with a line end; empty for an empty trace. */
export function spinTrail(
  { steps }: TraceSteps,
  numbers: readonly number[],
  cycleStart: number | null = null,
): string {
  const lines: string[] = []
  let depth = 0
  for (const [at, step] of steps.entries()) {
    if (at === cycleStart) lines.push('-1:-1:-1')
    for (const { pid, transition } of step.partner ? [step, step.partner] : [step])
      lines.push(`${++depth}:${pid}:${numbers[transition.id]}`)
  }
  if (cycleStart === steps.length) lines.push('-1:-1:-1')
  return lines.map((line) => `${line}\n`).join('')
}
