/**
 * A folder that was pulled from a site: its files, and in `.coherent` where it came from and what it was then, so that a push
 * says what it began from. Nothing of a site is believed: its names are those of a bundle, or nothing is written.
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { mergeDiff3 } from 'node-diff3'
import { z } from 'zod'
import { err, ok, type Result } from '#lib/result.ts'
import { SLUG } from '#lib/review/proposal/address.ts'
import { checkFiles } from '#lib/writeup/bundle/bundle.ts'
import type { BundleFile } from '#lib/writeup/bundle/content-hash.ts'
import { textOfFile } from '#lib/writeup/bundle/mend-bundle.ts'
import { readBundleFiles } from '#lib/writeup/bundle/read-bundle.server.ts'

const KEPT = '.coherent'
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const manifest = z.record(z.string().max(300), sha256)
const Origin = z.object({ site: z.url(), slug: z.string().regex(SLUG), base: manifest })

/** Where a folder was pulled from, and the hash of each file then. */
export type Origin = z.output<typeof Origin>

/** What a site says of a proposal's files. */
export const RemoteCopy = z.object({
  slug: z.string().regex(SLUG),
  version: z.int().min(0),
  revision: z.int().min(0).max(999),
  files: z.array(z.object({ path: z.string().max(300), sha256, base64: z.base64() })).max(500),
})

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
export const manifestOf = (files: readonly BundleFile[]): Record<string, string> =>
  Object.fromEntries(files.map(({ path, bytes }) => [path, hashOf(bytes)]))

/** The files that a site sent; an error: the end of a sentence. */
export function filesOfCopy(copy: z.output<typeof RemoteCopy>): Result<BundleFile[], string> {
  const files = copy.files.map(({ path, base64 }) => ({
    path,
    bytes: new Uint8Array(Buffer.from(base64, 'base64')),
  }))
  const [bad] = checkFiles(files)
  if (bad) return err(`the site sent files that are no bundle: ${JSON.stringify(bad.file)}: ${bad.message}`)
  if (copy.files.some((file, at) => file.sha256 !== hashOf(files[at]?.bytes ?? new Uint8Array())))
    return err('the site sent files that are damaged')
  return ok(files)
}

