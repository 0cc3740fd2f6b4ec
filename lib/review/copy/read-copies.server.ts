import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { findReadable, readableBy } from '#lib/review/person/readable.server.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { inOrder, type Manifest } from './copy-files.ts'
import type { SavedState, StateKind } from './saved-state.ts'
import { readManifest } from './write-copies.server.ts'

/**
 * The reader of working copies. They are their authors' alone: to everybody else, administrators too, there is none. Each
 * function takes the viewer and finds nothing that is not theirs.
 */
export type CopyFile = {
  readonly path: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** SHA-256 in hex: what a save says that it began from. */
  readonly sha256: string
}

export type CopyHead = {
  readonly id: string
  readonly slug: string
  readonly proposalId: string | null
  readonly baseRevision: number
  readonly version: number
  readonly updatedAt: Date
  readonly files: Manifest
}

export type WorkingCopy = Omit<CopyHead, 'files'> & {
  /** In the order of a bundle. */
  readonly files: readonly CopyFile[]
}

type Rows = Pick<Transaction, 'workingCopy' | 'workingText' | 'person' | 'proposal' | 'membership'>

/**
 * What the viewer may do with the files of this name. `edit`: there is a copy. `begin`: the proposal is published and theirs,
 * and there is no copy yet. `forbidden`: they read the proposal and are no author. `nothing`: as for a name nobody ever used.
 */
export type CopyAccess =
  | { readonly kind: 'edit'; readonly head: CopyHead }
  | { readonly kind: 'begin'; readonly proposalId: string }
  | { readonly kind: 'forbidden' | 'nothing' | 'signed-out' }

export async function copyAccess(viewer: Viewer, slug: string, rows: Rows = db()): Promise<CopyAccess> {
  if (!isSlug(slug)) return { kind: 'nothing' }
  // Before there is a proposal it is its maker's, which is in the WHERE of this. Looked for first: another proposal may have
  // taken the name since, and its maker loses nothing by it.
  const own = viewer && (await ownUnpublished(viewer, slug, rows))
  if (own) return { kind: 'edit', head: headOf(own) }
  const proposal = await findReadable(viewer, slug, rows)
  if (!viewer || !proposal) return { kind: proposal ? 'signed-out' : 'nothing' }
  const standing = await standingIn(viewer, proposal.id, [], rows)
  if (!can(viewer, 'edit-working-copy', standing)) return { kind: 'forbidden' }
  const row = await rows.workingCopy.findUnique({ where: { proposalId: proposal.id }, select: HEAD })
  return row ? { kind: 'edit', head: headOf(row) } : { kind: 'begin', proposalId: proposal.id }
}

async function ownUnpublished(
  viewer: NonNullable<Viewer>,
  slug: string,
  rows: Rows,
): Promise<HeadRow | null> {
  if (!can(viewer, 'edit-working-copy', { roles: [], relations: ['writer'] })) return null
  return rows.workingCopy.findFirst({
    where: { madeBy: viewer.personId, maker: { blockedAt: null }, proposalId: null, slug },
    select: HEAD,
  })
}

const HEAD = {
  ...{ id: true, slug: true, proposalId: true, baseRevision: true, version: true, updatedAt: true },
  files: true,
} as const

type HeadRow = Omit<CopyHead, 'files'> & { readonly files: unknown }
const headOf = ({ files, ...row }: HeadRow): CopyHead => ({ ...row, files: readManifest(files) })

/** With all its files; null: none that is the viewer's. */
export async function copyOf(viewer: Viewer, slug: string, rows: Rows = db()): Promise<WorkingCopy | null> {
  const access = await copyAccess(viewer, slug, rows)
  if (access.kind !== 'edit') return null
  const { files, ...head } = access.head
  return { ...head, files: await filesOfManifest(head.id, files, rows) }
}

export async function filesOfManifest(
  copyId: string,
  files: Manifest,
  rows: Pick<Rows, 'workingText'> = db(),
): Promise<readonly CopyFile[]> {
  // At most as many as a bundle has files: the writer sees to it.
  const texts = await rows.workingText.findMany({
    where: { copyId, sha256: { in: [...new Set(Object.values(files))] } },
    select: { sha256: true, bytes: true },
  })
  const byHash = new Map(texts.map(({ sha256, bytes }) => [sha256, bytes]))
  return inOrder(Object.keys(files)).flatMap((path) => {
    const sha256 = files[path] ?? ''
    const bytes = byHash.get(sha256)
    return bytes ? [{ path, bytes, sha256 }] : []
  })
}

/** The states that are kept, newest first; at most `take` of them, older than `before`. */
export async function statesOf(
  viewer: Viewer,
  slug: string,
  { before, take = 50 }: { readonly before?: number | undefined; readonly take?: number } = {},
): Promise<readonly SavedState[] | null> {
  const access = await copyAccess(viewer, slug)
  if (access.kind !== 'edit') return null
  const rows = await db().workingState.findMany({
    where: { copyId: access.head.id, ...(before === undefined ? {} : { version: { lt: before } }) },
    orderBy: { version: 'desc' },
    take,
    select: { version: true, kind: true, at: true, files: true, person: { select: { name: true } } },
  })
  return rows.map(({ person, kind, files, ...row }) => ({
    ...row,
    // Written by the one writer, from these; a CHECK keeps it.
    kind: kind as StateKind,
    by: person.name,
    files: readManifest(files),
  }))
}

/** The files of one saved state; null: it is not kept. */
export async function stateFiles(
  viewer: Viewer,
  slug: string,
  version: number,
): Promise<readonly CopyFile[] | null> {
  const access = await copyAccess(viewer, slug)
  if (access.kind !== 'edit') return null
  const row = await db().workingState.findUnique({
    where: { copyId_version: { copyId: access.head.id, version } },
    select: { files: true },
  })
  return row && filesOfManifest(access.head.id, readManifest(row.files))
}

export type OwnCopy = {
  readonly slug: string
  readonly title: string | null
  readonly updatedAt: Date
  /** 0: not published yet. */
  readonly baseRevision: number
}

/** What the viewer began and did not publish, newest first: their own, and those of proposals whose author they are. */
export async function ownCopies(viewer: Viewer): Promise<readonly OwnCopy[]> {
  if (!viewer) return []
  const rows = await db().workingCopy.findMany({
    where: {
      OR: [
        { proposalId: null, madeBy: viewer.personId, maker: { blockedAt: null } },
        {
          proposal: {
            AND: [
              readableBy(viewer),
              {
                memberships: {
                  some: { personId: viewer.personId, role: 'author', person: { blockedAt: null } },
                },
              },
            ],
          },
        },
      ],
    },
    orderBy: { updatedAt: 'desc' },
    take: 50,
    select: {
      ...{ slug: true, updatedAt: true, baseRevision: true },
      proposal: { select: { title: true } },
    },
  })
  return rows.map(({ proposal, ...row }) => ({ ...row, title: proposal?.title ?? null }))
}
