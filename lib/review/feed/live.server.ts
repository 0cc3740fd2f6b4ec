import 'server-only'
import { db, listen } from '#lib/db.server.ts'
import { log } from '#lib/log.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findReadable, isReadable } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { isStopping, onStop } from '#lib/stopping.server.ts'
import { heardOf, type LiveChange, liveChange } from './live-event.ts'

/**
 * Tells pages that are open what happens to their proposal, as server-sent events (the HTML standard, section 9.2).
 *
 * The database says that there is something (`NOTIFY`, ids alone: prisma/rules/event.sql) to one connection of each process;
 * what it is this process reads from the log, from where each reader was. So nothing is lost when a notification is, or when
 * the connection was away for a while, and two instances of the app see each other's. Within a proposal the numbers of events
 * are given under its lock: whoever has read one has read all before it.
 */
const CHANNEL = 'coherent_event'

/** Readers at once: of this process, of one person, and from one network without an account (whole companies are one). */
export type Bounds = { readonly all: number; readonly ofPerson: number; readonly ofNetwork: number }
export const BOUNDS: Bounds = { all: 400, ofPerson: 8, ofNetwork: 40 }

/** What comes together is told together. */
const TOGETHER_MS = 150
/** So that nobody between takes a quiet line for a dead one. */
const BEAT_MS = 20_000
/** Then a browser asks again by itself, as whoever is signed in by then. */
const LONGEST_MS = 15 * 60_000
/** After a line that broke. */
const RETRY_MS = 3000
/** Events that are read at once, and that are told to who was away: of what was before them nobody waits for news. */
const AT_ONCE = 500
/** Pieces that wait for a slow reader; beyond them it is cut off, and asks again from where it was. */
const WAITING = 32

type Reader = {
  readonly proposalId: string
  readonly viewer: Viewer
  readonly network: string
  readonly since: number
  /** The last event that was read for it. */
  at: bigint
  readonly send: (text: string) => void
  readonly end: () => void
}

type Hub = {
  readonly readers: Map<string, Set<Reader>>
  /** Proposals whose log is read, or will be in a moment; again: something came meanwhile. */
  readonly busy: Map<string, 'once' | 'again'>
  listening: { readonly end: () => Promise<void> } | null
  beat: NodeJS.Timeout | null
}

export function newHub(): Hub {
  return { readers: new Map(), busy: new Map(), listening: null, beat: null }
}

// Next evaluates this module once for each of its bundles: one connection for all of them.
const kept = globalThis as typeof globalThis & { coherentLive?: Hub }
kept.coherentLive ??= newHub()

export type LiveAsked = {
  readonly viewer: Viewer
  readonly slug: string
  /** The last event that the page knows; null: what comes from now on. */
  readonly after: bigint | null
  readonly network: string
}

/** The number of the last event of a proposal, for a page that is made now; null: there is no such proposal. */
export async function lastEvent(viewer: Viewer, slug: string): Promise<bigint | null> {
  const proposal = isSlug(slug) ? await findReadable(viewer, slug) : null
  return proposal ? lastOf(proposal.id) : null
}

async function lastOf(proposalId: string): Promise<bigint> {
  const row = await db().event.findFirst({
    where: { proposalId },
    orderBy: { id: 'desc' },
    select: { id: true },
  })
  return row?.id ?? 0n
}

/**
 * From where somebody is told who names an event. Whoever names one of long ago would have the log read again and again,
 * while all others who follow the proposal wait.
 */
async function startOf(proposalId: string, after: bigint | null): Promise<bigint> {
  if (after === null) return lastOf(proposalId)
  const [oldest] = await db().event.findMany({
    where: { proposalId },
    orderBy: { id: 'desc' },
    skip: AT_ONCE,
    take: 1,
    select: { id: true },
  })
  return oldest !== undefined && oldest.id > after ? oldest.id : after
}

/** What happened since, once: for whoever asks now and then in place of listening. */
export async function changesSince(
  viewer: Viewer,
  slug: string,
  after: bigint | null,
): Promise<{ readonly after: string; readonly changes: readonly LiveChange[] } | null> {
  const proposal = isSlug(slug) ? await findReadable(viewer, slug) : null
  if (!proposal) return null
  const from = await startOf(proposal.id, after)
  const rows = await eventsAfter(proposal.id, from)
  return { after: String(rows.at(-1)?.id ?? from), changes: changesFor(viewer, rows, from) }
}

type Row = { id: bigint; kind: string; subject: unknown; actorId: string | null }

const eventsAfter = (proposalId: string, after: bigint): Promise<Row[]> =>
  db().event.findMany({
    where: { proposalId, id: { gt: after } },
    orderBy: { id: 'asc' },
    take: AT_ONCE,
    select: { id: true, kind: true, subject: true, actorId: true },
  })

/** One's own is no news. */
const changesFor = (viewer: Viewer, rows: readonly Row[], after: bigint): LiveChange[] =>
  rows.flatMap(({ id, kind, subject, actorId }) => {
    const change =
      id > after && (viewer === null || actorId !== viewer.personId) ? liveChange(kind, subject) : null
    return change ? [change] : []
  })

