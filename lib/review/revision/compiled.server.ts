import 'server-only'
import { createHash } from 'node:crypto'
import { db } from '#lib/db.server.ts'
import { COMPILER_VERSION, compileDocument } from '#lib/writeup/page/compile.server.ts'
import type { Writeup } from '#lib/writeup/parse/parse.ts'

/** The hash of what decides the code: the compiler's version, which document it is, its source. */
const keyOf = ({ writeup, source }: Writeup) =>
  new Uint8Array(createHash('sha256').update(`${COMPILER_VERSION}\0${writeup}\0${source}`).digest())

const kept = new Map<string, string>()
const KEPT = 200

/**
 * The code of a checked document: compiled once, then from memory, or, after a restart and in another instance, from
 * the database. The table is a cache; whoever can write it can run code in this server, like whoever can write the
 * sessions or the program.
 */
export async function codeOf(document: Writeup): Promise<string> {
  const sha256 = keyOf(document)
  const name = Buffer.from(sha256).toString('base64')
  const known = kept.get(name)
  if (known !== undefined) return known
  const stored = await db().compiledDocument.findUnique({ where: { sha256 }, select: { code: true } })
  const code = stored?.code ?? (await compileDocument(document)).code
  if (!stored) await db().compiledDocument.createMany({ data: [{ sha256, code }], skipDuplicates: true })
  const oldest = kept.keys().next().value
  if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest)
  kept.set(name, code)
  return code
}
