/** Comments that follow to the list, and digests: who asks for them, what is in them, and that none comes twice. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { deleteComment } from '#lib/review/acts/delete-comment.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { heldToItsAnswers } from '#lib/review/gate/samples/held-to-its-answers.ts'
import { chooseDigest, digestChoice } from '#lib/review/outbox/digest-setting.server.ts'
import { unsubscribeToken } from '#lib/review/outbox/unsubscribe-token.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { GivenRole } from '#lib/review/person/roles.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { queueDigests } from './digest.server.ts'
import { listRepliesOf, queueListReplies, switchListReplies } from './list-replies.server.ts'
import { queueMails } from './outbox.server.ts'

changeEnvironment({ COHERENT_URL: 'https://review.example.org' })
const SLUG = 'followed'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const settings = { bounceAddress: 'bounces@example.org' }
let bundle: Bundle
let proposalId = ''
let maintainer: NonNullable<Viewer>
let reva: NonNullable<Viewer>

async function person(
  name: string,
  role: GivenRole | null,
  isConfirmed: boolean,
): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  const address = `${name.toLowerCase()}-follows@example.net`
  await db().authUser.create({ data: { name, email: address, personId: id } })
  await db().personAddress.create({
    data: { address, personId: id, confirmedAt: isConfirmed ? new Date() : null },
  })
  if (role) await db().membership.create({ data: { proposalId, personId: id, role } })
  return { personId: id, name, administrator: false }
}

beforeAll(async () => {
  const content = join(import.meta.dirname, '../../../content/futex-requests-2021/v1')
  const read = await readBundle(content, await instanceQuestionnaires())
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const cover = { ...read.value.cover, changeId: '20261123-followed-0a0b0c0d' }
  bundle = heldToItsAnswers({ ...read.value, cover })
  expect((await publishBundle(SLUG, bundle)).ok).toBe(true)
  ;({ id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug: SLUG } }))
  maintainer = await person('Mika', 'maintainer', true)
  reva = await person('Reva', 'reviewer', true)
})

async function comment(viewer: Viewer, body: string): Promise<number> {
  const blockKey = bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const opened = await openThread(viewer, {
    slug: SLUG,
    revision: 1,
    blockKey,
    body,
    clientKey: randomUUID(),
  })
  if (!opened.ok) throw new Error(opened.error.kind)
  return opened.value.thread
}

async function answer(viewer: Viewer, thread: number, body: string): Promise<void> {
  const commentId = (await findThread(viewer, SLUG, thread))?.comments.at(-1)?.id ?? ''
  expect((await reply(viewer, { commentId, body, clientKey: randomUUID() })).ok).toBe(true)
}

const queuedOf = (kind: string) =>
  db().outgoingMail.findMany({
    where: { proposalId, kind },
    orderBy: [{ createdAt: 'asc' }, { position: 'asc' }],
    select: { subject: true, bytes: true, messageId: true, recipients: { select: { address: true } } },
  })
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** As if the series had been sent to its list. */
async function sendSeriesToList(): Promise<void> {
  const { exportRevision } = await import('#lib/review/export/export.server.ts')
  const exported = await exportRevision(null, SLUG, 1)
  const [cover] = exported?.series.messages ?? []
  if (!cover) throw new Error('cover')
  const recipients = cover.to.map(({ address }) => address)
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('app.actor', ${maintainer.personId}, true)`
    const { id: revisionId } = await tx.revision.findFirstOrThrow({ where: { proposalId } })
    const of = { proposalId, kind: 'series' as const, revisionId, queuedBy: maintainer.personId }
    await queueMails(tx, of, [{ message: cover, recipients }])
    for (const state of ['sending', 'sent']) {
      await tx.outgoingRecipient.updateMany({ where: { messageId: cover.messageId }, data: { state } })
    }
  })
}

test('comments stay here until a maintainer says otherwise; nobody else may', async () => {
  const author = await person('Author', 'author', true)
  for (const viewer of [null, reva, author]) {
    expect(await switchListReplies(viewer, SLUG, true, new Date())).toBe(false)
    expect(await listRepliesOf(viewer, SLUG)).toEqual({ isOn: false, maySwitch: false })
  }
  await comment(reva, 'Said before the switch.')
  expect(await queueListReplies(new Date(Date.now() + HOUR_MS))).toBe(0)
  expect(await switchListReplies(maintainer, SLUG, true, new Date())).toBe(true)
  expect(await listRepliesOf(maintainer, SLUG)).toEqual({ isOn: true, maySwitch: true })
})

test('what is written after the switch follows once, as a reply to what the list has, a quarter of an hour later', async () => {
  const thread = await comment(reva, 'Where is the bound of this?')
  await answer(maintainer, thread, 'In part 4.')
  const gone = await comment(reva, 'words to be taken back')
  const first = (await findThread(reva, SLUG, gone))?.comments[0]
  expect((await deleteComment(reva, first?.id ?? '')).ok).toBe(true)
  const later = new Date(Date.now() + HOUR_MS)
  // The list has no series yet: there is nothing to answer.
  expect(await queueListReplies(later)).toBe(0)
  await sendSeriesToList()
  expect(await queueListReplies(new Date())).toBe(0)
  expect(await queueListReplies(later)).toBe(2)
  expect(await queueListReplies(later)).toBe(0)
  const mails = await queuedOf('reply')
  const texts = mails.map(({ bytes }) => textOf(bytes))
  expect(texts[0]).toContain('Where is the bound of this?')
  expect(texts[1]).toContain(`In-Reply-To: <${mails[0]?.messageId}>`)
  expect(texts.join()).not.toContain('Said before the switch')
  expect(texts.join()).not.toContain('to be taken back')
  const list = bundle.cover.to[0]?.toLowerCase() ?? ''
  for (const { recipients } of mails) expect(recipients.map(({ address }) => address)).toContain(list)
  expect(await switchListReplies(maintainer, SLUG, false, new Date())).toBe(true)
  await comment(reva, 'Said after the end.')
  expect(await queueListReplies(later)).toBe(0)
})

test('a digest comes once a day, to a confirmed address only, with what others wrote since', async () => {
  const unconfirmed = await person('Unconfirmed', null, false)
  expect(await chooseDigest(unconfirmed, SLUG, 'daily', new Date())).toBe(false)
  expect(await chooseDigest(null, SLUG, 'daily', new Date())).toBe(false)
  const now = new Date()
  expect(await chooseDigest(reva, SLUG, 'daily', now)).toBe(true)
  expect(await digestChoice(reva, SLUG)).toMatchObject({
    isWanted: true,
    address: 'reva-follows@example.net',
  })
  const tomorrow = new Date(now.getTime() + DAY_MS + HOUR_MS)
  expect(await queueDigests(settings, tomorrow)).toBe(0)
  await comment(maintainer, 'A point of *order*.\n\n- one\n- two')
  await comment(reva, 'My own words.')
  expect(await queueDigests(settings, new Date(now.getTime() + HOUR_MS))).toBe(0)
  expect(await queueDigests(settings, tomorrow)).toBe(1)
  expect(await queueDigests(settings, tomorrow)).toBe(0)
  const [digest] = await queuedOf('digest')
  const text = textOf(digest?.bytes ?? new Uint8Array())
  expect(digest?.recipients).toEqual([{ address: 'reva-follows@example.net' }])
  expect(digest?.subject).toBe(`[${SLUG}] 1 new comment`)
  expect(text).toContain(`List-Id: <${SLUG}.review.example.org>\n`)
  expect(text).toContain('Auto-Submitted: auto-generated\n')
  expect(text).toContain('  A point of *order*.\n')
  expect(text).toContain(`https://review.example.org/rfc/${SLUG}/t/`)
  expect(text).not.toContain('My own words')
  // Below the words of the text that it is about.
  expect(text).toMatch(/, in thread \d+:\n {2}https:.*\n\n(?: {2}> .*\n)+\n {2}\S/)
  expect(text).toContain('/export/digest')
  // How it is ended, for people and for their mail programs; what it names ends this one (app/unsubscribe.database.test.ts).
  const token = unsubscribeToken({ personId: reva.personId, proposalId })
  expect(text).toContain(`List-Unsubscribe: <https://review.example.org/unsubscribe/${token}>\n`)
  expect(text).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\n')
  expect(text).toContain(`To end it, without signing in:\nhttps://review.example.org/unsubscribe/${token}\n`)
})

