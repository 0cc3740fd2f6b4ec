import 'server-only'
import { db } from '#lib/db.server.ts'
import { type AttachmentBytes, attachmentBytes } from '#lib/mail/shell/attachment.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { findQueued } from './queue.server.ts'

/**
 * An attachment of a kept mail, for whoever may see the mail: of one that is shown everybody, of one that is held who may
 * handle it, of one whose words were deleted nobody.
 */
export async function readAttachment(
  viewer: Viewer,
  mailId: string,
  n: number,
): Promise<AttachmentBytes | null> {
  if (!/^[0-9a-f-]{36}$/.test(mailId) || !Number.isSafeInteger(n) || n < 0) return null
  const mail = await db().incomingMail.findUnique({
    where: { id: mailId, OR: [{ proposalId: null }, { proposal: readableBy(viewer) }] },
    select: {
      status: true,
      _count: { select: { comments: { where: { comment: { redactedAt: { not: null } } } } } },
    },
  })
  if (!mail || mail._count.comments > 0) return null
  if (mail.status !== 'imported' && !(await findQueued(viewer, mailId))) return null
  const row = await db().incomingMail.findUnique({ where: { id: mailId }, select: { bytes: true } })
  return row && attachmentBytes(row.bytes, n)
}
