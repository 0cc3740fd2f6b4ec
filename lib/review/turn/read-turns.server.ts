import 'server-only'
import { db } from '#lib/db.server.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { listedSql, readableSql } from '#lib/review/person/readable.server.ts'
import type { ProposalState } from '#lib/review/proposal/state.ts'
import { isTurnAct, turnWords } from './turn.ts'
import { turnHref } from './turn-links.ts'

/** Whose turn it is, for lists: what was worked out with each event, as far as the viewer may see it. */
export type TurnShown = {
  readonly slug: string
  readonly title: string
  /** What is to be done, and where. */
  readonly words: string
  readonly href: string
  readonly since: Date
  /** Put off by its holder until then. */
  readonly snoozedUntil: Date | null
}

type TurnRow = { act: string; thread: number; about: string; since: Date }
type OwnRow = TurnRow & { slug: string; title: string; until: Date | null }

/** A page of them; nobody has more to do at once. */
const MOST = 200

/** What waits for the viewer, oldest first; those that they put off behind the others. */
export async function ownTurns(viewer: Viewer, now: Date): Promise<readonly TurnShown[]> {
  if (!viewer) return []
  const rows = await db().$queryRaw<OwnRow[]>`
    SELECT p.slug, p.title, t.act, t.thread, t.about, t.since, s.until
    FROM turn t JOIN proposal p ON p.id = t.proposal_id
    LEFT JOIN turn_snooze s ON s.proposal_id = t.proposal_id AND s.person_id = t.person_id AND s.until > ${now}
    WHERE t.person_id = ${viewer.personId}::uuid AND ${readableSql(viewer, 'p')}
    ORDER BY s.until NULLS FIRST, t.since, p.slug, t.thread LIMIT ${MOST}`
  return rows.flatMap((row) => {
    const turn = shown(row)
    return turn
      ? [{ ...turn, slug: row.slug, title: row.title, snoozedUntil: row.until, href: hrefOf(row) }]
      : []
  })
}

function hrefOf({ slug, act, thread }: OwnRow): string {
  return isTurnAct(act) ? turnHref(slug, { act, thread }) : ''
}

/** Null: an act of a later version. */
function shown({ act, thread, about, since }: TurnRow): { words: string; since: Date } | null {
  return isTurnAct(act) ? { words: turnWords({ act, thread, about }), since } : null
}

export type WaitingShown = {
  readonly slug: string
  readonly title: string
  readonly state: ProposalState
  /** Who has the turn. */
  readonly holders: readonly string[]
  readonly since: Date | null
}

type WaitingRow = {
  slug: string
  title: string
  state: ProposalState
  holders: string[] | null
  since: Date | null
}

/** Undecided proposals in which the viewer is something, has said something, and others have the turn. */
export async function waitingForOthers(viewer: Viewer): Promise<readonly WaitingShown[]> {
  if (!viewer) return []
  const rows = await db().$queryRaw<WaitingRow[]>`
    SELECT p.slug, p.title, p.state::text, held.holders, held.since
    FROM proposal p
    LEFT JOIN LATERAL (
      SELECT array_agg(DISTINCT person.name) AS holders, min(t.since) AS since
      FROM turn t JOIN person ON person.id = t.person_id WHERE t.proposal_id = p.id
    ) AS held ON true
    WHERE p.state NOT IN ('accepted', 'rejected', 'withdrawn') AND p.current_revision > 0 AND ${readableSql(viewer, 'p')}
      AND NOT EXISTS (SELECT 1 FROM turn t WHERE t.proposal_id = p.id AND t.person_id = ${viewer.personId}::uuid)
      AND (EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = p.id AND m.person_id = ${viewer.personId}::uuid)
        OR EXISTS (SELECT 1 FROM thread t WHERE t.proposal_id = p.id AND t.opened_by = ${viewer.personId}::uuid)
        OR EXISTS (SELECT 1 FROM stance s WHERE s.proposal_id = p.id AND s.person_id = ${viewer.personId}::uuid))
    ORDER BY held.since NULLS LAST, p.slug LIMIT ${MOST}`
  return rows.map(({ holders, ...row }) => ({ ...row, holders: holders ?? [] }))
}

