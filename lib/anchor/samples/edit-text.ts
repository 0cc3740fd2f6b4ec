/**
 * Edits a text as authors do and knows what became of each word: texts with an exact truth, for tests and `bench:anchor`.
 *
 * The same seed gives the same edits. A document is paragraphs of pieces (words and signs); each piece of the old text has a
 * number, and what replaces it carries that number on.
 */

export type EditProfile = {
  /** Of the words, how many are replaced one by one. */
  readonly replaced: number
  /** Of the sentences. */
  readonly deletedSentences: number
  readonly insertedSentences: number
  /** Of the paragraphs. */
  readonly moved: number
  readonly swapped: number
  readonly split: number
  readonly merged: number
  readonly rewritten: number
  readonly deleted: number
  readonly inserted: number
  /** Of the inserted sentences, those that the text has already. */
  readonly copied: number
  /** Columns of the new text; the old one has 72. */
  readonly width: number
}

export const PROFILES: Readonly<Record<string, EditProfile>> = {
  rewrapped: profile({ width: 50 }),
  light: profile({ replaced: 0.01, deletedSentences: 0.01, insertedSentences: 0.02 }),
  usual: profile({
    replaced: 0.03,
    deletedSentences: 0.05,
    insertedSentences: 0.06,
    moved: 0.03,
    split: 0.04,
    merged: 0.04,
    rewritten: 0.03,
    deleted: 0.02,
    inserted: 0.03,
    width: 60,
  }),
  heavy: profile({
    replaced: 0.08,
    deletedSentences: 0.1,
    insertedSentences: 0.12,
    moved: 0.08,
    swapped: 0.08,
    split: 0.06,
    merged: 0.06,
    rewritten: 0.1,
    deleted: 0.06,
    inserted: 0.08,
    copied: 0.1,
    width: 84,
  }),
}

function profile(changes: Partial<EditProfile>): EditProfile {
  const none = { replaced: 0, deletedSentences: 0, insertedSentences: 0, moved: 0, swapped: 0, split: 0 }
  return { ...none, merged: 0, rewritten: 0, deleted: 0, inserted: 0, copied: 0, width: 72, ...changes }
}

export type Truth = {
  readonly id: string
  readonly start: number
  readonly end: number
  /** `unchanged`: the words as they were, in a paragraph that did not move. */
  readonly kind: 'unchanged' | 'moved' | 'edited' | 'deleted'
  /** In the new text; of what was deleted null. */
  readonly place: { readonly start: number; readonly end: number } | null
}

export type EditedPair = {
  readonly old: string
  readonly new: string
  readonly anchors: readonly Truth[]
  /** Pieces deleted and pieces inserted. */
  readonly edited: number
}

type Piece = {
  readonly text: string
  readonly hasBlank: boolean
  /** Number in the old text; null of what was inserted. */
  readonly id: number | null
  readonly isReplaced: boolean
}
type Paragraph = { readonly pieces: readonly Piece[]; readonly isVerbatim: boolean; readonly home: number }

