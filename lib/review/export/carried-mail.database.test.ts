import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { errorsOf, lintMbox } from '#lib/mail/lint/lint.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { threadFootStart } from '#lib/mail/text/thread-foot.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { publishReview } from '#lib/review/acts/publish-review.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { keepDraft } from '#lib/review/acts/review-draft.server.ts'
import { editedBundle, publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import { draftsOf } from '#lib/review/batch/read-drafts.server.ts'
import { heldToItsAnswers } from '#lib/review/gate/samples/held-to-its-answers.ts'
import { importMails } from '#lib/review/incoming/import.server.ts'
import { queueMails } from '#lib/review/outgoing/outbox.server.ts'
import { carriedBriefly } from '#lib/review/thread/port.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { exportDiscussion } from './export.server.ts'
import { previewReview } from './preview-review.server.ts'
import { mboxOf } from './series.ts'
import { threadsForMail } from './threads-for-mail.server.ts'

const SLUG = 'carried-mail'
let reva: { personId: string; name: string; administrator: boolean }
let first: Bundle

beforeAll(async () => {
  changeEnvironment({ COHERENT_URL: 'https://review.example.org' })
  const { id } = await db().person.create({ data: { name: 'Reva' }, select: { id: true } })
  reva = { personId: id, name: 'Reva', administrator: false }
  first = await publishEdited(SLUG, 1, (_, source) => source)
  for (const { key } of first.blocks) {
    const at = { slug: SLUG, revision: 1, blockKey: key }
    const opened = await openThread(reva, {
      ...at,
      body: `about ${key}`,
      kind: 'issue',
      clientKey: randomUUID(),
    })
    if (!opened.ok) throw new Error(opened.error.kind)
  }
  await publishEdited(SLUG, 2, (path, source) =>
    path === 'lifetime.mdx'
      ? source.replace(/No change of .*$/m, 'Nothing here.')
      : source.replace('This is an example of a proposal', 'Read this first. It is an example of a proposal'),
  )
  const [root] = await db().comment.findMany({ where: { thread: { proposal: { slug: SLUG } } }, take: 1 })
  const said = await reply(reva, { commentId: root?.id ?? '', body: 'And more.', clientKey: randomUUID() })
  if (!said.ok) throw new Error(said.error.kind)
})

async function mailsOf(revision: number) {
  const discussion = await exportDiscussion(null, SLUG, revision)
  const replies: Message[] = []
  for await (const some of discussion?.replies ?? []) replies.push(...some)
  return { series: discussion?.series.messages ?? [], replies }
}

test('the mailbox of the next revision has every thread once, under the Message-IDs that it has', async () => {
  const [one, two] = [await mailsOf(1), await mailsOf(2)]
  const ids = (replies: readonly Message[]) => replies.map(({ messageId }) => messageId)
  expect(ids(two.replies)).toEqual(ids(one.replies))
  expect(new Set(ids(two.replies)).size).toBe(first.blocks.length + 1)
  expect(errorsOf(lintMbox(mboxOf([...two.series, ...two.replies]), { kind: 'review' }))).toEqual([])
  const parts = new Set(two.series.map(({ messageId }) => messageId))
  const roots = two.replies.filter(({ references }) => references.every((id) => parts.has(id)))
  expect(roots).toHaveLength(first.blocks.length)
})

test('each quotes what stands there now, and says how it came', async () => {
  const { series, replies } = await mailsOf(2)
  const revision = await db().revision.findFirstOrThrow({ where: { proposal: { slug: SLUG }, number: 2 } })
  const threads = await threadsForMail(null, revision.id, { after: 0, take: 1000 })
  const states = new Set<string>()
  for (const { number, carried, comments } of threads) {
    const mail = replies.find(({ messageId }) => messageId === comments[0]?.messageId)
    if (!mail || !carried) throw new Error(`#${number} has no mail`)
    states.add(carried.state)
    expect(carried.from).toBe(1)
    expect(mail.body.replaceAll('\n', ' ')).toContain(carriedBriefly(carried, false))
    const part = series.find(({ messageId }) => messageId === mail.inReplyTo)
    const quoted = mail.body
      .split('\n')
      .flatMap((line) => (/^> (?!\[\.\.\.\])/.test(line) ? [line.slice(2)] : []))
    for (const line of quoted) expect(part?.body.split('\n')).toContain(line)
    if (carried.state === 'orphaned')
      expect(mail.body).toMatch(/^The words that this is about are gone from this text\.\n\nabout /)
  }
  expect([...states]).toEqual(expect.arrayContaining(['exact', 'edited']))
})

test('a thread that is opened on the older one later stands in both as well', async () => {
  const at = { slug: SLUG, revision: 1, blockKey: first.blocks[1]?.key ?? '' }
  const opened = await openThread(reva, { ...at, body: 'late', clientKey: randomUUID() })
  if (!opened.ok) throw new Error(opened.error.kind)
  const [one, two] = [await mailsOf(1), await mailsOf(2)]
  expect(one.replies.filter(({ body }) => /^late$/m.test(body))).toHaveLength(1)
  expect(two.replies.filter(({ body }) => /^late$/m.test(body))).toHaveLength(1)
})

test('a review on carried threads quotes what stands there now, and its preview the series that will be answered', async () => {
  const own = 'carried-review'
  const source = await publishEdited(own, 1, (_, text) => text)
  const paragraphs = source.blocks.filter(({ kind, text }) => kind === 'paragraph' && text.length > 40)
  const changed = paragraphs.find(({ text }) => text.includes('This is an example of a proposal'))
  const gone = paragraphs.find(
    ({ writeup, text }) => writeup === 'lifetime' && text.startsWith('No change of'),
  )
  const kept = paragraphs.find((one) => one.writeup === 'problem' && one !== changed)
  if (!changed || !gone || !kept) throw new Error('no such paragraphs')
  const keep = async (key: string, body: string) => {
    const at = { slug: own, revision: 1, blockKey: key, clientKey: randomUUID() }
    expect((await keepDraft(reva, { ...at, body })).ok).toBe(true)
  }
  await keep(changed.key, 'Of what was written anew.')
  await keep(gone.key, 'Of what is gone.')
  await keep(kept.key, 'Of what stands.')
  const second = await editedBundle(own, 2, (path, text) =>
    path === 'lifetime.mdx'
      ? text.replace(/No change of [^\n]*/, 'Qqq zzz xxy.')
      : text.replace('This is an example of a proposal', 'Read this first. It is an example of a proposal'),
  )
  expect((await publishBundle(own, heldToItsAnswers(second))).ok).toBe(true)
  const previewed = async () =>
    (await previewReview(reva, own, null))?.map(({ text }) => text).join('\n') ?? ''
  expect(await previewed()).not.toContain('Read this first.')
  const { id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug: own } })
  const two = await exportDiscussion(null, own, 2)
  const cover = two?.series.messages[0]
  if (!cover) throw new Error('no cover')
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('app.actor', ${reva.personId}, true)`
    const of = {
      proposalId,
      kind: 'series' as const,
      revisionId: two.revision.revisionId,
      queuedBy: reva.personId,
    }
    await queueMails(tx, of, [{ message: cover, recipients: cover.to.map(({ address }) => address) }])
    for (const state of ['sending', 'sent'])
      await tx.outgoingRecipient.updateMany({ where: { messageId: cover.messageId }, data: { state } })
  })
  const preview = await previewed()
  const drafts = (await draftsOf(reva, own))?.drafts ?? []
  const wish = { slug: own, drafts, stance: null, clientKey: randomUUID() }
  expect((await publishReview(reva, wish)).ok).toBe(true)
  const replies: Message[] = []
  for await (const some of (await exportDiscussion(null, own, 2))?.replies ?? []) replies.push(...some)
  expect(replies).toHaveLength(1)
  // Below the words stands how its threads stand, which have no numbers before they are there.
  const whole = (replies[0]?.body ?? '').trimEnd().split('\n')
  const foot = threadFootStart(whole)
  expect(foot).toBeLessThan(whole.length)
  const body = `${whole.slice(0, foot).join('\n')}\n`
  expect(preview.split('\n\n').slice(1).join('\n\n')).toBe(body)
  expect(body).toMatch(/> Read this first\. It is an example[\s\S]*\n\nOf what was written anew\.\n/)
  expect(body).not.toContain('> This is an example')
})

test('a mail of a list that said several things quotes what stands there now as well', async () => {
  const own = 'carried-several'
  await publishEdited(own, 1, (_, text) => text)
  const cover = (await exportDiscussion(null, own, 1))?.series.messages[0]
  const lines = cover?.body.split('\n') ?? []
  const first = lines.find((line) => line.startsWith('This is an example of a proposal')) ?? ''
  const second = lines.slice(lines.indexOf(first) + 4).find((line) => /^[A-Z].{40,}/.test(line)) ?? ''
  const mail = Buffer.from(
    `From: Quinn <quinn@example.org>\nTo: list@example.org\nSubject: Re: ${cover?.subject}\nDate: Mon, 30 Nov 2026 09:00:00 +0000\n` +
      `Message-ID: <several@quinn.example>\nIn-Reply-To: <${cover?.messageId}>\n\n> ${first}\n\nOf the first.\n\n> ${second}\n\nOf the second.\n`,
  )
  for await (const { status } of importMails({ kind: 'command' }, [mail], { now: new Date() }))
    expect(status).toBe('imported')
  expect(await db().mailComment.count({ where: { mail: { messageId: 'several@quinn.example' } } })).toBe(2)
  await publishEdited(own, 2, (_, text) =>
    text.replace('This is an example of a proposal', 'Read this first. It is an example of a proposal'),
  )
  const replies: Message[] = []
  for await (const some of (await exportDiscussion(null, own, 2))?.replies ?? []) replies.push(...some)
  const body = replies.find(({ messageId }) => messageId === 'several@quinn.example')?.body ?? ''
  expect(body).toMatch(
    /> Read this first\. It is an example[\s\S]*\n\nOf the first\.\n\n> [\s\S]*\n\nOf the second\.\n/,
  )
})
