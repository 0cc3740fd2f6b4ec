import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { auth, hashPassword } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { NETWORK_HEADER } from '#lib/environment/network.ts'
import { LoopbackServer } from '#lib/mail/shell/loopback-server.ts'
import { accountWith, createAccount } from '#lib/review/account/accounts.server.ts'
import { askReset, resetPassword } from '#lib/review/account/password.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { viewerFrom } from '#lib/review/person/viewer.server.ts'
import { askConfirmation, confirmAddress } from './confirm-address.server.ts'
import { importMail } from './import.server.ts'
import { askedBy, askForAccount, finishSignUp } from './sign-up.server.ts'

// The library keeps its cookies by Next's, which there is none of here.
vi.mock('better-auth/next-js', () => ({ nextCookies: () => ({ id: 'none' }) }))

const server = new LoopbackServer()
const NOW = new Date()
const PASSWORD = 'four words make one'
let proposal: TestProposal

beforeAll(async () => {
  changeEnvironment({
    COHERENT_SECRET: 'a secret for tests only, at least 32 characters',
    COHERENT_URL: 'https://review.example.org',
    COHERENT_SMTP_URL: `smtp://127.0.0.1:${await server.listen()}`,
    COHERENT_MAIL_FROM: 'bounces@example.org',
  })
  proposal = await newProposal('mail-sign-up')
})
afterAll(async () => {
  await server.close()
  changeEnvironment({ COHERENT_SMTP_URL: undefined, COHERENT_MAIL_FROM: undefined })
})

let count = 0
function newcomer(name?: string) {
  count += 1
  const letters = randomUUID()
    .replace(/[^a-f]/g, '')
    .slice(0, 8)
  return {
    name: name ?? `Signer ${letters}${'abcdefgh'[count % 8]}${count}`,
    email: `s-${randomUUID()}@example.org`,
    password: PASSWORD,
  }
}
const headers = (network = '203.0.113.50') => new Headers({ [NETWORK_HEADER]: network })
const mailsTo = (address: string) =>
  server.received.filter(({ to }) => to === address).map(({ bytes }) => String(bytes))
/** The token in the newest mail to the address. */
const tokenIn = (address: string, path: string): string =>
  new RegExp(`https://review\\.example\\.org/${path}/([\\w-]+)`).exec(mailsTo(address).at(-1) ?? '')?.[1] ??
  ''

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await is()); ) {
    if (Date.now() > end) throw new Error('it never came to this')
    await new Promise((done) => setTimeout(done, 25))
  }
}

async function asked(input = newcomer()) {
  expect(await askForAccount(input, '/rfc', headers(), NOW)).toEqual({ ok: true, value: null })
  return { ...input, token: tokenIn(input.email, 'sign-up/confirm') }
}
const finish = (token: string, password = PASSWORD, now = NOW) =>
  finishSignUp(token, password, headers(), now)

/** As one was made where no mail could be sent. */
async function squat(address: string, name = newcomer().name): Promise<string> {
  const passwordHash = await hashPassword('the password of a squatter')
  return db().$transaction((tx) => createAccount(tx, { name, address, passwordHash, isConfirmed: false }))
}

test('nothing is there until the link is opened with the password that was chosen, and then the address is confirmed', async () => {
  const { name, email, token } = await asked()
  expect(await db().authUser.count({ where: { email } })).toBe(0)
  expect(await db().person.count({ where: { name } })).toBe(0)
  expect(await askedBy(token, NOW)).toEqual({ address: email, name, next: '/rfc' })
  expect(await finish(token, 'not the one that was chosen')).toEqual({ ok: false, error: 'wrong-password' })
  expect(await finish(token)).toMatchObject({ ok: true, value: { address: email, next: '/rfc' } })
  const holder = await db().$transaction((tx) => accountWith(tx, email))
  expect(holder).toMatchObject({ isConfirmed: true })
  expect(await finish(token)).toEqual({ ok: false, error: 'no-such-link' })
  expect(await askedBy(token, NOW)).toBeNull()
})

test('a link is kept as a hash, ends after a day, and its password is guessed ten times at most', async () => {
  const { token } = await asked()
  const kept = JSON.stringify(await db().signUp.findMany())
  expect(kept).not.toContain(token)
  expect(await finish(token, PASSWORD, new Date(NOW.getTime() + 25 * 3600_000))).toMatchObject({
    error: 'no-such-link',
  })
  for (let i = 0; i < 10; i++)
    expect(await finish(token, `wrong ${i}`)).toMatchObject({ error: 'wrong-password' })
  expect(await finish(token)).toEqual({ ok: false, error: 'too-many-tries' })
})

test('an address that has an account gets a mail that says so, and the page says nothing else than to others', async () => {
  const first = await asked()
  await finish(first.token)
  const again = { ...newcomer(), email: first.email }
  expect(await askForAccount(again, '/', headers(), NOW)).toEqual({ ok: true, value: null })
  const mail = mailsTo(first.email).at(-1)
  expect(mail).toContain('It has one')
  expect(mail).not.toContain('/sign-up/confirm/')
})

