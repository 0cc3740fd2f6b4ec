import 'server-only'
import { giveWay } from '#lib/aside/give-way.server.ts'
import { db, type Transaction } from '#lib/db.server.ts'
import { err, type Result } from '#lib/result.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import { can, type Reader, type Standing, type Viewer } from '#lib/review/person/permission.ts'
import { publicAddressOf } from '#lib/review/person/public-address.ts'
import { findReadable, readableBy } from '#lib/review/person/readable.server.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { DROPPED_NAME } from '#lib/review/person/tombstone.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { bundleOf, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'
import type { Suggested } from './apply-suggestions.ts'
import type { SuggestionBeside, SuggestionList, SuggestionListed } from './listed.ts'
import {
  blockInText,
  mapSources,
  type Placed,
  placeSuggestion,
  type SourceMap,
  type SourceText,
  sourceText,
} from './place-suggestion.ts'
import type { SuggestionShown } from './shown.ts'
import { type NoSuggestion, type Pointed, suggestable } from './suggest-on.ts'
import { type Replacement, SUGGESTION_ACTS, type SuggestionState, suggestionRefusal } from './suggestion.ts'

/** A revision never changes, so what was made of it is never stale; bundles are kept for a while, and these with them. */
const sources = new WeakMap<object, SourceText>()
/** By revision, comment and words: what was suggested never changes. */
const placements = new WeakMap<SourceText, Map<string, Placed>>()
const maps = new WeakMap<SourceText, WeakMap<SourceText, SourceMap>>()

/** Null: what was stored of the revision cannot be read. */
export async function sourcesOf(revisionId: string): Promise<SourceText | null> {
  try {
    const bundle = await bundleOf(revisionId)
    const known = sources.get(bundle) ?? sourceText(bundle.documents)
    sources.set(bundle, known)
    return known
  } catch (error) {
    if (error instanceof UnreadableRevision) return null
    throw error
  }
}

export function mapOf(base: SourceText, now: SourceText): SourceMap {
  const ofBase = maps.get(base) ?? new WeakMap<SourceText, SourceMap>()
  maps.set(base, ofBase)
  const map = ofBase.get(now) ?? mapSources(base, now)
  ofBase.set(now, map)
  return map
}

export const SUGGESTION_COLUMNS = {
  select: {
    ...{ oldText: true, newText: true, state: true, decidedAt: true, handOld: true, handNew: true },
    decider: { select: { name: true } },
    hand: { select: { number: true } },
    applied: { select: { number: true } },
  },
} as const

type Columns = {
  readonly oldText: string
  readonly newText: string
  readonly state: string
  readonly decidedAt: Date | null
  readonly handOld: string | null
  readonly handNew: string | null
  readonly decider: { readonly name: string } | null
  readonly hand: { readonly number: number } | null
  readonly applied: { readonly number: number } | null
}

const stateOf = (state: string): SuggestionState =>
  state === 'accepted' || state === 'declined' || state === 'withdrawn' ? state : 'open'

export function suggestionShown(row: Columns, viewer: Viewer, standing: Standing): SuggestionShown {
  const state = stateOf(row.state)
  const isInText = row.applied !== null
  const mayDecide = can(viewer, 'decide-suggestion', standing)
  return {
    ...{ old: row.oldText, replacement: row.newText, state },
    decided: row.decidedAt && { by: row.decider?.name ?? '', at: momentOf(row.decidedAt) },
    byHand:
      row.handOld !== null && row.handNew !== null && row.hand
        ? { old: row.handOld, replacement: row.handNew, revision: row.hand.number }
        : null,
    inText: row.applied?.number ?? null,
    acts: mayDecide
      ? SUGGESTION_ACTS.filter((act) => suggestionRefusal(act, { state, isInText }) === null)
      : [],
  }
}

/** What a form for a suggestion on these words begins with: their source. */
export async function suggestableAt(
  viewer: Viewer,
  at: Pointed & { readonly slug: string; readonly revision: number },
): Promise<Result<string, NoSuggestion>> {
  const { slug, revision: number } = at
  const revision = isSlug(slug)
    ? await db().revision.findFirst({
        where: { number, proposal: { slug, ...readableBy(viewer) } },
        select: { id: true },
      })
    : null
  const text = revision && (await sourcesOf(revision.id))
  return text ? suggestable(text, at) : err({ kind: 'no-source' })
}