/** @returns the bytes of the stream; `missing`: there is no such proposal for the viewer */
export async function openLive(
  { viewer, slug, after, network }: LiveAsked,
  hub: Hub = kept.coherentLive ?? newHub(),
  bounds: Bounds = BOUNDS,
): Promise<Result<ReadableStream<Uint8Array>, 'missing' | 'too-many' | 'stopping'>> {
  if (isStopping()) return err('stopping')
  const proposal = isSlug(slug) ? await findReadable(viewer, slug) : null
  if (!proposal) return err('missing')
  const from = await startOf(proposal.id, after)
  if (!isRoom(hub, bounds, viewer, network)) return err('too-many')
  startListening(hub)
  let reader: Reader | null = null
  const bytes = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const made: Reader = {
          ...{ proposalId: proposal.id, viewer, network, since: Date.now(), at: from },
          send: (text) => {
            if ((controller.desiredSize ?? 0) <= 0) made.end()
            else controller.enqueue(bytes.encode(text))
          },
          end: () => {
            if (forget(hub, made)) controller.close()
          },
        }
        reader = made
        const here = hub.readers.get(proposal.id) ?? new Set()
        hub.readers.set(proposal.id, here.add(made))
        // An event without data is none for a page, but a browser keeps its number for when the line breaks.
        made.send(`retry: ${RETRY_MS}\nid: ${from}\n\n`)
      },
      cancel() {
        if (reader) forget(hub, reader)
      },
    },
    new CountQueuingStrategy({ highWaterMark: WAITING }),
  )
  // What happened between the making of the page and now.
  readSoon(hub, proposal.id)
  return ok(stream)
}

function isRoom(hub: Hub, bounds: Bounds, viewer: Viewer, network: string): boolean {
  const all = [...hub.readers.values()].flatMap((readers) => [...readers])
  const own = all.filter((one) =>
    viewer ? one.viewer?.personId === viewer.personId : one.viewer === null && one.network === network,
  )
  return all.length < bounds.all && own.length < (viewer ? bounds.ofPerson : bounds.ofNetwork)
}

/** False: it was forgotten before. */
function forget(hub: Hub, reader: Reader): boolean {
  const here = hub.readers.get(reader.proposalId)
  const was = here?.delete(reader) ?? false
  if (here?.size === 0) hub.readers.delete(reader.proposalId)
  return was
}

function startListening(hub: Hub): void {
  if (hub.listening) return
  hub.listening = listen(CHANNEL, {
    heard: (payload) => {
      const heard = heardOf(payload)
      if (heard && hub.readers.has(heard.proposalId)) readSoon(hub, heard.proposalId)
    },
    // Nobody has told us what happened while we did not listen.
    connected: () => {
      for (const proposalId of hub.readers.keys()) readSoon(hub, proposalId)
    },
    lost: (error) => log.warn('the connection that listens for events was lost', { error }),
  })
  hub.beat = setInterval(() => {
    const over = Date.now() - LONGEST_MS
    for (const reader of [...hub.readers.values()].flatMap((readers) => [...readers]))
      if (reader.since < over) reader.end()
      else reader.send(': \n\n')
  }, BEAT_MS)
  hub.beat.unref()
  onStop('live', () => endHub(hub))
}

/** Streams never end by themselves, so a process that stops ends them first. */
export async function endHub(hub: Hub): Promise<void> {
  if (hub.beat) clearInterval(hub.beat)
  for (const reader of [...hub.readers.values()].flatMap((readers) => [...readers])) reader.end()
  const { listening } = hub
  hub.listening = null
  await listening?.end()
}

function readSoon(hub: Hub, proposalId: string): void {
  if (hub.busy.has(proposalId)) {
    hub.busy.set(proposalId, 'again')
    return
  }
  hub.busy.set(proposalId, 'once')
  setTimeout(() => {
    // What comes from here on may not be in what is read.
    hub.busy.set(proposalId, 'once')
    readLog(hub, proposalId)
      .catch((error: unknown) => {
        log.warn('what happened could not be read for open pages', { error })
        return false
      })
      .then((isMore) => {
        const isAgain = isMore || hub.busy.get(proposalId) === 'again'
        hub.busy.delete(proposalId)
        if (isAgain) readSoon(hub, proposalId)
      })
  }, TOGETHER_MS)
}

/** For all readers of a proposal at once. True: there is more. */
async function readLog(hub: Hub, proposalId: string): Promise<boolean> {
  const here = [...(hub.readers.get(proposalId) ?? [])]
  const [first] = here
  if (!first) return false
  const from = here.reduce((least, { at }) => (at < least ? at : least), first.at)
  const rows = await eventsAfter(proposalId, from)
  const last = rows.at(-1)?.id
  if (last === undefined) return false
  const maySee = await readableFor(
    proposalId,
    here.map(({ viewer }) => viewer),
  )
  for (const reader of here) {
    // Whoever may not know of it any more: the line breaks, and there is no proposal to ask for.
    if (!maySee.has(reader.viewer?.personId ?? '')) {
      reader.end()
      continue
    }
    if (reader.at >= last) continue
    const changes = changesFor(reader.viewer, rows, reader.at)
    reader.at = last
    if (changes.length > 0) reader.send(`id: ${last}\nevent: changes\ndata: ${JSON.stringify(changes)}\n\n`)
  }
  return rows.length === AT_ONCE
}

/**
 * Ids of those who may read it, as things are now; empty stands for whoever is not signed in. A line outlives the request that
 * opened it: who was blocked, deleted their account or is no administrator any more since then is asked for anew.
 */
async function readableFor(proposalId: string, viewers: readonly Viewer[]): Promise<ReadonlySet<string>> {
  const ids = new Set(viewers.map((viewer) => viewer?.personId ?? ''))
  // What everybody may read needs one question, however many read it.
  if (await isReadable(null, proposalId)) return ids
  const people = await db().person.findMany({
    where: { id: { in: [...ids].filter((id) => id !== '') }, blockedAt: null, deletedAt: null },
    select: { id: true, name: true, administrator: true },
  })
  const may = new Set<string>()
  for (const { id, name, administrator } of people)
    if (await isReadable({ personId: id, name, administrator }, proposalId)) may.add(id)
  return may
}