export type DecidedShown = {
  readonly slug: string
  readonly title: string
  readonly state: ProposalState
  readonly by: string
  readonly at: Date
}

const DECIDED_DAYS = 90
const MOST_DECIDED = 10

export function recentlyDecided(viewer: Viewer, now: Date): Promise<DecidedShown[]> {
  const since = new Date(now.getTime() - DECIDED_DAYS * 24 * 60 * 60_000)
  return db().$queryRaw<DecidedShown[]>`
    SELECT p.slug, p.title, p.state::text, coalesce(person.name, '') AS by, p.decided_at AS at
    FROM proposal p LEFT JOIN person ON person.id = p.decided_by
    WHERE p.decided_at > ${since} AND ${listedSql(viewer, 'p')}
    ORDER BY p.decided_at DESC LIMIT ${MOST_DECIDED}`
}

/** Of each proposal in a list: who has the turn since when, and how many objections stand. */
export type TurnInList = {
  readonly holders: readonly string[]
  readonly since: Date | null
  readonly objections: number
}

export async function turnsInLists(viewer: Viewer): Promise<ReadonlyMap<string, TurnInList>> {
  const rows = await db().$queryRaw<
    { slug: string; holders: string[] | null; since: Date | null; objections: number }[]
  >`
    SELECT p.slug, held.holders, held.since, coalesce(objecting.n, 0)::int AS objections
    FROM proposal p
    LEFT JOIN (
      SELECT t.proposal_id, array_agg(DISTINCT person.name) AS holders, min(t.since) AS since
      FROM turn t JOIN person ON person.id = t.person_id GROUP BY t.proposal_id
    ) AS held ON held.proposal_id = p.id
    LEFT JOIN (
      SELECT proposal_id, count(*) AS n FROM thread
      WHERE kind = 'objection' AND state IN ('open', 'answered') GROUP BY proposal_id
    ) AS objecting ON objecting.proposal_id = p.id
    WHERE p.current_revision > 0 AND ${listedSql(viewer, 'p')}`
  return new Map(rows.map(({ slug, holders, ...row }) => [slug, { ...row, holders: holders ?? [] }]))
}

/** Until when somebody says that they are away, RFC 3339; null: they are here. */
export async function awayUntil(viewer: Viewer, now: Date): Promise<string | null> {
  if (!viewer) return null
  const row = await db().person.findUnique({
    where: { id: viewer.personId },
    select: { awayUntil: true },
  })
  return row?.awayUntil && row.awayUntil > now ? momentOf(row.awayUntil) : null
}

/** As the head of a revision's page says it. */
export type StandingInHead = TurnInList & {
  readonly state: ProposalState
  readonly lastCallEndsAt: Date | null
  readonly decidedBy: string | null
  readonly decidedAt: Date | null
  readonly decidedOn: number | null
  /** That authors have to decide, or that they accepted and the text has not. */
  readonly suggestions: number
}

export async function standingOf(viewer: Viewer, slug: string): Promise<StandingInHead | null> {
  const [row] = await db().$queryRaw<(Omit<StandingInHead, 'holders'> & { holders: string[] | null })[]>`
    SELECT p.state::text, p.last_call_ends_at AS "lastCallEndsAt", decider.name AS "decidedBy", p.decided_at AS "decidedAt",
      p.decided_on AS "decidedOn", held.holders, held.since,
      (SELECT count(*) FROM thread t
        WHERE t.proposal_id = p.id AND t.kind = 'objection' AND t.state IN ('open', 'answered'))::int AS objections,
      (SELECT count(*) FROM suggestion g JOIN comment c ON c.id = g.comment_id JOIN thread t ON t.id = c.thread_id
        WHERE t.proposal_id = p.id AND g.state IN ('open', 'accepted') AND g.applied_in IS NULL)::int AS suggestions
    FROM proposal p LEFT JOIN person decider ON decider.id = p.decided_by
    LEFT JOIN LATERAL (
      SELECT array_agg(DISTINCT person.name) AS holders, min(t.since) AS since
      FROM turn t JOIN person ON person.id = t.person_id WHERE t.proposal_id = p.id
    ) AS held ON true
    WHERE p.slug = ${slug} AND ${readableSql(viewer, 'p')}`
  return row ? { ...row, holders: row.holders ?? [] } : null
}
