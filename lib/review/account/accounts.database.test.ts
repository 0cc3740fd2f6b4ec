import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test, vi } from 'vitest'
import { auth, hashPassword, inTurn, isTooManyPasswords } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { NETWORK_HEADER } from '#lib/environment/network.ts'
import { marksOf } from '#lib/review/person/marks.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { profileOf } from '#lib/review/person/profile.server.ts'
import { viewerFrom } from '#lib/review/person/viewer.server.ts'
import { fillNameKeys, insertPersons } from '#lib/review/person/write-persons.server.ts'
import { knownBrowserCookie } from './known-browser.server.ts'
import {
  changePassword,
  disownAccount,
  resetLink,
  resetPassword,
  resetTokenFor,
  verifyOwnPassword,
} from './password.server.ts'
import { rename } from './rename.server.ts'
import { deviceOf, endAllSessions, endSession, ownSessions } from './sessions.server.ts'
import { signIn, signUp } from './sign-in.server.ts'

// The library keeps its cookies by Next's, which there is none of here: what it would set is read from its answer.
vi.mock('better-auth/next-js', () => ({ nextCookies: () => ({ id: 'none' }) }))

beforeAll(() => changeEnvironment({ COHERENT_SECRET: 'a secret for tests only, at least 32 characters' }))

const NOW = new Date()
const PASSWORD = 'four words make one'
let count = 0
/** Letters alone, so that no two names look alike. */
function newcomer(name = 'Person') {
  count += 1
  const letters = randomUUID()
    .replace(/[^a-f]/g, '')
    .slice(0, 8)
  return {
    name: `${name} ${letters}${'abcdefgh'[count % 8]}${count}`,
    email: `p-${randomUUID()}@example.org`,
    password: PASSWORD,
  }
}
const from = (network: string | null = null, more: Record<string, string> = {}) =>
  new Headers({ ...(network === null ? {} : { [NETWORK_HEADER]: network }), ...more })

async function made(input = newcomer()) {
  const signedUp = await signUp(input, from())
  if (!signedUp.ok) throw new Error(signedUp.error)
  return { ...input, personId: signedUp.value.personId }
}

/** Signs in, and is a browser with the cookie. */
async function session(email: string, password = PASSWORD, more: Record<string, string> = {}) {
  const { headers } = await auth().api.signInEmail({
    body: { email, password },
    headers: from('203.0.113.7', more),
    returnHeaders: true,
  })
  const cookie = headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return new Headers({ cookie })
}
const asViewer = async (headers: Headers): Promise<NonNullable<Viewer>> => {
  const viewer = await viewerFrom(headers)
  if (!viewer) throw new Error('not signed in')
  return viewer
}

test('what looks like the name of somebody with an account is refused at sign-up', async () => {
  const { name } = await made()
  for (const like of [
    name,
    name.toUpperCase(),
    name.replace(' ', '  '),
    name.replace('e', '\u0435'),
    `${name} reviewer`,
  ])
    expect(await signUp({ ...newcomer(), name: like }, from())).toEqual({
      ok: false,
      error: 'name-of-account',
    })
})

test('so is that of somebody who is known from mail, by another address', async () => {
  const { name } = newcomer('Mailed')
  await insertPersons(db(), [{ id: randomUUID(), name }])
  expect(await signUp({ ...newcomer(), name: `${name}.` }, from())).toEqual({
    ok: false,
    error: 'name-of-mail',
  })
})

test('people of an older version are compared as well, once the upgrade has filled their keys', async () => {
  const { name } = newcomer('Older')
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  expect(await fillNameKeys()).toBeGreaterThan(0)
  expect(await fillNameKeys()).toBe(0)
  expect((await db().person.findUniqueOrThrow({ where: { id } })).nameKey).toMatch(/^1:/)
  expect(await signUp({ ...newcomer(), name }, from())).toEqual({ ok: false, error: 'name-of-mail' })
})

test('of two who take one name at the same moment, one gets it, and nothing is left of the other', async () => {
  const { name } = newcomer('Twin')
  const both = await Promise.all([
    signUp({ ...newcomer(), name }, from()),
    signUp({ ...newcomer(), name }, from()),
  ])
  expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true])
  expect(await db().person.count({ where: { name } })).toBe(1)
})

