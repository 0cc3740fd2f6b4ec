import { createHash, randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { accountsPage } from '#lib/review/account/accounts-page.server.ts'
import { auditFilter, noteAudit, noteFailedSignIn, readAudit } from '#lib/review/account/audit.server.ts'
import { becomeFirstAdmin, issueFirstAdminToken } from '#lib/review/account/first-admin.server.ts'
import { peopleOf } from '#lib/review/person/people.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { mayInProposal, rolesByProposal } from '#lib/review/person/standing.server.ts'
import { blockPerson, unblockPerson } from './block.server.ts'
import { giveRole, takeRole, takeRoleAt } from './change-role.server.ts'
import { acceptInvitation, findInvitation, invite, revokeInvitation } from './invite.server.ts'
import { giveShippedToFirstAdministrator } from './own-shipped.server.ts'

type Someone = NonNullable<Viewer> & { readonly address: string }

const DAY_MS = 24 * 3600 * 1000
let slug: string
let proposalId: string
let admin: Someone
let maintainer: Someone
let author: Someone
let stranger: Someone

/** With an account, whose address is confirmed unless it is said otherwise. */
async function someone(name: string, { administrator = false, isConfirmed = true } = {}): Promise<Someone> {
  const address = `${randomUUID()}@example.org`
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  await db().authUser.create({ data: { name, email: address, personId: id } })
  if (isConfirmed)
    await db().personAddress.create({ data: { address, personId: id, confirmedAt: new Date() } })
  return { personId: id, name, administrator, address }
}

async function newTestProposal(): Promise<{ slug: string; proposalId: string }> {
  const name = `roles-${randomUUID().slice(0, 8)}`
  const data = { slug: name, changeId: name, title: 'T', area: 'a' }
  const { id } = await db().proposal.create({ data, select: { id: true } })
  return { slug: name, proposalId: id }
}

const rolesOf = async (viewer: NonNullable<Viewer>) =>
  [...((await rolesByProposal(viewer)).get(proposalId) ?? [])].sort()
const failure = (kind: string) => ({ ok: false, error: { kind } })

beforeAll(async () => {
  ;({ slug, proposalId } = await newTestProposal())
  admin = await someone('Ada', { administrator: true })
  maintainer = await someone('Max')
  author = await someone('Una')
  stranger = await someone('Sam')
  const given = await giveRole(admin, { slug, role: 'maintainer', address: maintainer.address })
  expect(given).toMatchObject({ ok: true, value: { isNew: true } })
  expect(await giveRole(maintainer, { slug, role: 'author', address: author.address })).toMatchObject({
    ok: true,
  })
})

test('a maintainer gives reader, reviewer and author; an administrator gives maintainer; nobody else gives any', async () => {
  const to = await someone('Rita')
  for (const role of ['reader', 'reviewer', 'author'] as const)
    expect((await giveRole(maintainer, { slug, role, address: to.address })).ok, role).toBe(true)
  expect(await giveRole(maintainer, { slug, role: 'maintainer', address: to.address })).toEqual(
    failure('forbidden'),
  )
  expect(await rolesOf(to)).toEqual(['author', 'reader', 'reviewer'])
  for (const who of [author, stranger, to])
    expect(await giveRole(who, { slug, role: 'reader', address: stranger.address })).toEqual(
      failure('forbidden'),
    )
  expect(await giveRole(null, { slug, role: 'reader', address: to.address })).toEqual(failure('signed-out'))
  expect((await giveRole(admin, { slug, role: 'maintainer', address: to.address })).ok).toBe(true)
  expect(await takeRole(maintainer, { slug, role: 'maintainer', personId: to.personId })).toEqual(
    failure('forbidden'),
  )
  expect(await takeRole(admin, { slug, role: 'maintainer', personId: to.personId })).toEqual({
    ok: true,
    value: true,
  })
})

test('each role that is given or taken is an event of who did it, once, and a line of the audit log', async () => {
  const to = await someone('Eve')
  await giveRole(maintainer, { slug, role: 'reviewer', address: to.address })
  expect(await giveRole(maintainer, { slug, role: 'reviewer', address: to.address })).toMatchObject({
    value: { isNew: false },
  })
  await takeRole(maintainer, { slug, role: 'reviewer', personId: to.personId })
  expect(await takeRole(maintainer, { slug, role: 'reviewer', personId: to.personId })).toEqual({
    ok: true,
    value: false,
  })
  const events = await db().event.findMany({
    where: { proposalId, subject: { path: ['person'], equals: to.personId } },
    orderBy: { id: 'asc' },
    select: { kind: true, actorId: true, subject: true },
  })
  const subject = { person: to.personId, role: 'reviewer' }
  expect(events).toEqual([
    { kind: 'role-given', actorId: maintainer.personId, subject },
    { kind: 'role-taken', actorId: maintainer.personId, subject },
  ])
  const page = await readAudit(admin, auditFilter({ person: to.personId }))
  expect(page?.lines.map(({ kind, actor, slug: at }) => [kind, actor?.name, at])).toEqual([
    ['role-taken', 'Max', slug],
    ['role-given', 'Max', slug],
  ])
})

test('the operator gives and takes in nobody’s name', async () => {
  const to = await someone('Olga', { isConfirmed: false })
  expect(await giveRole('operator', { slug, role: 'maintainer', address: to.address })).toEqual({
    ok: true,
    value: { name: 'Olga', isNew: true, isConfirmed: false },
  })
  expect(await takeRoleAt('operator', { slug, role: 'maintainer', address: to.address })).toEqual({
    ok: true,
    value: true,
  })
  const event = await db().event.findFirst({ where: { proposalId }, orderBy: { id: 'desc' } })
  expect(event).toMatchObject({ kind: 'role-taken', actorId: null })
})

test('an account that only uses an address gets no role by it: it may be anybody’s', async () => {
  const squatter = await someone('Squatter', { isConfirmed: false })
  expect(await giveRole(admin, { slug, role: 'maintainer', address: squatter.address })).toEqual(
    failure('not-confirmed'),
  )
  // Somebody who only mails owns the address that their mail is proved to come from.
  const { id } = await db().person.create({ data: { name: 'By Mail' }, select: { id: true } })
  const address = `${randomUUID()}@example.org`
  await db().personAddress.create({ data: { address, personId: id } })
  expect(
    await giveRole(maintainer, { slug, role: 'reviewer', address: ` ${address.toUpperCase()} ` }),
  ).toMatchObject({
    ok: true,
    value: { name: 'By Mail' },
  })
  expect(await giveRole(maintainer, { slug, role: 'reviewer', address: 'nobody@example.org' })).toEqual(
    failure('no-such-person'),
  )
  expect(await giveRole(maintainer, { slug: 'no-such', role: 'reviewer', address })).toEqual(
    failure('no-such-proposal'),
  )
})

test('everybody lays down their own roles, and the only author stays', async () => {
  const own = await newTestProposal()
  const one = await someone('One')
  const two = await someone('Two')
  for (const { address } of [one, two])
    await giveRole('operator', { slug: own.slug, role: 'author', address })
  const both = await Promise.all(
    [one, two].map((who) => takeRole(who, { slug: own.slug, role: 'author', personId: who.personId })),
  )
  expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  expect(both.find(({ ok }) => !ok)).toEqual(failure('last-author'))
  expect(await takeRole(one, { slug: own.slug, role: 'author', personId: two.personId })).toEqual(
    failure('forbidden'),
  )
})

test('names and roles are for everybody, addresses and invitations for who gives roles', async () => {
  const seen = await peopleOf(null, slug)
  expect(seen?.people.map(({ name }) => name)).toContain('Max')
  expect(seen?.people.every(({ addresses, takes }) => addresses.length + takes.length === 0)).toBe(true)
  expect(seen).toMatchObject({ gives: [], invitations: [] })
  const own = (await peopleOf(author, slug))?.people.find(({ isViewer }) => isViewer)
  expect(own).toMatchObject({ name: 'Una', takes: ['author'], addresses: [] })
  const given = await peopleOf(maintainer, slug)
  expect(given?.gives).toEqual(['reader', 'reviewer', 'author'])
  expect(given?.people.find(({ name }) => name === 'Una')?.addresses).toEqual([author.address])
  expect(await peopleOf(admin, 'no-such')).toBeNull()
})

test('an invitation is accepted once, by a link whose token is kept nowhere', async () => {
  const made = await invite(maintainer, { slug, role: 'reviewer', address: null, clientKey: randomUUID() })
  if (!made.ok) throw new Error(made.error.kind)
  const token = new URL(made.value.link).pathname.split('/').at(-1) ?? ''
  expect(token).toHaveLength(32)
  const kept = await db().$queryRaw<{ row: string }[]>`
    SELECT row_to_json(i)::text AS row FROM invitation i UNION ALL SELECT row_to_json(e)::text FROM event e
    UNION ALL SELECT row_to_json(a)::text FROM audit a UNION ALL SELECT row_to_json(k)::text FROM act_key k`
  expect(kept.filter(({ row }) => row.includes(token))).toEqual([])

  expect(await findInvitation(token)).toMatchObject({ slug, role: 'reviewer', by: 'Max', isOpen: true })
  expect(await acceptInvitation(null, token)).toEqual(failure('signed-out'))
  const guests = [await someone('Guest One'), await someone('Guest Two')]
  const answers = await Promise.all(guests.map((guest) => acceptInvitation(guest, token)))
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  expect(answers.find(({ ok }) => !ok)).toEqual(failure('invitation-over'))
  const roles = await Promise.all(guests.map(rolesOf))
  expect(roles.flat()).toEqual(['reviewer'])
  expect(await findInvitation(token)).toMatchObject({ isOpen: false })
})

test('an invitation ends by being revoked, by its age, and with the role of who made it', async () => {
  const guest = await someone('Late')
  const link = async (who: Viewer) => {
    const made = await invite(who, { slug, role: 'reader', address: null, clientKey: randomUUID() })
    if (!made.ok) throw new Error(made.error.kind)
    return { id: made.value.id, token: made.value.link.split('/').at(-1) ?? '' }
  }
  const revoked = await link(maintainer)
  expect(await revokeInvitation(stranger, { slug, id: revoked.id })).toEqual(failure('forbidden'))
  // What only an administrator gives only one takes back.
  const higher = await invite(admin, { slug, role: 'maintainer', address: null, clientKey: null })
  if (!higher.ok) throw new Error(higher.error.kind)
  const ofMaintainer = { slug, id: higher.value.id }
  expect(await revokeInvitation(maintainer, ofMaintainer)).toEqual(failure('forbidden'))
  expect(await revokeInvitation(admin, ofMaintainer)).toEqual({ ok: true, value: null })
  expect(await revokeInvitation(maintainer, { slug, id: revoked.id })).toEqual({ ok: true, value: null })
  expect(await acceptInvitation(guest, revoked.token)).toEqual(failure('invitation-over'))
  expect(await revokeInvitation(maintainer, { slug, id: revoked.id })).toEqual(failure('invitation-over'))

  const old = await link(maintainer)
  const later = new Date(Date.now() + 15 * DAY_MS)
  expect(await acceptInvitation(guest, old.token, later)).toEqual(failure('invitation-over'))
  expect((await peopleOf(maintainer, slug))?.invitations.map(({ id }) => id)).toContain(old.id)
  expect((await peopleOf(maintainer, slug, later))?.invitations).toEqual([])

  const former = await someone('Former')
  await giveRole('operator', { slug, role: 'maintainer', address: former.address })
  const orphan = await link(former)
  await takeRole('operator', { slug, role: 'maintainer', personId: former.personId })
  expect(await acceptInvitation(guest, orphan.token)).toEqual(failure('invitation-over'))
  expect(await acceptInvitation(guest, 'x'.repeat(32))).toEqual(failure('no-such-invitation'))
  expect(await rolesOf(guest)).toEqual([])
})

test('a form that is sent twice makes one invitation, and says so', async () => {
  const wish = { slug, role: 'reader', address: null, clientKey: randomUUID() } as const
  const before = await db().invitation.count()
  expect((await invite(maintainer, wish)).ok).toBe(true)
  expect(await invite(maintainer, wish)).toEqual(failure('key-used'))
  expect(await db().invitation.count()).toBe(before + 1)
  expect(await invite(maintainer, { ...wish, role: 'maintainer', clientKey: randomUUID() })).toEqual(
    failure('forbidden'),
  )
  expect(await invite(author, { ...wish, clientKey: randomUUID() })).toEqual(failure('forbidden'))
})

test('a blocked person has no role any more, gets none and accepts nothing; unblocked they are as they were', async () => {
  const troll = await someone('Troll')
  await giveRole(admin, { slug, role: 'maintainer', address: troll.address })
  const user = await db().authUser.findUniqueOrThrow({ where: { personId: troll.personId } })
  await db().authSession.create({
    data: { token: randomUUID(), userId: user.id, expiresAt: new Date(Date.now() + DAY_MS) },
  })
  expect(await blockPerson(maintainer, { personId: troll.personId, reason: 'spam' })).toEqual(
    failure('forbidden'),
  )
  expect(await blockPerson(admin, { personId: troll.personId, reason: ' x ' })).toEqual(failure('no-reason'))
  expect(await blockPerson(admin, { personId: admin.personId, reason: 'spam' })).toEqual(failure('oneself'))
  expect(await blockPerson('operator', { personId: admin.personId, reason: 'spam' })).toEqual(
    failure('administrator'),
  )
  expect(await blockPerson(admin, { personId: troll.personId, reason: 'spam' })).toEqual({
    ok: true,
    value: { name: 'Troll', sessions: 1 },
  })
  expect(await db().authSession.count({ where: { userId: user.id } })).toBe(0)
  expect(await mayInProposal(troll, 'reply', proposalId)).toBe(false)
  expect(await giveRole(troll, { slug, role: 'reader', address: stranger.address })).toEqual(
    failure('forbidden'),
  )
  expect(await takeRole(troll, { slug, role: 'maintainer', personId: troll.personId })).toEqual(
    failure('forbidden'),
  )
  expect(await giveRole(admin, { slug, role: 'reader', address: troll.address })).toEqual(failure('blocked'))
  const made = await invite(admin, { slug, role: 'reader', address: null, clientKey: null })
  if (!made.ok) throw new Error(made.error.kind)
  const token = made.value.link.split('/').at(-1) ?? ''
  expect(await acceptInvitation(troll, token)).toEqual(failure('blocked'))
  expect(await findInvitation(token)).toMatchObject({ isOpen: true })
  expect(await unblockPerson(admin, troll.personId)).toEqual({ ok: true, value: true })
  expect(await mayInProposal(troll, 'give-role', proposalId)).toBe(true)
})

test('the page of accounts is for administrators, and nobody else learns whether an address is somebody’s', async () => {
  for (const who of [null, stranger, author, maintainer]) {
    expect(await accountsPage(who, '')).toBeNull()
    expect(await accountsPage(who, stranger.address)).toBeNull()
  }
  expect((await accountsPage(admin, stranger.address))?.found).toMatchObject({ name: 'Sam' })
})

test('the audit log is for administrators, in pages, by kind and by person', async () => {
  for (const who of [null, stranger, author, maintainer])
    expect(await readAudit(who, auditFilter({}))).toBeNull()
  const actor = (await someone('Busy')).personId
  await noteAudit(Array.from({ length: 130 }, () => ({ kind: 'signed-in', actor }) as const))
  const first = await readAudit(admin, auditFilter({ person: actor, kind: 'signed-in' }))
  expect(first?.lines).toHaveLength(100)
  const second = await readAudit(admin, auditFilter({ person: actor, before: first?.next ?? '' }))
  expect(second?.lines).toHaveLength(30)
  expect(second?.next).toBeNull()
  expect(
    await readAudit(admin, auditFilter({ person: "'", kind: 'constructor', before: '-1' })),
  ).not.toBeNull()
})

test('failed sign-ins are a number for each account, network and hour, however many there are', async () => {
  const { personId } = await someone('Guessed')
  await Promise.all(Array.from({ length: 20 }, () => noteFailedSignIn(personId, '192.0.2.0/24')))
  await noteFailedSignIn(personId, 'not a network; DROP')
  const page = await readAudit(admin, auditFilter({ person: personId }))
  expect(page?.failures.map(({ network, count }) => [network, count])).toEqual([
    ['192.0.2.0/24', 20],
    ['', 1],
  ])
  expect(page?.lines).toEqual([])
  // Whoever guesses from many networks fills no table.
  for (let n = 0; n < 600; n += 50)
    await Promise.all(Array.from({ length: 50 }, (_, i) => noteFailedSignIn(null, `2001:db8:${n + i}::/64`)))
  expect(await db().signInFailure.count()).toBeLessThanOrEqual(560)
})

test('an audit line carries no words of people', async () => {
  const wrong = { kind: 'signed-in', actor: null, detail: { password: 'hunter2' } }
  // A caller that the compiler did not see.
  await expect(noteAudit(wrong as never)).rejects.toThrow(/unrecognized/i)
})

test('the first administrator is the author of what nobody made in their own name, once', async () => {
  const [shipped, owned, laidDown] = [
    await newTestProposal(),
    await newTestProposal(),
    await newTestProposal(),
  ]
  const writer = await someone('Wren')
  for (const { slug: of } of [owned, laidDown])
    expect((await giveRole('operator', { slug: of, role: 'author', address: writer.address })).ok).toBe(true)
  // An author who left takes the role with them; that it was given is known.
  await db().membership.deleteMany({ where: { proposalId: laidDown.proposalId } })
  expect(await giveShippedToFirstAdministrator()).toEqual([])

  const first = await someone('Fia')
  const token = await issueToken()
  expect((await becomeFirstAdmin(first, token)).ok).toBe(true)
  expect(await giveShippedToFirstAdministrator()).toContain(shipped.slug)
  const authors = (of: string) =>
    db().membership.findMany({ where: { proposalId: of, role: 'author' }, select: { personId: true } })
  expect(await authors(shipped.proposalId)).toEqual([{ personId: first.personId }])
  expect(await authors(owned.proposalId)).toEqual([{ personId: writer.personId }])
  expect(await authors(laidDown.proposalId)).toEqual([])
  expect(
    await db().event.findMany({
      where: { proposalId: shipped.proposalId, kind: 'role-given' },
      select: { actorId: true, subject: true },
    }),
  ).toEqual([{ actorId: null, subject: { person: first.personId, role: 'author' } }])

  // Given on, it stays given on.
  expect((await giveRole(admin, { slug: shipped.slug, role: 'author', address: writer.address })).ok).toBe(
    true,
  )
  expect((await takeRole(admin, { slug: shipped.slug, role: 'author', personId: first.personId })).ok).toBe(
    true,
  )
  expect(await giveShippedToFirstAdministrator()).toEqual([])
  expect(await authors(shipped.proposalId)).toEqual([{ personId: writer.personId }])
})

test('where there is an administrator no link makes another', async () => {
  const before = await db().firstAdminToken.count()
  expect(await issueFirstAdminToken()).toBeNull()
  expect(await db().firstAdminToken.count()).toBe(before)
})

/** As the start prints it while there is no administrator. */
async function issueToken(): Promise<string> {
  const token = randomUUID()
  await db().firstAdminToken.create({
    data: { sha256: new Uint8Array(createHash('sha256').update(token).digest()) },
  })
  return token
}
