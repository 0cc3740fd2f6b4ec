/**
 * A run as a story: who did what, in the words of the domain.
 *
 * A row is one inline call (`spin_lock(hb->lock)`) or one statement that can be seen; what it consists of unfolds below
 * it. A call is one row when it ran to its end and nobody else ran in the middle of it. Where somebody did, or something
 * failed inside, the middle is the point of the story: the call is opened, and its statements, or the calls in it, are rows.
 * The table that goes by mail (`trace/cpu-rows.ts`) cuts calls by the same rule.
 *
 * Each step of the run is in exactly one row, in order, so unfolding all rows gives the run back. What can hardly be seen
 * (`skip`, an assertion that held, the end of a process) stands with the row before it when that is of the same process.
 *
 * Linear in the steps, but for who waits at the end of a turn, which asks all processes. That is kept with its moment, so a
 * run that grows by a step is not asked again.
 */
import type { Program, Transition } from '#lib/promela/4-lower/program.ts'
import { type BlockedReason, blockedReason } from '#lib/promela/machine/step.ts'
import type { StateView } from '#lib/promela/machine/view.ts'
import type { Span } from '#lib/promela/source.ts'
import { callWords, isGuardOf, negate, withIndices } from '#lib/promela/trace/call-words.ts'
import { type Call, CallCounter } from '#lib/promela/trace/calls.ts'
import { type Naming, processNames } from '#lib/promela/trace/naming.ts'
import { StatementIndex, type Values } from '#lib/promela/trace/statement-index.ts'
import { blockedWords, isWorthTelling, type ReadValue, ValuesInText } from './blocked-words.ts'
import { type Change, changeTold, placeOf, proctypeOf } from './changes.ts'
import type { Moment } from './run.ts'
import { placeWords, statementWords } from './step-words.ts'
import { endOfStory, type StoryEnd } from './story-end.ts'
import type { StoryFilter } from './story-filter.ts'
import type { StoryOptions, Told } from './told-run.ts'

export type StoryStep = {
  /** From 1. */
  readonly step: number
  readonly text: string
  /** "line 62, in spin_lock, called at line 108" */
  readonly place: string
  readonly span: Span
}

export type StoryChange = {
  /** What a filter knows it by: `hb_lock`, a local as `waiter.uval`; `null`: a process started or ended. */
  readonly variable: string | null
  /** Only its process knows of it. */
  readonly local: boolean
  /** "hb->lock: free → held by waker" */
  readonly words: string
}

export type StoryRow = {
  /** The first and the last step of it, from 1. */
  readonly from: number
  readonly to: number
  readonly pid: number
  /** In the words of the domain. */
  readonly process: string
  /** The other side of a rendezvous. */
  readonly partner: number | null
  readonly text: string
  /** Opened calls that it is in, outermost first. */
  readonly within: readonly string[]
  /** It goes on in a call that somebody else ran in the middle of. */
  readonly resumes: boolean
  /** Net, over the row. */
  readonly changes: readonly StoryChange[]
  /** What it saw and did not change. "hb->waiters is 0" */
  readonly sees: string | null
  /** The same of shared values alone. */
  readonly seesShared: string | null
  /** Its process cannot go on after it. "waits for hb->lock, held by waker since step 12" */
  readonly waits: string | null
  readonly printed: string
  readonly faults: readonly string[]
  /** Rows of one process that follow each other. From 1. */
  readonly turn: number
  readonly beginsTurn: boolean
  /** The part that repeats for ever begins with it. */
  readonly beginsLoop: boolean
}

export type Story = {
  readonly rows: readonly StoryRow[]
  /** What a row consists of: all of its steps, in order. Told when it is looked at. */
  readonly unfold: (row: Pick<StoryRow, 'from' | 'to'>) => readonly StoryStep[]
  readonly end: StoryEnd
  /** Those that were there at any time, by pid. */
  readonly processes: readonly { readonly pid: number; readonly words: string }[]
  /** What the run changed, in the order in which it did first. */
  readonly variables: readonly { readonly variable: string; readonly words: string }[]
}

/** One step with what is around it. A class, since there are thousands: of one shape, and words made when somebody asks. */
class Event {
  readonly moment: Moment
  readonly before: StateView
  readonly transition: Transition | null
  readonly calls: readonly Call[]
  /** The calls around it must be opened: something failed here. */
  readonly shown: boolean
  readonly silent: boolean
  readonly #known: StatementIndex
  #values: Values | null = null