test('who reads the mail of an address puts out whoever made an account with it, and gets nothing of theirs', async () => {
  const { email, name } = newcomer()
  const squatter = await squat(email)
  const { headers: answer } = await auth().api.signInEmail({
    body: { email, password: 'the password of a squatter' },
    returnHeaders: true,
  })
  const session = new Headers({
    cookie: answer
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; '),
  })
  expect(await viewerFrom(session)).not.toBeNull()
  const { token } = await asked({ name, email, password: PASSWORD })
  const made = await finish(token)
  expect(made).toMatchObject({ ok: true })
  expect(made.ok && made.value.personId).not.toBe(squatter)
  expect(await viewerFrom(session)).toBeNull()
  await expect(
    auth().api.signInEmail({ body: { email, password: 'the password of a squatter' } }),
  ).rejects.toThrow()
  expect(await db().person.findUnique({ where: { id: squatter }, select: { mergedInto: true } })).toEqual({
    mergedInto: null,
  })
})

test('a squatter cannot have the owner confirm a password that they chose', async () => {
  const { email, name } = newcomer()
  // The squatter asks, with the owner's address and a password of their own; the owner opens the link that came.
  const { token } = await asked({ name, email, password: 'the password of a squatter' })
  expect(await finish(token, PASSWORD)).toEqual({ ok: false, error: 'wrong-password' })
  expect(await db().authUser.count({ where: { email } })).toBe(0)
  // And signs up: of the two links only theirs works with their password, and it takes the other one away.
  const own = await asked({ ...newcomer(), email })
  expect(await finish(own.token)).toMatchObject({ ok: true })
  expect(await finish(token, 'the password of a squatter')).toEqual({ ok: false, error: 'no-such-link' })
})

test('confirming a further address at My account puts out its squatter, too; an administrator is not put out by a link', async () => {
  const owner = await asked()
  const made = await finish(owner.token)
  if (!made.ok) throw new Error(made.error)
  const viewer = { personId: made.value.personId, name: owner.name, administrator: false }
  const confirm = async (address: string) => {
    expect(await askConfirmation(viewer, address, NOW)).toEqual({ ok: true, value: 'sent' })
    return confirmAddress(viewer, tokenIn(address, 'me/confirm'), NOW)
  }
  const [second, third] = [newcomer().email, newcomer().email]
  await squat(second)
  const administrator = await squat(third)
  await db().person.update({ where: { id: administrator }, data: { administrator: true } })
  expect(await confirm(second)).toMatchObject({ ok: true })
  expect(await db().authUser.count({ where: { email: second } })).toBe(0)
  expect(await confirm(third)).toEqual({ ok: false, error: 'taken' })
  expect(await db().authUser.count({ where: { email: third } })).toBe(1)
})

test('the owner of words that came by mail signs up under the name that stands there, and takes them over; nobody else does', async () => {
  const { name, email } = newcomer()
  const id = `${randomUUID()}@example.org`
  await importMail(
    { kind: 'lmtp' },
    proposal.mail(`> ${proposal.line(1)}\n\nWhy?\n`, { id, from: `${name} <${email}>` }),
  )
  const other = newcomer(name)
  expect(await askForAccount(other, '/', headers(), NOW)).toEqual({ ok: false, error: 'name-of-mail' })
  const { token } = await asked({ name, email, password: PASSWORD })
  const made = await finish(token)
  expect(made).toMatchObject({ ok: true })
  const comment = await db().comment.findUniqueOrThrow({
    where: { messageId: id },
    select: { authorId: true },
  })
  expect(made.ok && comment.authorId).toBe(made.ok && made.value.personId)
})

test('a name that somebody took while the link was on its way is refused when it is opened', async () => {
  const [one, two] = [newcomer(), newcomer()]
  const first = await asked(one)
  const second = await asked({ ...two, name: one.name.toUpperCase() })
  expect(await finish(first.token)).toMatchObject({ ok: true })
  expect(await finish(second.token)).toEqual({ ok: false, error: 'name-of-account' })
  expect(await db().authUser.count({ where: { email: two.email } })).toBe(0)
})

test('an address gets five mails a day, whoever asks from wherever', async () => {
  const { email } = newcomer()
  for (let i = 0; i < 5; i++)
    expect(
      await askForAccount({ ...newcomer(), email }, '/', headers(`192.0.2.${i + 1}`), NOW),
    ).toMatchObject({ ok: true })
  expect(await askForAccount({ ...newcomer(), email }, '/', headers('192.0.2.99'), NOW)).toEqual({
    ok: false,
    error: 'too-many-mails',
  })
  expect(mailsTo(email)).toHaveLength(5)
})

test('where the mail server does not take it, there is no account, and it is said', async () => {
  server.faults.push('refuse-recipient-5xx')
  const input = newcomer()
  expect(await askForAccount(input, '/', headers(), NOW)).toEqual({ ok: false, error: 'not-sent' })
  expect(await askForAccount(input, '/', headers(), NOW)).toEqual({ ok: true, value: null })
})

test('a new password is mailed to the account\u2019s address, and an address without an account gets the same answer and no mail', async () => {
  const { email, token } = await asked()
  await finish(token)
  const before = server.received.length
  const linkOf = (made: string) => `https://review.example.org/reset-password/${made}`
  for (const address of [email, newcomer().email]) {
    const answer = await askReset(address, linkOf, headers(), NOW)
    expect(answer.ok).toBe(true)
    if (answer.ok) await answer.value
  }
  await until(() => server.received.length > before)
  expect(server.received).toHaveLength(before + 1)
  const reset = tokenIn(email, 'reset-password')
  expect(await resetPassword(reset, 'nine lanterns in fog', NOW)).toEqual({
    ok: true,
    value: { address: email },
  })
  expect(await resetPassword(reset, 'nine lanterns in fog', NOW)).toEqual({
    ok: false,
    error: 'no-such-link',
  })
})
