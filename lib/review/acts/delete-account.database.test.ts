import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test, vi } from 'vitest'
import { auth, hashPassword } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { createAccount } from '#lib/review/account/accounts.server.ts'
import { signUp } from '#lib/review/account/sign-in.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { profileOf } from '#lib/review/person/profile.server.ts'
import { viewerFrom } from '#lib/review/person/viewer.server.ts'
import { deleteAccount } from './delete-account.server.ts'
import { openThread } from './open-thread.server.ts'

// The library keeps its cookies by Next's, which there is none of here.
vi.mock('better-auth/next-js', () => ({ nextCookies: () => ({ id: 'none' }) }))

const PASSWORD = 'four words make one'
let proposal: TestProposal
beforeAll(async () => {
  changeEnvironment({ COHERENT_SECRET: 'a secret for tests only, at least 32 characters' })
  proposal = await newProposal('account-deleted')
})

async function person({ administrator = false } = {}) {
  const name = `Goner ${randomUUID().replace(/[^a-f]/g, '')}`
  const address = `g-${randomUUID()}@example.org`
  const passwordHash = await hashPassword(PASSWORD)
  const personId = await db().$transaction((tx) =>
    createAccount(tx, { name, address, passwordHash, isConfirmed: true }),
  )
  await db().personAddress.create({ data: { address, personId, confirmedAt: new Date() } })
  if (administrator) await db().person.update({ where: { id: personId }, data: { administrator } })
  const { headers } = await auth().api.signInEmail({
    body: { email: address, password: PASSWORD },
    returnHeaders: true,
  })
  const session = new Headers({
    cookie: headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; '),
  })
  return { viewer: { personId, name, administrator }, address, session }
}

async function writes(viewer: Awaited<ReturnType<typeof person>>['viewer'], body: string) {
  const { key } = await db().block.findFirstOrThrow({
    where: { kind: 'paragraph', revision: { proposal: { slug: proposal.slug } } },
    select: { key: true },
  })
  const input = { slug: proposal.slug, revision: 1, blockKey: key, body, clientKey: randomUUID() }
  const opened = await openThread(viewer, input)
  if (!opened.ok) throw new Error(opened.error.kind)
}
const wordsOf = async (authorId: string) =>
  (
    await db().comment.findMany({
      where: { authorId },
      select: { body: true },
      orderBy: { createdAt: 'asc' },
    })
  ).map(({ body }) => body)

test('a deleted account leaves its words under a tombstone, and nothing else of itself', async () => {
  const { viewer, address, session } = await person()
  const { personId } = viewer
  await writes(viewer, 'These words stay.')
  const { id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug: proposal.slug } })
  await db().membership.create({ data: { proposalId, personId, role: 'reviewer' } })
  expect(await deleteAccount(viewer, { password: PASSWORD, redact: false }, session)).toEqual({
    ok: true,
    value: null,
  })

  expect(await viewerFrom(session)).toBeNull()
  expect(await wordsOf(personId)).toEqual(['These words stay.'])
  expect(await profileOf(null, personId)).toMatchObject({
    name: 'Deleted account',
    isDeleted: true,
    domains: [],
    roles: [],
  })
  expect(await db().personAddress.count({ where: { address } })).toBe(0)
  expect(await db().authUser.count({ where: { email: address } })).toBe(0)
  const event = await db().event.findFirstOrThrow({ where: { actorId: personId, kind: 'account-deleted' } })
  expect(event.subject).toEqual({ comments: 1, redacted: false })

  // The name and the address are free again, and whoever takes them is somebody new.
  const again = await signUp({ name: viewer.name, email: address, password: PASSWORD }, new Headers())
  expect(again.ok && again.value.personId).not.toBe(personId)
})

test('its words go where their owner asks for it', async () => {
  const { viewer, session } = await person()
  await writes(viewer, 'One.')
  await writes(viewer, 'Two.')
  expect(await deleteAccount(viewer, { password: PASSWORD, redact: true }, session)).toMatchObject({
    ok: true,
  })
  expect(await wordsOf(viewer.personId)).toEqual(['', ''])
})

test('a wrong password deletes nothing', async () => {
  const { viewer, session } = await person()
  const wrong = await deleteAccount(viewer, { password: 'another one', redact: true }, session)
  expect(wrong).toEqual({ ok: false, error: 'wrong-password' })
  expect(await deleteAccount(null, { password: PASSWORD, redact: true }, session)).toEqual({
    ok: false,
    error: 'signed-out',
  })
  expect((await profileOf(null, viewer.personId)) ?? {}).toMatchObject({
    name: viewer.name,
    isDeleted: false,
  })
})

test('nobody else\u2019s session deletes an account', async () => {
  const [one, other] = [await person(), await person()]
  await db().authAccount.updateMany({
    where: { user: { personId: other.viewer.personId } },
    data: { password: await hashPassword('another password, long') },
  })
  const tried = await deleteAccount(one.viewer, { password: PASSWORD, redact: false }, other.session)
  expect(tried).toEqual({ ok: false, error: 'wrong-password' })
})

test('the last administrator cannot go, and of two who go at once one stays', async () => {
  // Those whom other tests of this database made.
  await db().person.updateMany({ where: { administrator: true }, data: { administrator: false } })
  const [one, two] = [await person({ administrator: true }), await person({ administrator: true })]
  const both = await Promise.all(
    [one, two].map(({ viewer, session }) =>
      deleteAccount(viewer, { password: PASSWORD, redact: false }, session),
    ),
  )
  expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  expect(both.find(({ ok }) => !ok)).toEqual({ ok: false, error: 'last-administrator' })
  expect(await db().person.count({ where: { administrator: true } })).toBe(1)
})