test('a new name is compared like the first one, and one\u2019s own is no obstacle', async () => {
  const [one, other] = [await made(), await made()]
  const viewer = { personId: one.personId, name: one.name, administrator: false }
  expect(await rename(viewer, other.name.toUpperCase())).toEqual({ ok: false, error: 'name-of-account' })
  expect(await rename(viewer, one.name.toUpperCase())).toEqual({ ok: true, value: null })
  expect((await db().authUser.findUniqueOrThrow({ where: { email: one.email } })).name).toBe(
    one.name.toUpperCase(),
  )
  expect(await rename(null, 'Nobody Else')).toEqual({ ok: false, error: 'signed-out' })
})

test('a password is changed by who knows it, and every other session ends', async () => {
  const { email } = await made()
  const [here, there] = [await session(email), await session(email)]
  const viewer = await asViewer(here)
  const change = (current: string, next: string) => changePassword(viewer, { current, next }, here)
  expect(await change('another password', 'seven lighthouses at sea')).toEqual({
    ok: false,
    error: 'wrong-password',
  })
  expect(await viewerFrom(there)).not.toBeNull()
  expect(await change(PASSWORD, 'basketball99')).toMatchObject({ ok: false, error: { kind: 'guessable' } })
  expect(await change(PASSWORD, 'seven lighthouses at sea')).toEqual({ ok: true, value: null })
  expect(await viewerFrom(there)).toBeNull()
  await expect(session(email)).rejects.toThrow()
  await session(email, 'seven lighthouses at sea')
})

test('who sits at an open browser guesses the password ten times, and not more', async () => {
  const { email } = await made()
  const here = await session(email)
  const viewer = await asViewer(here)
  for (let i = 0; i < 10; i++)
    expect(await verifyOwnPassword(viewer, `wrong ${i}`, here)).toEqual({
      ok: false,
      error: 'wrong-password',
    })
  expect(await verifyOwnPassword(viewer, PASSWORD, here)).toEqual({ ok: false, error: 'too-many-tries' })
})

test('a link sets a password once, ends all sessions, and no other link of the account works after it', async () => {
  const { email } = await made()
  const here = await session(email)
  const [token = '', other = ''] = [await resetTokenFor(email, NOW), await resetTokenFor(email, NOW)].map(
    (one) => one?.token,
  )
  expect(await resetLink(token, NOW)).toMatchObject({ address: email, isConfirmed: false, comments: 0 })
  expect(await resetPassword(token, 'coherent2026', NOW)).toMatchObject({
    ok: false,
    error: { kind: 'guessable' },
  })
  expect(await resetPassword(token, 'nine lanterns in fog', NOW)).toEqual({
    ok: true,
    value: { address: email },
  })
  expect(await viewerFrom(here)).toBeNull()
  for (const used of [token, other])
    expect(await resetPassword(used, 'ten lanterns in fog', NOW)).toEqual({
      ok: false,
      error: 'no-such-link',
    })
  await session(email, 'nine lanterns in fog')
})

test('a link is kept as a hash, and works no longer than it says', async () => {
  const { email } = await made()
  const made_ = await resetTokenFor(email, NOW)
  const token = made_?.token ?? ''
  const kept = await db().authVerification.findMany({ select: { identifier: true, value: true } })
  expect(JSON.stringify(kept)).not.toContain(token)
  const later = new Date(NOW.getTime() + 25 * 3600_000)
  expect(await resetLink(token, later)).toBeNull()
  expect(await resetPassword(token, 'nine lanterns in fog', later)).toEqual({
    ok: false,
    error: 'no-such-link',
  })
  expect(await resetTokenFor('nobody@example.org', NOW)).toBeNull()
  for (const bad of ['', 'x', '../../etc', 'a'.repeat(5000)]) expect(await resetLink(bad, NOW)).toBeNull()
})

test('who reads the mail of an unconfirmed account may disown it: it is gone, its words stay', async () => {
  const { email, personId } = await made()
  const here = await session(email)
  const token = (await resetTokenFor(email, NOW))?.token ?? ''
  expect(await disownAccount(token, NOW)).toEqual({ ok: true, value: null })
  expect(await viewerFrom(here)).toBeNull()
  expect(await db().person.findUnique({ where: { id: personId } })).not.toBeNull()
  expect(await db().authUser.findUnique({ where: { email } })).toBeNull()
  expect(await disownAccount(token, NOW)).toEqual({ ok: false, error: 'no-such-link' })
})

test('one that is confirmed is not disowned', async () => {
  const { email, personId } = await made()
  await db().personAddress.create({ data: { address: email, personId, confirmedAt: NOW } })
  const token = (await resetTokenFor(email, NOW))?.token ?? ''
  expect(await disownAccount(token, NOW)).toEqual({ ok: false, error: 'no-such-link' })
})