  constructor(moment: Moment, before: StateView, calls: readonly Call[], known: StatementIndex) {
    this.moment = moment
    this.before = before
    this.calls = calls
    this.transition = transitionOf(known, moment)
    this.shown = moment.errors.length > 0
    this.silent = !this.shown && isSilent(this.transition)
    this.#known = known
  }

  get span(): Span {
    return this.moment.step.span
  }

  get values(): Values {
    const { pid } = this.moment.step
    this.#values ??= this.#known.valuesAt(this.before, pid, this.calls[0]?.frame ?? null)
    return this.#values
  }

  /** What an `else` is the opposite of. */
  get guard(): Transition | null {
    return this.transition?.action.kind === 'else' ? this.#known.guardBeside(this.transition) : null
  }
}

export function tellStory(run: Told, options: StoryOptions): Story {
  const { program, startView, moments } = run
  const { naming, end = null } = options
  const { events, unfinished } = eventsOf(run)
  const loop = end?.cycleStart ?? null
  const open = openCalls(events, unfinished, loop)
  const drafts = layOut(program, naming, events, open, loop)
  const names = new Map(processNames(naming, startView))
  /** The step that last changed a value, by its key, as far as the rows below have come. */
  const changedAt = new Map<string, number>()
  const since = (key: string): number | null => changedAt.get(key) ?? null
  const variables = new Map<string, string>()
  let turn = 0
  const rows = drafts.map((draft, at): StoryRow => {
    const { from, to, pid } = draft
    for (let step = from; step <= to; step++) {
      for (const change of moments[step - 1]?.changes ?? []) {
        if (change.kind === 'value') changedAt.set(change.key, step)
        else names.set(change.pid, naming.process(change.process))
      }
    }
    const beginsTurn = drafts[at - 1]?.pid !== pid
    if (beginsTurn) turn++
    const endsTurn = drafts[at + 1]?.pid !== pid
    const beginsLoop = loop !== null && from === loop + 1
    const frame = { ...draftFrame(draft), turn, beginsTurn, beginsLoop }
    const told =
      oldRow(events, frame, endsTurn, naming) ?? newRow(run, events, frame, endsTurn, naming, names, since)
    for (const { variable, change } of told.named) {
      if (!variables.has(variable)) variables.set(variable, variableWords(change, naming))
    }
    return told.row
  })
  const processes = [...names].map(([pid, words]) => ({ pid, words })).sort((a, b) => a.pid - b.pid)
  return {
    rows,
    unfold: ({ from, to }) => events.slice(from - 1, to).map((event, k) => stepOf(event, from + k, naming)),
    end: endOfStory(run, options, since),
    processes,
    variables: [...variables].map(([variable, words]) => ({ variable, words })),
  }
}

/** What of a row depends on the rows around it; the rest follows from its moments alone. */
type Frame = Pick<
  StoryRow,
  'from' | 'to' | 'pid' | 'text' | 'within' | 'resumes' | 'turn' | 'beginsTurn' | 'beginsLoop'
>

function draftFrame({ from, to, pid, text, within, resumes }: Draft) {
  return { from, to, pid, text, within, resumes }
}

type ToldRow = {
  readonly row: StoryRow
  readonly naming: Naming
  readonly endsTurn: boolean
  /** Changes by the variable that a filter knows. */
  readonly named: readonly { readonly variable: string; readonly change: Change }[]
}

/**
 * Rows by their last moment. A moment belongs to one path through its model, so what a row tells of it stays true, and a
 * run that grows by a step keeps its rows: they are not told, and not drawn, again.
 */
const toldRows = new WeakMap<Moment, ToldRow>()

function oldRow(events: readonly Event[], frame: Frame, endsTurn: boolean, naming: Naming): ToldRow | null {
  const moment = events[frame.to - 1]?.moment
  const told = moment && toldRows.get(moment)
  if (!told || told.naming !== naming || told.endsTurn !== endsTurn) return null
  const { row } = told
  const isSame =
    row.from === frame.from &&
    row.text === frame.text &&
    row.resumes === frame.resumes &&
    row.turn === frame.turn &&
    row.beginsTurn === frame.beginsTurn &&
    row.beginsLoop === frame.beginsLoop &&
    row.within.length === frame.within.length &&
    row.within.every((call, k) => call === frame.within[k])
  return isSame ? told : null
}

