import 'server-only'
import { PLACE_STATES } from '#lib/anchor/carry.ts'
import { makeSelector } from '#lib/anchor/selector.ts'
import { db } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableSql } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { aboutOf, type Carried, goneFrom, pinnedOf } from './port.ts'
import { wholeOf } from './whole.ts'

/** A revision that came after the thread's own, with the place that the thread has in it. */
export type ThreadPlace = {
  readonly revision: number
  /** A block of that revision, or the head of a write-up (`goneFrom`). */
  readonly blockKey: string
  readonly carried: Carried
}

/** The words at its place in the newest revision, with up to 64 units around them. */
export type WordsNow = {
  readonly revision: number
  readonly exact: string
  readonly prefix: string
  readonly suffix: string
}

export type ThreadPlaces = {
  /** The newest first. */
  readonly places: readonly ThreadPlace[]
  /** Null: it has no words there, or was opened there. */
  readonly now: WordsNow | null
}

type Row = {
  id: string
  revision: number
  from: number
  writeup: string
  about: string
  step: string | null
  state: string | null
  key: string | null
  start: number | null
  end: number | null
  survival: number | null
  pinned_by: string | null
  /** The revision of which they said it. */
  pinned_in: number | null
}

/** Where a thread stands in each revision that came after its own; nothing for who may not read it. */
export async function placesOf(viewer: Viewer, slug: string, number: number): Promise<ThreadPlaces> {
  if (!isSlug(slug)) return { places: [], now: null }
  const rows = await db().$queryRaw<Row[]>`
    SELECT r.id::text, r.number AS revision, opened.number AS "from", own.writeup, a.about, port.step, port.state, port.block_key AS key,
           port.text_start AS start, port.text_end AS "end", port.survival, pinner.name AS pinned_by, pinner.number AS pinned_in
    FROM thread t JOIN proposal p ON p.id = t.proposal_id JOIN revision opened ON opened.id = t.opened_on
      JOIN anchor a ON a.thread_id = t.id
      JOIN block own ON own.revision_id = a.revision_id AND own.block_key = a.block_key
      JOIN revision r ON r.proposal_id = t.proposal_id AND r.number > opened.number
      LEFT JOIN anchor_port port ON port.thread_id = t.id AND port.revision_id = r.id
      LEFT JOIN LATERAL (SELECT person.name, said.number FROM anchor_port pin JOIN revision said ON said.id = pin.revision_id
                         JOIN person ON person.id = pin.pinned_by
                         WHERE pin.thread_id = t.id AND said.number <= r.number ORDER BY said.number DESC LIMIT 1) AS pinner ON true
    WHERE p.slug = ${slug} AND ${readableSql(viewer, 'p')} AND t.number = ${number}
    ORDER BY r.number DESC`
  const places = rows.map((row): ThreadPlace => {
    const { key, start, end } = row
    const state = PLACE_STATES.find((one) => one === row.state) ?? 'orphaned'
    const words =
      key === null || start === null || end === null || state === 'block' || row.about === 'whole'
        ? null
        : { blockKey: key, start, end }
    return {
      revision: row.revision,
      blockKey: row.about === 'whole' ? wholeOf(row.writeup) : (key ?? goneFrom(row.writeup)),
      carried: {
        ...{ state, survival: row.survival ?? 0, from: row.from, ...pinnedOf(row, row.revision), words },
        ...aboutOf(row.about, row.step),
      },
    }
  })
  const [newest] = rows
  // What a step says are no words of the text.
  const words = newest?.about === 'passage' ? places[0]?.carried.words : null
  return { places, now: newest && words ? await wordsAt(newest, words) : null }
}

async function wordsAt(
  { id, revision }: Row,
  words: NonNullable<Carried['words']>,
): Promise<WordsNow | null> {
  const stored = await db().revision.findUnique({
    where: { id },
    select: {
      plainText: true,
      textVersion: true,
      blocks: { where: { key: words.blockKey }, select: { key: true, textStart: true, textEnd: true } },
    },
  })
  const [block] = stored?.blocks ?? []
  if (!stored || !block) return null
  const made = makeSelector(
    {
      text: stored.plainText,
      textVersion: stored.textVersion,
      blocks: [{ key: block.key, start: block.textStart, end: block.textEnd }],
    },
    block.key,
    { start: words.start, end: words.end },
  )
  if (!made.ok) return null
  const { exact, prefix, suffix } = made.value
  return { revision, exact, prefix, suffix }
}