test('quiet means no mail, and what was said meanwhile comes afterwards; never means never', async () => {
  const now = new Date(Date.now() + 2 * DAY_MS)
  // Where mails that end one are taken their address stands beside the link.
  changeEnvironment({ COHERENT_UNSUBSCRIBE_ADDRESS: 'rfc@example.org' })
  expect(await chooseDigest(reva, SLUG, 'quiet', now)).toBe(true)
  await comment(maintainer, 'Said in the quiet.')
  await db().mailDigest.updateMany({
    where: { personId: reva.personId },
    data: { toldUntil: new Date(Date.now() - DAY_MS) },
  })
  expect(await queueDigests(settings, new Date(now.getTime() + 2 * DAY_MS))).toBe(0)
  expect(await queueDigests(settings, new Date(now.getTime() + 8 * DAY_MS))).toBe(1)
  const afterQuiet = textOf((await queuedOf('digest')).at(-1)?.bytes ?? new Uint8Array())
  expect(afterQuiet).toContain('Said in the quiet.')
  expect(afterQuiet).toMatch(
    /^List-Unsubscribe: <https:[^>]+>, <mailto:rfc@example\.org\?subject=unsubscribe%20[\w-]{64}>$/m,
  )
  changeEnvironment({ COHERENT_UNSUBSCRIBE_ADDRESS: undefined })
  expect(await chooseDigest(reva, SLUG, 'never', now)).toBe(true)
  await comment(maintainer, 'Nobody is told.')
  expect(await queueDigests(settings, new Date(now.getTime() + 30 * DAY_MS))).toBe(0)
  expect(await digestChoice(reva, SLUG)).toMatchObject({ isWanted: false })
})