/** Null: it was not pulled, or what is kept of that cannot be read. */
export async function originOf(folder: string): Promise<Origin | null> {
  try {
    const read = Origin.safeParse(JSON.parse(await readFile(join(folder, KEPT, 'origin.json'), 'utf8')))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

/** All files of a folder that is there; an error: its problems as lines, each with its place. */
export async function localFiles(folder: string): Promise<Result<BundleFile[], readonly string[]>> {
  const read = await readBundleFiles(folder)
  return read.ok
    ? read
    : err(
        read.error.map(
          ({ file, line, column, message }) => `${join(folder, file)}:${line}:${column}: ${message}`,
        ),
      )
}

/** Makes the folder hold exactly these files, each whole or not at all, and keeps what they were. */
export async function writePulled(
  folder: string,
  files: readonly BundleFile[],
  before: readonly BundleFile[],
  origin: Origin,
  base: readonly BundleFile[] = files,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const held = new Map(before.map(({ path, bytes }) => [path, hashOf(bytes)]))
  for (const { path, bytes } of files)
    if (held.get(path) !== hashOf(bytes)) await writeWhole(join(folder, path), bytes)
  for (const { path } of before)
    if (!files.some((file) => file.path === path)) await rm(join(folder, path), { force: true })
  await keepOrigin(folder, origin, base)
}

/** @param base the files as they were pulled or pushed: a merge begins from them. */
export async function keepOrigin(folder: string, origin: Origin, base: readonly BundleFile[]): Promise<void> {
  const kept = join(folder, KEPT)
  // A link in its place would lead out of the folder.
  if (existsSync(kept) && !(await lstat(kept)).isDirectory()) throw new Error(`${kept} is not a folder`)
  await rm(join(kept, 'base'), { recursive: true, force: true })
  for (const { path, bytes } of base) await writeWhole(join(kept, 'base', path), bytes)
  await writeWhole(join(kept, 'origin.json'), Buffer.from(`${JSON.stringify(origin, null, 2)}\n`))
  await writeWhole(join(kept, '.gitignore'), Buffer.from('*\n'))
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await writeFile(beside, bytes, { flag: 'wx' })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

export type ThreeWay = {
  /** All files, those that were changed on both sides merged, with marks where both changed the same lines. */
  readonly files: readonly BundleFile[]
  /** Changed on both sides, and not in the same way. */
  readonly both: readonly { readonly path: string; readonly hasMarks: boolean }[]
}

/** What is here, what the site has, and what both began from. */
export async function threeWay(
  folder: string,
  local: readonly BundleFile[],
  remote: readonly BundleFile[],
  base: Readonly<Record<string, string>>,
): Promise<ThreeWay> {
  const [here, there] = [local, remote].map((files) => new Map(files.map((file) => [file.path, file])))
  const files: BundleFile[] = []
  const both: { path: string; hasMarks: boolean }[] = []
  for (const path of [...new Set([...local, ...remote].map((file) => file.path))].sort()) {
    const [mine, theirs] = [here?.get(path), there?.get(path)]
    const [my, their] = [mine && hashOf(mine.bytes), theirs && hashOf(theirs.bytes)]
    const was = Object.hasOwn(base, path) ? base[path] : undefined
    if (my === their || their === was) {
      if (mine) files.push(mine)
    } else if (my === was) {
      if (theirs) files.push(theirs)
    } else {
      const merged = await mergedFile(join(folder, KEPT, 'base', path), mine, theirs)
      both.push({ path, hasMarks: merged.hasMarks })
      files.push(merged.file)
    }
  }
  return { files, both }
}

async function mergedFile(
  basePath: string,
  mine: BundleFile | undefined,
  theirs: BundleFile | undefined,
): Promise<{ file: BundleFile; hasMarks: boolean }> {
  const only = mine && theirs ? null : (mine ?? theirs)
  // Changed on one side and deleted on the other: it stays, and is told.
  if (only) return { file: only, hasMarks: true }
  const file = mine ?? { path: '', bytes: new Uint8Array() }
  const [my, their] = [textOfFile(file), theirs ? textOfFile(theirs) : null]
  if (my === null || their === null) return { file, hasMarks: true } // a picture: the site has the other one
  const was = await readFile(basePath, 'utf8').catch(() => '')
  const { conflict, result } = mergeDiff3(my.split('\n'), was.split('\n'), their.split('\n'), {
    excludeFalseConflicts: true,
    label: { a: 'here', o: 'as it was', b: 'on the site' },
  })
  return { file: { path: file.path, bytes: new TextEncoder().encode(result.join('\n')) }, hasMarks: conflict }
}

/** Beside the folder, never over what is there. */
export function folderBeside(folder: string): string {
  for (let n = 1; ; n++) {
    const name = `${folder.replace(/[/\\]+$/, '')}.merged${n === 1 ? '' : `-${n}`}`
    if (!existsSync(name)) return name
  }
}

/** Writes what a merge made beside the folder, and says what is to be done. */
export async function tellMerged(
  folder: string,
  { files, both }: ThreeWay,
  remote: readonly BundleFile[],
  origin: Omit<Origin, 'base'>,
): Promise<void> {
  const beside = folderBeside(folder)
  await writePulled(beside, files, [], { ...origin, base: manifestOf(remote) }, remote)
  for (const { path, hasMarks } of both)
    console.error(
      `${join(beside, path)}:1:1: changed here and on the site${hasMarks ? '; both texts are there' : ', merged'}`,
    )
  console.error(
    `Nothing was changed in ${folder} or on the site. The three-way result is in ${beside}: look at it, then push that folder.`,
  )
}