function newRow(
  { program, startView }: Told,
  events: readonly Event[],
  frame: Frame,
  endsTurn: boolean,
  naming: Naming,
  names: ReadonlyMap<number, string>,
  since: (key: string) => number | null,
): ToldRow {
  const mine = events.slice(frame.from - 1, frame.to)
  const moments = mine.map(({ moment }) => moment)
  const last = moments.at(-1)
  const net = netChanges(moments)
  const faults = moments.flatMap(({ errors }) => errors.map(({ message }) => message))
  const reason = endsTurn && last && faults.length === 0 ? waitAfter(program, last, frame.pid) : null
  const telling = { naming, since }
  const row: StoryRow = {
    ...frame,
    process: naming.process(moments[0]?.step.process ?? ''),
    partner: last?.step.partner?.pid ?? null,
    changes: net.map((change) => ({
      variable: variableOf(change),
      local: change.kind === 'value' && change.owner.kind === 'local',
      words: changeTold(change, naming, names),
    })),
    ...seesWords(mine, net, naming, names),
    waits: reason ? blockedWords(reason, last?.view ?? startView, frame.pid, telling) : null,
    printed: moments
      .map(({ printed }) => printed)
      .join('')
      .trim(),
    faults,
  }
  const named = net.flatMap((change) => {
    const variable = variableOf(change)
    return variable === null ? [] : [{ variable, change }]
  })
  const told = { row, naming, endsTurn, named }
  if (last) toldRows.set(last, told)
  return told
}

function stepOf(event: Event, step: number, naming: Naming): StoryStep {
  const { span, origin, process } = event.moment.step
  const text = naming.code(wordsOf(event, event.calls.length > 0), proctypeOf(process))
  return { step, text, place: placeWords(span, origin), span }
}

/** The row that a step is in, as an index; -1 before the first step. */
export function rowOfStep(rows: readonly Pick<StoryRow, 'from' | 'to'>[], step: number): number {
  let low = 0
  let high = rows.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const row = rows[middle]
    if (!row) return -1
    if (step < row.from) high = middle - 1
    else if (step > row.to) low = middle + 1
    else return middle
  }
  return -1
}

/**
 * The rows of these processes, and of these only those that change one of these variables, which are the only changes that
 * they still tell. What failed stays whoever it was: it is what the story is about.
 */
export function filterStory(
  rows: readonly StoryRow[],
  { processes, variables }: StoryFilter,
): readonly StoryRow[] {
  if (processes === null && variables === null) return rows
  return rows.flatMap((row) => {
    const changes =
      variables === null
        ? row.changes
        : row.changes.filter(({ variable }) => variable !== null && variables.includes(variable))
    const isTheirs =
      processes === null ||
      processes.includes(row.pid) ||
      (row.partner !== null && processes.includes(row.partner))
    const isKept = row.faults.length > 0 || (isTheirs && (variables === null || changes.length > 0))
    return isKept ? [variables === null ? row : { ...row, changes }] : []
  })
}

// --- Events -------------------------------------------------------------------------------------------------

const statements = new WeakMap<Program, StatementIndex>()

function statementsOf(program: Program): StatementIndex {
  const known = statements.get(program) ?? new StatementIndex(program)
  statements.set(program, known)
  return known
}

/** `unfinished`: the calls that some process stands in at the end. */
function eventsOf({ program, startView, moments }: Told): {
  events: readonly Event[]
  unfinished: readonly number[]
} {
  const calls = new CallCounter()
  const known = statementsOf(program)
  let before = startView
  const events: Event[] = []
  for (const moment of moments) {
    const { pid, span, origin } = moment.step
    events.push(new Event(moment, before, calls.around(pid, span, origin), known))
    before = moment.view
  }
  return { events, unfinished: before.processes.flatMap(({ pid, origin }) => calls.standing(pid, origin)) }
}

const transitions = new WeakMap<Moment, Transition | null>()

function transitionOf(known: StatementIndex, moment: Moment): Transition | null {
  const found = transitions.get(moment)
  if (found !== undefined) return found
  const transition = known.at(moment.step.span, moment.step.origin)
  transitions.set(moment, transition)
  return transition
}

