import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import type { CopyFailure, MovedFile } from '#lib/review/copy/copy-failure.ts'
import { decoded, fileRefusal, hashIn, type Manifest, refusalOf } from '#lib/review/copy/copy-files.ts'
import { mergeBudget, mergeTexts } from '#lib/review/copy/merge-texts.ts'
import { copyAccess } from '#lib/review/copy/read-copies.server.ts'
import type { StateKind } from '#lib/review/copy/saved-state.ts'
import {
  copyText,
  type LockedCopy,
  lockCopy,
  manifestOf,
  type NewFile,
  readManifest,
  textHash,
  writeState,
} from '#lib/review/copy/write-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES } from '#lib/writeup/bundle/bundle.ts'
import { insertOrRefuse, isFree, mustHaveRoom } from './begin-proposal.server.ts'
import { CopyRefused, copyAct, lockedCopy } from './copy-act.server.ts'

/**
 * Saving in a working copy. Each save says from which text it began: where that is still what the file has, the text takes its
 * place; where somebody else saved meanwhile, `diff3` brings both together, or nobody's text goes and both are told. The same
 * save sent twice is one.
 */
export type FileSave = {
  readonly slug: string
  readonly path: string
  /** SHA-256 in hex of the text that this one was made from; null: the file is new. */
  readonly base: string | null
  readonly text: string
  /** Of the page that saves by itself; null: a form, or a program. What a page saved is its own to replace. */
  readonly tab: string | null
  /** `accepted`: somebody's suggestion. */
  readonly kind: 'typed' | 'saved' | 'accepted'
}

export type Saved = {
  readonly version: number
  /** Of what the file has now: the base of the next save. */
  readonly sha256: string
  /** Where it is another text than was sent: it has somebody else's changes as well. */
  readonly merged: string | null
}

const HASH = /^[0-9a-f]{64}$/

export async function saveFile(
  viewer: Viewer,
  save: FileSave,
  now = new Date(),
): Promise<Result<Saved, CopyFailure>> {
  const { path, base } = save
  const bytes = Buffer.from(save.text, 'utf8')
  let aside: CopyFailure | null = null
  const done = await copyAct(viewer, async (tx, personId) => {
    aside = null
    if (base !== null && !HASH.test(base)) throw new CopyRefused({ kind: 'bad-base' })
    // Of who may not, and of a name that nobody has, before anything of the text.
    const copy = await lockedCopy(tx, viewer as NonNullable<Viewer>, save.slug, now) // copyAct asked
    const refused = fileRefusal({ path, bytes })
    if (refused) throw new CopyRefused(refused)
    const here = hashIn(copy.files, path)
    const sent = textHash(bytes)
    if (here === sent) return { version: copy.version, sha256: sent, merged: null }
    if (here === base || (await isOwnWork(tx, copy, save, here)))
      return write(tx, copy, { personId, save, bytes, kind: save.kind, now })
    const theirs = here === null ? null : await copyText(tx, copy.id, here)
    const original = base === null ? null : await copyText(tx, copy.id, base)
    const merged = theirs && original ? mergeTexts(decoded(original), save.text, decoded(theirs)) : null
    if (merged !== null) {
      const made = Buffer.from(merged, 'utf8')
      if (textHash(made) === here) return { version: copy.version, sha256: here ?? '', merged }
      const written = await write(tx, copy, { personId, save, bytes: made, kind: 'merged', now })
      return { ...written, merged }
    }
    // Kept whatever becomes of the page that it was typed on.
    const files = { ...copy.files, [path]: sent }
    if (!(await isAsideAlready(tx, copy, path, sent))) {
      await mustFit(tx, copy, files, bytes.byteLength)
      const version = { personId, kind: 'aside', tab: save.tab, files, texts: [bytes], at: now } as const
      await writeState(tx, copy, version)
    }
    aside = {
      ...{ kind: 'conflict', path, sha256: here, theirs: theirs && decoded(theirs) },
      by: await lastSaverOf(tx, copy, path, here),
    }
    return { version: copy.version, sha256: sent, merged: null }
  })
  return done.ok && aside ? { ok: false, error: aside } : done
}

