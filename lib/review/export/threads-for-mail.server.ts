import 'server-only'
import { db } from '#lib/db.server.ts'
import { epochSecondsOf } from '#lib/review/event/moment.ts'
import { can, NO_STANDING, type Viewer } from '#lib/review/person/permission.ts'
import { publicAddressOf } from '#lib/review/person/public-address.ts'
import type { ThreadForMail } from './thread-for-mail.ts'

/**
 * The threads opened on this revision as their mails need them, in the order of their numbers: at most `take` of those
 * behind the thread `after` (0 for the first). In pieces, so that a long discussion is never in memory as a whole.
 * `comments`: the ids of those that are read, all when left out.
 */
export async function threadsForMail(
  viewer: Viewer,
  revisionId: string,
  { after, take, comments: ids }: { after: number; take: number; comments?: readonly string[] },
): Promise<ThreadForMail[]> {
  if (!can(viewer, 'read', NO_STANDING)) return []
  const rows = await db().thread.findMany({
    where: { openedOn: revisionId, number: { gt: after } },
    orderBy: { number: 'asc' },
    take,
    select: {
      number: true,
      kind: true,
      state: true,
      anchor: { select: { blockKey: true, textStart: true, textEnd: true } },
      comments: {
        ...(ids ? { where: { id: { in: [...ids] } } } : {}),
        orderBy: { seq: 'asc' },
        select: {
          id: true,
          seq: true,
          parentId: true,
          messageId: true,
          body: true,
          createdAt: true,
          redactedAt: true,
          lockVersion: true,
          asMailed: { select: { version: true, body: true } },
          mail: { select: { mail: { select: { status: true } } } },
          author: {
            select: {
              id: true,
              name: true,
              unprovedSender: { select: { address: true } },
              account: { select: { id: true } },
              addresses: { orderBy: { address: 'asc' }, select: { address: true, confirmedAt: true } },
            },
          },
        },
      },
    },
  })
  return rows.map(({ number, kind, state, anchor, comments }) => ({
    number,
    kind,
    state,
    anchor: {
      blockKey: anchor?.blockKey ?? '',
      start: anchor?.textStart ?? 0,
      end: anchor?.textEnd ?? 0,
    },
    comments: comments.map(
      ({
        id,
        seq,
        parentId,
        messageId,
        body,
        createdAt,
        redactedAt,
        author,
        mail,
        lockVersion,
        asMailed,
      }) => ({
        id,
        seq,
        parentId,
        messageId,
        author: {
          id: author.id,
          ...(mail?.mail.status === 'dropped'
            ? { name: 'A sender whose mail was dropped', publicAddress: null }
            : {
                name: author.name,
                publicAddress: publicAddressOf(author) ?? author.unprovedSender?.address ?? null,
              }),
        },
        body,
        writtenAt: epochSecondsOf(createdAt),
        isDeleted: redactedAt !== null,
        // One Message-ID, one text: words that an edit put in their place since then are mailed as they stand.
        mailedBefore: asMailed.find(({ version }) => version === lockVersion + 1)?.body ?? null,
      }),
    ),
  }))
}
