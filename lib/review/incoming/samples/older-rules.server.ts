/** Revisions of which the present rules refuse something, published while they did not: one of each number of the rules. */
import 'server-only'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { env } from '#lib/env.server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { readBundleFiles } from '#lib/writeup/bundle/read-bundle.server.ts'
import { readStoredParse } from '#lib/writeup/bundle/stored-parse.ts'

const SAMPLES = join(import.meta.dirname, '../../../writeup/bundle/samples')

export type OlderRules = 1 | 2 | 3

export const olderFolder = (rules: OlderRules) => join(SAMPLES, `rules-${rules}`)

/** The bundle as the program of that time had it: a component that is gone stands in the tree. */
export async function olderBundle(rules: OlderRules = 1): Promise<Bundle> {
  const files = await readBundleFiles(olderFolder(rules))
  if (!files.ok) throw new Error(JSON.stringify(files.error))
  const { parsed, ...of } = JSON.parse(readFileSync(`${olderFolder(rules)}.json`, 'utf8'))
  const read = readStoredParse(parsed, { ...of, files: files.value })
  if (!read.ok) throw new Error(read.error)
  const documents = read.value.documents.map((document, i) => ({
    ...document,
    tree: parsed.documents[i].tree,
  }))
  return { ...read.value, documents }
}

export async function publishOlder(slug: string, rules: OlderRules = 1): Promise<Bundle> {
  const older = await olderBundle(rules)
  const bundle = { ...older, cover: { ...older.cover, changeId: `20261123-${slug}-0a0b0c0d` } }
  const published = await publishBundle(slug, bundle)
  if (!published.ok) throw new Error(published.error.kind)
  return bundle
}

/** As it is before the upgrade that brings the table. */
export async function withoutStoredParse(slug: string): Promise<void> {
  const client = new pg.Client({ connectionString: env.testOwnerUrl })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query('ALTER TABLE revision_parsed DISABLE TRIGGER revision_parsed_is_immutable')
    await client.query(
      `DELETE FROM revision_parsed q USING revision r, proposal p
       WHERE q.revision_id = r.id AND r.proposal_id = p.id AND p.slug = $1`,
      [slug],
    )
    await client.query('ALTER TABLE revision_parsed ENABLE TRIGGER revision_parsed_is_immutable')
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}
