import 'server-only'
import { db } from '#lib/db.server.ts'
import { log } from '#lib/log.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { BlockKind } from '#lib/writeup/blocks/blocks.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { type PublishedFacts, publishedBundle } from '#lib/writeup/bundle/published-bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import {
  readStoredCover,
  readStoredParse,
  readStoredWarnings,
  type StoredWarning,
  undrawnKeys,
} from '#lib/writeup/bundle/stored-parse.ts'
import { FILE_START } from '#lib/writeup/parse/problem.ts'

/**
 * The one door to a bundle that is to be shown, mailed or searched: a published revision, or a folder.
 *
 * Of a revision it reads what was stored when it was published and asks no rule, so that no later rule takes it away. A
 * folder is not published yet: it is checked by the rules of today.
 */
export type OpenBundle = Bundle & {
  /** What rules that came later would have refused; none of a folder, which is refused. */
  readonly warnings: readonly StoredWarning[]
  /** Keys of blocks that no drawn passage carries. */
  readonly undrawn: ReadonlySet<string>
}

/** Where it is broken, as places: a file (or what stands for one), a line, a sentence. */
export type Unopened = readonly Pick<StoredWarning, 'file' | 'line' | 'column' | 'message'>[]

export async function openBundle(
  at: { readonly revisionId: string } | { readonly folder: string },
): Promise<Result<OpenBundle, Unopened>> {
  if ('folder' in at) {
    const read = await readBundle(at.folder, await instanceQuestionnaires())
    return read.ok ? ok(opened(read.value, [])) : read
  }
  const { revisionId } = at
  const [files, row, revision] = await Promise.all([
    filesOf(revisionId),
    db().revisionParsed.findUnique({
      where: { revisionId },
      select: { parsed: true, warnings: true, contentSha256: true },
    }),
    db().revision.findUniqueOrThrow({
      where: { id: revisionId },
      select: { plainText: true, contentSha256: true },
    }),
  ])
  if (!row) return parseNow(revisionId)
  const contentHash = Buffer.from(revision.contentSha256).toString('hex')
  const read =
    Buffer.from(row.contentSha256).toString('hex') === contentHash
      ? readStoredParse(row.parsed, { files, contentHash, text: revision.plainText })
      : err('it is of another content than the revision')
  if (read.ok) return ok(opened(read.value, readStoredWarnings(row.warnings)))
  log.error('what was stored of a revision cannot be read', { revision: revisionId })
  return err([{ file: 'revision_parsed', ...FILE_START, message: `${read.error}.` }])
}

/** As files to `publishedBundle`: of a revision that was written before there was a row, or by something else than us. */
async function parseNow(revisionId: string): Promise<Result<OpenBundle, Unopened>> {
  const [files, facts, questionnaires] = await Promise.all([
    filesOf(revisionId),
    publishedFacts(revisionId),
    instanceQuestionnaires(),
  ])
  const parsed = publishedBundle(files, questionnaires, facts)
  return parsed.ok ? ok(opened(parsed.value.bundle, parsed.value.warnings)) : parsed
}

function opened(bundle: Bundle, warnings: readonly StoredWarning[]): OpenBundle {
  return { ...bundle, warnings, undrawn: undrawnKeys(bundle) }
}

export function filesOf(revisionId: string) {
  return db().revisionFile.findMany({ where: { revisionId }, select: { path: true, bytes: true } })
}

/** What was written down when it was published: the columns are older than any rule. */
export async function publishedFacts(revisionId: string): Promise<PublishedFacts> {
  const revision = await db().revision.findUniqueOrThrow({
    where: { id: revisionId },
    select: {
      contentSha256: true,
      frontMatter: true,
      plainText: true,
      blocks: {
        orderBy: { ord: 'asc' },
        select: { ord: true, key: true, kind: true, writeup: true, textStart: true, textEnd: true },
      },
    },
  })
  return {
    contentHash: Buffer.from(revision.contentSha256).toString('hex'),
    cover: readStoredCover(revision.frontMatter),
    text: revision.plainText,
    blocks: revision.blocks.map(({ textStart: start, textEnd: end, kind, writeup, ...block }) => ({
      ...block,
      // Written by the one writer, from values of these types; a CHECK keeps the second.
      kind: kind as BlockKind,
      writeup: writeup as PublishedFacts['blocks'][number]['writeup'],
      start,
      end,
    })),
  }
}