/** Places in the text, not things that happen. */
function isSilent(transition: Transition | null): boolean {
  if (!transition) return false
  const { kind } = transition.action
  return kind === 'assert' || kind === 'end' || kind === 'pass'
}

function openCalls(
  events: readonly Event[],
  unfinished: readonly number[],
  loop: number | null,
): ReadonlySet<number> {
  const lastSeen = new Map<number, number>()
  const open = new Set(unfinished)
  for (const [at, { calls, shown }] of events.entries()) {
    for (const { id } of calls) {
      const seen = lastSeen.get(id)
      if (shown || (seen !== undefined && (seen !== at - 1 || at === loop))) open.add(id)
      lastSeen.set(id, at)
    }
  }
  return open
}

// --- Rows ---------------------------------------------------------------------------------------------------

type Draft = {
  readonly from: number
  to: number
  readonly pid: number
  text: string
  /** Nothing of it can be seen yet: the next row of its process begins with it. */
  silent: boolean
  within: readonly string[]
  resumes: boolean
  /** The closed call that it is; `null`: statements. */
  call: number | null
  opened: readonly number[]
  /** The event that the next one is joined to: both lie in one atomic. */
  joins: Event | null
}

function layOut(
  program: Program,
  naming: Naming,
  events: readonly Event[],
  open: ReadonlySet<number>,
  loop: number | null,
): readonly Draft[] {
  const drafts: Draft[] = []
  const begun = new Set<number>()
  for (const [at, event] of events.entries()) {
    const { moment, calls, silent } = event
    const { step } = moment
    const depth = calls.findIndex(({ id }) => !open.has(id))
    const closed = depth < 0 ? null : (calls[depth] ?? null)
    const last = drafts[drafts.length - 1]
    const follows = last?.pid === step.pid && at !== loop
    if (last && follows) {
      const isSameCall = closed !== null && last.call === closed.id
      if (isSameCall || (silent && closed === null && !last.silent)) {
        last.to = at + 1
        last.joins = step.atomic ? event : null
        continue
      }
    }
    const opened = (depth < 0 ? calls : calls.slice(0, depth)).map(({ id }) => id)
    const code = (text: string) => naming.code(text, proctypeOf(step.process))
    const text = code(closed ? callWords(program, event, depth) : wordsOf(event, opened.length > 0))
    if (last && follows) {
      const isSamePlace = isSame(last.opened, opened)
      if (last.silent || (last.joins && isSamePlace)) {
        const arrow = last.joins && isGuardOf(program, last.joins, event) ? ' -> ' : '; '
        last.text = last.silent ? text : `${last.text}${arrow}${text}`
        last.to = at + 1
        last.call = closed?.id ?? null
        last.opened = opened
        last.within = withinWords(program, event, opened.length, code)
        last.silent = silent && closed === null
        last.joins = step.atomic ? event : null
        for (const { id } of calls) begun.add(id)
        continue
      }
    }
    const resumes = opened.some((id) => begun.has(id)) && !follows
    for (const { id } of calls) begun.add(id)
    drafts.push({
      ...{
        from: at + 1,
        to: at + 1,
        pid: step.pid,
        text,
        silent: silent && closed === null,
        resumes,
        opened,
      },
      within: withinWords(program, event, opened.length, code),
      call: closed?.id ?? null,
      joins: step.atomic ? event : null,
    })
  }
  return drafts
}

const isSame = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((id, k) => id === other[k])

function withinWords(
  program: Program,
  event: Event,
  depth: number,
  code: (text: string) => string,
): readonly string[] {
  return event.calls.slice(0, depth).map((_, k) => code(callWords(program, event, k)))
}

/** A statement by itself: `else` as what it means, an end as an end. */
function wordsOf({ moment, transition, guard, values }: Event, inCall: boolean): string {
  const { step } = moment
  if (transition?.action.kind === 'end') return 'ends'
  if (guard) return withIndices(negate(inCall ? guard.expanded : guard.text), values)
  if (step.partner) return statementWords(step)
  return withIndices(inCall ? step.expanded || step.text : step.text, values)
}

// --- What changed, and what did not ---------------------------------------------------------------------------

