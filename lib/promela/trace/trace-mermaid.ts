/**
 * A trace as a mermaid sequence diagram: one participant for each process, time downwards.
 *
 * A step is an arrow to oneself, a rendezvous an arrow to the receiver; what changed for all to see is a note
 * across the whole width below it. Locals are left out: a diagram is for the order of things. Long traces lose
 * their middle, because no one reads, and mermaid hardly draws, hundreds of arrows.
 */

import type { Fault } from '#lib/promela/machine/verdict.ts'
import type { TraceStep, TraceSteps } from './trace-steps.ts'

/** More steps are folded to the first and, since the fault is there, more of the last. */
export const MAX_DIAGRAM_STEPS = 80
const FIRST_STEPS = 20

/** `end` is what the verdict says when no step of the trace failed; `cycleStart` as there. Ends with a line end. */
export function traceMermaid(
  { start, steps }: TraceSteps,
  end: Fault | null,
  cycleStart: number | null = null,
): string {
  const lanes = new Lanes()
  const drawn = steps.length > MAX_DIAGRAM_STEPS ? folded(steps) : steps
  for (const step of drawn) {
    if (step === null) continue
    lanes.add(step.pid, step.process)
    if (step.partner) lanes.add(step.partner.pid, step.partner.process)
  }
  const last = steps.at(-1)?.state ?? start
  const stuck = end ? last.processes[end.pid] : undefined
  if (stuck) lanes.add(stuck.pid, stuck.name)
  const lines = ['sequenceDiagram', ...lanes.declarations()]
  const loopAt = cycleStart === null || cycleStart === steps.length ? null : steps[cycleStart]
  let looping = false
  const loop = (): void => {
    looping = true
    lines.push('loop for ever')
  }
  for (const step of drawn) {
    if (loopAt && step === loopAt) loop()
    if (step === null) {
      lines.push(lanes.note(`… ${steps.length - drawn.length + 1} steps are left out here …`))
      continue
    }
    lines.push(...stepLines(step, lanes))
  }
  if (loopAt && !looping) lines.push(lanes.note('what is left out begins the part that repeats for ever'))
  if (looping) lines.push('end')
  if (end) lines.push(stuck ? lanes.noteAt(stuck.pid, stuck.name, end.message) : lanes.note(end.message))
  return `${lines.map((line, at) => (at === 0 ? line : `  ${line}`)).join('\n')}\n`
}

/** `null` stands for what is left out. */
function folded(steps: readonly TraceStep[]): readonly (TraceStep | null)[] {
  return [...steps.slice(0, FIRST_STEPS), null, ...steps.slice(FIRST_STEPS - MAX_DIAGRAM_STEPS)]
}

function stepLines(step: TraceStep, lanes: Lanes): readonly string[] {
  const { pid, process, transition, partner, changes, faults } = step
  const from = lanes.id(pid, process)
  const to = partner ? lanes.id(partner.pid, partner.process) : from
  const words = partner ? `${transition.expanded} → ${partner.transition.expanded}` : transition.expanded
  const lines = [`${from}->>${to}: ${escaped(words)}`]
  const shared = changes.filter(({ owner }) => owner === null)
  if (shared.length > 0) {
    lines.push(lanes.note(shared.map(({ name, to: value }) => `${name} = ${value || 'empty'}`).join(', ')))
  }
  for (const { message } of faults) lines.push(lanes.noteAt(pid, process, message))
  return lines
}

/** Participants. A pid that is used again by another process gets another lane. */
class Lanes {
  readonly #lanes = new Map<string, { readonly pid: number; readonly name: string }>()

  add(pid: number, name: string): void {
    this.#lanes.set(this.id(pid, name), { pid, name })
  }

  id(pid: number, name: string): string {
    return `p${pid}_${name.replace(/\W/g, '_')}`
  }

  #ordered(): readonly (readonly [string, { readonly pid: number; readonly name: string }])[] {
    return [...this.#lanes].sort(([, a], [, b]) => a.pid - b.pid)
  }

  declarations(): readonly string[] {
    return this.#ordered().map(([id, { name }]) => `participant ${id} as ${escaped(name)}`)
  }

  /** A note across all lanes; a comment when there are none. */
  note(text: string): string {
    const ids = this.#ordered().map(([id]) => id)
    const [first] = ids
    if (first === undefined) return `%% ${text}`
    const over = ids.length > 1 ? `${first},${ids.at(-1)}` : first
    return `Note over ${over}: ${escaped(text)}`
  }

  noteAt(pid: number, name: string, text: string): string {
    return `Note over ${this.id(pid, name)}: ${escaped(text)}`
  }
}

/** What mermaid would read as its own signs, as its own entities. */
function escaped(text: string): string {
  return text.replace(/[#;%<>&"]/g, (sign) => `#${sign.charCodeAt(0)};`)
}
