import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { AUDITED, type AuditEntry, type AuditKind, isAuditKind } from './audit.ts'

/**
 * The audit log: its one writer, and what an administrator reads of it.
 *
 * Within a transaction pass it, so that what is noted is what was done, and nothing of what was rolled back.
 */
type Writer = Pick<Transaction, 'audit' | '$executeRaw'>

export async function noteAudit(
  entries: AuditEntry | readonly AuditEntry[],
  tx: Writer = db(),
): Promise<void> {
  const given: readonly AuditEntry[] = Array.isArray(entries) ? entries : [entries as AuditEntry] // not an array
  if (given.length === 0) return
  await tx.audit.createMany({
    data: given.map(({ kind, actor, person, proposalId, detail }) => ({
      kind,
      actorId: actor,
      personId: person ?? null,
      proposalId: proposalId ?? null,
      // A detail of another shape is a bug, and might be somebody's words.
      detail: AUDITED[kind].detail.parse(detail ?? {}),
    })),
  })
  await forgetOld(tx)
}

/** Rows that go at once; what is left goes with the next line. */
const FORGOTTEN_AT_ONCE = 200

async function forgetOld(tx: Writer): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM audit WHERE id IN (
      SELECT id FROM audit WHERE at < clock_timestamp() - ${env.auditDays}::int * interval '1 day'
      ORDER BY at LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED)`
}

/** Different accounts and networks that are told apart within an hour; what is beyond is counted together. */
const TOLD_APART = 500
const NETWORK = /^[0-9a-f.:/]{1,50}$/i

/**
 * A sign-in that failed: a number more, never a line, since whoever guesses chooses how many there are.
 *
 * @param personId of the account that was tried; null: there is none. What was typed is not kept: people type passwords
 *   into the wrong field.
 * @param network as a text (`192.0.2.0/24`); null: not known
 */
export async function noteFailedSignIn(
  personId: string | null,
  network: string | null = null,
): Promise<void> {
  const known = network !== null && NETWORK.test(network) ? network : ''
  await db().$executeRaw`
    WITH this AS (SELECT date_trunc('hour', clock_timestamp()) AS hour),
    place AS (
      SELECT hour, CASE WHEN own OR few THEN ${personId ?? ''} ELSE '' END AS account,
             CASE WHEN own OR few THEN ${known} ELSE '' END AS network
      FROM this, LATERAL (
        SELECT EXISTS (SELECT 1 FROM sign_in_failure f
                       WHERE f.hour = this.hour AND f.account = ${personId ?? ''} AND f.network = ${known}) AS own,
               (SELECT count(*) FROM sign_in_failure f WHERE f.hour = this.hour) < ${TOLD_APART} AS few) room)
    INSERT INTO sign_in_failure (hour, account, network, count) SELECT hour, account, network, 1 FROM place
    ON CONFLICT (hour, account, network) DO UPDATE SET count = sign_in_failure.count + 1`
  await db().$executeRaw`
    DELETE FROM sign_in_failure WHERE hour < clock_timestamp() - ${env.auditDays}::int * interval '1 day'`
}

export type AuditLine = {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly kind: AuditKind
  readonly actor: { readonly id: string; readonly name: string } | null
  readonly person: { readonly id: string; readonly name: string } | null
  readonly slug: string | null
  readonly detail: Readonly<Record<string, unknown>>
}

export type FailedSignIns = {
  /** ISO 8601, the beginning of the hour. */
  readonly hour: string
  /** Null: there is no account with what was typed. */
  readonly person: { readonly id: string; readonly name: string } | null
  readonly network: string
  readonly count: number
}

export type AuditFilter = {
  readonly kind: AuditKind | null
  /** Who did it, or to whom. */
  readonly person: string | null
  /** Lines older than this one. */
  readonly before: string | null
}

export type AuditPage = {
  readonly lines: readonly AuditLine[]
  readonly failures: readonly FailedSignIns[]
  /** `before` of the next page; null: this is the last. */
  readonly next: string | null
}

const SHOWN = 100
const FAILURES_SHOWN = 50
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const ID = /^[1-9]\d{0,17}$/

/** What a request asks for, of which what makes no sense is left out. */
export function auditFilter(asked: Readonly<Record<string, string | undefined>>): AuditFilter {
  const { kind = '', person = '', before = '' } = asked
  return {
    kind: isAuditKind(kind) ? kind : null,
    person: UUID.test(person) ? person : null,
    before: ID.test(before) ? before : null,
  }
}

/** Null: not for this viewer. The newest first. */
export async function readAudit(viewer: Viewer, filter: AuditFilter): Promise<AuditPage | null> {
  if (!can(viewer, 'see-audit-log')) return null
  const { kind, person, before } = filter
  const rows = await db().$queryRaw<AuditRow[]>`
    SELECT a.id::text, a.at, a.kind, a.detail, a.actor_id::text AS actor, who.name AS "actorName",
           a.person_id::text AS person, whom.name AS "personName", p.slug
    FROM audit a LEFT JOIN person who ON who.id = a.actor_id LEFT JOIN person whom ON whom.id = a.person_id
      LEFT JOIN proposal p ON p.id = a.proposal_id
    WHERE (${kind}::text IS NULL OR a.kind = ${kind})
      AND (${person}::uuid IS NULL OR a.actor_id = ${person}::uuid OR a.person_id = ${person}::uuid)
      AND (${before}::bigint IS NULL OR a.id < ${before}::bigint)
    ORDER BY a.id DESC LIMIT ${SHOWN + 1}`
  const failures = before === null && kind === null ? await readFailures(person) : []
  const lines = rows.slice(0, SHOWN).flatMap(toLine)
  return { lines, failures, next: rows.length > SHOWN ? (rows[SHOWN - 1]?.id ?? null) : null }
}

type AuditRow = {
  id: string
  at: Date
  kind: string
  detail: Record<string, unknown>
  actor: string | null
  actorName: string | null
  person: string | null
  personName: string | null
  slug: string | null
}

/** A kind of another version of this program is left out: its shape is not known here. */
function toLine(row: AuditRow): AuditLine[] {
  const { id, kind, detail, slug } = row
  if (!isAuditKind(kind)) return []
  return [
    {
      ...{ id, kind, detail, slug, at: row.at.toISOString() },
      actor: named(row.actor, row.actorName),
      person: named(row.person, row.personName),
    },
  ]
}

const named = (id: string | null, name: string | null) =>
  id === null ? null : { id, name: name ?? 'somebody who is not here any more' }

async function readFailures(person: string | null): Promise<FailedSignIns[]> {
  const rows = await db().$queryRaw<
    { hour: Date; account: string; name: string | null; network: string; count: number }[]
  >`
    SELECT f.hour, f.account, p.name, f.network, f.count FROM sign_in_failure f
      LEFT JOIN person p ON p.id::text = f.account
    WHERE ${person}::text IS NULL OR f.account = ${person}
    ORDER BY f.hour DESC, f.count DESC, f.account, f.network LIMIT ${FAILURES_SHOWN}`
  return rows.map(({ hour, account, name, network, count }) => ({
    hour: hour.toISOString(),
    person: named(account === '' ? null : account, name),
    network,
    count,
  }))
}
