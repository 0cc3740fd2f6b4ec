import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { personAt } from '#lib/review/person/find-person.server.ts'
import { can } from '#lib/review/person/permission.ts'
import { endSessions, setBlocked } from '#lib/review/person/write-blocks.server.ts'
import { RoleRefused, roleAct } from './role-act.server.ts'
import type { Bringer, RoleFailure } from './roles.ts'
import { proposalsOfPerson, settle } from './settle.server.ts'

/**
 * A blocked person reads what is public and does nothing: their sessions end, they cannot sign in, their mail is held, and
 * what they said and which roles they have stays. Of the whole installation, so by administrators; never of one, whose
 * being one is the operator's to end.
 */
const REASON_CHARACTERS = 1000

export function blockPerson(
  bringer: Bringer,
  { personId, reason }: { readonly personId: string; readonly reason: string },
  now = new Date(),
): Promise<Result<{ name: string; sessions: number }, RoleFailure>> {
  return roleAct(bringer, async (tx, actor) => {
    if (bringer !== 'operator' && !can(bringer, 'block-account')) throw new RoleRefused('forbidden')
    const why = [...reason.replaceAll('\0', '').trim()].slice(0, REASON_CHARACTERS).join('')
    if ([...why].length < 3) throw new RoleRefused('no-reason')
    if (!UUID.test(personId)) throw new RoleRefused('no-such-person')
    if (personId === actor) throw new RoleRefused('oneself')
    const person = await tx.person.findUnique({
      where: { id: personId },
      select: { name: true, administrator: true },
    })
    if (!person) throw new RoleRefused('no-such-person')
    if (person.administrator) throw new RoleRefused('administrator')
    const isNew = await setBlocked(tx, personId, { at: now, reason: why })
    const sessions = await endSessions(tx, personId)
    if (isNew) {
      await noteAudit({ kind: 'blocked', actor, person: personId, detail: { sessions } }, tx)
      await settleAll(tx, personId, actor, now)
    }
    return { name: person.name, sessions }
  })
}

/** What waited for them waits for others now, and the other way round. */
async function settleAll(tx: Transaction, personId: string, actor: string | null, now: Date): Promise<void> {
  for (const proposalId of await proposalsOfPerson(tx, personId)) await settle(tx, { proposalId, actor, now })
}

export function unblockPerson(
  bringer: Bringer,
  personId: string,
  now = new Date(),
): Promise<Result<boolean, RoleFailure>> {
  return roleAct(bringer, async (tx, actor) => {
    if (bringer !== 'operator' && !can(bringer, 'block-account')) throw new RoleRefused('forbidden')
    if (!UUID.test(personId)) throw new RoleRefused('no-such-person')
    if (!(await setBlocked(tx, personId, null))) return false
    await noteAudit({ kind: 'unblocked', actor, person: personId }, tx)
    await settleAll(tx, personId, actor, now)
    return true
  })
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** For the command line: by the address. */
export async function blockAt(
  bringer: Bringer,
  { address, reason }: { readonly address: string; readonly reason: string | null },
): Promise<Result<{ name: string }, RoleFailure>> {
  const found = await personAt(address)
  if (!found) return { ok: false, error: { kind: 'no-such-person' } }
  const { personId, name } = found
  const done =
    reason === null
      ? await unblockPerson(bringer, personId)
      : await blockPerson(bringer, { personId, reason })
  return done.ok ? { ok: true, value: { name } } : done
}