async function write(
  tx: Transaction,
  copy: LockedCopy,
  of: {
    readonly personId: string
    readonly save: FileSave
    readonly bytes: Uint8Array
    readonly kind: StateKind
    readonly now: Date
  },
): Promise<Saved> {
  const { personId, save, bytes, kind, now: at } = of
  const sha256 = textHash(bytes)
  const files = { ...copy.files, [save.path]: sha256 }
  await mustFit(tx, copy, files, bytes.byteLength)
  const version = await writeState(tx, copy, { personId, kind, tab: save.tab, files, texts: [bytes], at })
  return { version, sha256, merged: null }
}

/** Names that some file systems take for one, number and size of all files, with one that is saved. */
async function mustFit(tx: Transaction, copy: LockedCopy, files: Manifest, added: number): Promise<void> {
  const paths = Object.keys(files)
  if (paths.length > MAX_BUNDLE_FILES) throw new CopyRefused({ kind: 'too-many-files', count: paths.length })
  const names = new Map<string, string>()
  for (const path of paths) {
    const other = names.get(path.toLowerCase())
    if (other !== undefined) throw new CopyRefused({ kind: 'bad-path', path })
    names.set(path.toLowerCase(), path)
  }
  const rows = await tx.$queryRaw<{ sha256: string; bytes: number }[]>`
    SELECT sha256, octet_length(bytes) AS bytes FROM working_text
    WHERE copy_id = ${copy.id}::uuid AND sha256 IN (
      SELECT f.value FROM working_copy c, jsonb_each_text(c.files) f WHERE c.id = ${copy.id}::uuid)`
  const sizes = new Map(rows.map(({ sha256, bytes }) => [sha256, bytes]))
  const bytes = Object.values(files).reduce((sum, sha256) => sum + (sizes.get(sha256) ?? 0), added)
  if (bytes > MAX_BUNDLE_BYTES) throw new CopyRefused({ kind: 'copy-too-large', bytes })
}

/** States of a page since its last answer that reached it. */
const LOOKED_AT = 40

/**
 * Whether all that happened to the file since `base` was saved by the same page: its answer was lost on the way, and what it
 * sends now has what it sent then.
 */
async function isOwnWork(
  tx: Transaction,
  copy: LockedCopy,
  { tab, path, base }: FileSave,
  here: string | null,
): Promise<boolean> {
  if (tab === null) return false
  const states = await tx.workingState.findMany({
    where: { copyId: copy.id, kind: { not: 'aside' } },
    orderBy: { version: 'desc' },
    take: LOOKED_AT,
    select: { tab: true, files: true },
  })
  let now = here
  for (const [at, state] of states.entries()) {
    const older = states[at + 1]
    const before = older ? hashIn(readManifest(older.files), path) : null
    if (before === now) continue
    if (state.tab !== tab) return false
    if (before === base) return true
    now = before
  }
  return false
}

async function isAsideAlready(
  tx: Transaction,
  copy: LockedCopy,
  path: string,
  sha256: string,
): Promise<boolean> {
  const last = await tx.workingState.findFirst({
    where: { copyId: copy.id, kind: 'aside' },
    orderBy: { version: 'desc' },
    select: { files: true },
  })
  return last !== null && hashIn(readManifest(last.files), path) === sha256
}

async function lastSaverOf(
  tx: Transaction,
  copy: LockedCopy,
  path: string,
  here: string | null,
): Promise<string> {
  const states = await tx.workingState.findMany({
    where: { copyId: copy.id, kind: { not: 'aside' } },
    orderBy: { version: 'desc' },
    take: LOOKED_AT,
    select: { files: true, person: { select: { name: true } } },
  })
  let by = states[0]?.person.name ?? 'Somebody'
  for (const state of states) {
    if (hashIn(readManifest(state.files), path) !== here) break
    by = state.person.name
  }
  return by
}

/** Takes a file out of the copy; its text stays in the history. */
export function removeFile(
  viewer: Viewer,
  { slug, path, base }: { readonly slug: string; readonly path: string; readonly base: string },
  now = new Date(),
): Promise<Result<{ readonly version: number }, CopyFailure>> {
  return copyAct(viewer, async (tx, personId) => {
    const copy = await lockedCopy(tx, viewer as NonNullable<Viewer>, slug, now) // copyAct asked
    const here = hashIn(copy.files, path)
    if (here === null) return { version: copy.version }
    if (here !== base) throw new CopyRefused({ kind: 'stale' })
    const { [path]: _, ...files } = copy.files
    const state = { personId, kind: 'removed', tab: null, files, texts: [], at: now } as const
    return { version: await writeState(tx, copy, state) }
  })
}