const ROW = {
  ...SUGGESTION_COLUMNS.select,
  ...{ commentId: true, revisionId: true, blockKey: true, writeup: true, sourceStart: true, sourceEnd: true },
  ...{ handRevision: true, handBlock: true, handWriteup: true, handStart: true, handEnd: true },
  revision: { select: { number: true } },
  comment: {
    select: {
      ...{ seq: true, body: true, createdAt: true },
      thread: { select: { number: true, proposalId: true } },
      mail: { select: { mail: { select: { status: true } } } },
      author: {
        select: {
          ...{ id: true, name: true },
          unprovedSender: { select: { address: true } },
          account: { select: { id: true } },
          addresses: { orderBy: { address: 'asc' }, select: { address: true, confirmedAt: true } },
        },
      },
    },
  },
} as const

type Row = Awaited<ReturnType<typeof rowsOf>>[number]

function rowsOf(
  reader: Transaction,
  where: NonNullable<Parameters<Transaction['suggestion']['findMany']>[0]>['where'],
  take: number,
) {
  return reader.suggestion.findMany({
    where: where ?? {},
    orderBy: { comment: { createdAt: 'asc' } },
    take,
    select: ROW,
  })
}

/** Where it is put in: as it was made, or as an author put it into a later text. */
function effectiveOf(row: Row): { readonly revisionId: string; readonly suggested: Replacement } {
  const { handRevision, handBlock, handWriteup, handStart, handEnd, handOld, handNew } = row
  if (
    handRevision !== null &&
    handBlock !== null &&
    handWriteup !== null &&
    handOld !== null &&
    handNew !== null
  )
    return {
      revisionId: handRevision,
      suggested: {
        // Written by the one writer, from values of this type.
        writeup: handWriteup as DocumentId,
        ...{
          blockKey: handBlock,
          start: handStart ?? 0,
          end: handEnd ?? 0,
          old: handOld,
          replacement: handNew,
        },
      },
    }
  return {
    revisionId: row.revisionId,
    suggested: {
      writeup: row.writeup as DocumentId, // as above
      ...{ blockKey: row.blockKey, start: row.sourceStart, end: row.sourceEnd },
      ...{ old: row.oldText, replacement: row.newText },
    },
  }
}

/** Accepted ones that no revision has: more than an author accepts between two. */
const MOST_KEPT = 300

const kept = (proposalId: string) => ({
  state: 'accepted',
  appliedIn: null,
  comment: { thread: { proposalId } },
})

const keptRows = (reader: Transaction, proposalId: string) => rowsOf(reader, kept(proposalId), MOST_KEPT)

async function suggestedOf(rows: readonly Row[]): Promise<Suggested[]> {
  const wanted: Suggested[] = []
  for (const row of rows) {
    const { revisionId, suggested } = effectiveOf(row)
    const base = await sourcesOf(revisionId)
    if (base) wanted.push({ id: row.commentId, base, suggested })
  }
  return wanted
}

/** Those that authors accepted and no revision has: what a working copy takes in (`applySuggestions`). */
export async function acceptedSuggestions(viewer: Reader, slug: string): Promise<Suggested[]> {
  const proposal = isSlug(slug) ? await findReadable(viewer, slug) : null
  return proposal ? suggestedOf(await keptRows(db(), proposal.id)) : []
}

/** Of those the ones that a text says, for who publishes it. `sourcesNow`: asked for where there are any. */
export async function acceptedIn(
  tx: Transaction,
  proposalId: string,
  sourcesNow: () => SourceText,
): Promise<{ readonly commentId: string; readonly thread: number }[]> {
  const rows = await keptRows(tx, proposalId)
  if (rows.length === 0) return []
  const now = sourcesNow()
  const numbers = new Map(rows.map((row) => [row.commentId, row.comment.thread.number]))
  return (await suggestedOf(rows)).flatMap(({ id, base, suggested }) =>
    blockInText(mapOf(base, now), suggested) ? [{ commentId: id, thread: numbers.get(id) ?? 0 }] : [],
  )
}

/** Beside those that are kept, which strangers do not crowd out. */
const MOST = 500
/** Of holding them against the newest text; what is left then is so the next time, since what was found is kept. */
const LONGEST_MS = 5000
const WORDS = 2000

/**
 * All of a proposal, oldest first, as they stand to its newest text, and those of them that a next text takes in; null: there is
 * no such proposal for this viewer. Heavy where the text moved on: a job of the helper process.
 */
