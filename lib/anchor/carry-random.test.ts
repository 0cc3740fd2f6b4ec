import { expect, test } from 'vitest'
import { randomOf } from '#lib/anchor/samples/edit-text.ts'
import { testNumber } from '#lib/env.server.ts'
import { type AnchorInBlock, carryAnchor, carryWhole } from './carry-anchor.ts'
import { type MappedText, mapRevisions } from './revision-map.ts'

/**
 * Texts of two documents that are edited three times, in any way, with threads on each of their revisions: what is true of
 * where those stand, whatever the edits were. `acts/carry-random.database.test.ts` asks the same of pages, files and mail, of
 * fewer sequences.
 */
const SEQUENCES = testNumber('RANDOM_EDITS', 10_000)
const SEED = testNumber('RANDOM_SEED', 20261207)
const REVISIONS = 3
const ANCHORS = 3

/** `id` stays while not a word of it changes. */
type Paragraph = {
  readonly id: number
  readonly words: readonly string[]
  readonly document: string
  readonly name?: string
}
type Revision = { readonly paragraphs: readonly Paragraph[]; readonly mapped: MappedText }
type Random = () => number

const WORDS = Array.from({ length: 600 }, (_, n) => `w${n.toString(36)}`)
const nat = (random: Random, below: number) => Math.floor(random() * below)
const pick = <T>(random: Random, list: readonly T[]) => list[nat(random, list.length)] as T

let ids = 0
const paragraph = (words: readonly string[], document: string, name?: string): Paragraph => ({
  ...{ id: ids++, words, document },
  ...(name === undefined ? {} : { name }),
})
const someWords = (random: Random) => Array.from({ length: 12 + nat(random, 12) }, () => pick(random, WORDS))

function revisionOf(paragraphs: readonly Paragraph[], number: number): Revision {
  let text = ''
  const blocks = paragraphs.map(({ words, document, name }, at) => {
    if (text !== '') text += '\n\n'
    const start = text.length
    text += words.join(' ')
    const key = name ?? `v${number}-${at}`
    return { key, start, end: text.length, isNamed: name !== undefined, document }
  })
  return { paragraphs, mapped: { text, blocks } }
}

/** Documents stay in their order, as those of a revision do. */
const inOrder = (paragraphs: readonly Paragraph[]) =>
  [...paragraphs].sort((a, b) => a.document.localeCompare(b.document))

const EDITS: readonly ((paragraphs: readonly Paragraph[], random: Random) => Paragraph[])[] = [
  (all, random) => all.filter(() => random() < 0.75),
  (all) => all.toReversed(),
  (all, random) => all.toSpliced(nat(random, all.length + 1), 0, paragraph(someWords(random), 'a')),
  (all, random) => {
    const [moved] = all.slice(nat(random, all.length))
    if (!moved) return [...all]
    const rest = all.filter((one) => one !== moved)
    return rest.toSpliced(nat(random, rest.length + 1), 0, moved)
  },
  (all, random) =>
    all.map(({ words, document, name }, at) =>
      random() < 0.5
        ? (all[at] as Paragraph)
        : paragraph(
            words.map((word) => (random() < 0.15 ? pick(random, WORDS) : word)),
            document,
            name,
          ),
    ),
  (all) =>
    all.flatMap((one) =>
      one.words.length < 16 || one.name !== undefined
        ? [one]
        : [paragraph(one.words.slice(0, 9), one.document), paragraph(one.words.slice(9), one.document)],
    ),
  (all) => {
    const [first, second, ...rest] = all
    return first && second && first.document === second.document
      ? [paragraph([...first.words, ...second.words], first.document, first.name), ...rest]
      : [...all]
  },
  (all, random) => all.map((one) => paragraph(someWords(random), one.document)),
  (all) => all.filter(({ document }) => document !== 'b'),
  (all) => [...all],
]

