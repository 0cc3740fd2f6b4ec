import { expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import {
  COMMAND_TOKEN_DAYS,
  commandTokenUntil,
  dropCommandToken,
  makeCommandToken,
  revokeCommandToken,
  viewerOfCommandToken,
} from './command-token.server.ts'

const NOW = new Date('2026-12-01T10:00:00Z')
const LATER = new Date(NOW.getTime() + COMMAND_TOKEN_DAYS * 24 * 60 * 60 * 1000)

async function person(administrator = false) {
  const { id } = await db().person.create({ data: { name: 'Cora', administrator }, select: { id: true } })
  return { personId: id, name: 'Cora', administrator }
}

test('a token is its owner’s until they make another, revoke it, or it expires', async () => {
  const cora = await person()
  expect(await makeCommandToken(null, NOW)).toBeNull()
  const first = (await makeCommandToken(cora, NOW)) ?? ''
  expect(await viewerOfCommandToken(first, NOW)).toEqual(cora)
  const second = (await makeCommandToken(cora, NOW)) ?? ''
  expect(await viewerOfCommandToken(first, NOW)).toBeNull()
  expect(await viewerOfCommandToken(second, new Date(LATER.getTime() - 1))).toEqual(cora)
  expect(await viewerOfCommandToken(second, LATER)).toBeNull()
  expect(await commandTokenUntil(cora, NOW)).toEqual(LATER)
  expect(await commandTokenUntil(cora, LATER)).toBeNull()
  expect(await revokeCommandToken(cora)).toBe(true)
  expect(await revokeCommandToken(cora)).toBe(false)
  expect(await viewerOfCommandToken(second, NOW)).toBeNull()
})

test('a token is never an administrator’s, and of who deletes their account it goes', async () => {
  const admin = await person(true)
  const token = (await makeCommandToken(admin, NOW)) ?? ''
  expect(await viewerOfCommandToken(token, NOW)).toEqual({ ...admin, administrator: false })
  for (const bad of ['', token.slice(1), `${token}\0`, 'coherent-mail-x'])
    expect(await viewerOfCommandToken(bad, NOW)).toBeNull()
  expect(await dropCommandToken(db(), admin.personId)).toBe(true)
  expect(await viewerOfCommandToken(token, NOW)).toBeNull()
})

test('of who is blocked it is nobody’s', async () => {
  const cora = await person()
  const token = (await makeCommandToken(cora, NOW)) ?? ''
  const data = { blockedAt: NOW, blockReason: 'spam' }
  await db().person.update({ where: { id: cora.personId }, data })
  expect(await viewerOfCommandToken(token, NOW)).toBeNull()
})

test('the database keeps a hash and a day after it was made, and nothing else', async () => {
  const { personId } = await person()
  const sha256 = new Uint8Array(32)
  const make = (data: object) =>
    db().commandToken.create({ data: { personId, sha256, expiresAt: LATER, ...data } })
  await expect(make({ sha256: new Uint8Array(31) })).rejects.toThrow(/command_token_sha256_length/)
  await expect(make({ createdAt: LATER })).rejects.toThrow(/command_token_expires/)
})
