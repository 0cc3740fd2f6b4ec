import { randomBytes } from 'node:crypto'
import { chmod, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { mendBundle, textOfFile } from '#lib/writeup/bundle/mend-bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundleFiles } from '#lib/writeup/bundle/read-bundle.server.ts'

/**
 * Does to a folder what its problems say there is to do, where that is one thing: an escape, a blank, the name of a language
 * or of an anchor. Nothing in code, and nothing whose meaning would have to be guessed.
 */
export type MendedLine = {
  readonly file: string
  readonly line: number
  readonly was: string
  readonly is: string
}

/** null: the folder cannot be read as a bundle at all. `isDry`: nothing is written. */
export async function mendFolder(folder: string, isDry: boolean): Promise<readonly MendedLine[] | null> {
  const read = await readBundleFiles(folder)
  if (!read.ok) return null
  const questionnaires = await instanceQuestionnaires()
  const before = new Map(read.value.map((file) => [file.path, textOfFile(file)]))
  const files = mendBundle(read.value, questionnaires)
  const mended: MendedLine[] = []
  for (const file of files) {
    const [was, is] = [before.get(file.path) ?? null, textOfFile(file)]
    if (was === null || is === null || was === is) continue
    mended.push(...changedLines(file.path, was, is))
    if (!isDry) await writeWhole(join(folder, file.path), file.bytes)
  }
  return mended
}

/** An edit keeps lines where they are. */
function changedLines(file: string, was: string, is: string): MendedLine[] {
  const [before, after] = [was, is].map((text) => text.split(/\r\n|\r|\n/))
  return (before ?? []).flatMap((line, i) => {
    const now = after?.[i] ?? ''
    return now === line ? [] : [{ file, line: i + 1, was: line, is: now }]
  })
}

/** All of it or nothing: who ends the command in the middle has the file as it was. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const { mode } = await stat(path)
    const handle = await open(beside, 'wx')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await chmod(beside, mode & 0o777)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
