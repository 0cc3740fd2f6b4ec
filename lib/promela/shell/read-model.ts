/**
 * A model from disk: the file that was named and what it includes, from its own folder and nowhere else.
 *
 * The compiler never opens anything; it is given files. So the rule which files there are is here: only those below
 * the model's folder, also after links are followed. What is not there the compiler reports where it is included.
 */
import { open, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { MAX_FILE_LENGTH } from '#lib/promela/1-parse/preprocess.ts'
import { includeClosure } from '#lib/promela/compile.ts'
import { err, ok, type Result } from '#lib/result.ts'

export type ModelFiles = {
  /** Paths are relative to the model's folder. */
  readonly files: ReadonlyMap<string, string>
  readonly main: string
}

/** More includes than this are not read; the compiler then misses them and says so. */
const MAX_FILES = 200

/** The error is a sentence about the file that was named. */
export async function readModel(file: string): Promise<Result<ModelFiles, string>> {
  const main = path.basename(file)
  const text = await readText(file)
  if (text === null) return err(`${file} is not a file that can be read`)
  const folder = await realpath(path.dirname(file))
  const files = new Map([[main, text]])
  const looked = new Set([main])
  for (let found = true; found; ) {
    found = false
    for (const from of includeClosure(files, main)) {
      for (const [, name = ''] of (files.get(from) ?? '').matchAll(
        /^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm,
      )) {
        const wanted = path.posix.join(path.posix.dirname(from), name)
        if (looked.has(wanted) || looked.size > MAX_FILES) continue
        looked.add(wanted)
        const included = await readBelow(folder, wanted)
        if (included === null) continue
        files.set(wanted, included)
        found = true
      }
    }
  }
  return ok({ files, main })
}

async function readBelow(folder: string, name: string): Promise<string | null> {
  if (path.isAbsolute(name)) return null
  const real = await realpath(path.join(folder, name)).catch(() => null)
  if (real === null) return null
  const inside = path.relative(folder, real)
  return inside.startsWith('..') || path.isAbsolute(inside) ? null : readText(real)
}

/** At most so much that the compiler sees that it is too much. `null` for what is no file. */
async function readText(file: string): Promise<string | null> {
  try {
    if (!(await stat(file)).isFile()) return null
    const handle = await open(file)
    try {
      // A character has at most four bytes.
      const buffer = Buffer.alloc(Math.min((await handle.stat()).size, 4 * (MAX_FILE_LENGTH + 1)))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch {
    return null // not there, or not ours to read: the caller names the file
  }
}