function anchorIn({ paragraphs, mapped }: Revision, random: Random): AnchorInBlock & { id: number } {
  const at = nat(random, paragraphs.length)
  const [block, { id, words }] = [mapped.blocks[at], paragraphs[at] as Paragraph]
  if (!block) throw new Error('no block')
  if (random() < 0.3) return { id, key: block.key, start: 0, end: block.end - block.start }
  const from = nat(random, words.length - 1)
  const upTo = from + 1 + nat(random, words.length - from)
  const start = words.slice(0, from).join(' ').length + (from > 0 ? 1 : 0)
  return { id, key: block.key, start, end: start + words.slice(from, upTo).join(' ').length }
}

test('of 10,000 sequences of edits each thread has one place in each later revision, and what nobody touched keeps its words', {
  timeout: 60_000 + SEQUENCES * 60,
}, () => {
  const random = randomOf(SEED)
  const seen = { untouched: 0, sure: 0, gone: 0, again: 0 }
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    let paragraphs = inOrder(
      Array.from({ length: 3 + nat(random, 5) }, (_, at) =>
        paragraph(someWords(random), at % 3 === 2 ? 'b' : 'a', at === 1 ? 'claim-one' : undefined),
      ),
    )
    const revisions: Revision[] = []
    for (let number = 1; number <= REVISIONS; number++) {
      if (number > 1)
        for (let edits = 1 + nat(random, 2); edits > 0; edits--)
          paragraphs = inOrder(pick(random, EDITS)(paragraphs, random))
      if (paragraphs.length === 0) paragraphs = [paragraph(someWords(random), 'a')]
      revisions.push(revisionOf(paragraphs, number))
    }
    for (const [from, old] of revisions.entries()) {
      const anchors = Array.from({ length: ANCHORS }, () => anchorIn(old, random))
      for (const now of revisions.slice(from + 1)) {
        const map = mapRevisions(old.mapped, now.mapped)
        const told = () => `seed ${SEED}, sequence ${sequence}\n${old.mapped.text}\n----\n${now.mapped.text}`
        for (const anchor of anchors) {
          const place = carryAnchor(map, anchor)
          if (sequence % 100 === 0) {
            seen.again++
            expect(carryAnchor(mapRevisions(old.mapped, now.mapped), anchor)).toEqual(place)
          }
          const kept = now.paragraphs.findIndex(({ id }) => id === anchor.id)
          if (place.state === 'orphaned') {
            seen.gone++
            if (kept >= 0) throw new Error(`${anchor.key} ${anchor.start} is lost\n${told()}`)
            continue
          }
          const at = now.mapped.blocks.filter(({ key }) => key === place.key)
          const [block] = at
          if (!block || at.length > 1) throw new Error(`it stands at ${at.length} places\n${told()}`)
          if (!(place.start >= 0 && place.start < place.end && place.end <= block.end - block.start))
            throw new Error(`${place.key} has no ${place.start} to ${place.end}\n${told()}`)
          if (kept < 0) continue
          seen.untouched++
          const words = old.mapped.text.slice(...rangeOf(old, anchor))
          if (now.mapped.blocks[kept] === block && now.mapped.text.slice(...rangeOf(now, place)) === words)
            seen.sure++
          else throw new Error(`${words} became ${now.mapped.text.slice(...rangeOf(now, place))}\n${told()}`)
        }
        for (const key of old.mapped.blocks.slice(0, 1).map((block) => block.key)) {
          const whole = carryWhole(map, key)
          const document = old.mapped.blocks[0]?.document
          const isThere = now.mapped.blocks.some((block) => block.document === document)
          if ((whole.state === 'exact') !== isThere) throw new Error(`a whole document\n${told()}`)
        }
      }
    }
  }
  expect(seen.sure).toBe(seen.untouched)
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(SEQUENCES / 100)
})

function rangeOf(
  { mapped }: Revision,
  { key, start, end }: { readonly key: string; readonly start: number; readonly end: number },
): [number, number] {
  const from = mapped.blocks.find((block) => block.key === key)?.start ?? 0
  return [from + start, from + end]
}
