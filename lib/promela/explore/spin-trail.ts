/**
 * A trace as Spin writes it, so that `spin -k FILE -p model.pml` walks it with us.
 *
 * Each line is `depth:pid:statement`. The statement is a number of spin's own (`spin-numbers.ts`); a rendezvous
 * is two lines, send and receive; a d_step is one. There are no lines with negative depth: `-4` would announce
 * merged statements, and ours are single ones; `-2` a claim, and without it the pids start at 0 even in a model
 * that has one.
 */
import type { TraceSteps } from './trace-steps.ts'

/** `numbers` by transition id. Ends with a line end; empty for an empty trace. */
export function spinTrail({ steps }: TraceSteps, numbers: readonly number[]): string {
  const taken = steps.flatMap((step) => (step.partner ? [step, step.partner] : [step]))
  return taken.map(({ pid, transition }, at) => `${at + 1}:${pid}:${numbers[transition.id]}\n`).join('')
}
