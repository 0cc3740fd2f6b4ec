/** A mail to a person is ended by the link in it, by whoever has it; that link does nothing else. */
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { db, writeAs } from '#lib/db.server.ts'
import { changeEnvironment, env } from '#lib/env.server.ts'
import { deliverMail } from '#lib/review/incoming/receive.server.ts'
import { newProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { chooseDigest, ownDigests } from '#lib/review/outbox/digest-setting.server.ts'
import { unsubscribeToken } from '#lib/review/outbox/unsubscribe-token.server.ts'
import { GET, POST } from './unsubscribe/[token]/route.ts'

const slugs: string[] = []
const ids: string[] = []
const people: { personId: string; name: string; administrator: false }[] = []

beforeAll(async () => {
  for (const name of ['ended-one', 'ended-other']) {
    const { slug } = await newProposal(name)
    slugs.push(slug)
    ids.push((await db().proposal.findUniqueOrThrow({ where: { slug } })).id)
  }
  for (const name of ['Reva', 'Other']) {
    const { id } = await db().person.create({ data: { name }, select: { id: true } })
    const address = `${randomUUID()}@example.org`
    await db().personAddress.create({ data: { address, personId: id, confirmedAt: new Date() } })
    people.push({ personId: id, name, administrator: false })
  }
})

beforeEach(async () => {
  for (const person of people)
    for (const slug of slugs) expect(await chooseDigest(person, slug, 'daily', new Date())).toBe(true)
})

const tokenOf = (person: number, proposal: number) =>
  unsubscribeToken({ personId: people[person]?.personId ?? '', proposalId: ids[proposal] ?? '' })
const wanted = async () =>
  (await Promise.all(people.map(ownDigests))).map((mails) => mails.map(({ slug }) => slugs.indexOf(slug)))
const ALL = [
  [0, 1],
  [0, 1],
]

const params = (token: string) => ({ params: Promise.resolve({ token }) })
const opened = async (token: string) => {
  const answer = await GET(new Request('https://review.example.org/'), params(token))
  return { status: answer.status, text: await answer.text() }
}
const posted = async (token: string, form: Record<string, string>, as: 'multipart' | 'plain' = 'plain') => {
  const body = as === 'plain' ? new URLSearchParams(form) : new FormData()
  if (body instanceof FormData) for (const [name, value] of Object.entries(form)) body.set(name, value)
  // As a web mailer's page sends it: from elsewhere, and without any session.
  const headers = { origin: 'https://mail.example.net', 'sec-fetch-site': 'cross-site' }
  const request = new Request('https://review.example.org/', { method: 'POST', body, headers })
  const answer = await POST(request, params(token))
  return { status: answer.status, text: await answer.text() }
}
const ONE_CLICK = { 'List-Unsubscribe': 'One-Click' }

test('opening the link changes nothing and has a button; pressing it ends that one mail, twice as well', async () => {
  const before = await opened(tokenOf(0, 0))
  expect(before.status).toBe(200)
  expect(before.text).toContain('<form method="post">')
  expect(before.text).toContain(`/rfc/${slugs[0]}`)
  expect(await wanted()).toEqual(ALL)
  for (let press = 0; press < 2; press++) {
    const after = await posted(tokenOf(0, 0), ONE_CLICK)
    expect(after).toMatchObject({ status: 200 })
    expect(after.text).toContain('You get no mail about')
    expect(await wanted()).toEqual([[1], [0, 1]])
  }
  expect((await opened(tokenOf(0, 0))).text).not.toContain('<form')
})

test('a mail program ends it by one POST of either form of form (RFC 8058)', async () => {
  expect((await posted(tokenOf(1, 1), ONE_CLICK, 'multipart')).status).toBe(200)
  expect(await wanted()).toEqual([[0, 1], [0]])
})

test('a POST that does not say so, one too large, and one that is no form change nothing', async () => {
  const wrong: Record<string, string>[] = [
    {},
    { 'List-Unsubscribe': 'yes' },
    { ...ONE_CLICK, more: 'x'.repeat(5000) },
  ]
  for (const form of wrong) expect((await posted(tokenOf(0, 0), form)).status).toBe(400)
  const noForm = new Request('https://review.example.org/', { method: 'POST', body: 'List-Unsubscribe' })
  expect((await POST(noForm, params(tokenOf(0, 0)))).status).toBe(400)
  expect(await wanted()).toEqual(ALL)
})

test('a forged token, and one put together from two of others, end nothing and tell nothing', async () => {
  const [mine, theirs] = [tokenOf(0, 0), tokenOf(1, 0)].map((token) => Buffer.from(token, 'base64url'))
  if (!mine || !theirs) throw new Error('tokens')
  const forged = [
    Buffer.concat([theirs.subarray(0, 32), mine.subarray(32)]), // somebody else's ids under my signature
    Buffer.concat([
      mine.subarray(0, 16),
      Buffer.from(randomUUID().replaceAll('-', ''), 'hex'),
      mine.subarray(32),
    ]),
    Buffer.concat([mine.subarray(0, 32), Buffer.alloc(16)]),
  ].map((bytes) => bytes.toString('base64url'))
  for (const token of [...forged, '', 'x', 'x'.repeat(64), 'é'.repeat(64), 'x'.repeat(5000)]) {
    const answers = [await opened(token), await posted(token, ONE_CLICK)]
    for (const { status, text } of answers) {
      expect(status).toBe(404)
      expect(text).not.toContain(slugs[0])
    }
  }
  expect(await wanted()).toEqual(ALL)
})

test('of what is hidden from its reader by now the link says no name, and still ends the mail', async () => {
  await writeAs(people[0]?.personId ?? '', (tx) =>
    tx.proposal.update({ where: { id: ids[0] ?? '' }, data: { visibility: 'embargoed' } }),
  )
  const token = tokenOf(0, 0)
  for (const { status, text } of [await opened(token), await posted(token, ONE_CLICK)]) {
    expect(status).toBe(200)
    expect(text).not.toContain(slugs[0])
  }
  expect(await db().mailDigest.count({ where: { proposalId: ids[0] ?? '' } })).toBe(1)
  await writeAs(people[0]?.personId ?? '', (tx) =>
    tx.proposal.update({ where: { id: ids[0] ?? '' }, data: { visibility: 'public' } }),
  )
})

test('a mail with the token in its subject ends it, too, and is not kept; a forged one is taken and does nothing', async () => {
  const mail = (token: string) =>
    new TextEncoder().encode(
      `From: Anybody <x@example.net>\r\nTo: rfc@example.org\r\nSubject: unsubscribe\r\n ${token}\r\nMessage-ID: <${randomUUID()}@x>\r\n\r\n`,
    )
  const kept = await db().incomingMail.count()
  expect(await deliverMail(mail(tokenOf(0, 1)))).toEqual({ kind: 'taken', words: 'that mail is ended' })
  expect(await wanted()).toEqual([[0], [0, 1]])
  expect(await deliverMail(mail('x'.repeat(64)))).toMatchObject({ kind: 'taken' })
  expect(await wanted()).toEqual([[0], [0, 1]])
  expect(await db().incomingMail.count()).toBe(kept)
})

test('another secret of the site makes the link void', async () => {
  const token = tokenOf(0, 0)
  const { secret } = env
  changeEnvironment({ COHERENT_SECRET: 'another secret, which has at least 32 characters' })
  expect((await opened(token)).status).toBe(404)
  changeEnvironment({ COHERENT_SECRET: secret })
  expect((await opened(token)).status).toBe(200)
})