export async function suggestionsOf(
  viewer: Viewer,
  slug: string,
): Promise<{ readonly list: SuggestionList; readonly accepted: readonly Suggested[] } | null> {
  const proposal = isSlug(slug) ? await findReadable(viewer, slug) : null
  if (!proposal) return null
  const newest = await newestOf(proposal.id)
  if (!newest) return null
  const where = { state: { not: 'withdrawn' }, comment: { thread: { proposalId: proposal.id } } }
  const [keptOnes, others, all, standing, now] = await Promise.all([
    keptRows(db(), proposal.id),
    rowsOf(db(), { ...where, NOT: kept(proposal.id) }, MOST),
    db().suggestion.count({ where }),
    standingIn(viewer, proposal.id),
    sourcesOf(newest.id),
  ])
  const until = performance.now() + LONGEST_MS
  const entries: SuggestionListed[] = []
  for (const row of [...keptOnes, ...others]) {
    const isWaiting = row.applied === null && row.state !== 'declined'
    const placed = isWaiting && now && performance.now() < until ? await placedIn(row, now) : null
    entries.push(listed(row, placed, viewer, standing))
  }
  entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return {
    list: {
      ...{ slug, title: proposal.title, newest: newest.number, newestId: newest.id },
      ...{ mayDecide: can(viewer, 'decide-suggestion', standing), entries, left: all - entries.length },
    },
    accepted: await suggestedOf(keptOnes),
  }
}

/** One by the place of its comment, beside the newest text. */
export async function suggestionAt(
  viewer: Viewer,
  place: { readonly slug: string; readonly thread: number; readonly comment: number },
): Promise<SuggestionBeside | null> {
  const { slug } = place
  const proposal = isSlug(slug) ? await findReadable(viewer, slug) : null
  const newest = proposal && (await newestOf(proposal.id))
  if (!proposal || !newest) return null
  const where = { comment: { seq: place.comment, thread: { number: place.thread, proposalId: proposal.id } } }
  const [row] = await rowsOf(db(), where, 1)
  if (!row || row.state === 'withdrawn') return null
  const [now, base] = [await sourcesOf(newest.id), await sourcesOf(row.revisionId)]
  const block = base?.blocks.find(({ key }) => key === row.blockKey)
  const standing = await standingIn(viewer, proposal.id)
  return {
    ...{ slug, title: proposal.title, newest: newest.number },
    entry: listed(row, now && (await placedIn(row, now)), viewer, standing),
    before: base && block ? base.text.slice(block.start, block.end) : row.oldText,
  }
}

/** For an act: the row of a comment, with how it stands to the newest text. */
export async function suggestionFor(tx: Transaction, viewer: Viewer, commentId: string) {
  const [row] = await rowsOf(tx, { commentId, comment: { thread: { proposal: readableBy(viewer) } } }, 1)
  if (!row) return null
  const { proposalId, number } = row.comment.thread
  const { slug } = await tx.proposal.findUniqueOrThrow({ where: { id: proposalId }, select: { slug: true } })
  const newest = await newestOf(proposalId, tx)
  const now = newest && (await sourcesOf(newest.id))
  return {
    ...{ slug, proposalId, thread: number, comment: row.comment.seq, state: stateOf(row.state) },
    ...{ isInText: row.applied !== null, newest, now },
    placed: now && (await placedIn(row, now)),
  }
}

function newestOf(proposalId: string, reader: Transaction = db()) {
  return reader.revision.findFirst({
    where: { proposalId },
    orderBy: { number: 'desc' },
    select: { id: true, number: true },
  })
}

async function placedIn(row: Row, now: SourceText): Promise<Placed | null> {
  const { revisionId, suggested } = effectiveOf(row)
  const ofText = placements.get(now) ?? new Map<string, Placed>()
  placements.set(now, ofText)
  const name = `${revisionId} ${row.commentId} ${suggested.replacement}`
  const known = ofText.get(name)
  if (known) return known
  const base = await sourcesOf(revisionId)
  if (!base) return null
  // Each is a parse of its document: others go first.
  await giveWay()
  const placed = placeSuggestion(mapOf(base, now), suggested)
  ofText.set(name, placed)
  return placed
}

function listed(row: Row, placed: Placed | null, viewer: Viewer, standing: Standing): SuggestionListed {
  const { comment, commentId: id, revision, writeup } = row
  const { author } = comment
  const isDropped = comment.mail?.mail.status === 'dropped'
  return {
    ...suggestionShown(row, viewer, standing),
    ...{ id, thread: comment.thread.number, comment: comment.seq, words: comment.body.slice(0, WORDS) },
    by: isDropped
      ? { id: '', name: DROPPED_NAME, publicAddress: null }
      : {
          ...{ id: author.id, name: author.name },
          publicAddress: publicAddressOf(author) ?? author.unprovedSender?.address ?? null,
        },
    ...{ at: momentOf(comment.createdAt), revision: revision.number, writeup, placed },
  }
}
