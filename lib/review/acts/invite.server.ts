import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { db, refusedBy } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { err, type Result } from '#lib/result.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { type GivenRole, givingOf } from '#lib/review/person/roles.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { endInvitation, insertInvitation, useInvitation } from '#lib/review/person/write-roles.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { keepInviteKey } from './act.server.ts'
import { give } from './change-role.server.ts'
import { lockProposal, mayAct, RoleRefused, roleAct } from './role-act.server.ts'
import type { Bringer, RoleFailure } from './roles.ts'

/**
 * An invitation is a link that gives a role to the first account that accepts it. The link is shown once and only its hash is
 * kept; it works for two weeks, once, until it is revoked, and as long as whoever made it may give that role.
 */
const VALID_MS = 14 * 24 * 3600 * 1000
/** Of one proposal. */
const OPEN_AT_ONCE = 100

const sha256 = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())

export type NewInvitation = {
  readonly slug: string
  readonly role: GivenRole
  /** To whom it will be mailed; null: who made it hands the link on. */
  readonly address: string | null
  /** Made with the form: sent twice it makes one invitation. Of the operator none is needed. */
  readonly clientKey: string | null
}

export async function invite(
  bringer: Bringer,
  { slug, role, address, clientKey }: NewInvitation,
  now = new Date(),
): Promise<Result<{ id: string; link: string }, RoleFailure>> {
  const token = randomBytes(24).toString('base64url')
  try {
    return await roleAct(bringer, async (tx, invitedBy) => {
      const proposalId = await lockProposal(tx, bringer, slug)
      if (!(await mayAct(tx, bringer, givingOf(role), proposalId))) throw new RoleRefused('forbidden')
      const open = await tx.invitation.count({
        where: { proposalId, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } },
      })
      if (open >= OPEN_AT_ONCE) throw new RoleRefused('too-many')
      const id = await insertInvitation(tx, {
        ...{ proposalId, role, address, invitedBy, createdAt: now, sha256: sha256(token) },
        expiresAt: new Date(now.getTime() + VALID_MS),
      })
      if (clientKey !== null && invitedBy !== null) await keepInviteKey(tx, clientKey, invitedBy, id)
      const subject = { invitation: id, role }
      await recordEvents(tx, [{ proposalId, actor: invitedBy, kind: 'invitation-made', subject }])
      await noteAudit({ kind: 'invitation-made', actor: invitedBy, proposalId, detail: subject }, tx)
      return { id, link: `${env.publicUrl}${site.invitation(token)}` }
    })
  } catch (error) {
    // The link of the first send was shown then; its token is kept nowhere, so it cannot be shown again.
    if (refusedBy(error) === 'act_key_is_used_once') return err({ kind: 'key-used' })
    throw error
  }
}

/** What an invitation offers; null: there is none with this token. */
export type InvitationShown = {
  readonly slug: string
  readonly title: string
  readonly role: GivenRole
  /** Null: the operator. */
  readonly by: string | null
  /** ISO 8601. */
  readonly expiresAt: string
  readonly isOpen: boolean
}

const TOKEN = /^[A-Za-z0-9_-]{32}$/

/** For whoever has the token, with an account or without. Changes nothing. */
export async function findInvitation(token: string, now = new Date()): Promise<InvitationShown | null> {
  if (!TOKEN.test(token)) return null
  const row = await db().invitation.findUnique({
    where: { sha256: sha256(token) },
    select: {
      role: true,
      expiresAt: true,
      revokedAt: true,
      acceptedAt: true,
      inviter: { select: { name: true } },
      proposal: { select: { slug: true, title: true } },
    },
  })
  if (!row) return null
  const { role, expiresAt, revokedAt, acceptedAt } = row
  return {
    ...{ role, slug: row.proposal.slug, title: row.proposal.title, by: row.inviter?.name ?? null },
    expiresAt: expiresAt.toISOString(),
    isOpen: revokedAt === null && acceptedAt === null && expiresAt > now,
  }
}

/** Gives its role to who accepts it. */
export function acceptInvitation(
  viewer: Viewer,
  token: string,
  now = new Date(),
): Promise<Result<{ slug: string; role: GivenRole }, RoleFailure>> {
  return roleAct(viewer, async (tx, actor) => {
    if (!viewer || actor === null || !TOKEN.test(token)) throw new RoleRefused('no-such-invitation')
    const row = await tx.invitation.findUnique({
      where: { sha256: sha256(token) },
      select: {
        id: true,
        role: true,
        inviter: { select: { id: true, name: true, administrator: true } },
        proposal: { select: { slug: true } },
      },
    })
    if (!row) throw new RoleRefused('no-such-invitation')
    const { id, role, inviter } = row
    const { slug } = row.proposal
    // Who is invited may not know of the proposal yet.
    const proposalId = await lockProposal(tx, 'operator', slug)
    if (!(await useInvitation(tx, sha256(token), actor, now))) throw new RoleRefused('invitation-over')
    // As it is now: the role of who invited may have been taken, or they were blocked.
    const giver = inviter && {
      personId: inviter.id,
      name: inviter.name,
      administrator: inviter.administrator,
    }
    if (giver && !can(giver, givingOf(role), await standingIn(giver, proposalId, [], tx)))
      throw new RoleRefused('invitation-over')
    await give(tx, actor, { proposalId, personId: actor, role }, now, id)
    return { slug, role }
  })
}

export function revokeInvitation(
  bringer: Bringer,
  { slug, id }: { readonly slug: string; readonly id: string },
  now = new Date(),
): Promise<Result<null, RoleFailure>> {
  return roleAct(bringer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, bringer, slug)
    const row = UUID.test(id)
      ? await tx.invitation.findFirst({ where: { id, proposalId }, select: { role: true } })
      : null
    // Who may not give roles is not told which invitations there are.
    if (!(await mayAct(tx, bringer, givingOf(row?.role ?? 'reader'), proposalId)))
      throw new RoleRefused('forbidden')
    if (!row) throw new RoleRefused('no-such-invitation')
    if (!(await endInvitation(tx, id, now))) throw new RoleRefused('invitation-over')
    const subject = { invitation: id }
    await recordEvents(tx, [{ proposalId, actor, kind: 'invitation-revoked', subject }])
    await noteAudit({ kind: 'invitation-revoked', actor, proposalId, detail: subject }, tx)
    return null
  })
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