test('an administrator’s is not disowned either: another one puts them out, and no link', async () => {
  const { email, personId } = await made()
  await db().person.update({ where: { id: personId }, data: { administrator: true } })
  const token = (await resetTokenFor(email, NOW))?.token ?? ''
  expect(await disownAccount(token, NOW)).toEqual({ ok: false, error: 'no-such-link' })
  expect(await db().authUser.findUnique({ where: { email } })).not.toBeNull()
})

test('sessions are listed with device and network, and end one by one or all at once', async () => {
  const { email } = await made()
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  const here = await session(email, PASSWORD, { 'user-agent': agent, 'x-forwarded-for': '6.6.6.6' })
  const there = await session(email)
  const viewer = await asViewer(here)
  const listed = await ownSessions(viewer, here)
  // The one that signing up began, and the two.
  expect(listed).toHaveLength(3)
  const own = listed.find(({ isThis }) => isThis)
  expect(own).toMatchObject({ device: 'Firefox on Linux', network: '203.0.113.7' })
  const other = await ownSessions(await asViewer(there), there)
  const id = other.find(({ isThis }) => isThis)?.id ?? ''
  const stranger = await made()
  const strange = { personId: stranger.personId, name: stranger.name, administrator: false }
  expect(await endSession(strange, id)).toBe(false)
  expect(await viewerFrom(there)).not.toBeNull()
  expect(await endSession(viewer, id)).toBe(true)
  expect(await viewerFrom(there)).toBeNull()
  // Everywhere is everywhere of one's own.
  await endAllSessions(strange)
  expect(await viewerFrom(here)).not.toBeNull()
  expect(await endAllSessions(viewer)).toBe(2)
  expect(await viewerFrom(here)).toBeNull()
})

test('a browser that says nothing known has no name', () => {
  expect(deviceOf('')).toBeNull()
  expect(deviceOf('<script>')).toBeNull()
  expect(deviceOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1')).toBe(
    'Safari on iOS',
  )
})

test('who guesses from one network keeps nobody out elsewhere, nor in a browser that the owner used', async () => {
  const { email } = await made()
  const tried = (network: string, password: string, cookie?: string) =>
    signIn({ email, password }, from(network), cookie)
  for (let i = 0; i < 10; i++)
    expect(await tried('198.51.100.1', `wrong ${i}`)).toEqual({ ok: false, error: 'wrong-password' })
  expect(await tried('198.51.100.1', PASSWORD)).toEqual({ ok: false, error: 'too-many-tries' })
  expect(await tried('198.51.100.2', PASSWORD)).toEqual({ ok: true, value: null })
  expect(await tried('198.51.100.1', PASSWORD, knownBrowserCookie(email))).toEqual({ ok: true, value: null })
})

test('right passwords use up nothing', async () => {
  const { email } = await made()
  for (let i = 0; i < 12; i++)
    expect(await signIn({ email, password: PASSWORD }, from())).toEqual({ ok: true, value: null })
})

test('a network that guesses at many accounts is stopped, another is not', async () => {
  const guess = (network: string) =>
    signIn({ email: `nobody-${randomUUID()}@example.org`, password: 'wrong' }, from(network))
  expect(await guess('192.0.2.77')).toEqual({ ok: false, error: 'wrong-password' })
  // Thirty-eight more, without their waiting.
  await db().try.update({ where: { key: 'sign-in-from:192.0.2.77' }, data: { count: 39 } })
  expect(await guess('192.0.2.77')).toEqual({ ok: false, error: 'wrong-password' })
  expect(await guess('192.0.2.77')).toEqual({ ok: false, error: 'too-many-tries' })
  expect(await guess('192.0.2.78')).toEqual({ ok: false, error: 'wrong-password' })
})

test('sign-ups that fail count for nobody; a network makes twenty accounts, and another one is not stopped by it', async () => {
  const network = '192.0.2.200'
  const taken = await made()
  for (let i = 0; i < 30; i++)
    expect(await signUp({ ...newcomer(), name: taken.name }, from(network))).toMatchObject({
      error: 'name-of-account',
    })
  expect(await signUp(newcomer(), from(network))).toMatchObject({ ok: true })
  await db().try.update({ where: { key: `sign-up:${network}` }, data: { count: 20 } })
  expect(await signUp(newcomer(), from(network))).toEqual({ ok: false, error: 'too-many' })
  expect(await signUp(newcomer(), from('192.0.2.201'))).toMatchObject({ ok: true })
})

