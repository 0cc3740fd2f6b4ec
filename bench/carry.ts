/**
 * What publishing a revision of 20,000 words costs the words: the map and 800 threads carried by it, and the difference that a
 * reader is shown. No database, which adds a write of 800 rows.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { carryAnchor } from '#lib/anchor/carry-anchor.ts'
import { differenceOf } from '#lib/anchor/difference.ts'
import { type MappedText, mapRevisions } from '#lib/anchor/revision-map.ts'
import { editText, PROFILES } from '#lib/anchor/samples/edit-text.ts'

const WORDS = 20_000
const THREADS = 800
const ROUNDS = 5
const SAMPLES = join(process.cwd(), 'lib/anchor/samples')

/** Of the samples, again and again, in each copy with half of the longer words another: no long text repeats itself. */
function longText(): string {
  const samples = ['problem.txt', 'lifetime.txt'].map((name) => readFileSync(join(SAMPLES, name), 'utf8'))
  const copies: string[] = []
  let words = 0
  for (let copy = 0; words < WORDS; copy++) {
    const text = (samples[copy % 2] ?? '').replace(/\b[a-z]{5,}\b/g, (word) =>
      word.length % 2 === copy % 2 ? word : `${word}${String.fromCharCode(97 + (copy % 26))}`,
    )
    copies.push(text)
    words += text.split(/\s+/).length
  }
  return copies.join('\n\n')
}

function revisionOf(text: string): MappedText {
  const blocks = [...text.matchAll(/(?:[^\n]|\n(?!\s*\n))+/g)].map((match, at) => ({
    key: String(at),
    start: match.index,
    end: match.index + match[0].length,
    isNamed: false,
  }))
  return { text, blocks }
}

function timed(work: () => void): number {
  const began = performance.now()
  work()
  return Math.round(performance.now() - began)
}

/** What was done, with the words of its text, and how long each of five times took, in ms. */
export function carryTimes(): { readonly what: string; readonly times: number[] }[] {
  const profile = PROFILES.usual
  if (!profile) throw new Error('no profile')
  const pair = editText(longText(), [], profile, THREADS, 1)
  const [old, now] = [revisionOf(pair.old), revisionOf(pair.new)]
  const anchors = pair.anchors.flatMap(({ start, end }) => {
    const block = old.blocks.find((one) => one.start <= start && start < one.end)
    return block
      ? [{ key: block.key, start: start - block.start, end: Math.min(end, block.end) - block.start }]
      : []
  })
  const words = pair.old.split(/\s+/).length
  const costs = {
    [`map and ${anchors.length} threads carried, ${words} words`]: () => {
      const revisions = mapRevisions(old, now)
      for (const anchor of anchors) carryAnchor(revisions, anchor)
    },
    [`map and difference, ${words} words`]: () => {
      differenceOf(mapRevisions(old, now))
    },
  }
  return Object.entries(costs).map(([what, work]) => ({
    what,
    times: Array.from({ length: ROUNDS }, () => timed(work)),
  }))
}
