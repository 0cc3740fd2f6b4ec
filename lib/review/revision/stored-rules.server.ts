import 'server-only'
import { db } from '#lib/db.server.ts'
import { contentHash } from '#lib/writeup/bundle/content-hash.ts'
import { publishedBundle } from '#lib/writeup/bundle/published-bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { checkFilesWhole } from '#lib/writeup/bundle/read-bundle.server.ts'
import { readStoredParse } from '#lib/writeup/bundle/stored-parse.ts'
import type { Problem } from '#lib/writeup/parse/problem.ts'
import { filesOf, publishedFacts, type Unopened } from './open-bundle.server.ts'
import { insertParsed } from './write-revision.server.ts'

/**
 * The rules of today and the revisions that stand. Called by the operator's command line, so no viewer is asked for.
 *
 * All of it goes revision by revision, so that an instance of any size is gone through in the memory of one.
 */
type Standing = { readonly id: string; readonly slug: string; readonly number: number }

/** Asked for at once. */
const AT_ONCE = 500

/** Oldest first; `missing`: only those whose parse is not stored. */
async function* standing(missing: boolean): AsyncGenerator<Standing> {
  let after: string | null = null
  for (;;) {
    const rows: { id: string; number: number; proposal: { slug: string } }[] = await db().revision.findMany({
      where: { ...(missing ? { parsed: null } : {}), ...(after === null ? {} : { id: { gt: after } }) },
      orderBy: { id: 'asc' },
      take: AT_ONCE,
      select: { id: true, number: true, proposal: { select: { slug: true } } },
    })
    for (const { id, number, proposal } of rows) yield { id, slug: proposal.slug, number }
    after = rows.at(-1)?.id ?? null
    if (after === null) return
  }
}

export type Filled = Pick<Standing, 'slug' | 'number'> & {
  /** false: nothing could be stored, for the reason in `problems`; it is tried again at the next start. */
  readonly stored: boolean
  readonly problems: Unopened
}

/**
 * Stores the parse of what was published before there was a place for it. Run again it finds nothing to do; of two at once
 * each row is written by one.
 */
export async function* fillParsed(): AsyncGenerator<Filled> {
  const questionnaires = await instanceQuestionnaires()
  for await (const { id, slug, number } of standing(true)) {
    const [files, facts] = await Promise.all([filesOf(id), publishedFacts(id)])
    const parsed = publishedBundle(files, questionnaires, facts)
    if (!parsed.ok) {
      yield { slug, number, stored: false, problems: parsed.error }
      continue
    }
    const { bundle, warnings } = parsed.value
    await insertParsed(db(), { revisionId: id, bundle, warnings })
    yield { slug, number, stored: true, problems: warnings }
  }
}

export type Verdict = Pick<Standing, 'slug' | 'number'> & {
  /** What the present rules would refuse, were it published today; nothing: all is well. */
  readonly problems: readonly Problem[]
  /** What is broken in what was stored; null: nothing. */
  readonly broken: string | null
}

/** Changes nothing. Works on the database of an older version too, which has no stored parse yet. */
export async function* checkStored(): AsyncGenerator<Verdict> {
  const questionnaires = await instanceQuestionnaires()
  const [table] = await db().$queryRaw<{ there: boolean }[]>`
    SELECT to_regclass('revision_parsed') IS NOT NULL AS there`
  for await (const { id, slug, number } of standing(false)) {
    const files = await filesOf(id)
    const parsed = await checkFilesWhole(files, questionnaires)
    const broken = table?.there ? await brokenRow(id, files) : null
    yield { slug, number, problems: parsed.ok ? [] : parsed.error, broken }
  }
}

async function brokenRow(
  revisionId: string,
  files: Awaited<ReturnType<typeof filesOf>>,
): Promise<string | null> {
  const row = await db().revisionParsed.findUnique({ where: { revisionId }, select: { parsed: true } })
  if (!row) return null // `upgrade` stores it
  const { text, contentHash: of } = await publishedFacts(revisionId)
  const read = readStoredParse(row.parsed, { files, contentHash: of, text })
  return read.ok ? null : read.error
}

/** Revisions whose stored parse has warnings: how many, and the first of them. */
export async function withWarnings(
  most: number,
): Promise<{ readonly count: number; readonly first: readonly string[] }> {
  const rows = await db().$queryRaw<{ slug: string; number: number; count: number }[]>`
    SELECT p.slug, r.number, count(*) OVER ()::int AS count
    FROM revision_parsed q JOIN revision r ON r.id = q.revision_id JOIN proposal p ON p.id = r.proposal_id
    WHERE jsonb_array_length(q.warnings) > 0
    ORDER BY p.slug, r.number LIMIT ${most}`
  return { count: rows[0]?.count ?? 0, first: rows.map(({ slug, number }) => `${slug} v${number}`) }
}

/** Whether these very files stand published under this number: then no rule refuses them any more. */
export async function standsPublished(
  slug: string,
  number: number,
  files: Parameters<typeof contentHash>[0],
): Promise<boolean> {
  const revision = await db().revision.findFirst({
    where: { number, proposal: { slug } },
    select: { contentSha256: true },
  })
  return revision !== null && Buffer.from(revision.contentSha256).toString('hex') === contentHash(files)
}
