import 'server-only'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { publicAddressOf } from '#lib/review/person/public-address.ts'
import { site } from '#lib/review/proposal/address.ts'
import { keptAsMailed } from './markdown-as-mail.ts'

/** Rows that are rendered between two statements. */
const AT_ONCE = 200

/**
 * Renders what comments left as while they were Markdown, where a migration found such comments; how many there were.
 * Done before anything is served; a second call finds nothing to do, and of two at once each row is filled by one.
 */
export async function fillAsMailed(): Promise<number> {
  let filled = 0
  for (;;) {
    const rows = await db().commentAsMailed.findMany({
      where: { body: null },
      orderBy: [{ commentId: 'asc' }, { version: 'asc' }],
      take: AT_ONCE,
      select: {
        commentId: true,
        version: true,
        comment: {
          select: {
            body: true,
            lockVersion: true,
            versions: { select: { version: true, body: true } },
            thread: { select: { number: true, proposal: { select: { slug: true } } } },
            author: {
              select: {
                name: true,
                account: { select: { id: true } },
                addresses: { orderBy: { address: 'asc' }, select: { address: true, confirmedAt: true } },
              },
            },
          },
        },
      },
    })
    if (rows.length === 0) return filled
    const made = rows.map(({ commentId, version, comment }) => {
      const { author, thread } = comment
      const text =
        version === comment.lockVersion + 1
          ? comment.body
          : (comment.versions.find((one) => one.version === version)?.body ?? '')
      const body = keptAsMailed(text, {
        sender: { name: author.name, address: publicAddressOf(author) ?? '' },
        baseUrl: `${env.publicUrl}${site.thread(thread.proposal.slug, thread.number)}`,
      })
      return { commentId, version, body }
    })
    filled += await db().$executeRaw`
      UPDATE comment_as_mailed m SET body = r.body
      FROM jsonb_to_recordset(${JSON.stringify(made)}::jsonb) AS r("commentId" uuid, version int, body text)
      WHERE m.comment_id = r."commentId" AND m.version = r.version AND m.body IS NULL`
  }
}
