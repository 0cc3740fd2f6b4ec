/**
 * Where everything lies in a packed state of K words.
 *
 *     ┌ word 0 ───────────────────────┬ word 1 ──────────────── … ┬ word K-1 ─┐
 *     │ counts │ globals …            │ slot 0: at, cells │ slot 1: at, cells … channels │
 *     └───────────────────────────────┴───────────────────────────┴───────────┘
 *
 * Static: a field has one word and one shift for the whole search, and never lies across two words. `at` says in
 * one number which proctype has the pid and where it stands; 0 is nobody. The bits of a slot or a channel that is
 * not there are 0, so equal states are equal words. What the profile takes for constant has no bits at all.
 */
import type { ChannelShape, Program, Reference } from '#lib/promela/4-lower/program.ts'
import type { CellType } from '#lib/promela/cell-type.ts'
import { allReferences, coveredCells, isFixed, referencesOf, spread } from './constancy.ts'
import type { Profile } from './profile.ts'

export type Bits = {
  readonly kind: 'bits'
  readonly word: number
  readonly shift: number
  readonly bits: number
  readonly signed: boolean
}

export type Place = Bits | { readonly kind: 'constant'; readonly value: number }

export type SlotProctype = {
  readonly proctype: number
  /** By cell. */
  readonly cells: readonly Place[]
  /** Value of `at` for control state 0; the others follow. */
  readonly firstAt: number
}

export type Slot = {
  readonly pid: number
  readonly at: Bits
  readonly occupants: readonly SlotProctype[]
}

/**
 * A message is `parts` words with its fields at fixed places. With one part, `lanes` messages share a word; the
 * head is the first lane of the first word.
 */
export type ChannelPlace = {
  readonly shape: number
  readonly capacity: number
  readonly fields: readonly {
    readonly part: number
    readonly shift: number
    readonly cell: CellType
  }[]
  readonly length: Bits | null
  readonly firstWord: number
  readonly firstShift: number
  readonly lanes: number
  readonly laneBits: number
  readonly parts: number
}

export type Channel = {
  readonly number: number
  /** Exists in every state. */
  readonly always: boolean
  /** Which of `shapes`; `null` when there is one. */
  readonly tag: Bits | null
  readonly shapes: readonly ChannelPlace[]
}

export type Layout = {
  /** Words of a state. */
  readonly words: number
  readonly globals: readonly Place[]
  readonly slots: readonly Slot[]
  /** Number 1 first. */
  readonly channels: readonly Channel[]
  /** How many processes there are; `null` when code counts them. */
  readonly processCount: Bits | null
  /** How many channels there are; `null` when there are always all. */
  readonly channelCount: Bits | null
}

/** A run of bits that must lie in one word, or whole words and a rest. */
type Request = {
  readonly bits: number
  readonly wholeWords: number
  readonly done: (word: number, shift: number) => void
}

export function layOut(program: Program, profile: Profile): Layout {
  const requests: Request[] = []
  const scalar = (cell: CellType | { bits: number; signed: boolean }, done: (place: Bits) => void): void => {
    requests.push({
      bits: cell.bits,
      wholeWords: 0,
      done: (word, shift) => done({ kind: 'bits', word, shift, bits: cell.bits, signed: cell.signed }),
    })
  }
  const counter = (values: number, done: (place: Bits) => void): void =>
    scalar({ bits: bitsFor(values), signed: false }, done)

  const layout = {
    globals: [] as Place[],
    slots: [] as { pid: number; at: Bits; occupants: SlotProctype[] }[],
    channels: [] as Channel[],
    processCount: null as Bits | null,
    channelCount: null as Bits | null,
  }
  const global = globalChannels(program)
  if (usesProcessCount(program))
    counter(profile.slots.length + 1, (place) => {
      layout.processCount = place
    })
  if (profile.channels.length > global)
    counter(profile.channels.length + 1, (place) => {
      layout.channelCount = place
    })

  const globalsWritten = [...profile.written.globals]
  placeCells(
    program.cells,
    globalsWritten.map((written, cell) => (written ? null : (profile.start[cell] ?? 0))),
    allReferences(program)
      .filter(({ reference }) => reference.space === 'global')
      .map(({ reference }) => reference),
    layout.globals,
    requests,
  )
  for (const [pid, occupants] of profile.slots.entries()) {
    const slot = { pid, at: NOWHERE, occupants: [] as SlotProctype[] }
    layout.slots.push(slot)
    const values = [...occupants.values()].reduce(
      (sum, { proctype }) => sum + (program.proctypes[proctype]?.states.length ?? 0),
      1,
    )
    counter(values, (place) => {
      slot.at = place
    })
    let firstAt = 1
    for (const { proctype: index, values: known } of occupants.values()) {
      const proctype = program.proctypes[index]
      if (!proctype) continue
      const cells: Place[] = []
      const references = referencesOf(proctype)
        .filter(({ reference }) => reference.space === 'local')
        .map(({ reference }) => reference)
      placeCells(proctype.cells, known, references, cells, requests)
      slot.occupants.push({ proctype: index, cells, firstAt })
      firstAt += proctype.states.length
    }
  }
  for (const [index, shapes] of profile.channels.entries()) {
    const places: ChannelPlace[] = []
    const channel = { number: index + 1, always: index < global, tag: null as Bits | null, shapes: places }
    layout.channels.push(channel)
    if (shapes.size > 1)
      counter(shapes.size, (place) => {
        channel.tag = place
      })
    for (const shape of shapes) {
      const declared = program.channelShapes[shape]
      if (declared) placeChannel(shape, declared, places, requests)
    }
  }
  const words = Math.max(1, pack(requests))
  return { ...layout, words }
}