/** @param others texts from which inserted sentences come. */
export function editText(
  text: string,
  others: readonly string[],
  edits: EditProfile,
  anchors: number,
  seed: number,
): EditedPair {
  const random = randomOf(seed)
  const chance = (share: number) => random() < share
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  const old = paragraphsOf(text)
  const foreign = others.flatMap((other) => paragraphsOf(other)).filter(({ isVerbatim }) => !isVerbatim)
  const words = [...old, ...foreign].flatMap(({ pieces }) =>
    pieces.filter((piece) => isWord(piece.text)).map((piece) => piece.text),
  )
  const inserted = (pieces: readonly Piece[]) =>
    pieces.map((piece) => ({ ...piece, id: null, isReplaced: false }))
  const sentence = () => {
    // Now and then one of the text itself: what stands twice is what is mistaken.
    const from = chance(edits.copied) ? old.filter(({ isVerbatim }) => !isVerbatim) : foreign
    return inserted(pick(sentencesOf(pick(from)?.pieces ?? [])) ?? [])
  }
  const replace = (piece: Piece, share: number): Piece =>
    isWord(piece.text) && chance(share)
      ? { ...piece, text: otherThan(piece.text, pick(words) ?? 'word'), isReplaced: true }
      : piece

  let paragraphs: Paragraph[] = []
  for (const paragraph of old) {
    if (chance(edits.deleted)) continue
    if (chance(edits.inserted)) {
      const pieces = [sentence(), sentence(), sentence()].flat()
      if (pieces.length > 0) paragraphs.push({ pieces, isVerbatim: false, home: -1 })
    }
    if (chance(edits.rewritten)) {
      const share = 0.5 + random() * 0.5
      paragraphs.push({ ...paragraph, pieces: paragraph.pieces.map((piece) => replace(piece, share)) })
      continue
    }
    const pieces: Piece[] = []
    for (const one of sentencesOf(paragraph.pieces)) {
      if (!paragraph.isVerbatim && chance(edits.insertedSentences)) pieces.push(...sentence())
      if (!chance(edits.deletedSentences)) pieces.push(...one.map((piece) => replace(piece, edits.replaced)))
    }
    if (pieces.length > 0) paragraphs.push({ ...paragraph, pieces })
  }
  paragraphs = paragraphs.flatMap((paragraph) => {
    const sentences = sentencesOf(paragraph.pieces)
    if (paragraph.isVerbatim || sentences.length < 2 || !chance(edits.split)) return [paragraph]
    const at = 1 + Math.floor(random() * (sentences.length - 1))
    return [
      { ...paragraph, pieces: sentences.slice(0, at).flat() },
      { ...paragraph, pieces: sentences.slice(at).flat() },
    ]
  })
  for (let at = 0; at + 1 < paragraphs.length; at++) {
    const [left, right] = [paragraphs[at], paragraphs[at + 1]]
    if (!left || !right || left.isVerbatim || right.isVerbatim || !chance(edits.merged)) continue
    paragraphs.splice(at, 2, { ...left, pieces: [...left.pieces, ...right.pieces] })
  }
  const moved = new Set<Paragraph>()
  for (let at = 0; at + 1 < paragraphs.length; at++) {
    const [left, right] = [paragraphs[at], paragraphs[at + 1]]
    if (!left || !right || !chance(edits.swapped)) continue
    paragraphs.splice(at, 2, right, left)
    moved.add(left)
    moved.add(right)
  }
  for (const paragraph of [...paragraphs]) {
    if (!chance(edits.moved)) continue
    paragraphs.splice(paragraphs.indexOf(paragraph), 1)
    paragraphs.splice(Math.floor(random() * (paragraphs.length + 1)), 0, paragraph)
    moved.add(paragraph)
  }

  const before = render(old, 72)
  const after = render(paragraphs, edits.width)
  const count = before.places.length
  const images: (Range | undefined)[] = new Array(count).fill(undefined)
  const kept: boolean[] = new Array(count).fill(false)
  const movedIds = new Set<number>()
  let edited = 0
  for (const { piece, range, paragraph } of after.places) {
    if (piece.id === null || piece.isReplaced) edited += 1
    if (piece.id === null) continue
    images[piece.id] = range
    kept[piece.id] = !piece.isReplaced
    if (moved.has(paragraph)) movedIds.add(piece.id)
  }
  edited += kept.filter((is) => !is).length
  const order = new Map(
    after.places.flatMap(({ piece }, at) => (piece.id === null ? [] : [[piece.id, at] as const])),
  )

  const truths: Truth[] = []
  for (let tries = 0; truths.length < anchors && tries < anchors * 8; tries++) {
    const length = chance(0.3) ? 1 + Math.floor(random() * 4) : 4 + Math.floor(random() * 57)
    const from = Math.floor(random() * count)
    const home = before.places[from]?.paragraph
    let to = from
    while (to < count && to - from < length && before.places[to]?.paragraph === home) to += 1
    const ids = Array.from({ length: to - from }, (_, at) => from + at)
    const [first, last] = [before.places[from]?.range, before.places[to - 1]?.range]
    if (!first || !last) continue
    const there = ids.filter((id) => images[id])
    const surviving = ids.filter((id) => kept[id]).length / ids.length
    const spots = there.map((id) => order.get(id) ?? 0)
    const isWhole = surviving === 1 && Math.max(...spots) - Math.min(...spots) === ids.length - 1
    const base = { id: String(truths.length), start: first.start, end: last.end }
    if (there.length === 0) truths.push({ ...base, kind: 'deleted', place: null })
    else if (surviving >= 0.5 && Math.max(...spots) - Math.min(...spots) < ids.length + 80) {
      const ranges = there.flatMap((id) => images[id] ?? [])
      truths.push({
        ...base,
        kind: !isWhole ? 'edited' : ids.some((id) => movedIds.has(id)) ? 'moved' : 'unchanged',
        place: {
          start: Math.min(...ranges.map(({ start }) => start)),
          end: Math.max(...ranges.map(({ end }) => end)),
        },
      })
    }
  }
  return { old: before.text, new: after.text, anchors: truths, edited }
}

type Range = { start: number; end: number }

/** Numbers between 0 and 1 from a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

function paragraphsOf(text: string): Paragraph[] {
  let id = 0
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== '')
    .map((part, home) => {
      const isVerbatim = /^(?:\s{4}|```|\||#|[-*] |\d+\. |<)/m.test(part)
      const pieces = [...part.matchAll(/(\s*)([\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_])/gu)].map(
        (match, at) => ({
          text: match[2] ?? '',
          hasBlank: at > 0 && match[1] !== '',
          id: id++,
          isReplaced: false,
        }),
      )
      return { pieces, isVerbatim, home }
    })
}

function isWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}

function otherThan(word: string, candidate: string): string {
  return candidate === word ? `${word}x` : candidate
}

function sentencesOf(pieces: readonly Piece[]): Piece[][] {
  const sentences: Piece[][] = [[]]
  for (const [at, piece] of pieces.entries()) {
    sentences.at(-1)?.push(piece)
    if (/^[.!?]$/.test(piece.text) && pieces[at + 1]?.hasBlank) sentences.push([])
  }
  return sentences.filter((sentence) => sentence.length > 0)
}

function render(paragraphs: readonly Paragraph[], width: number) {
  const places: { piece: Piece; range: Range; paragraph: Paragraph }[] = []
  let text = ''
  for (const paragraph of paragraphs) {
    if (text !== '') text += '\n\n'
    let lineStart = text.length
    for (const [at, piece] of paragraph.pieces.entries()) {
      if (
        at > 0 &&
        (piece.hasBlank ||
          (/^[.!?]$/.test(paragraph.pieces[at - 1]?.text ?? '') &&
            piece.id !== (paragraph.pieces[at - 1]?.id ?? -2) + 1))
      ) {
        const isFull = text.length - lineStart + piece.text.length + 1 > width
        text += isFull ? '\n' : ' '
        if (isFull) lineStart = text.length
      }
      places.push({
        piece,
        range: { start: text.length, end: text.length + piece.text.length },
        paragraph,
      })
      text += piece.text
    }
  }
  return { text, places }
}
