/** A step and its place in words; the same everywhere, so that a reader recognises it from panel to panel. */
import type { Step } from '#lib/promela/machine/step.ts'
import { describeOrigin, type OriginFrame, type Span } from '#lib/promela/source.ts'
import type { Naming } from '#lib/promela/trace/naming.ts'
import { proctypeOf } from './changes.ts'

/** `P1`: what a process is called wherever room is short. */
export function processLabel(pid: number): string {
  return `P${pid}`
}

/** The statement with the parameters of inlines replaced, and what the other side of a rendezvous does. */
export function statementWords(step: Step): string {
  const own = step.expanded || step.text
  return step.partner ? `${own} ⇄ ${step.partner.process}: ${step.partner.text}` : own
}

/** "P1 waiter:1: hb_waiters++" */
export function stepWords(step: Step): string {
  return `${processLabel(step.pid)} ${step.process}: ${statementWords(step)}`
}

/** The same in the words of a vocabulary, where it has some: "P1 the waker: hb->waiters++" */
export function stepTold({ pid, process, text, expanded, partner }: Step, naming: Naming): string {
  const told = (name: string, code: string) =>
    `${naming.process(name)}: ${naming.code(code, proctypeOf(name))}`
  const other = partner ? ` ⇄ ${told(partner.process, partner.text)}` : ''
  return `${processLabel(pid)} ${told(process, expanded || text)}${other}`
}

/** "line 62, in spin_lock, called at line 108" */
export function placeWords(span: Span, origin: readonly OriginFrame[]): string {
  const chain = describeOrigin(origin)
  return chain ? `line ${span.line}, ${chain}` : `line ${span.line}`
}

/** Where the process itself stands: the call in its own body, when the statement came out of an inline. */
export function ownSpan(span: Span, origin: readonly OriginFrame[]): Span {
  const outermost = origin.filter((frame) => frame.kind === 'inline').at(-1)
  return outermost?.call ?? span
}
