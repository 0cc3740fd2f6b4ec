/**
 * The rows of a race as its author would tell it: `spin_lock(hb_lock)`, not the test and the assignment that the
 * inline consists of.
 *
 * A call is one row when it ran to its end and nobody else ran in the middle of it. Else, or where something failed
 * inside, the middle is the point of the story: then the call is opened, each of its stretches begins with the
 * call (a later one marked `...`), and what it did stands below it, two columns in. Inner calls likewise.
 *
 * What is left out: assertions that held, and `skip`, `break`, `goto` (places in the text, not things that happen).
 * What is put in: `_pid` and indices as numbers, `else` as the negation of the one guard beside it.
 */
import type { Program, Transition } from '#lib/promela/4-lower/program.ts'
import { blockedReason, describeState } from '#lib/promela/machine/step.ts'
import type { ClaimEnd } from '#lib/promela/machine/verdict.ts'
import type { StateView } from '#lib/promela/machine/view.ts'
import type { Span } from '#lib/promela/source.ts'
import { callWords, isGuardOf, negate, withIndices } from './call-words.ts'
import { type Call, CallCounter } from './calls.ts'
import { StatementIndex, type Values } from './statement-index.ts'
import { type Replay, replay } from './trail.ts'

/** `marked`: what went wrong, a sentence. `indent` counts open calls around a statement. */
export type CpuRow = {
  readonly pid: number
  readonly name: string
  readonly text: string
  readonly indent: number
  readonly marked: boolean
  /** Words, not a statement: broken at blanks. */
  readonly prose?: boolean
}

/** One statement, or a wait (`shown` even though nothing happened). */
type Event = {
  readonly pid: number
  readonly name: string
  readonly text: string
  readonly expanded: string
  readonly span: Span
  /** Inline calls around it, outermost first. */
  readonly calls: readonly Call[]
  readonly values: Values
  /** Its process goes on alone. */
  readonly atomic: boolean
  /** The calls around it must be opened: the reader has to see this very statement. */
  readonly shown: boolean
  readonly faults: readonly string[]
  /** A line across, between what happens. */
  readonly mark?: string
}

export function cpuRows(
  program: Program,
  trace: readonly number[],
  end: ClaimEnd | null = null,
): readonly CpuRow[] {
  const { events, unfinished } = traceEvents(program, trace, end)
  return layOut(program, events, openCalls(events, unfinished))
}

// --- Events -------------------------------------------------------------------------------------------------

/** `unfinished`: the calls that some process stands in at the end. */
function traceEvents(
  program: Program,
  trace: readonly number[],
  end: ClaimEnd | null,
): { events: readonly Event[]; unfinished: readonly number[] } {
  const told = replay(program, trace)
  const calls = new CallCounter()
  const known = new StatementIndex(program)
  const events: Event[] = []
  let before = describeState(program, told.start)
  for (const [at, { step, state, errors }] of told.steps.entries()) {
    if (at === end?.cycleStart) events.push(markEvent(step.pid, step.process, step.span, FOR_EVER))
    const { pid, process, span, origin, partner } = step
    const faultsOf = (number: number): string[] =>
      errors
        .filter((error) => (error.pid === partner?.pid) === (number === partner?.pid))
        .map(({ message }) => message)
    const around = calls.around(pid, span, origin)
    const transition = known.at(span, origin)
    const own = faultsOf(pid)
    const latest = events[events.length - 1]
    if (own.length === 0 && isSilent(transition)) {
      // It is not told, but the atomic may end with it.
      if (latest?.pid === pid) events[events.length - 1] = { ...latest, atomic: latest.atomic && step.atomic }
    } else {
      const negated = transition?.action.kind === 'else' ? known.guardBeside(transition) : null
      events.push({
        pid,
        name: process,
        text: negated ? negate(negated.text) : step.text,
        expanded: negated ? negate(negated.expanded) : step.expanded,
        span,
        calls: around,
        values: known.valuesAt(before, pid, around[0]?.frame ?? null),
        atomic: step.atomic,
        shown: own.length > 0,
        faults: own,
      })
    }
    if (partner) {
      const { text } = partner
      const faults = faultsOf(partner.pid)
      const values = known.valuesAt(before, partner.pid, null)
      const plain = { calls: [], values, atomic: false, shown: faults.length > 0, faults }
      events.push({
        ...plain,
        pid: partner.pid,
        name: partner.process,
        text,
        expanded: text,
        span: partner.span,
      })
    }
    before = describeState(program, state)
  }
  const unfinished = before.processes.flatMap(({ pid, origin }) => calls.standing(pid, origin))
  if (end) events.push(...claimEvents(told, before, program, end))
  else events.push(...endEvents(program, told, before, calls, known))
  return { events, unfinished }
}

const FOR_EVER = '--- from here on for ever ---'
const STANDING = '--- nothing moves any more: so it stays for ever ---'

function markEvent(pid: number, name: string, span: Span, mark: string): Event {
  const nothing = {
    text: '',
    expanded: '',
    calls: [],
    values: new Map(),
    atomic: false,
    shown: true,
    faults: [],
  }
  return { ...nothing, pid, name, span, mark }
}

