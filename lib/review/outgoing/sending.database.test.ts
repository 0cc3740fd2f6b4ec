import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment, mailSettings } from '#lib/env.server.ts'
import { createLog } from '#lib/log.server.ts'
import { LoopbackServer } from '#lib/mail/shell/loopback-server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { heldToItsAnswers } from '#lib/review/gate/samples/held-to-its-answers.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { GivenRole } from '#lib/review/person/roles.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { receiversFor } from './receivers.server.ts'
import { previewSending, reflectSeries, type SendingWish, sendSeries } from './sending.server.ts'
import { decideMail, sentMail } from './sent-mail.server.ts'
import { startOutbox } from './worker.server.ts'

const SILENT = createLog('silent')
const SLUG = 'sent-series'
const wish: SendingWish = { slug: SLUG, number: 1, chosen: null, further: '' }
const server = new LoopbackServer()
/** What came for this proposal: the outbox is one for all, and other tests leave mail in it. */
const received = () =>
  server.received.filter(({ to, bytes }) => !`${to}\n${bytes}`.includes('-follows@example.net'))
let outbox: ReturnType<typeof startOutbox>
let proposalId = ''
let author: Viewer
let stranger: Viewer

async function person(name: string, role: GivenRole | null): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  await db().authUser.create({
    data: { name, email: `${name.toLowerCase()}-sends@example.org`, personId: id },
  })
  if (role) await db().membership.create({ data: { proposalId, personId: id, role } })
  return { personId: id, name, administrator: false }
}

const off = {
  COHERENT_SMTP_URL: undefined,
  COHERENT_MAIL_FROM: undefined,
  COHERENT_MAIL_PER_MINUTE: undefined,
}
let mail: Record<keyof typeof off, string>

beforeAll(async () => {
  const port = await server.listen()
  mail = {
    COHERENT_SMTP_URL: `smtp://127.0.0.1:${port}`,
    COHERENT_MAIL_FROM: 'bounces@example.org',
    COHERENT_MAIL_PER_MINUTE: '60000',
  }
  changeEnvironment({ COHERENT_URL: 'https://review.example.org', ...mail })
  const content = join(import.meta.dirname, '../../../content/futex-requests-2021/v1')
  const read = await readBundle(content, await instanceQuestionnaires())
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const cover = { ...read.value.cover, changeId: '20261123-sent-series-0a0b0c0d' }
  expect((await publishBundle(SLUG, heldToItsAnswers({ ...read.value, cover }))).ok).toBe(true)
  ;({ id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug: SLUG } }))
  author = await person('Author', 'author')
  stranger = await person('Stranger', null)
  const settings = mailSettings()
  if (!settings) throw new Error('settings')
  outbox = startOutbox(settings, { restMs: 20, log: SILENT })
})

afterAll(async () => {
  await outbox.stop()
  await server.close()
  changeEnvironment(off)
})

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await is()); ) {
    if (Date.now() > end) throw new Error('it never came to this')
    await new Promise((done) => setTimeout(done, 25))
  }
}

test('readers, reviewers and strangers do not send, nor see what was sent', async () => {
  for (const viewer of [
    null,
    stranger,
    await person('Reviewer', 'reviewer'),
    await person('Reader', 'reader'),
  ]) {
    expect(await previewSending(viewer, wish)).toMatchObject({ ok: false, error: { kind: 'forbidden' } })
    expect(await sendSeries(viewer, wish)).toMatchObject({ ok: false })
    expect(await reflectSeries(viewer, wish)).toMatchObject({ ok: false })
    expect(await sentMail(viewer, SLUG)).toBeNull()
  }
  expect(await sentMail(author, 'no-such-proposal')).toBeNull()
})

/** Seconds since 1970 of each mail, by its Message-ID. */
function datesOf(mails: readonly { readonly bytes: Uint8Array }[]): Map<string, number> {
  return new Map(
    mails.map(({ bytes }) => {
      const [head = ''] = bytes.toString().split(/\r?\n\r?\n/)
      const id = /^Message-ID: <(.*)>/m.exec(head)?.[1] ?? ''
      return [id, Date.parse(/^Date: (.*)$/m.exec(head)?.[1] ?? '') / 1000]
    }),
  )
}

