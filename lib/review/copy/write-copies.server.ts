import 'server-only'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Transaction } from '#lib/db.server.ts'
import type { Manifest } from './copy-files.ts'
import type { StateKind } from './saved-state.ts'

/**
 * The one writer of working copies, in the caller's transaction and in the name of who acts. Who may, and what is refused of
 * a file, are the acts' to know (`acts/save-copy.server.ts`).
 *
 * A text is kept once for all states that have it; a state says which text each file had. So the text that somebody began
 * from is there to be merged with, as long as its state is kept.
 */
export type LockedCopy = {
  readonly id: string
  readonly slug: string
  readonly proposalId: string | null
  readonly madeBy: string
  /** The published revision that its files come from; 0: none. */
  readonly baseRevision: number
  readonly version: number
  readonly files: Manifest
}

const manifestShape = z.record(z.string(), z.string())
/** What the writer wrote; a row of another shape is a bug. */
export const readManifest = (files: unknown): Manifest => manifestShape.parse(files)

export const textHash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export type NewFile = { readonly path: string; readonly bytes: Uint8Array }

/** Its id. A slug that is taken, or a proposal that has one, is refused by the database. */
export async function insertCopy(
  tx: Transaction,
  copy: {
    readonly slug: string
    readonly proposalId: string | null
    readonly madeBy: string
    readonly baseRevision: number
    readonly files: readonly NewFile[]
    readonly at: Date
  },
): Promise<string> {
  const { slug, proposalId, madeBy, baseRevision, files, at } = copy
  const manifest = manifestOf(files)
  const { id } = await tx.workingCopy.create({
    data: {
      ...{ slug, proposalId, madeBy, baseRevision, version: 1, files: manifest },
      ...{ createdAt: at, updatedAt: at },
    },
    select: { id: true },
  })
  await insertTexts(
    tx,
    id,
    files.map(({ bytes }) => bytes),
  )
  const state = { copyId: id, version: 1, personId: madeBy, kind: 'begun', files: manifest, at }
  await tx.workingState.createMany({ data: [state] })
  return id
}

export const manifestOf = (files: readonly NewFile[]): Manifest =>
  Object.fromEntries(files.map(({ path, bytes }) => [path, textHash(bytes)]))

/** Until the end of the transaction nobody else saves in it. Null: it is gone. */
export async function lockCopy(tx: Transaction, id: string): Promise<LockedCopy | null> {
  await tx.$executeRaw`SELECT 1 FROM working_copy WHERE id = ${id}::uuid FOR UPDATE`
  const row = await tx.workingCopy.findUnique({
    where: { id },
    select: {
      ...{ id: true, slug: true, proposalId: true, madeBy: true, baseRevision: true, version: true },
      files: true,
    },
  })
  return row && { ...row, files: readManifest(row.files) }
}

/** The text of this hash in any kept state of the copy; null: there is none. */
export async function copyText(tx: Transaction, copyId: string, sha256: string): Promise<Uint8Array | null> {
  const row = await tx.workingText.findUnique({
    where: { copyId_sha256: { copyId, sha256 } },
    select: { bytes: true },
  })
  return row?.bytes ?? null
}

/** Within this time what a page saves by itself takes the place of what it saved before. */
const ONE_STATE_MS = 2 * 60_000
const MOST_STATES = 300
const MOST_HISTORY_BYTES = 48 * 1024 * 1024

/**
 * The next state. Its files become those of the copy, but for a state that is set aside. States that a page saved within two
 * minutes become one, and of more than three hundred, or 48 MB of texts, the oldest go.
 *
 * @returns the number of the state
 */