/** What a claim has against the run as a whole. A run that ends is no fault of its own then. */
function claimEvents({ steps }: Replay, view: StateView, program: Program, end: ClaimEnd): Event[] {
  const last = steps.at(-1)?.step
  const pid = last?.pid ?? 0
  const span = last?.span ?? { file: program.main, line: 1, column: 1, endLine: 1, endColumn: 1 }
  const name = last?.process ?? view.processes[pid]?.name ?? ''
  const standing = end.cycleStart === steps.length ? [markEvent(pid, name, span, STANDING)] : []
  return [...standing, { ...markEvent(pid, name, span, ''), faults: [end.message] }]
}

/** Who waits for what when nobody can move; or that the schedule did not fit. */
function endEvents(
  program: Program,
  { start, steps, stuck, diverged }: Replay,
  view: StateView,
  calls: CallCounter,
  known: StatementIndex,
): Event[] {
  const last = steps[steps.length - 1]
  const state = last?.state ?? start
  const events: Event[] = []
  const sentence = (pid: number, message: string): void => {
    const process = view.processes[pid]
    const name = process?.name ?? ''
    const span = process?.span ?? { file: program.main, line: 1, column: 1, endLine: 1, endColumn: 1 }
    const plain = { text: '', expanded: '', calls: [], values: new Map(), atomic: false, shown: true }
    events.push({ ...plain, pid, name, span, faults: [message] })
  }
  if (stuck) {
    const moved = new Set(steps.flatMap(({ step }) => [step.pid, step.partner?.pid ?? step.pid]))
    for (const { pid, name, proctype, alive, span, origin } of view.processes) {
      const reason = alive ? blockedReason(program, state, pid) : null
      // One that never ran and may wait for ever would only make the columns narrower.
      const matters = moved.has(pid) || pid === stuck.pid || stuck.message.includes(`${proctype}:${pid}`)
      if (!reason || !matters || stuck.kind !== 'invalid-end-state') continue
      const around = calls.around(pid, span, origin)
      const values = known.valuesAt(view, pid, around[0]?.frame ?? null)
      const text = `(${reason.text})`
      const wait = { text, expanded: text, calls: around, values, atomic: false, shown: true, faults: [] }
      events.push({ ...wait, pid, name, span })
    }
    sentence(stuck.pid, stuck.message)
  }
  // Behind what failed, nothing more has to fit.
  if (diverged && !last?.errors.length) sentence(last?.step.pid ?? 0, diverged.reason)
  return events
}

function isSilent(transition: Transition | null): boolean {
  if (!transition) return false
  const { kind } = transition.action
  return kind === 'assert' || kind === 'end' || (kind === 'pass' && !/^atomic|^d_step/.test(transition.text))
}

// --- Rows ---------------------------------------------------------------------------------------------------

/** Calls that are not one row: somebody else ran in the middle, it never ended, or something inside must be seen. */
function openCalls(events: readonly Event[], unfinished: readonly number[]): ReadonlySet<number> {
  const lastSeen = new Map<number, number>()
  const open = new Set(unfinished)
  for (const [at, { calls, shown }] of events.entries()) {
    for (const { id } of calls) {
      const seen = lastSeen.get(id)
      if (shown || (seen !== undefined && seen !== at - 1)) open.add(id)
      lastSeen.set(id, at)
    }
  }
  return open
}

function layOut(program: Program, events: readonly Event[], open: ReadonlySet<number>): CpuRow[] {
  const rows: CpuRow[] = []
  const begun = new Set<number>()
  /** The last event, when it and what follows lie in one atomic: they become one row. */
  let joins: Event | null = null
  for (const [at, event] of events.entries()) {
    const { pid, name, calls, faults } = event
    const previous = events[at - 1]
    const row = (text: string, indent: number, marked: boolean) =>
      rows.push({ pid, name, text, indent, marked })
    if (event.mark) {
      row(event.mark, 0, true)
      joins = null
      continue
    }
    const depth = calls.findIndex(({ id }) => !open.has(id))
    const shownCalls = depth < 0 ? calls : calls.slice(0, depth)
    const indent = shownCalls.length

    // The calls that are open here; again after somebody else has run, with the mark of going on.
    for (const [k, { id }] of shownCalls.entries()) {
      const goesOn = previous?.pid === pid && previous.calls[k]?.id === id
      if (goesOn) continue
      row(`${begun.has(id) ? '... ' : ''}${callWords(program, event, k)}`, k, false)
      begun.add(id)
      joins = null
    }
    const closed = depth < 0 ? undefined : calls[depth]
    const insideShown = closed !== undefined && begun.has(closed.id)
    if (closed) begun.add(closed.id)
    const text = closed ? callWords(program, event, depth) : statementWords(event, shownCalls.length > 0)
    const last = rows[rows.length - 1]
    if (text !== '' && !insideShown) {
      if (joins?.pid === pid && last && last.indent === indent && previous?.pid === pid) {
        const arrow = isGuardOf(program, joins, event) ? ' -> ' : '; '
        rows[rows.length - 1] = { ...last, text: `${last.text}${arrow}${text}` }
      } else row(text, indent, false)
    }
    joins = event.atomic ? event : null
    for (const fault of faults) row(`^^^ ${fault}`, 0, true)
  }
  return rows
}

function statementWords({ text, expanded, values }: Event, inCall: boolean): string {
  return withIndices(inCall ? expanded : text, values)
}
