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
import { type OriginFrame, type Span, sliceSpan } from '#lib/promela/source.ts'
import { type Replay, replay } from './trail.ts'

/** `marked`: what went wrong, a sentence. `indent` counts open calls around a statement. */
export type CpuRow = {
  readonly pid: number
  readonly name: string
  readonly text: string
  readonly indent: number
  readonly marked: boolean
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

/** One instance of a call. Its number tells it from the next time round a loop. */
type Call = { readonly id: number; readonly frame: OriginFrame }

/** Words to put in place of names. */
type Values = ReadonlyMap<string, string>

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

/**
 * Numbers the calls that each process makes. A call has begun anew when its first statement comes again; an inline
 * that begins with a loop is then counted once for each round, which shows too many calls and hides none.
 */
class CallCounter {
  readonly #open = new Map<number, { call: Call; key: string; first: string }[]>()
  #made = 0

  around(pid: number, span: Span, origin: readonly OriginFrame[]): readonly Call[] {
    const open = this.#open.get(pid) ?? []
    this.#open.set(pid, open)
    const statement = placeKey(span)
    const frames = origin.filter(({ kind }) => kind === 'inline').reverse()
    let same = 0
    while (same < frames.length && open[same]?.key === frameKey(frames[same])) same++
    const again = open.slice(0, same).findIndex(({ first }) => first === `${frames.length} ${statement}`)
    open.length = again < 0 ? same : again
    for (const frame of frames.slice(open.length)) {
      this.#made++
      open.push({
        call: { id: this.#made, frame },
        key: frameKey(frame),
        first: `${frames.length} ${statement}`,
      })
    }
    return open.map(({ call }) => call)
  }

  /** The calls, of those that were counted, that a process is still inside of when it stands here. */
  standing(pid: number, origin: readonly OriginFrame[]): readonly number[] {
    const frames = origin.filter(({ kind }) => kind === 'inline').reverse()
    const open = this.#open.get(pid) ?? []
    const left = open.findIndex(({ key }, at) => key !== frameKey(frames[at]))
    return open.slice(0, left < 0 ? open.length : left).map(({ call }) => call.id)
  }
}

function placeKey({ file, line, column }: Span): string {
  return `${file}:${line}:${column}`
}

function frameKey(frame: OriginFrame | undefined): string {
  return frame ? `${frame.name} ${placeKey(frame.call)}` : ''
}

/** Finds statements of a program by their place, and what stands around them. */
class StatementIndex {
  readonly #byPlace = new Map<string, Transition>()
  readonly #guards = new Map<number, Transition | null>()
  /** Names of locals that a call, by `frameKey`, writes to: its results, not its arguments. */
  readonly #written = new Map<string, Set<string>>()

  constructor(program: Program) {
    for (const { variables, states } of program.proctypes) {
      for (const { transitions } of states) {
        const tests = transitions.filter(({ action }) => action.kind !== 'else')
        const [guard] = tests
        for (const transition of transitions) {
          const { span, origin, action, id } = transition
          this.#byPlace.set(statementKey(span, origin), transition)
          if (action.kind === 'else') {
            this.#guards.set(id, guard && tests.length === 1 && guard.action.kind === 'test' ? guard : null)
          }
          const outermost = frameKey(origin.filter(({ kind }) => kind === 'inline').at(-1))
          for (const offset of writtenOffsets(transition)) {
            const name = variables.find((variable) => variable.offset === offset)?.name
            const names = this.#written.get(outermost) ?? new Set()
            this.#written.set(outermost, name ? names.add(name) : names)
          }
        }
      }
    }
  }

  at(span: Span, origin: readonly OriginFrame[]): Transition | null {
    return this.#byPlace.get(statementKey(span, origin)) ?? null
  }

  /** The only guard that an `else` stands beside. */
  guardBeside(transition: Transition): Transition | null {
    return this.#guards.get(transition.id) ?? null
  }

  /** `_pid` and the scalar locals of a process; without those that `call` writes to. */
  valuesAt(view: StateView, pid: number, call: OriginFrame | null): Values {
    const written = call && this.#written.get(frameKey(call))
    const values = new Map([['_pid', String(pid)]])
    for (const { name, text, elements } of view.processes[pid]?.locals ?? []) {
      if (!elements && !written?.has(name)) values.set(name, text)
    }
    return values
  }
}

function statementKey(span: Span, origin: readonly OriginFrame[]): string {
  return [placeKey(span), ...origin.map(frameKey)].join('|')
}

function writtenOffsets({ action }: Transition): readonly number[] {
  const targets =
    action.kind === 'assign'
      ? action.assignments.map(({ to }) => to)
      : action.kind === 'receive'
        ? action.fields.map((field) => (field.kind === 'store' ? field.to : null))
        : []
  return targets.flatMap((to) => (to?.space === 'local' ? [to.offset] : []))
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

/** Is the second statement what the first guards, by the arrow between them in the text? */
function isGuardOf(program: Program, first: Event, second: Event): boolean {
  const { file, endLine, endColumn } = first.span
  const source = program.files.find((item) => item.name === file)
  const [from, to] = [first, second].map(({ calls, span }) => calls[0]?.frame.call ?? span)
  if (!from || !to || from.file !== to.file || first.calls.length > 0) return false
  const between = { file, line: endLine, column: endColumn, endLine: to.line, endColumn: to.column }
  return /^->/.test(sliceSpan(source, between))
}

function statementWords({ text, expanded, values }: Event, inCall: boolean): string {
  return withIndices(inCall ? expanded : text, values)
}

/** Only what stands in brackets: `queued[_pid]` is clearer as `queued[0]`, `n = n + 1` is not as `0 = 0 + 1`. */
function withIndices(text: string, values: Values): string {
  return text.replace(/\[[^[\]]*\]/g, (index) => replaceNames(index, values))
}

/** The `k`-th call around an event as the author wrote it, with values for what goes in. */
function callWords(program: Program, { calls, values }: Event, k: number): string {
  let inside = values
  let words = ''
  for (const { frame } of calls.slice(0, k + 1)) {
    const source = program.files.find((item) => item.name === frame.call.file)
    const written = sliceSpan(source, frame.call) || frame.name
    const [, head = written, list = '', tail = ''] = /^([^(]*\()([\s\S]*)(\)[^)]*)$/.exec(written) ?? []
    const given = splitArguments(list).map((argument) => replaceNames(argument, inside))
    words = tail === '' ? written : `${head}${given.join(', ')}${tail}`
    const names = parametersOf(program, frame.name)
    inside = new Map([...values, ...names.map((name, at) => [name, given[at] ?? name] as const)])
  }
  return words
}

function replaceNames(text: string, values: Values): string {
  return text.replace(/(?<![\w.])[A-Za-z_]\w*(?!\w|\s*[[.(])/g, (name) => values.get(name) ?? name)
}

/** At the commas outside of brackets. */
function splitArguments(list: string): readonly string[] {
  if (list.trim() === '') return []
  const parts: string[] = ['']
  let depth = 0
  for (const character of list) {
    if ('([{'.includes(character)) depth++
    if (')]}'.includes(character)) depth--
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map((part) => part.trim())
}

/** Inlines are gone from a program, so the names of their parameters are read from the text. */
function parametersOf(program: Program, name: string): readonly string[] {
  for (const { text } of program.files) {
    const list = new RegExp(`\\binline\\s+${name}\\s*\\(([^)]*)\\)`).exec(text)?.[1]
    if (list !== undefined) return splitArguments(list)
  }
  return []
}

const opposite: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
}

/** `uval != EXPECTED` is `uval == EXPECTED`; what is not one comparison gets a `!`. */
function negate(test: string): string {
  const comparison = /^([\w[\].]+) (==|!=|<=|>=|<|>) ([\w[\].]+)$/.exec(test)
  if (comparison) return `${comparison[1]} ${opposite[comparison[2] ?? '']} ${comparison[3]}`
  if (/^!\s*[\w[\].]+$/.test(test)) return test.slice(1).trim()
  return /^[\w[\].]+$/.test(test) ? `!${test}` : `!(${test})`
}
