import 'server-only'
import { alignBlocks } from '#lib/anchor/align-blocks.ts'
import { carryAnchor, carryWhole } from '#lib/anchor/carry-anchor.ts'
import { type MappedText, mapRevisions, type RevisionMap } from '#lib/anchor/revision-map.ts'
import { ALGORITHM } from '#lib/anchor/token-map.ts'
import { db, type Transaction } from '#lib/db.server.ts'
import type { StepFate } from '#lib/simulation/step-shown.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'
import { isNamedBlock } from '#lib/writeup/blocks/named-block.ts'
import type { PortRow } from './port.ts'

/**
 * The one writer of where threads stand in later revisions (`anchor_port`) and of which block came from which
 * (`block_origin`). Both are derived from what never changes: the texts, and the original anchors.
 *
 * Each thread has a row for each revision that came after its own. Two who write at once do not miss each other: who opens a
 * thread and who publishes both update the proposal's row first, and look at the other's rows after that.
 */

/** Of blocks as they are stored. `writeup` is the document's id. */
type StoredBlock = { key: string; kind: string; writeup: string; textStart: number; textEnd: number }

/** Texts and blocks never change, so an entry is never stale; a pair of long revisions takes a few megabytes. */
const kept = new Map<string, Promise<RevisionMap>>()
const MAPS_KEPT = 6

/** The map between two published revisions. */
export function mapBetween(from: string, to: string, reader: Transaction = db()): Promise<RevisionMap> {
  const name = `${from} ${to}`
  let map = kept.get(name)
  if (!map) {
    map = makeMap(reader, from, to)
    map.catch(() => kept.delete(name))
  }
  kept.delete(name)
  kept.set(name, map)
  const oldest = kept.keys().next().value
  if (kept.size > MAPS_KEPT && oldest !== undefined) kept.delete(oldest)
  return map
}

async function makeMap(reader: Transaction, from: string, to: string): Promise<RevisionMap> {
  // One after the other: inside a transaction there is one connection.
  const old = await textOf(reader, from)
  return mapRevisions(old, await textOf(reader, to))
}

async function textOf(reader: Transaction, id: string): Promise<MappedText> {
  const { plainText, blocks } = await reader.revision.findUniqueOrThrow({
    where: { id },
    select: {
      plainText: true,
      blocks: {
        orderBy: { ord: 'asc' },
        select: { key: true, kind: true, writeup: true, textStart: true, textEnd: true },
      },
    },
  })
  return { text: plainText, blocks: blocks.map(mappedBlock) }
}

const mappedBlock = ({ key, kind, writeup, textStart, textEnd }: StoredBlock) => ({
  key,
  start: textStart,
  end: textEnd,
  isNamed: isNamedBlock({ key, kind, writeup }),
  isDiagram: kind === 'diagram',
  document: writeup,
})

type AnchorRow = {
  thread: string
  revision: string
  key: string
  start: number
  end: number
  /** `passage`, `whole`, `step`. */
  about: string
}

/**
 * What each thread from before a revision points at: what its opener did, or where somebody last said by hand that it stands.
 * Nothing that was derived: however many revisions lie between, a place is one hop from what a person pointed at.
 */
function anchorsBefore(
  tx: Transaction,
  proposalId: string,
  number: number,
): Promise<(AnchorRow & { number: number })[]> {
  return tx.$queryRaw`
    SELECT t.id::text AS thread, t.number, coalesce(pin.revision_id, a.revision_id)::text AS revision,
           coalesce(pin.block_key, a.block_key) AS key, coalesce(pin.text_start, a.text_start) AS start,
           coalesce(pin.text_end, a.text_end) AS "end", a.about
    FROM anchor a JOIN thread t ON t.id = a.thread_id JOIN revision r ON r.id = t.opened_on
      LEFT JOIN LATERAL (SELECT p.revision_id, p.block_key, p.text_start, p.text_end
                         FROM anchor_port p JOIN revision said ON said.id = p.revision_id
                         WHERE p.thread_id = t.id AND p.pinned_by IS NOT NULL AND said.number < ${number}
                         ORDER BY said.number DESC LIMIT 1) AS pin ON true
    WHERE t.proposal_id = ${proposalId}::uuid AND r.number < ${number}
    ORDER BY r.number, t.number`
}

/** In the transaction that publishes it, once the revision and its blocks are written. How many threads it has from before. */
export async function carryToRevision(
  tx: Transaction,
  { proposalId, revisionId: id, number }: { proposalId: string; revisionId: string; number: number },
): Promise<number> {
  if (number === 1) return 0
  const mapFrom = mapsTo(tx, id)
  await writeOrigins(tx, proposalId, number, id, mapFrom)
  const anchors = await anchorsBefore(tx, proposalId, number)
  await writePorts(tx, await portsOf(anchors, id, mapFrom))
  return anchors.length
}

