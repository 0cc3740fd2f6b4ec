/**
 * How much of each thread a reading page shows.
 *
 * A page has a budget: 250 KB on the wire (gzip) and 8,000 elements, whatever is said on it. While everything fits,
 * everything is shown. Beyond that a thread is its head with its first and last comments; where not even that fits, a
 * line; and where a passage has more lines than a reader takes in, a count. Nothing is out of reach: a line, a gap
 * and a count lead to the rest, and open in place where scripts run.
 *
 * What is open comes first, and the newer before the older: that is what readers come for. The sizes are guesses,
 * made before anything is read or rendered, and on the large side; whoever renders checks what came of them.
 */
export type ThreadHead = {
  readonly number: number
  /** The passage. */
  readonly blockKey: string
  readonly isOpen: boolean
  readonly comments: number
  /** Of all its comments, in UTF-8. */
  readonly bytes: number
  /** Of the first and the last comment. */
  readonly endBytes: number
}

/** `ends`: head, first and last comment. */
export type Share = 'whole' | 'ends' | 'line' | 'counted'

/** `bytes`: on the wire. */
export type Room = { readonly elements: number; readonly bytes: number }

export const PAGE_BUDGET: Room = { elements: 8000, bytes: 250_000 }

/** Lines at one passage before the rest are counted, where there is no room for all. */
export const LINES_AT_A_PLACE = 3

const SHARE_OF_LINES = 0.8

/** Measured on seeded discussions; what a writer puts between the lines compresses badly, tags compress well. */
/** Behind its passage, and once more as its head in the margin. */
const LINE: Room = { elements: 4, bytes: 120 }
/** A fold with its line that leads to the rest, and the number of the rest in the margin. */
const COUNT: Room = { elements: 7, bytes: 110 }
/** A passage that has threads: the box below it, its list, and the box of heads in the margin. */
const PLACE: Room = { elements: 3, bytes: 60 }
const HEAD: Room = { elements: 10, bytes: 130 }
/** The line that a thread is folded to, and its head in the margin. */
const FOLD: Room = { elements: 5, bytes: 110 }
const COMMENT: Room = { elements: 12, bytes: 185 }
const TEXT_ON_THE_WIRE = 0.55
/** A box or a link for so many bytes of text. */
const BYTES_OF_AN_ELEMENT = 120

function costOf(comments: number, bytes: number): Room {
  return {
    elements: HEAD.elements + comments * COMMENT.elements + Math.ceil(bytes / BYTES_OF_AN_ELEMENT),
    bytes: HEAD.bytes + comments * COMMENT.bytes + bytes * TEXT_ON_THE_WIRE,
  }
}

const costs = {
  whole: ({ comments, bytes }: ThreadHead) => sumOf(FOLD, costOf(comments, bytes)),
  ends: ({ comments, endBytes }: ThreadHead) => sumOf(FOLD, costOf(Math.min(2, comments), endBytes)),
}

/** @param room what the page has left for threads */
export function planThreads(heads: readonly ThreadHead[], room: Room): ReadonlyMap<number, Share> {
  const places = placesOf(heads)
  const all = [...heads.map(costs.whole), ...Array.from({ length: places }, () => PLACE)]
  if (sum(all, 'elements') <= room.elements && sum(all, 'bytes') <= room.bytes)
    return new Map(heads.map(({ number }) => [number, 'whole']))

  // First everybody's line, or as many as a place may have; then what is left goes to those that are read first.
  const shares = lines(heads, room)
  let { elements, bytes } = room
  const spend = (cost: Room, instead: Room): boolean => {
    const [e, b] = [elements + instead.elements - cost.elements, bytes + instead.bytes - cost.bytes]
    if (e < 0 || b < 0) return false
    elements = e
    bytes = b
    return true
  }
  const counted = placesOf(heads.filter(({ number }) => shares.get(number) === 'counted'))
  const lined = heads.filter(({ number }) => shares.get(number) === 'line').length
  for (const [cost, times] of [
    [PLACE, places],
    [COUNT, counted],
    [LINE, lined],
  ] as const) {
    elements -= cost.elements * times
    bytes -= cost.bytes * times
  }
  const ordered = [...heads]
    .filter(({ number }) => shares.get(number) === 'line')
    .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.number - a.number)
  const shown = ordered.filter((head) => {
    // With at most two comments its ends are all of it.
    const share = head.comments <= 2 ? 'whole' : 'ends'
    if (!spend(costs.ends(head), LINE)) return false
    shares.set(head.number, share)
    return true
  })
  for (const head of shown) {
    if (shares.get(head.number) === 'ends' && spend(costs.whole(head), costs.ends(head)))
      shares.set(head.number, 'whole')
  }
  return shares
}

const placesOf = (heads: readonly ThreadHead[]) => new Set(heads.map(({ blockKey }) => blockKey)).size

