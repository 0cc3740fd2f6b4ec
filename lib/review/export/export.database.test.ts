import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { deleteComment } from '#lib/review/acts/delete-comment.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { exportDiscussion, exportRevision } from './export.server.ts'
import { mboxOf } from './series.ts'
import { threadsForMail } from './threads-for-mail.server.ts'

// Links to this machine would be a warning.
changeEnvironment({ COHERENT_URL: 'https://review.example.org' })

const SLUG = 'mailed-threads'

let bundle: Bundle

beforeAll(async () => {
  const content = join(import.meta.dirname, '../../../content/futex-requests-2021/v1')
  const read = await readBundle(content, await instanceQuestionnaires())
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  // A proposal of its own, whatever other files publish.
  bundle = { ...read.value, cover: { ...read.value.cover, changeId: '20261123-mailed-threads-0a0b0c0d' } }
  expect((await publishBundle(SLUG, bundle)).ok).toBe(true)
})

async function newPerson(name: string, address: string, how: 'account' | 'confirmed' | 'from-mail') {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  if (how !== 'from-mail') await db().authUser.create({ data: { name, email: address, personId: id } })
  await db().personAddress.create({
    data: { address, personId: id, confirmedAt: how === 'confirmed' ? new Date() : null },
  })
  return { personId: id, name, administrator: false } satisfies Viewer
}

async function threadWith(writers: readonly NonNullable<Viewer>[], words: readonly string[]) {
  const [first, ...others] = writers
  const blockKey = bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const opened = await openThread(first ?? null, {
    slug: SLUG,
    revision: 1,
    blockKey,
    body: words[0] ?? '',
    clientKey: randomUUID(),
  })
  if (!opened.ok) throw new Error(opened.error.kind)
  const { thread } = opened.value
  for (const [i, writer] of others.entries()) {
    const commentId = (await findThread(writer, SLUG, thread))?.comments.at(-1)?.id ?? ''
    const done = await reply(writer, { commentId, body: words[i + 1] ?? '', clientKey: randomUUID() })
    if (!done.ok) throw new Error(done.error.kind)
  }
  return thread
}

async function mailsOfDiscussion(): Promise<{ series: readonly Message[]; replies: Message[] }> {
  const exported = await exportDiscussion(null, SLUG, 1)
  const replies: Message[] = []
  for await (const messages of exported?.replies ?? []) replies.push(...messages)
  return { series: exported?.series.messages ?? [], replies }
}

test('comments leave with the ids that they were stored with, as a thread that no linter complains about', async () => {
  const reva = await newPerson('Reva', 'reva-1@private.example', 'account')
  const mika = await newPerson('Mika', 'mika-1@public.example', 'confirmed')
  await threadWith([reva, mika], ['Where is the bound of this?', 'In part 4.'])
  const { series, replies } = await mailsOfDiscussion()
  const stored = await db().comment.findMany({
    where: { thread: { proposal: { slug: SLUG } } },
    select: { messageId: true },
  })
  expect(replies.map(({ messageId }) => messageId).sort()).toEqual(
    stored.map(({ messageId }) => messageId).sort(),
  )
  expect(replies.at(-1)?.inReplyTo).toBe(replies.at(-2)?.messageId)
  expect(lintMbox(mboxOf([...series, ...replies]), { kind: 'review' })).toEqual([])
})

test('the address of an account stays private until it is confirmed; that of a mail was public before', async () => {
  const people = [
    await newPerson('Secret', 'secret@private.example', 'account'),
    await newPerson('Confirmed', 'confirmed@public.example', 'confirmed'),
    await newPerson('From Mail', 'mail@public.example', 'from-mail'),
  ]
  await threadWith(people, ['one', 'two', 'three'])
  const { series, replies } = await mailsOfDiscussion()
  expect(mboxOf([...series, ...replies])).not.toContain('private.example')
  const addressOf = (name: string) => replies.find(({ from }) => from.name === name)?.from.address
  expect(addressOf('Confirmed')).toBe('confirmed@public.example')
  expect(addressOf('From Mail')).toBe('mail@public.example')
  expect(addressOf('Secret')).toBe(`person-${people[0]?.personId}@${bundle.cover.mailDomain}`)
})

test('a deleted comment leaves only the line that keeps its place', async () => {
  const reva = await newPerson('Reva', 'reva-2@private.example', 'account')
  const thread = await threadWith([reva, reva], ['words to be taken back', 'still an answer'])
  const first = (await findThread(reva, SLUG, thread))?.comments[0]
  expect((await deleteComment(reva, first?.id ?? '')).ok).toBe(true)
  const { series, replies } = await mailsOfDiscussion()
  const mailbox = mboxOf([...series, ...replies])
  expect(mailbox).not.toContain('words to be taken back')
  expect(mailbox).toContain('(This comment was deleted.)\n')
  expect(mailbox).toContain('still an answer\n')
})

test('threads are read in pieces, none twice and none left out', async () => {
  const reva = await newPerson('Reva', 'reva-3@private.example', 'account')
  for (let i = 0; i < 3; i++) await threadWith([reva], [`thread ${i}`])
  const revision = await db().revision.findFirstOrThrow({ where: { proposal: { slug: SLUG } } })
  const numbers: number[] = []
  for (let after = 0; ; ) {
    const piece = await threadsForMail(null, revision.id, { after, take: 2 })
    const last = piece.at(-1)
    if (!last) break
    after = last.number
    numbers.push(...piece.map(({ number }) => number))
  }
  const all = await db().thread.findMany({ where: { openedOn: revision.id }, orderBy: { number: 'asc' } })
  expect(numbers).toEqual(all.map(({ number }) => number))
})

test('a series is rendered once, and the same for everybody', async () => {
  const first = await exportRevision(null, SLUG, 1)
  expect(
    (await exportRevision(await newPerson('Else', 'else-9@private.example', 'account'), SLUG, 1))?.series,
  ).toBe(first?.series)
  const discussion = await exportDiscussion(null, SLUG, 1)
  expect(discussion?.series).toBe(first?.series)
})
