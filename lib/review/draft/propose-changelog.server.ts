import 'server-only'
import { differenceOf } from '#lib/anchor/difference.ts'
import { mapRevisions } from '#lib/anchor/revision-map.ts'
import { db } from '#lib/db.server.ts'
import { copyOf } from '#lib/review/copy/read-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { mappedText } from '#lib/review/thread/carry-threads.server.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { checkFilesWhole } from '#lib/writeup/bundle/read-bundle.server.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import { changelogLines } from './changelog-lines.ts'

/**
 * What a changelog could say: a line for each write-up that differs from the revision before, and one for each thread that
 * this revision answers. Empty while the text cannot be read.
 */
export async function changelogOf(viewer: Viewer, slug: string): Promise<string> {
  const copy = await copyOf(viewer, slug)
  if (!copy?.proposalId) return ''
  const bundle = await checkFilesWhole(copy.files, await instanceQuestionnaires())
  if (!bundle.ok) return ''
  const before = await db().revision.findUnique({
    where: { proposalId_number: { proposalId: copy.proposalId, number: copy.baseRevision } },
    select: {
      plainText: true,
      blocks: {
        orderBy: { ord: 'asc' },
        select: { key: true, kind: true, writeup: true, textStart: true, textEnd: true },
      },
    },
  })
  if (!before) return ''
  const old = mappedText({
    text: before.plainText,
    // Written by the one writer, from values of these types.
    blocks: before.blocks.map(({ textStart: start, textEnd: end, ...block }) => ({
      ...block,
      start,
      end,
    })) as Parameters<typeof mappedText>[0]['blocks'],
  })
  const map = mapRevisions(old, mappedText(bundle.value))
  const writeupOf = new Map([
    ...before.blocks.map(({ key, writeup }) => [key, writeup] as const),
    ...bundle.value.blocks.map(({ key, writeup }) => [key, writeup] as const),
  ])
  const counted = new Map<string, { edited: number; inserted: number; deleted: number; moved: number }>()
  for (const { kind, block, origins } of differenceOf(map).changes) {
    if (kind === 'same') continue
    const key = block === null ? map.old.blocks[origins[0] ?? -1]?.key : map.now.blocks[block]?.key
    const writeup = writeupOf.get(key ?? '') ?? 'cover'
    const count = counted.get(writeup) ?? { edited: 0, inserted: 0, deleted: 0, moved: 0 }
    if (kind in count) count[kind as keyof typeof count] += 1 // the kinds that are counted
    counted.set(writeup, count)
  }
  const promised = await db().thread.findMany({
    where: { proposalId: copy.proposalId, state: 'open', promisedAt: { not: null } },
    orderBy: { number: 'asc' },
    take: 100,
    select: {
      number: true,
      kind: true,
      comments: { where: { seq: 1 }, select: { body: true, redactedAt: true } },
    },
  })
  return changelogLines(
    DOCUMENT_IDS.flatMap((writeup) => {
      const count = counted.get(writeup)
      return count ? [{ writeup, ...count }] : []
    }),
    promised.map(({ number, kind, comments: [first] }) => ({
      ...{ number, kind },
      words: first && !first.redactedAt ? first.body : '',
    })),
  ).join('\n')
}
