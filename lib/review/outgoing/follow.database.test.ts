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
import type { Role, Viewer } from '#lib/review/person/permission.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { chooseDigest, digestChoice, queueDigests } from './digest.server.ts'
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

async function person(name: string, role: Role | null, isConfirmed: boolean): Promise<NonNullable<Viewer>> {
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
  bundle = { ...read.value, cover: { ...read.value.cover, changeId: '20261123-followed-0a0b0c0d' } }
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
    const of = { proposalId, kind: 'series' as const, queuedBy: maintainer.personId }
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
  expect(text).toContain('/export/digest')
})

test('quiet means no mail, and what was said meanwhile comes afterwards; never means never', async () => {
  const now = new Date(Date.now() + 2 * DAY_MS)
  expect(await chooseDigest(reva, SLUG, 'quiet', now)).toBe(true)
  await comment(maintainer, 'Said in the quiet.')
  await db().mailDigest.updateMany({
    where: { personId: reva.personId },
    data: { toldUntil: new Date(Date.now() - DAY_MS) },
  })
  expect(await queueDigests(settings, new Date(now.getTime() + 2 * DAY_MS))).toBe(0)
  expect(await queueDigests(settings, new Date(now.getTime() + 8 * DAY_MS))).toBe(1)
  expect(textOf((await queuedOf('digest')).at(-1)?.bytes ?? new Uint8Array())).toContain('Said in the quiet.')
  expect(await chooseDigest(reva, SLUG, 'never', now)).toBe(true)
  await comment(maintainer, 'Nobody is told.')
  expect(await queueDigests(settings, new Date(now.getTime() + 30 * DAY_MS))).toBe(0)
  expect(await digestChoice(reva, SLUG)).toMatchObject({ isWanted: false })
})
