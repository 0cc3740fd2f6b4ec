import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { importMail } from '#lib/review/incoming/import.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import { readAttachment } from './attachments.server.ts'
import { findMail } from './find-message.server.ts'

let proposal: TestProposal
beforeAll(async () => {
  proposal = await newProposal('mail-attachments')
})

const PATCH = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n'

/** A mail with words, a patch in base64 and a text in quoted-printable. */
function withAttachments(id: string, proof?: string): Buffer {
  const mail = proposal.mail('', { id, ...(proof === undefined ? {} : { proof }) }).toString()
  const parts = [
    'Content-Type: text/plain; charset=utf-8\n\nPatch attached.\n',
    `Content-Type: text/x-patch; name*=utf-8''f%C3%BCr%22.patch\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n${Buffer.from(PATCH).toString('base64')}\n`,
    'Content-Type: text/html; name="../../x.html"\nContent-Disposition: attachment\nContent-Transfer-Encoding: quoted-printable\n\n<script>=C3=\n=BC</script>\n',
    'Content-Type: application/pgp-signature; name="signature.asc"\n\nx\n',
  ]
  const body = `${parts.map((part) => `--m\n${part}`).join('')}--m--\n`
  return Buffer.from(mail.replace('text/plain; charset=UTF-8', 'multipart/mixed; boundary="m"') + body)
}

test('a comment says that its mail has attachments; the mail lists them, and each is a file to keep', async () => {
  const outcome = await importMail({ kind: 'lmtp' }, withAttachments('attached@example.org'))
  const thread = await findThread(null, proposal.slug, outcome.comments[0]?.thread ?? 0)
  expect(thread?.comments[0]?.mail?.flags).toContain('attachments')
  const found = await findMail(null, 'attached@example.org')
  expect(found).toMatchObject({ mail: { attachments: ['für".patch', 'x.html', 'signature.asc'] } })

  // The test's mails are written at 9:00 in +0200.
  expect(found).toMatchObject({ mail: { sentAt: '2021-06-15T07:00:00.000Z', sentZone: 120 } })

  const mailId = outcome.mailId ?? ''
  const patch = await readAttachment(null, mailId, 0)
  expect(Buffer.from(patch?.bytes ?? []).toString()).toBe(PATCH)
  expect(Buffer.from((await readAttachment(null, mailId, 1))?.bytes ?? []).toString()).toBe(
    '<script>ü</script>',
  )
  for (const n of [3, -1, 1.5, Number.NaN]) expect(await readAttachment(null, mailId, n)).toBeNull()
  expect(await readAttachment(null, "' OR 1", 0)).toBeNull()
})

test('attachments of a held mail are for who may handle it, and those of deleted words for nobody', async () => {
  const held = await importMail({ kind: 'lmtp' }, withAttachments('attached-held@example.org', ''))
  expect(held.status).toBe('quarantined')
  const { id, name } = await db().person.create({
    data: { name: 'Ada', administrator: true },
    select: { id: true, name: true },
  })
  const ada = { personId: id, name, administrator: true }
  expect(await readAttachment(null, held.mailId ?? '', 0)).toBeNull()
  expect(
    await readAttachment(
      { ...ada, personId: '00000000-0000-4000-8000-000000000009', administrator: false },
      held.mailId ?? '',
      0,
    ),
  ).toBeNull()
  expect(await readAttachment(ada, held.mailId ?? '', 0)).not.toBeNull()

  const shown = await importMail({ kind: 'lmtp' }, withAttachments('attached-gone@example.org'))
  const comment = await db().comment.findUniqueOrThrow({ where: { messageId: 'attached-gone@example.org' } })
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('app.actor', ${comment.authorId}, true)`
    await tx.comment.update({
      where: { id: comment.id },
      data: { body: '', redactedAt: new Date(), redactedBy: comment.authorId },
    })
  })
  expect(await readAttachment(ada, shown.mailId ?? '', 0)).toBeNull()
})