const NOWHERE: Bits = { kind: 'bits', word: 0, shift: 0, bits: 0, signed: false }

/** `known` by cell: the value of a constant. Written or not is made equal for cells that one reference may mean. */
function placeCells(
  cells: readonly CellType[],
  known: readonly (number | null)[],
  references: readonly Reference[],
  places: Place[],
  requests: Request[],
): void {
  const variable = known.map((value) => value === null)
  const computed = references.filter((item) => !isFixed(item))
  for (let again = true; again; ) {
    again = false
    for (const item of computed) if (spread(variable, coveredCells(item))) again = true
  }
  const placed = cells.map(() => false)
  const put = (members: readonly number[]): void => {
    const first = cells[members[0] ?? 0]
    if (!first) return
    const { bits, signed } = first
    const perWord = Math.floor(32 / bits)
    const wholeWords = members.length <= perWord ? 0 : Math.floor(members.length / perWord)
    requests.push({
      bits: (members.length - wholeWords * perWord) * bits,
      wholeWords,
      done: (word, shift) => {
        for (const [index, cell] of members.entries()) {
          const at = wholeWords === 0 ? shift + index * bits : (index % perWord) * bits
          const inWord = wholeWords === 0 ? word : word + Math.floor(index / perWord)
          places[cell] = { kind: 'bits', word: inWord, shift: at, bits, signed }
        }
      },
    })
    for (const cell of members) placed[cell] = true
  }
  for (const item of computed) {
    const members = coveredCells(item)
    if (members.length > 1 && members.every((cell) => variable[cell] && !placed[cell])) put(members)
  }
  for (const cell of cells.keys()) {
    if (!variable[cell]) places[cell] = { kind: 'constant', value: known[cell] ?? 0 }
    else if (!placed[cell]) put([cell])
  }
}

function placeChannel(
  shape: number,
  declared: ChannelShape,
  places: ChannelPlace[],
  requests: Request[],
): void {
  const { capacity, fields: types } = declared
  const messageBits = types.reduce((sum, cell) => sum + cell.bits, 0)
  const fields: { part: number; shift: number; cell: CellType }[] = []
  let part = 0
  let shift = 0
  for (const cell of types) {
    if (shift + cell.bits > 32) {
      part++
      shift = 0
    }
    fields.push({ part, shift, cell })
    shift += cell.bits
  }
  const parts = part + 1
  const lanes = parts > 1 ? 1 : Math.max(1, Math.min(capacity, Math.floor(32 / messageBits)))
  const laneBits = parts > 1 ? 32 : messageBits
  const draft = {
    shape,
    capacity,
    fields,
    lanes,
    laneBits,
    parts,
    length: null as Bits | null,
    firstWord: 0,
    firstShift: 0,
  }
  places.push(draft)
  if (capacity === 0) return
  requests.push({
    bits: bitsFor(capacity + 1),
    wholeWords: 0,
    done: (word, at) => {
      draft.length = { kind: 'bits', word, shift: at, bits: bitsFor(capacity + 1), signed: false }
    },
  })
  const words = parts > 1 ? capacity * parts : Math.ceil(capacity / lanes)
  const single = words === 1
  requests.push({
    bits: single ? lanes * laneBits : 0,
    wholeWords: single ? 0 : words,
    done: (word, at) => {
      draft.firstWord = word
      draft.firstShift = at
    },
  })
}

/** First fit in the order of asking keeps what belongs together in one word; largest first is denser. */
function pack(requests: readonly Request[]): number {
  const inOrder = firstFit(requests)
  const bySize = firstFit([...requests].sort((a, b) => b.bits - a.bits))
  const best = bySize.words < inOrder.words ? bySize : inOrder
  for (const [request, { word, shift }] of best.places) request.done(word, shift)
  return best.words
}

function firstFit(requests: readonly Request[]) {
  const places = new Map<Request, { word: number; shift: number }>()
  const used: number[] = []
  for (const request of requests) {
    if (request.wholeWords === 0) continue
    places.set(request, { word: used.length, shift: 0 })
    for (let word = 0; word < request.wholeWords; word++) used.push(32)
    if (request.bits > 0) used.push(request.bits)
  }
  for (const request of requests) {
    if (request.wholeWords > 0) continue
    let word = used.findIndex((bits) => bits + request.bits <= 32)
    if (word < 0) word = used.push(0) - 1
    places.set(request, { word, shift: used[word] ?? 0 })
    used[word] = (used[word] ?? 0) + request.bits
  }
  return { places, words: used.length }
}

/** Channels that there are from the start and for ever. */
function globalChannels(program: Program): number {
  return program.initialise.reduce((sum, item) => sum + (item.kind === 'channel' ? item.count : 0), 0)
}

/** Code that makes processes or asks for their number wants to have it at hand. */
function usesProcessCount(program: Program): boolean {
  return (
    JSON.stringify(
      program.proctypes.map(({ states, provided, initialise }) => [
        states.map(({ transitions }) => transitions.map(({ action }) => action)),
        provided,
        initialise,
      ]),
    ).match(/"kind":"(run|process-count)"/) !== null
  )
}

/** Bits that tell `count` things apart. */
export function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1)
}