/** Of threads that were just opened on a revision that is not the newest: where they stand in the later ones. */
export async function carryNewThreads(tx: Transaction, threads: readonly AnchorRow[]): Promise<void> {
  if (threads.length === 0) return
  const revisions = [...new Set(threads.map(({ revision }) => revision))]
  const later = await tx.$queryRaw<{ revision: string; later: string }[]>`
    SELECT r.id::text AS revision, l.id::text AS later
    FROM revision r JOIN revision l ON l.proposal_id = r.proposal_id AND l.number > r.number
    WHERE r.id = ANY (${revisions}::uuid[]) ORDER BY l.number`
  for (const { revision, later: to } of later) {
    const own = threads.filter((thread) => thread.revision === revision)
    const mapFrom = (from: string) => mapBetween(from, to, tx)
    await writePorts(tx, await portsOf(own, to, mapFrom))
  }
}

/**
 * Where the threads of a proposal would stand in a text that is not published: what `carryToRevision` would write of it.
 *
 * @param number of the revision that it would be
 */
export async function placesInText(
  proposalId: string,
  number: number,
  now: MappedText,
): Promise<readonly (Omit<PortRow, 'revision'> & { readonly number: number })[]> {
  const made = new Map<string, RevisionMap>()
  const mapFrom: MapFrom = async (from) => {
    const map = made.get(from) ?? mapRevisions(await textOf(db(), from), now)
    made.set(from, map)
    return map
  }
  const anchors = await anchorsBefore(db(), proposalId, number)
  const ports = await portsOf(anchors, '', mapFrom)
  return ports.map(({ revision: _, ...port }, at) => ({ ...port, number: anchors[at]?.number ?? 0 }))
}

/** Blocks of a bundle as they are mapped once they are stored. */
export const mappedText = ({
  text,
  blocks,
}: {
  readonly text: string
  readonly blocks: readonly Pick<Block, 'key' | 'kind' | 'writeup' | 'start' | 'end'>[]
}): MappedText => ({
  text,
  blocks: blocks.map(({ start: textStart, end: textEnd, ...block }) =>
    mappedBlock({ ...block, textStart, textEnd }),
  ),
})

/** Maps from earlier revisions to one, each made once and none kept: what is being published may yet fail. */
type MapFrom = (from: string) => Promise<RevisionMap>
function mapsTo(reader: Transaction, to: string): MapFrom {
  const made = new Map<string, RevisionMap>()
  return async (from) => {
    const known = made.get(from)
    if (known) return known
    const map = await makeMap(reader, from, to)
    made.set(from, map)
    return map
  }
}

async function portsOf(anchors: readonly AnchorRow[], to: string, mapFrom: MapFrom): Promise<PortRow[]> {
  const ports: PortRow[] = []
  for (const { thread, revision, key, start, end, about } of anchors) {
    const map = await mapFrom(revision)
    const place = about === 'whole' ? carryWhole(map, key) : carryAnchor(map, { key, start, end })
    const at = place.state === 'orphaned' ? { key: null, start: null, end: null } : place
    ports.push({
      thread,
      revision: to,
      state: place.state,
      key: at.key,
      start: at.start,
      end: at.end,
      // As it is told, and compared when it is derived again.
      survival: Math.round(place.survival * 1000) / 1000,
    })
  }
  return ports
}

/** In one statement; what somebody said by hand stays. */
async function writePorts(tx: Transaction, ports: readonly PortRow[]): Promise<number> {
  if (ports.length === 0) return 0
  return tx.$executeRaw`
    INSERT INTO anchor_port (thread_id, revision_id, state, block_key, text_start, text_end, survival, algorithm)
    SELECT thread, revision, state, key, start, "end", survival, ${ALGORITHM}
    FROM jsonb_to_recordset(${JSON.stringify(ports)}::jsonb)
      AS r(thread uuid, revision uuid, state text, key text, start int, "end" int, survival float8)
    ON CONFLICT (thread_id, revision_id) DO UPDATE SET state = excluded.state, block_key = excluded.block_key,
      text_start = excluded.text_start, text_end = excluded.text_end, survival = excluded.survival, algorithm = excluded.algorithm
    WHERE anchor_port.pinned_by IS NULL`
}

