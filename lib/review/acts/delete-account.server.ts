import 'server-only'
import { db, type Transaction, writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { endAccount } from '#lib/review/account/accounts.server.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { dropCommandToken } from '#lib/review/account/command-token.server.ts'
import { dropFeedToken } from '#lib/review/account/feed-token.server.ts'
import { type PasswordFailure, verifyOwnPassword } from '#lib/review/account/password.server.ts'
import { removeDrafts } from '#lib/review/batch/write-drafts.server.ts'
import { removeCopiesOf } from '#lib/review/copy/write-copies.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { endAllDigests } from '#lib/review/outbox/digest-setting.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { TOMBSTONE } from '#lib/review/person/tombstone.ts'
import { removeAllRoles } from '#lib/review/person/write-roles.server.ts'
import { dropMarks } from '#lib/review/thread/write-marks.server.ts'
import { redactAllOf } from '#lib/review/thread/write-threads.server.ts'
import { proposalsOfPerson, settle } from './settle.server.ts'

export type DeleteAccountFailure = PasswordFailure | 'last-administrator'

/**
 * An account goes, and with it the name, the addresses, the roles and the ways to sign in. What its owner wrote stays where
 * it stands, under a tombstone, unless they ask that their words go as well: a discussion has answers to them. What left
 * by mail, what was published and what the log says stays as it was. Whoever signs up again is somebody new.
 */
export async function deleteAccount(
  viewer: Viewer,
  { password, redact }: { readonly password: string; readonly redact: boolean },
  headers: Headers,
  now = new Date(),
): Promise<Result<null, DeleteAccountFailure>> {
  if (!viewer) return err('signed-out')
  const { personId } = viewer
  if (await isLastAdministrator(db(), personId)) return err('last-administrator')
  const asked = await verifyOwnPassword(viewer, password, headers)
  if (!asked.ok) return asked
  return writeAs(personId, async (tx) => {
    // Of two administrators who go at the same time, the second waits here and finds that they are the last.
    await tx.$executeRaw`SELECT 1 FROM person WHERE administrator ORDER BY id FOR UPDATE`
    if (await isLastAdministrator(tx, personId)) return err('last-administrator')
    const told = await proposalsOf(tx, personId)
    const waiting = await proposalsOfPerson(tx, personId)
    if (redact) await redactAllOf(tx, personId, now)
    await recordEvents(
      tx,
      told.map(({ proposalId, comments }) => {
        return {
          proposalId,
          actor: personId,
          kind: 'account-deleted',
          subject: { comments, redacted: redact },
        }
      }),
    )
    await endAccount(tx, personId)
    await removeAllRoles(tx, personId)
    await dropFeedToken(tx, personId)
    await dropCommandToken(tx, personId)
    await dropMarks(tx, personId)
    await removeDrafts(tx, personId, 'all')
    await removeCopiesOf(tx, personId)
    await noteAudit({ kind: 'account-deleted', actor: personId }, tx)
    await endAllDigests(tx, personId)
    // With whom became one with them when they confirmed an address.
    await tx.$executeRaw`
      UPDATE person SET name = ${TOMBSTONE}, name_key = NULL, administrator = false, deleted_at = ${now}
      WHERE id = ${personId}::uuid OR merged_into = ${personId}::uuid`
    await tx.addressConfirmation.deleteMany({ where: { personId } })
    await tx.$executeRaw`
      DELETE FROM person_address WHERE person_id IN
        (SELECT id FROM person WHERE id = ${personId}::uuid OR merged_into = ${personId}::uuid)`
    // Whose turn it was is gone.
    for (const proposalId of waiting) await settle(tx, { proposalId, actor: personId, now })
    return ok(null)
  })
}

type Reader = Pick<Transaction, 'person'>

async function isLastAdministrator(reader: Reader, personId: string): Promise<boolean> {
  const administrators = await reader.person.findMany({
    where: { administrator: true, account: { isNot: null } },
    take: 2,
    select: { id: true },
  })
  return administrators.length === 1 && administrators[0]?.id === personId
}

/** Where they wrote or have a role, and how many comments of theirs stand there with words. */
function proposalsOf(tx: Transaction, personId: string) {
  return tx.$queryRaw<{ proposalId: string; comments: number }[]>`
    SELECT p.id::text AS "proposalId",
           (SELECT count(*)::int FROM comment c JOIN thread t ON t.id = c.thread_id
            WHERE t.proposal_id = p.id AND c.author_id = ${personId}::uuid AND c.redacted_at IS NULL) AS comments
    FROM proposal p
    WHERE EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = p.id AND m.person_id = ${personId}::uuid)
       OR EXISTS (SELECT 1 FROM comment c JOIN thread t ON t.id = c.thread_id
                  WHERE t.proposal_id = p.id AND c.author_id = ${personId}::uuid)
    ORDER BY p.id`
}