test('a series leaves only after its sender has had it in his own mail reader', async () => {
  expect(await sendSeries(author, wish)).toMatchObject({ ok: false, error: { kind: 'not-looked-at' } })
  expect(await reflectSeries(author, wish)).toMatchObject({ ok: true, value: { mails: 5, recipients: 5 } })
  await until(() => received().length === 5)
  expect(new Set(received().map(({ to }) => to))).toEqual(new Set(['author-sends@example.org']))
  const [cover] = received()
  expect(cover?.bytes.toString()).toMatch(/^Message-ID: <reflect-/)
  await until(
    async () => (await previewSending(author, wish).then((p) => p.ok && p.value.wasLookedAt)) === true,
  )

  const preview = await previewSending(author, wish)
  if (!preview.ok) throw new Error(preview.error.kind)
  const addresses = preview.value.recipients.map(({ address }) => address)
  expect(addresses.length).toBeGreaterThan(1)
  const pressed = new Date('2026-12-01T10:00:00.500Z')
  expect(await sendSeries(author, wish, pressed)).toMatchObject({ ok: true, value: { mails: 5 } })
  await until(() => received().length === 5 + 5 * addresses.length)
  const real = received().slice(5)
  // The Date is that of the sending, each part a second later; the ids are those of the bundle's day.
  const sentAt = Math.floor(pressed.getTime() / 1000)
  const dates = datesOf(real)
  expect([...dates.values()]).toEqual([0, 1, 2, 3, 4].map((i) => sentAt + i))
  expect([...dates.keys()].every((id) => !id.startsWith('20261201'))).toBe(true)
  expect(real.every(({ bytes }) => !bytes.toString().includes('reflect'))).toBe(true)
  expect([...new Set(real.map(({ to }) => to))].sort()).toEqual([...addresses].sort())
  // Again, and to one more: only he gets it.
  expect(await sendSeries(author, wish)).toMatchObject({ ok: true, value: { recipients: 0 } })
  const more = { ...wish, further: 'One More <more@example.net>\nmore@example.net' }
  expect(await sendSeries(author, more)).toMatchObject({ ok: true, value: { recipients: 5 } })
  await until(() => received().length === 10 + 5 * addresses.length)
  expect(
    received()
      .slice(-5)
      .map(({ to }) => to),
  ).toEqual(Array(5).fill('more@example.net'))
  // One Message-ID, one mail: whoever gets it later gets it as it was sent.
  expect(datesOf(received().slice(-5))).toEqual(dates)
  expect(await previewSending(author, wish)).toMatchObject({ ok: true, value: { wasSent: true } })
  const events = await db().event.findMany({ where: { proposalId, kind: 'series-sent' } })
  expect(events.map(({ actorId }) => actorId)).toEqual([author?.personId, author?.personId])
})

test('a second look has other ids, so that a mail reader shows it again', async () => {
  const before = received().length
  expect(await reflectSeries(author, wish)).toMatchObject({ ok: true, value: { recipients: 5 } })
  await until(() => received().length === before + 5)
  expect(received().at(-1)?.bytes.toString()).toMatch(/^Message-ID: <reflect2-/)
})

test.each([
  ['not an address', 'bad-address'],
  ['a@b', 'bad-address'],
  ['x@example.org\r\nBcc: y', 'bad-address'],
  ['"x" <x@example.org>, <>', 'bad-address'],
  [Array.from({ length: 61 }, (_, i) => `p${i}@example.org`).join(', '), 'too-many-receivers'],
])('further receivers %j are refused', async (further, kind) => {
  expect(await previewSending(author, { ...wish, further })).toMatchObject({ ok: false, error: { kind } })
})

test('nobody at all is refused, and so is everything while mail is not configured', async () => {
  expect(await previewSending(author, { ...wish, chosen: [] })).toMatchObject({
    error: { kind: 'no-receiver' },
  })
  changeEnvironment(off)
  expect(await previewSending(author, wish)).toMatchObject({ error: { kind: 'off' } })
  changeEnvironment(mail)
})

test('only members see whom it would go to beside the lists', async () => {
  const cover = (await previewSending(author, wish).then((p) => (p.ok ? p.value.revision : null)))?.bundle
    .cover
  if (!cover) throw new Error('cover')
  const withReader = { ...cover, cc: ['Reader <reader@private.example>'] }
  for (const viewer of [null, stranger]) {
    const seen = await receiversFor(viewer, proposalId, withReader)
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.every(({ isList }) => isList)).toBe(true)
  }
  const seen = await receiversFor(author, proposalId, withReader)
  expect(seen.map(({ box }) => box.address)).toContain('reader@private.example')
})

test('what was refused is tried again when a member says so, and by nobody else', async () => {
  const gone = { ...wish, further: 'gone@example.net' }
  server.faults.push(...Array<'refuse-recipient-5xx'>(5).fill('refuse-recipient-5xx'))
  expect(await sendSeries(author, gone)).toMatchObject({ ok: true, value: { recipients: 5 } })
  const rows = () =>
    db().outgoingRecipient.findMany({ where: { address: 'gone@example.net' }, orderBy: { id: 'asc' } })
  await until(async () => (await rows()).filter(({ state }) => state === 'failed').length === 5)
  const [first] = await rows()
  const id = String(first?.id)
  const shown = (await sentMail(author, SLUG))?.[0]?.mails[0]?.recipients[0]
  expect(shown).toMatchObject({
    address: 'gone@example.net',
    state: 'failed',
    words: expect.stringContaining('550'),
  })
  for (const viewer of [null, stranger]) expect(await decideMail(viewer, id, 'again')).toBe(false)
  expect(await decideMail(author, id, 'arrived')).toBe(false)
  expect(await decideMail(author, id, 'again')).toBe(true)
  await until(async () => (await rows())[0]?.state === 'sent')
  expect(await decideMail(author, id, 'again')).toBe(false)
  expect(await decideMail(author, 'x; DROP', 'again')).toBe(false)
})