/** Lines may take most of the room, since they are what is seen of a discussion; otherwise the newest open ones of each place have one, and the rest are counted. */
function lines(heads: readonly ThreadHead[], room: Room): Map<number, Share> {
  const places = placesOf(heads)
  const isRoomFor = (of: keyof Room) =>
    heads.length * LINE[of] + places * PLACE[of] <= room[of] * SHARE_OF_LINES
  const isRoomForAll = isRoomFor('elements') && isRoomFor('bytes')
  if (isRoomForAll) return new Map(heads.map(({ number }) => [number, 'line']))
  const shares = new Map<number, Share>()
  const atPlace = new Map<string, number>()
  const newestFirst = [...heads].sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.number - a.number)
  const threadsAt = new Map<string, number>()
  for (const { blockKey } of heads) threadsAt.set(blockKey, (threadsAt.get(blockKey) ?? 0) + 1)
  const full = [...threadsAt.values()].filter((threads) => threads > LINES_AT_A_PLACE).length
  // What is the same whichever threads have the lines is paid before any line is.
  const left = (of: keyof Room) => room[of] * SHARE_OF_LINES - threadsAt.size * PLACE[of] - full * COUNT[of]
  let [elements, bytes] = [left('elements'), left('bytes')]
  for (const { number, blockKey } of newestFirst) {
    const before = atPlace.get(blockKey) ?? 0
    atPlace.set(blockKey, before + 1)
    const fits = elements >= LINE.elements && bytes >= LINE.bytes
    if (before < LINES_AT_A_PLACE && fits) {
      elements -= LINE.elements
      bytes -= LINE.bytes
      shares.set(number, 'line')
    } else {
      shares.set(number, 'counted')
    }
  }
  return shares
}

/** A stretch of a thread, by the numbers of its first and last comment. */
export type ThreadPart = { readonly from: number; readonly to: number }

/**
 * What the page of one thread has for comments. A third of it, because a comment may have a form to delete it, more links than
 * words, and words that nothing compresses.
 */
export const THREAD_ROOM: Room = { elements: 2700, bytes: 120_000 }

/**
 * Cuts a thread into parts that fit, in the order of writing: what is written later is in the last part, and makes no other
 * address lead elsewhere. Each part has a comment at least.
 *
 * @param comments in the order of their numbers; `bytes` of their words
 */
export function partsOf(
  comments: readonly { readonly seq: number; readonly bytes: number }[],
  room: Room = THREAD_ROOM,
): readonly ThreadPart[] {
  const parts: { from: number; to: number }[] = []
  let left = room
  for (const { seq, bytes } of comments) {
    const cost = costOf(1, bytes)
    const last = parts.at(-1)
    const rest = { elements: left.elements - cost.elements, bytes: left.bytes - cost.bytes }
    if (last && rest.elements >= 0 && rest.bytes >= 0) {
      last.to = seq
      left = rest
    } else {
      parts.push({ from: seq, to: seq })
      left = { elements: room.elements - cost.elements, bytes: room.bytes - cost.bytes }
    }
  }
  return parts
}

/** The part with this comment; the first where there is no such comment, or none is asked for. */
export function partWith(parts: readonly ThreadPart[], comment: number | null): number {
  const found = comment === null ? -1 : parts.findIndex(({ from, to }) => comment >= from && comment <= to)
  return Math.max(0, found)
}

const sum = (rooms: readonly Room[], of: keyof Room) => rooms.reduce((total, room) => total + room[of], 0)
const sumOf = (a: Room, b: Room): Room => ({ elements: a.elements + b.elements, bytes: a.bytes + b.bytes })

// What a page has beside its threads, measured on the proposals that ship: header, outline and footer; each call in a
// compiled write-up that makes an element; each line of a model that a simulation draws (twice: React's data has it,
// too); the marks of a passage.
const FRAME: Room = { elements: 300, bytes: 20_000 }
const CALL: Room = { elements: 1.4, bytes: 30 }
const MODEL_LINE: Room = { elements: 5.3, bytes: 85 }
const PASSAGE: Room = { elements: 3.2, bytes: 45 }
/** However large the text is: what was said about it must stay visible. */
const LEAST: Room = { elements: 800, bytes: 40_000 }

/** What a page has left for threads, of which the text has its part already. */
export function roomForThreads(page: {
  /** What `compileDocument` made of each document. */
  readonly codes: readonly string[]
  /** Of the models that its simulations draw. */
  readonly modelLines: number
  /** That have marks: to comment on them, and their address. */
  readonly passages: number
}): Room {
  const calls = page.codes.reduce((total, code) => total + (code.match(/\.jsxs?\)\(/g)?.length ?? 0), 0)
  const left = (of: keyof Room) =>
    PAGE_BUDGET[of] -
    FRAME[of] -
    calls * CALL[of] -
    page.modelLines * MODEL_LINE[of] -
    page.passages * PASSAGE[of]
  return { elements: Math.max(LEAST.elements, left('elements')), bytes: Math.max(LEAST.bytes, left('bytes')) }
}

/** Comments that are read in one go. */
export const READ_AT_ONCE = 400

/**
 * Runs of thread numbers, in order, that have so many comments together, or are one thread.
 *
 * @param heads in the order of their numbers
 */
export function readingsOf(
  heads: readonly Pick<ThreadHead, 'number' | 'comments'>[],
): readonly { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = []
  let room = 0
  for (const { number, comments } of heads) {
    const last = runs.at(-1)
    if (last && comments <= room) last.to = number
    else {
      runs.push({ from: number, to: number })
      room = READ_AT_ONCE
    }
    room -= comments
  }
  return runs
}
