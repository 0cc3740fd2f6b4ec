import { expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import {
  dropFeedToken,
  feedTokenSince,
  makeFeedToken,
  revokeFeedToken,
  viewerOfFeedToken,
} from './feed-token.server.ts'

async function person(administrator = false) {
  const { id } = await db().person.create({ data: { name: 'Fed', administrator }, select: { id: true } })
  return { personId: id, name: 'Fed', administrator }
}

test('a token is its owner’s until they make another or revoke it', async () => {
  const fed = await person()
  const first = (await makeFeedToken(fed)) ?? ''
  expect(await viewerOfFeedToken(first)).toEqual(fed)
  const second = (await makeFeedToken(fed)) ?? ''
  expect(await viewerOfFeedToken(first)).toBeNull()
  expect(await viewerOfFeedToken(second)).toEqual(fed)
  expect(await feedTokenSince(fed)).not.toBeNull()
  expect(await revokeFeedToken(fed)).toBe(true)
  expect(await revokeFeedToken(fed)).toBe(false)
  expect(await viewerOfFeedToken(second)).toBeNull()
  expect(await feedTokenSince(fed)).toBeNull()
})

test('a token is never an administrator’s, and nobody’s who is blocked or gone', async () => {
  const admin = await person(true)
  const token = (await makeFeedToken(admin)) ?? ''
  expect(await viewerOfFeedToken(token)).toEqual({ ...admin, administrator: false })
  await db().person.update({
    where: { id: admin.personId },
    data: { blockedAt: new Date(), blockReason: 'spam' },
  })
  expect(await viewerOfFeedToken(token)).toBeNull()
  expect(await dropFeedToken(db(), admin.personId)).toBe(true)
})

test('nobody has one without an account, and no other text is one', async () => {
  expect(await makeFeedToken(null)).toBeNull()
  expect(await revokeFeedToken(null)).toBe(false)
  for (const text of ['', 'x', '\u0000'.repeat(32), 'x'.repeat(32), 'x'.repeat(10_000)])
    expect(await viewerOfFeedToken(text)).toBeNull()
})