test('a digest of very much says how much, and has the first of it; who may not see it any more is asked about no more', async () => {
  const now = new Date()
  expect(await chooseDigest(reva, SLUG, 'daily', now)).toBe(true)
  await db().mailDigest.updateMany({
    where: { personId: reva.personId },
    data: { toldUntil: new Date(now.getTime() - 2 * DAY_MS) },
  })
  const already = await db().comment.count({
    where: { thread: { proposalId }, authorId: { not: reva.personId }, redactedAt: null },
  })
  const thread = await comment(maintainer, 'The first of many.')
  for (let i = 0; i < 60; i++) await answer(maintainer, thread, `One of many, number ${i}.`)
  expect(await queueDigests(settings, new Date(now.getTime() + HOUR_MS))).toBe(1)
  const digest = (await queuedOf('digest')).at(-1)
  expect(digest?.subject).toBe(`[${SLUG}] ${already + 61} new comments`)
  expect(textOf(digest?.bytes ?? new Uint8Array())).toContain(`And ${already + 11} more: `)

  await comment(maintainer, 'Not for everybody.')
  await db().mailDigest.updateMany({ where: { personId: reva.personId }, data: { toldUntil: now } })
  await db().membership.deleteMany({ where: { personId: reva.personId } })
  await db().proposal.update({ where: { id: proposalId }, data: { visibility: 'embargoed' } })
  const later = new Date(now.getTime() + 3 * DAY_MS)
  expect(await queueDigests(settings, later)).toBe(0)
  expect(
    await db().mailDigest.findFirst({ where: { personId: reva.personId }, select: { toldUntil: true } }),
  ).toEqual({ toldUntil: later })
})

test('what waited for a week is told, once a week, to who asked for mail, and to nobody who is away or put it off', async () => {
  const now = new Date(Date.now() + 100 * DAY_MS)
  const { personId } = reva
  await db().proposal.update({ where: { id: proposalId }, data: { visibility: 'public' } })
  expect(await chooseDigest(reva, SLUG, 'daily', now)).toBe(true)
  const toldUntil = new Date(now.getTime() - 8 * DAY_MS)
  const waits = async (data: { awayUntil: Date | null; until: Date | null }) => {
    await db().mailDigest.updateMany({ where: { personId }, data: { toldUntil } })
    await db().person.update({ where: { id: personId }, data: { awayUntil: data.awayUntil } })
    await db().turnSnooze.deleteMany({ where: { personId } })
    if (data.until) await db().turnSnooze.create({ data: { proposalId, personId, until: data.until } })
    return queueDigests(settings, now)
  }
  await db().turn.deleteMany({ where: { proposalId, personId } })
  expect(await waits({ awayUntil: null, until: null })).toBe(0)
  const since = new Date(now.getTime() - 9 * DAY_MS)
  await db().turn.create({ data: { proposalId, personId, act: 'confirm', thread: 3, about: '', since } })
  const later = new Date(now.getTime() + DAY_MS)
  expect(await waits({ awayUntil: later, until: null })).toBe(0)
  expect(await waits({ awayUntil: null, until: later })).toBe(0)
  expect(await waits({ awayUntil: null, until: null })).toBe(1)
  const digest = (await queuedOf('digest')).at(-1)
  expect(digest?.subject).toBe(`[${SLUG}] Something waits for you`)
  expect(textOf(digest?.bytes ?? new Uint8Array())).toContain(
    `Your turn:\n- confirm #3, or keep it open, for 9 days\n  https://review.example.org/rfc/${SLUG}/`,
  )
  expect(await queueDigests(settings, new Date(now.getTime() + 6 * DAY_MS))).toBe(0)
  expect(await chooseDigest(reva, SLUG, 'never', now)).toBe(true)
  expect(await queueDigests(settings, new Date(now.getTime() + 30 * DAY_MS))).toBe(0)
  await db().turn.deleteMany({ where: { proposalId, personId } })
})