/** Whether later models still go the ways of steps; a thread that is not carried there has none. */
export async function writeFates(
  tx: Transaction,
  fates: readonly { readonly thread: string; readonly revision: string; readonly step: StepFate }[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE anchor_port SET step = r.step
    FROM jsonb_to_recordset(${JSON.stringify(fates)}::jsonb) AS r(thread uuid, revision uuid, step text)
    WHERE anchor_port.thread_id = r.thread AND anchor_port.revision_id = r.revision`
}

/** Where a person says that a thread stands: UTF-16 offsets in the block's text, or the whole block. */
export type Pin = {
  readonly threadId: string
  readonly revisionId: string
  readonly blockKey: string
  readonly start: number
  readonly end: number
  /** About the block, and no words of it. */
  readonly isWhole: boolean
  readonly by: string
  readonly at: Date
}

/** False: they said the same before. The share is 1: nothing was lost of what they point at. */
export async function pinPort(tx: Transaction, pin: Pin): Promise<boolean> {
  const place = {
    state: pin.isWhole ? 'block' : 'moved',
    ...{ blockKey: pin.blockKey, textStart: pin.start, textEnd: pin.end },
  }
  const id = { threadId: pin.threadId, revisionId: pin.revisionId }
  const known = await tx.anchorPort.findFirst({
    where: { ...id, ...place, pinnedBy: pin.by },
    select: { threadId: true },
  })
  if (known) return false
  const said = { ...place, survival: 1, algorithm: ALGORITHM, pinnedBy: pin.by, pinnedAt: pin.at }
  await tx.anchorPort.upsert({
    where: { threadId_revisionId: id },
    create: { ...id, ...said },
    update: said,
    select: { threadId: true },
  })
  return true
}

async function writeOrigins(
  tx: Transaction,
  proposalId: string,
  number: number,
  id: string,
  mapFrom: MapFrom,
): Promise<void> {
  const before = await tx.revision.findUnique({
    where: { proposalId_number: { proposalId, number: number - 1 } },
    select: { id: true },
  })
  if (!before) return
  const map = await mapFrom(before.id)
  const { origins } = alignBlocks(map)
  const rows = map.now.blocks.map(({ key }, at) => ({
    key,
    previous: map.old.blocks[origins[at]?.[0] ?? -1]?.key ?? null,
  }))
  await tx.$executeRaw`
    INSERT INTO block_origin (revision_id, block_key, previous_key, algorithm)
    SELECT ${id}::uuid, key, previous, ${ALGORITHM}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(key text, previous text)
    ON CONFLICT (revision_id, block_key) DO UPDATE SET previous_key = excluded.previous_key, algorithm = excluded.algorithm`
}

/** A thread that stands elsewhere, or whose share is another, when its place is derived today. */
export type PortChange = {
  readonly thread: number
  readonly revision: number
  readonly before: StoredPort | null
  readonly now: StoredPort
  /** It was said by hand, and stays. */
  readonly isPinned: boolean
}
type StoredPort = Pick<PortRow, 'state' | 'key' | 'start' | 'end' | 'survival'>

/** Derives the places of all threads of a proposal again: what is another now. `isWritten`: and keeps that. */
export async function deriveAgain(
  tx: Transaction,
  proposalId: string,
  isWritten: boolean,
): Promise<PortChange[]> {
  const revisions = await tx.revision.findMany({
    where: { proposalId },
    orderBy: { number: 'asc' },
    select: { id: true, number: true },
  })
  const changes: PortChange[] = []
  for (const { id, number } of revisions.slice(1)) {
    const anchors = await anchorsBefore(tx, proposalId, number)
    const mapFrom = mapsTo(tx, id)
    const ports = await portsOf(anchors, id, mapFrom)
    const rows = await tx.anchorPort.findMany({
      where: { revisionId: id },
      select: {
        threadId: true,
        state: true,
        blockKey: true,
        textStart: true,
        textEnd: true,
        survival: true,
        pinnedBy: true,
      },
    })
    const stored = new Map(rows.map((row) => [row.threadId, row]))
    for (const [at, port] of ports.entries()) {
      const row = stored.get(port.thread)
      const before = row && {
        ...{ state: row.state, key: row.blockKey, start: row.textStart, end: row.textEnd },
        survival: row.survival,
      }
      const { state, key, start, end, survival } = port
      const now = { state, key, start, end, survival }
      if (before && JSON.stringify(before) === JSON.stringify(now)) continue
      const isPinned = row !== undefined && row.pinnedBy !== null
      changes.push({
        thread: anchors[at]?.number ?? 0,
        revision: number,
        before: before ?? null,
        now,
        isPinned,
      })
    }
    if (!isWritten) continue
    await writeOrigins(tx, proposalId, number, id, mapFrom)
    await writePorts(tx, ports)
  }
  return changes
}

/** What was published before there were places: how many were written. Run again it writes none. */
export async function fillPorts(): Promise<number> {
  const proposals = await db().$queryRaw<{ id: string }[]>`
    SELECT DISTINCT r.proposal_id::text AS id FROM revision r
    WHERE r.number > 1 AND (
      NOT EXISTS (SELECT 1 FROM block_origin o WHERE o.revision_id = r.id)
      OR EXISTS (SELECT 1 FROM anchor a JOIN thread t ON t.id = a.thread_id JOIN revision opened ON opened.id = t.opened_on
                 WHERE t.proposal_id = r.proposal_id AND opened.number < r.number
                   AND NOT EXISTS (SELECT 1 FROM anchor_port p WHERE p.thread_id = t.id AND p.revision_id = r.id)))`
  let filled = 0
  for (const { id } of proposals) {
    filled += await db().$transaction(
      async (tx) => (await deriveAgain(tx, id, true)).filter(({ before }) => before === null).length,
      { timeout: 600_000 },
    )
  }
  return filled
}