/** All files are again as they were in a saved state. What they are now stays in the history. */
export function restoreState(
  viewer: Viewer,
  wish: { readonly slug: string; readonly state: number; readonly seen: number },
  now = new Date(),
): Promise<Result<{ readonly version: number }, CopyFailure>> {
  return copyAct(viewer, async (tx, personId) => {
    const copy = await lockedCopy(tx, viewer as NonNullable<Viewer>, wish.slug, now) // copyAct asked
    const row = await tx.workingState.findUnique({
      where: { copyId_version: { copyId: copy.id, version: wish.state } },
      select: { files: true },
    })
    if (!row) throw new CopyRefused({ kind: 'no-such-state' })
    const files = readManifest(row.files)
    if (isSame(files, copy.files)) return { version: copy.version }
    if (copy.version !== wish.seen) throw new CopyRefused({ kind: 'stale' })
    const state = { personId, kind: 'restored', tab: null, files, texts: [], at: now } as const
    return { version: await writeState(tx, copy, state) }
  })
}

const isSame = (a: Manifest, b: Manifest) => {
  const paths = Object.keys(a)
  return paths.length === Object.keys(b).length && paths.every((path) => a[path] === hashIn(b, path))
}

export type Push = {
  readonly slug: string
  /** What was pulled: path to SHA-256 in hex. Empty: it was never pulled. */
  readonly base: Manifest
  /** All files, as they are to be. */
  readonly files: readonly NewFile[]
}

/**
 * All files at once, as a program pushes them. Where nothing of that name is there yet it is begun; where anything changed on
 * the server since it was pulled nothing is written, and for each such file what is there and what `diff3` makes of it is told.
 */
export function pushFiles(
  viewer: Viewer,
  { slug, base, files }: Push,
  now = new Date(),
): Promise<Result<{ readonly version: number; readonly files: Manifest }, CopyFailure>> {
  return copyAct(viewer, async (tx, personId) => {
    if (!isSlug(slug)) throw new CopyRefused({ kind: 'no-such-copy' })
    const refused = refusalOf(files)
    const access = await copyAccess(viewer, slug, tx)
    if (access.kind === 'nothing') {
      if (refused) throw new CopyRefused(refused)
      await mustHaveRoom(tx, personId)
      if (!(await isFree(tx, slug))) throw new CopyRefused({ kind: 'name-taken' })
      const copy = { slug, proposalId: null, madeBy: personId, baseRevision: 0, files, at: now }
      const made = await lockCopy(tx, await insertOrRefuse(tx, copy))
      return { version: made?.version ?? 1, files: manifestOf(files) }
    }
    const copy = await lockedCopy(tx, viewer as NonNullable<Viewer>, slug, now) // copyAct asked
    if (refused) throw new CopyRefused(refused)
    const wished = manifestOf(files)
    if (isSame(wished, copy.files)) return { version: copy.version, files: wished }
    const moved = await movedFiles(tx, copy, { base, files, wished })
    if (moved.length > 0) throw new CopyRefused({ kind: 'moved', files: moved })
    const texts = files.map(({ bytes }) => bytes)
    const state = { personId, kind: 'pushed', tab: null, files: wished, texts, at: now } as const
    return { version: await writeState(tx, copy, state), files: wished }
  })
}

async function movedFiles(
  tx: Transaction,
  copy: LockedCopy,
  { base, files, wished }: { base: Manifest; files: readonly NewFile[]; wished: Manifest },
): Promise<MovedFile[]> {
  const mine = new Map(files.map(({ path, bytes }) => [path, bytes]))
  const moved: MovedFile[] = []
  const budget = mergeBudget()
  for (const path of new Set([...Object.keys(copy.files), ...Object.keys(wished), ...Object.keys(base)])) {
    const [here, was] = [hashIn(copy.files, path), hashIn(base, path)]
    if (here === was || here === hashIn(wished, path)) continue
    const [theirs, original] = [
      here === null ? null : await copyText(tx, copy.id, here),
      was === null ? null : await copyText(tx, copy.id, was),
    ]
    const own = mine.get(path)
    const merged =
      theirs && original && own ? mergeTexts(decoded(original), decoded(own), decoded(theirs), budget) : null
    moved.push({ path, theirs: theirs && decoded(theirs), sha256: here, merged })
  }
  return moved
}