test('two passwords are hashed at a time, eight wait, and more are refused at once', async () => {
  let running = 0
  let most = 0
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  const hash = () =>
    inTurn(async () => {
      running += 1
      most = Math.max(most, running)
      await held
      running -= 1
    })
  const all = Array.from({ length: 15 }, hash)
  const refused = Promise.allSettled(all)
  expect(await signIn({ email: 'busy@example.org', password: 'x' }, from('192.0.2.9'))).toEqual({
    ok: false,
    error: 'busy',
  })
  release()
  const ends = await refused
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(5)
  expect(ends.every((end) => end.status === 'fulfilled' || isTooManyPasswords(end.reason))).toBe(true)
  expect(most).toBe(2)
  expect(await hashPassword('still works')).toContain(':')
  // What was not looked at is not counted.
  expect((await db().try.findUnique({ where: { key: 'sign-in-from:192.0.2.9' } }))?.count).toBe(0)
})

test('a person\u2019s page has the domain of what they confirmed and no address', async () => {
  const { name, email, personId } = await made()
  expect(await profileOf(null, personId)).toMatchObject({
    name,
    domains: [],
    administrator: false,
    comments: 0,
  })
  await db().personAddress.create({ data: { address: email, personId, confirmedAt: NOW } })
  const profile = await profileOf(null, personId)
  expect(profile).toMatchObject({ domains: ['example.org'] })
  expect(JSON.stringify(profile)).not.toContain(email)
  for (const id of ['', 'x', randomUUID(), "' OR 1=1"]) expect(await profileOf(null, id)).toBeNull()
})

test('two whose names look the same have marks that tell them apart, and who has a name alone has none', async () => {
  const [one, alone] = [await made(), await made()]
  const twin = { id: randomUUID(), name: one.name.toUpperCase() }
  await insertPersons(db(), [twin])
  const marks = () => marksOf([one.personId, twin.id, alone.personId])
  const today = new Date().toISOString().slice(0, 10)
  expect([...(await marks())].toSorted()).toEqual(
    [
      [one.personId, `account since ${today}`],
      [twin.id, 'no account here'],
    ].toSorted(),
  )
  await db().personAddress.create({
    data: { address: one.email, personId: one.personId, confirmedAt: NOW },
  })
  expect((await marks()).get(one.personId)).toBe('example.org')
})

test('a name from mail that says an office or an address is shown as it came, with a mark', async () => {
  const names = {
    'Reva Torvik (administrator)': true,
    'Torvik, maintainer': true,
    'Reva Torvik <reva@kernel.example>': true,
    'Rеva Mixed': true, // the first e is Cyrillic
    'Rowan Plain': false,
    'Majken Editorsen': false,
    'rowan@lists.example': false,
  }
  const people = Object.keys(names).map((name) => ({ id: randomUUID(), name }))
  await insertPersons(db(), people)
  await db().unprovedSender.createMany({
    data: people.map(({ id }) => ({ address: `${id}@lists.example`, personId: id })),
  })
  const marks = await marksOf(people.map(({ id }) => id))
  for (const { id, name } of people)
    expect(marks.get(id), name).toBe(
      names[name as keyof typeof names] ? 'a name from mail, no account here' : undefined,
    )
  // The program's own name, and what is left of an account, say nothing of anybody.
  const program = { id: randomUUID(), name: 'Coherent system' }
  const [gone] = people
  await insertPersons(db(), [program])
  await db().person.update({
    where: { id: gone?.id ?? '' },
    data: { deletedAt: NOW, name: 'Deleted account', nameKey: 'gone' },
  })
  expect(await marksOf([program.id, gone?.id ?? ''])).toEqual(new Map())
  // Who had such a name before it was refused has a mark that says what is known of them.
  const old = { id: randomUUID(), name: 'Old Administrator' }
  await insertPersons(db(), [old])
  await db().personAddress.create({
    data: { address: 'old-administrator@kernel.example', personId: old.id, confirmedAt: NOW },
  })
  expect((await marksOf([old.id])).get(old.id)).toBe('kernel.example')
})

test('a look at a session writes a cookie to carry it on, and none once it has ended', async () => {
  const { email } = await made()
  const headers = await session(email)
  const written = async () => (await auth().api.getSession({ headers, returnHeaders: true })).headers
  const user = await db().authUser.findUniqueOrThrow({ where: { email } })
  await db().authSession.updateMany({
    where: { userId: user.id },
    data: { expiresAt: new Date(Date.now() + 24 * 3_600_000) },
  })
  expect((await written()).getSetCookie().join()).toContain('coherent.session_token=')
  await db().authSession.deleteMany({ where: { userId: user.id } })
  // Next would draw the page of the form anew for it, and whoever is signed out may see no page of it.
  expect((await written()).getSetCookie()).toEqual([])
})
