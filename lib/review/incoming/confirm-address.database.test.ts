import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import {
  askConfirmation,
  confirmAddress,
  linksFor,
  ownAddresses,
  takeUnproved,
} from './confirm-address.server.ts'
import { importMail } from './import.server.ts'

let proposal: TestProposal
beforeAll(async () => {
  proposal = await newProposal('mail-confirm')
})

const NOW = new Date()
const lmtp = { kind: 'lmtp' } as const

async function account(name: string, email: string): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  await db().authUser.create({ data: { name, email, personId: id } })
  return { personId: id, name, administrator: false }
}

/** The token of the link that the operator makes, as no mail server is configured. */
async function tokenFor(viewer: Viewer, address: string): Promise<string> {
  expect(await askConfirmation(viewer, address, NOW)).toEqual({ ok: true, value: 'not-sent' })
  const links = await linksFor(address, NOW)
  return /confirm\/(\S+)$/.exec(links.find(({ name }) => name === viewer?.name)?.link ?? '')?.[1] ?? ''
}

const authorOf = async (messageId: string) =>
  (
    await db().comment.findUniqueOrThrow({
      where: { messageId },
      select: { authorId: true },
    })
  ).authorId

test('an account gets nothing of an address that it only uses, and all of it that is proved once it is confirmed', async () => {
  const reva = await account('Reva', 'reva-c1@example.org')
  const from = 'Reva Reviewer <reva-c1@example.org>'
  const body = `> ${proposal.line(1)}\n\nWhy?\n\nReviewed-by: Reva Reviewer <reva-c1@example.org>\n`
  const proved = await importMail(lmtp, proposal.mail(body, { id: 'c1@example.org', from }))
  const unproved = proposal.mail('Forged?\n', { id: 'c2@example.org', from, proof: '' })
  await importMail({ kind: 'command' }, unproved)
  expect(await authorOf('c1@example.org')).not.toBe(reva.personId)
  expect(await authorOf('c2@example.org')).not.toBe(await authorOf('c1@example.org'))
  const number = proved.comments[0]?.thread ?? 0
  const counts = async () =>
    (await findThread(null, proposal.slug, number))?.comments[0]?.mail?.trailers.map((one) => one.counts)
  expect(await counts()).toEqual([false])

  const confirmed = await confirmAddress(reva, await tokenFor(reva, 'reva-c1@example.org'), NOW)
  expect(confirmed).toMatchObject({ ok: true, value: { comments: 1 } })
  expect(await authorOf('c1@example.org')).toBe(reva.personId)
  expect((await findThread(null, proposal.slug, number))?.openedBy.id).toBe(reva.personId)
  expect(await counts()).toEqual([true])
  expect(await authorOf('c2@example.org')).not.toBe(reva.personId)

  // What came without proof is his when he says so.
  expect(await ownAddresses(reva)).toEqual([
    { address: 'reva-c1@example.org', isConfirmed: true, unproved: 1 },
  ])
  expect((await takeUnproved(reva, 'reva-c1@example.org')).ok).toBe(true)
  expect(await authorOf('c2@example.org')).toBe(reva.personId)
  // And from now on proved mail is his at once, and a forged sender still is not.
  await importMail(lmtp, proposal.mail('More.\n', { id: 'c3@example.org', from }))
  await importMail({ kind: 'command' }, proposal.mail('Forged.\n', { id: 'c4@example.org', from, proof: '' }))
  expect(await authorOf('c3@example.org')).toBe(reva.personId)
  expect(await authorOf('c4@example.org')).not.toBe(reva.personId)
  const events = await db().event.findMany({ where: { kind: 'address-confirmed', actorId: reva.personId } })
  expect(events).toHaveLength(2)
})

test('a link works once, for the account that asked, and for a day', async () => {
  const [reva, mallory] = [await account('R', 'r-c2@example.org'), await account('M', 'm-c2@example.org')]
  const token = await tokenFor(reva, 'shared-c2@example.org')
  expect(await confirmAddress(mallory, token, NOW)).toEqual({ ok: false, error: 'no-such-link' })
  expect(await confirmAddress(null, token, NOW)).toEqual({ ok: false, error: 'signed-out' })
  const late = new Date(NOW.getTime() + 25 * 3600 * 1000)
  expect(await confirmAddress(reva, token, late)).toEqual({ ok: false, error: 'no-such-link' })
  expect((await confirmAddress(reva, token, NOW)).ok).toBe(true)
  expect(await confirmAddress(reva, token, NOW)).toEqual({ ok: false, error: 'no-such-link' })
  // Confirmed is confirmed: nobody else gets it, with whatever link.
  expect(await confirmAddress(mallory, await tokenFor(mallory, 'shared-c2@example.org'), NOW)).toEqual({
    ok: false,
    error: 'taken',
  })
  expect(await takeUnproved(mallory, 'shared-c2@example.org')).toEqual({ ok: false, error: 'no-such-link' })
})

test('who proves an address puts nobody out who is an administrator and uses it', async () => {
  const address = 'ada-c9@example.org'
  const ada = await account('Ada', address)
  await db().person.update({ where: { id: ada.personId }, data: { administrator: true } })
  const owner = await account('Owner', 'owner-c9@example.org')
  const confirmed = await confirmAddress(owner, await tokenFor(owner, address), NOW)
  expect(confirmed).toEqual({ ok: false, error: 'taken' })
  expect(await db().authUser.count({ where: { email: address } })).toBe(1)
  expect(await db().personAddress.count({ where: { address } })).toBe(0)
})

test('the database lets nobody take over a person but the owner of a confirmed address, and no account ever', async () => {
  const reva = await account('R3', 'r-c3@example.org')
  const other = await account('O3', 'o-c3@example.org')
  const merge = (from: string, to: string, actor: string) =>
    db().$transaction([
      db().$executeRaw`SELECT set_config('app.actor', ${actor}, true)`,
      db().$executeRaw`UPDATE person SET merged_into = ${to}::uuid WHERE id = ${from}::uuid`,
    ])
  const { id: mailed } = await db().person.create({ data: { name: 'Q' }, select: { id: true } })
  await expect(merge(mailed, reva.personId, reva.personId)).rejects.toThrow('not confirmed')
  expect((await confirmAddress(reva, await tokenFor(reva, 'r-c3@example.org'), NOW)).ok).toBe(true)
  await expect(merge(mailed, reva.personId, other.personId)).rejects.toThrow('the person who acts')
  await expect(merge(other.personId, reva.personId, reva.personId)).rejects.toThrow('with an account')
  await merge(mailed, reva.personId, reva.personId)
  await expect(merge(mailed, reva.personId, reva.personId)).resolves.toBeDefined()
  const { id: third } = await db().person.create({ data: { name: 'T' }, select: { id: true } })
  const comment = await db().comment.findFirstOrThrow({ select: { id: true } })
  await expect(
    db().$transaction([
      db().$executeRaw`SELECT set_config('app.actor', ${third}, true)`,
      db().$executeRaw`UPDATE comment SET author_id = ${third}::uuid WHERE id = ${comment.id}::uuid`,
    ]),
  ).rejects.toThrow('only the text of a comment may change')
})