/** A value that is again what it was did not change. */
function netChanges(moments: readonly Moment[]): readonly Change[] {
  if (moments.length === 1) return moments[0]?.changes ?? []
  const values = new Map<string, Extract<Change, { kind: 'value' }>>()
  const others: Change[] = []
  for (const { changes } of moments) {
    for (const change of changes) {
      if (change.kind !== 'value') others.push(change)
      else values.set(change.key, { ...change, before: values.get(change.key)?.before ?? change.before })
    }
  }
  return [...[...values.values()].filter(({ before, after }) => before !== after), ...others]
}

/** Arrays and instances are one variable to who filters. */
function variableOf(change: Change): string | null {
  if (change.kind !== 'value') return null
  const { proctype, path } = placeOf(change)
  const base = path.replace(/\[[^[\]]*\]/g, '').replace(/#\d+$/, '')
  return proctype === null ? base : `${proctype}.${base}`
}

function variableWords(change: Change, naming: Naming): string {
  const name = variableOf(change)
  if (name === null || change.kind !== 'value') return ''
  const { proctype, path } = placeOf(change)
  const base = path.replace(/\[[^[\]]*\]/g, '')
  const words = naming.variable({ proctype, path: base })?.words
  return words ? `${proctype === null ? '' : `${naming.process(proctype)}: `}${words}` : name
}

/** Values that one row names: more are not read. */
const MOST_SEEN = 4

/**
 * What a process looked at: shared values that decided how it went on, and that the row does not tell as changed. Where
 * nothing changed at all that is the whole of the row, and its locals are told, too.
 */
function seesWords(
  events: readonly Event[],
  net: readonly Change[],
  naming: Naming,
  pids: ReadonlyMap<number, string>,
): Pick<StoryRow, 'sees' | 'seesShared'> {
  const changed = new Set(net.flatMap((change) => (change.kind === 'value' ? [change.key] : [])))
  const seen = new Map<string, { readonly words: string; readonly shared: boolean }>()
  for (const event of events) {
    for (const { row, place, stays } of readBy(event)) {
      if (changed.has(row.key) || seen.has(row.key)) continue
      if (net.length > 0 && row.owner.kind === 'local') continue
      const value = naming.value(place, row.text, pids)
      // What was read says why it stays as it is.
      if (stays && seen.size > 0) continue
      seen.set(row.key, {
        words: `${naming.variableWords(place)} ${stays ? 'stays' : 'is'} ${value}`,
        shared: row.owner.kind !== 'local',
      })
    }
  }
  const told = [...seen.values()].slice(0, MOST_SEEN)
  const joined = (some: typeof told) => (some.length > 0 ? some.map(({ words }) => words).join(', ') : null)
  return { sees: joined(told), seesShared: joined(told.filter(({ shared }) => shared)) }
}

/** `stays`: it was written, and is what it was. */
type Seen = ReadValue & { readonly stays: boolean }

const reads = new WeakMap<Moment, readonly Seen[]>()

function readBy(event: Event): readonly Seen[] {
  const known = reads.get(event.moment)
  if (known) return known
  const found = valuesReadBy(event)
  reads.set(event.moment, found)
  return found
}

function valuesReadBy({ moment, transition, guard, before }: Event): readonly Seen[] {
  const { pid, text, expanded } = moment.step
  const said = expanded || text
  switch (transition?.action.kind) {
    case 'test':
    case 'else': {
      const condition = transition.action.kind === 'else' ? (guard?.expanded ?? '') : said
      return new ValuesInText(before, pid).readIn(condition).map((one) => ({ ...one, stays: false }))
    }
    case 'assign': {
      const [, left = '', right = ''] = /^([^=]*)=(?!=)(.*)$/s.exec(said) ?? []
      const values = new ValuesInText(before, pid)
      const target = values.at(left.trim())
      const sources = values.readIn(right).map((one) => ({ ...one, stays: false }))
      return target ? [...sources, { ...target, stays: true }] : sources
    }
    default:
      return []
  }
}

/** Of each moment the process that ran; another process at the same moment is asked by nobody. */
const waits = new WeakMap<Moment, BlockedReason | null>()

function waitAfter(program: Program, moment: Moment, pid: number): BlockedReason | null {
  const known = waits.get(moment)
  if (known !== undefined) return known
  const alive = moment.view.processes.some((process) => process.pid === pid && process.alive)
  const reason = alive ? blockedReason(program, moment.state, pid) : null
  const told = reason && isWorthTelling(reason) ? reason : null
  waits.set(moment, told)
  return told
}
