import 'server-only'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { codeKey, compileDocument } from '#lib/writeup/page/compile.server.ts'
import type { Writeup } from '#lib/writeup/parse/parse.ts'

const kept = new Map<string, string>()
const KEPT = 200

/**
 * The code of a checked document: compiled once, then from memory, or, after a restart and in another instance, from
 * the database. The table is a cache; whoever can write it can run code in this server, like whoever can write the
 * sessions or the program.
 */
export async function codeOf(document: Writeup): Promise<string> {
  const name = codeKey(document)
  const known = kept.get(name)
  if (known !== undefined) return known
  const code =
    env.previewFolder === null ? await storedCode(document, name) : (await compileDocument(document)).code
  const oldest = kept.keys().next().value
  if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest)
  kept.set(name, code)
  return code
}

async function storedCode(document: Writeup, name: string): Promise<string> {
  const sha256 = new Uint8Array(Buffer.from(name, 'hex'))
  const stored = await db().compiledDocument.findUnique({ where: { sha256 }, select: { code: true } })
  const code = stored?.code ?? (await compileDocument(document)).code
  if (!stored) await db().compiledDocument.createMany({ data: [{ sha256, code }], skipDuplicates: true })
  return code
}
