import 'server-only'
import { db } from '#lib/db.server.ts'
import { insertPassages } from '#lib/review/revision/write-revision.server.ts'

const COMMENTS_AT_ONCE = 2000

/** What was written before there was a search: how many comments and passages. Run again it finds nothing to do. */
export async function fillSearch(): Promise<number> {
  let filled = 0
  for (let count = 1; count > 0; filled += count)
    // The triggers of prisma/rules/search.sql write what comes from now on.
    count = await db().$executeRaw`
      INSERT INTO search_comment (comment_id, proposal_id, said_at, words)
      SELECT c.id, t.proposal_id, c.created_at, search_words_or_none(c.body)
      FROM comment c JOIN thread t ON t.id = c.thread_id
      WHERE NOT EXISTS (SELECT 1 FROM search_comment s WHERE s.comment_id = c.id)
      LIMIT ${COMMENTS_AT_ONCE} ON CONFLICT DO NOTHING`
  const revisions = await db().revision.findMany({
    where: { blocks: { some: { passage: null } } },
    select: { id: true },
  })
  for (const { id } of revisions) {
    const { plainText, blocks } = await db().revision.findUniqueOrThrow({
      where: { id },
      select: {
        plainText: true,
        blocks: { select: { key: true, ord: true, textStart: true, textEnd: true } },
      },
    })
    // Offsets are UTF-16 units, which Postgres does not count.
    const texts = blocks.map(({ textStart, textEnd, ...block }) => ({
      ...block,
      text: plainText.slice(textStart, textEnd),
    }))
    await insertPassages(db(), id, texts)
    filled += texts.length
  }
  return filled
}
