import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test, vi } from 'vitest'
import { db } from '#lib/db.server.ts'
import { block } from './block.ts'
import { role } from './role.ts'

const slug = `cli-${randomUUID().slice(0, 8)}`
const address = `${randomUUID()}@example.org`

beforeAll(async () => {
  await db().proposal.create({ data: { slug, changeId: slug, title: 'T', area: 'a' } })
  const { id } = await db().person.create({ data: { name: 'Reva' }, select: { id: true } })
  await db().authUser.create({ data: { name: 'Reva', email: address, personId: id } })
})

/** What a verb answers, and what it says. */
async function said(work: Promise<number>) {
  const [out, err] = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')]
  for (const spy of [out, err]) spy.mockReset().mockImplementation(() => {})
  const code = await work
  const text = (spy: typeof out) => spy.mock.calls.map(([line]) => String(line)).join('\n')
  return { code, out: text(out), err: text(err) }
}

test('roles are given, listed and taken from the command line', async () => {
  expect(await said(role([slug, address, 'maintainer']))).toMatchObject({
    code: 0,
    out: 'Reva is maintainer now.',
    err: expect.stringContaining('Nobody has confirmed'),
  })
  expect((await said(role([slug, address, 'maintainer']))).out).toBe('Reva is maintainer already.')
  expect((await said(role([slug]))).out).toBe(`maintainer: Reva <${address}>`)
  expect((await said(role([slug, address, 'maintainer', '--take']))).out).toContain('not maintainer any more')
  expect((await said(role([slug]))).out).toBe('')
})

test('who or what is not there is 1 and a sentence', async () => {
  expect(await said(role([slug, 'nobody@example.org', 'reader']))).toMatchObject({
    code: 1,
    err: expect.stringContaining('Nobody here has this address'),
  })
  expect((await said(role(['no-such', address, 'reader']))).code).toBe(1)
  expect((await said(block(['nobody@example.org', '--reason', 'spam']))).code).toBe(1)
  expect((await said(block([address, '--reason', 'x']))).err).toContain('Say in a few words why')
})

test('an invitation is a link on standard output, and a block ends', async () => {
  const { out } = await said(role([slug, 'reviewer', '--invite']))
  expect(out).toMatch(/^https?:\/\/\S+\/invitation\/[\w-]{32}$/)
  expect(await said(block([address, '--reason', 'spam']))).toMatchObject({ code: 0, out: 'Reva is blocked.' })
  expect((await said(role([slug, address, 'reader']))).err).toContain('blocked')
  expect((await said(block([address, '--end']))).out).toBe('Reva is not blocked any more.')
})