export async function writeState(
  tx: Transaction,
  copy: LockedCopy,
  state: {
    readonly personId: string
    readonly kind: StateKind
    readonly tab: string | null
    readonly files: Manifest
    /** Of `files`, as far as they are new. */
    readonly texts: readonly Uint8Array[]
    readonly at: Date
    /** The published revision that the files are of from now on; as it was where it is absent. */
    readonly baseRevision?: number
    readonly proposalId?: string
  },
): Promise<number> {
  const { personId, kind, tab, files, texts, at, baseRevision, proposalId } = state
  const version = copy.version + 1
  await tx.$executeRaw`SELECT set_config('app.actor', ${personId}, true)`
  await insertTexts(tx, copy.id, texts)
  await tx.workingState.createMany({ data: [{ copyId: copy.id, version, personId, kind, tab, files, at }] })
  await tx.workingCopy.update({
    where: { id: copy.id },
    data: {
      ...{ version, updatedAt: at },
      ...(kind === 'aside' ? {} : { files }),
      ...(baseRevision === undefined ? {} : { baseRevision }),
      ...(proposalId === undefined ? {} : { proposalId }),
    },
    select: { id: true },
  })
  if (await thin(tx, copy, { version, kind, tab, at })) await dropUnusedTexts(tx, copy.id)
  return version
}

async function insertTexts(tx: Transaction, copyId: string, texts: readonly Uint8Array[]): Promise<void> {
  const data = texts.map((bytes) => ({ copyId, sha256: textHash(bytes), bytes: new Uint8Array(bytes) }))
  await tx.workingText.createMany({ data, skipDuplicates: true })
}

/** Whether a state went. */
async function thin(
  tx: Transaction,
  copy: LockedCopy,
  last: {
    readonly version: number
    readonly kind: StateKind
    readonly tab: string | null
    readonly at: Date
  },
): Promise<boolean> {
  const copyId = copy.id
  let gone = 0
  if (last.kind === 'typed' && last.tab !== null) {
    const [before, first] = await tx.workingState.findMany({
      where: { copyId, version: { lt: last.version } },
      orderBy: { version: 'desc' },
      take: 2,
      select: { version: true, kind: true, tab: true, at: true },
    })
    const isSame = before?.kind === 'typed' && before.tab === last.tab
    if (isSame && first && before.at.getTime() - first.at.getTime() < ONE_STATE_MS)
      gone += await tx.$executeRaw`
        DELETE FROM working_state WHERE copy_id = ${copyId}::uuid AND version = ${before.version}`
  }
  gone += await tx.$executeRaw`
    DELETE FROM working_state WHERE copy_id = ${copyId}::uuid AND version <= (
      SELECT version FROM working_state WHERE copy_id = ${copyId}::uuid
      ORDER BY version DESC OFFSET ${MOST_STATES} LIMIT 1)`
  const [size] = await tx.$queryRaw<{ bytes: number }[]>`
    SELECT coalesce(sum(octet_length(bytes)), 0)::float8 AS bytes FROM working_text WHERE copy_id = ${copyId}::uuid`
  if ((size?.bytes ?? 0) > MOST_HISTORY_BYTES)
    gone += await tx.$executeRaw`
      DELETE FROM working_state WHERE copy_id = ${copyId}::uuid AND version <= (
        SELECT version FROM working_state WHERE copy_id = ${copyId}::uuid
        ORDER BY version DESC OFFSET ((SELECT count(*) FROM working_state WHERE copy_id = ${copyId}::uuid) / 2)
        LIMIT 1)`
  return gone > 0
}

async function dropUnusedTexts(tx: Transaction, copyId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM working_text t WHERE t.copy_id = ${copyId}::uuid AND t.sha256 NOT IN (
      SELECT f.value FROM working_state s, jsonb_each_text(s.files) f WHERE s.copy_id = ${copyId}::uuid
      UNION SELECT f.value FROM working_copy c, jsonb_each_text(c.files) f WHERE c.id = ${copyId}::uuid)`
}

/** Takes a copy away, with its history. */
export async function removeCopy(tx: Transaction, id: string): Promise<void> {
  await tx.workingCopy.deleteMany({ where: { id } })
}

/** Those that became no proposal, of somebody who deletes their account. */
export async function removeCopiesOf(tx: Transaction, personId: string): Promise<void> {
  await tx.workingCopy.deleteMany({ where: { madeBy: personId, proposalId: null } })
}
