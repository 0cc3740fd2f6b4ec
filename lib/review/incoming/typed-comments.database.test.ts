/** What is typed on the page is what stands there, what leaves, and what another instance has after the mail came in. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { commentInput } from '#lib/review/comment/comment-input.ts'
import { HOSTILE } from '#lib/review/comment/hostile-comments.ts'
import { LIST_COMMENTS } from '#lib/review/comment/list-comments.ts'
import { exportDiscussion } from '#lib/review/export/export.server.ts'
import { previewComment } from '#lib/review/export/preview-comment.server.ts'
import { parseThreadNote } from '#lib/review/export/thread-note.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { discussionOf, findThread } from '#lib/review/thread/read-threads.server.ts'
import { describeFailure } from '#lib/review/thread/thread.ts'
import { importMails } from './import.server.ts'

const NOW = new Date('2031-01-01T00:00:00Z')
/** As a form would store them: some of the hostile ones would be refused. */
const TYPED = [...LIST_COMMENTS, ...HOSTILE].flatMap(([what, typed]) => {
  const input = commentInput(typed)
  return input.ok ? [[what, input.value.text] as const] : []
})

let here: TestProposal
let there: TestProposal
let viewer: { personId: string; name: string; administrator: boolean }
let blockKey: string

beforeAll(async () => {
  here = await newProposal('typed-here')
  there = await newProposal('typed-there')
  const { id } = await db().person.create({ data: { name: 'A Tester' }, select: { id: true } })
  viewer = { personId: id, name: 'A Tester', administrator: false }
  blockKey = here.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
})

test('stands on the page, leaves, and comes in elsewhere to the last blank', async () => {
  const numbers: number[] = []
  for (const [what, body] of TYPED) {
    const place = await openThread(viewer, {
      ...{ slug: here.slug, revision: 1, blockKey, body, clientKey: randomUUID() },
    })
    if (!place.ok) throw new Error(`${what}: ${place.error.kind}`)
    numbers.push(place.value.thread)
  }
  const revision = await db().revision.findFirstOrThrow({ where: { proposal: { slug: here.slug } } })
  const of = { proposalId: revision.proposalId, revisionId: revision.id }
  const { threads: shown } = await discussionOf(null, of, null)
  const onPage = new Map([...shown].map(([number, thread]) => [number, thread.comments[0]?.body]))
  const wrong = TYPED.filter(([, body], i) => onPage.get(numbers[i] ?? 0) !== body).map(([what]) => what)
  expect(wrong).toEqual([])

  const exported = await exportDiscussion(null, here.slug, 1)
  const left: string[] = []
  for await (const replies of exported?.replies ?? []) left.push(...replies.map(writeMessage))
  expect(left).toHaveLength(TYPED.length)
  const moved = left.map((text) => {
    let mail = text.replace(/(Message-ID: <\d+\.)c-/, '$1d-')
    for (const [i, { messageId }] of here.parts.entries())
      mail = mail.replaceAll(messageId, there.parts[i]?.messageId ?? '')
    return Buffer.from(mail.replaceAll('\n', '\r\n'))
  })
  for await (const { status, flags } of importMails({ kind: 'command' }, moved, { now: NOW }))
    expect({ status, flags: flags.filter((flag) => flag !== 'vouched') }).toMatchObject({
      status: 'imported',
    })
  const arrived = await db().comment.findMany({
    where: { thread: { proposal: { slug: there.slug } } },
    orderBy: [{ thread: { number: 'asc' } }],
    select: { body: true },
  })
  const lost = TYPED.filter(([, body], i) => arrived[i]?.body !== body).map(([what]) => what)
  expect(lost).toEqual([])
  expect(TYPED.length).toBeGreaterThan(60)
  expect(arrived).toHaveLength(TYPED.length)

  const again: string[] = []
  for await (const { status } of importMails(
    { kind: 'command' },
    left.map((text) => Buffer.from(text)),
    { now: NOW },
  ))
    again.push(status)
  expect(again.filter((status) => status !== 'duplicate')).toEqual([])
}, 240_000)

test('a preview shows the mail that leaves, with what is done to its lines', async () => {
  const typed = `${'word '.repeat(20)}end\n\nAcked-by: Else <else@example.org>\n\n`
  const place = { kind: 'thread', slug: here.slug, revision: 1, blockKey } as const
  const preview = await previewComment(viewer, place, typed)
  if (!preview.ok) throw new Error(preview.error)
  const { html, changes, mail } = preview.value
  expect(html).toContain('Acked-by: Else &lt;else@example.org&gt;')
  expect(changes).toEqual([
    '2 empty lines at the end are left out.',
    expect.stringContaining('acts in a mail only'),
  ])
  expect(mail.text).toMatch(/^From: A Tester <person-/)
  expect(mail.text).toMatch(/\n {4}Acked-by: Else <else@example\.org>\n-- \n/)
  expect(mail.notes).toEqual([
    'A long line of prose is wrapped at 72 columns.',
    'Set in by four blanks, as list programs take it for something else than words: “Acked-by: Else <else@example.org>”. It comes back as you typed it.',
  ])
  // And it is the mail: but for its id, which is made when the comment is.
  const sent = await openThread(viewer, {
    ...{ slug: here.slug, revision: 1, blockKey, body: typed.trim(), clientKey: randomUUID() },
  })
  if (!sent.ok) throw new Error(sent.error.kind)
  const exported = await exportDiscussion(null, here.slug, 1)
  const bodies: string[] = []
  for await (const replies of exported?.replies ?? [])
    bodies.push(
      ...replies.filter(({ note }) => note?.startsWith(`thread=${sent.value.thread};`)).map((m) => m.body),
    )
  expect(bodies).toEqual([mail.text.slice(mail.text.indexOf('\n\n') + 2)])
})

test('a preview of a reply and of an edit shows what they answer; of nothing there is none', async () => {
  const place = await openThread(viewer, {
    ...{
      slug: here.slug,
      revision: 1,
      blockKey,
      body: 'Who wakes the waiter then?',
      clientKey: randomUUID(),
    },
  })
  if (!place.ok) throw new Error(place.error.kind)
  const thread = await findThread(null, here.slug, place.value.thread)
  const commentId = thread?.comments[0]?.id ?? ''
  const reply = await previewComment(viewer, { kind: 'reply', commentId }, 'Nobody.')
  expect(reply.ok && reply.value.mail.text).toContain('> Who wakes the waiter then?\n\nNobody.\n')
  const edit = await previewComment(viewer, { kind: 'edit', commentId }, 'Who does?')
  expect(edit.ok && edit.value.mail.text).toMatch(/\n\nWho does\?\n-- \nThread #\d+: http/)
  expect(await previewComment(null, { kind: 'reply', commentId }, 'x')).toMatchObject({ ok: false })
  expect(await previewComment(viewer, { kind: 'reply', commentId: randomUUID() }, 'x')).toMatchObject({
    ok: false,
  })
  expect(await previewComment(viewer, { kind: 'reply', commentId }, 'a\u202eb')).toEqual({
    ok: false,
    error: expect.stringContaining('Line 1, column 2'),
  })
})

test('a preview of an edit is for who wrote the comment alone', async () => {
  const opened = await openThread(viewer, {
    ...{ slug: here.slug, revision: 1, blockKey, body: 'Mine.', clientKey: randomUUID() },
  })
  if (!opened.ok) throw new Error(opened.error.kind)
  const commentId = (await findThread(null, here.slug, opened.value.thread))?.comments[0]?.id ?? ''
  const { id } = await db().person.create({ data: { name: 'A Stranger' }, select: { id: true } })
  const stranger = { personId: id, name: 'A Stranger', administrator: true }
  expect(await previewComment(stranger, { kind: 'edit', commentId }, 'Not mine.')).toEqual({
    ok: false,
    error: describeFailure({ kind: 'forbidden' }),
  })
  expect(await previewComment(stranger, { kind: 'reply', commentId }, 'Mine too.')).toMatchObject({
    ok: true,
  })
})

test('a preview below a long chain of the longest comments is the mail that leaves, and is made in no time', async () => {
  const opened = await openThread(viewer, {
    ...{ slug: here.slug, revision: 1, blockKey, body: 'Top.', clientKey: randomUUID() },
  })
  if (!opened.ok) throw new Error(opened.error.kind)
  const number = opened.value.thread
  let commentId = (await findThread(null, here.slug, number))?.comments[0]?.id ?? ''
  const answer = async (body: string) => {
    const done = await reply(viewer, { commentId, body, clientKey: randomUUID() })
    if (!done.ok) throw new Error(done.error.kind)
    const at = { seq: done.value.comment, thread: { number, proposal: { slug: here.slug } } }
    commentId = (await db().comment.findFirstOrThrow({ where: at, select: { id: true } })).id
  }
  for (let i = 0; i < 60; i++) await answer(`Answer ${i}.\n\n${'Many words of it.\n'.repeat(3500)}`)
  for (const body of ['> Many words of it.\n\nWhich?', 'All of them, one by one.', 'Then do so.'])
    await answer(body)
  const words = 'It is done, with all of them.'
  await previewComment(viewer, { kind: 'reply', commentId }, words)
  const began = performance.now()
  const preview = await previewComment(viewer, { kind: 'reply', commentId }, words)
  const took = performance.now() - began
  if (!preview.ok) throw new Error(preview.error)
  await answer(words)
  const beganExport = performance.now()
  const exported = await exportDiscussion(null, here.slug, 1)
  let last = ''
  for await (const mails of exported?.replies ?? [])
    last = mails.findLast(({ note }) => note?.startsWith(`thread=${number};`))?.body ?? last
  expect(preview.value.mail.text.endsWith(`\n\n${last}`)).toBe(true)
  // Far less than all mails of the thread.
  expect(took).toBeLessThan((performance.now() - beganExport) / 2)
}, 60_000)

test('words lead to threads and mails that are there', async () => {
  const thread = await findThread(null, here.slug, 1)
  const id = await db().comment.findFirstOrThrow({
    where: { thread: { proposal: { slug: here.slug }, number: 1 } },
    select: { messageId: true },
  })
  const body = `#1 and #999999, <${id.messageId}> and <nobody@example.org>`
  const place = await openThread(viewer, {
    ...{ slug: here.slug, revision: 1, blockKey, body, clientKey: randomUUID() },
  })
  if (!place.ok || !thread) throw new Error('no thread')
  const shown = await findThread(null, here.slug, place.value.thread)
  expect(shown?.named.threads).toBe(place.value.thread)
  expect(shown?.named.mails).toEqual([id.messageId])
})

test('a hash in a mail of somebody gives no character that a form would refuse', async () => {
  const { commentHash } = await import('#lib/review/comment/comment-hash.ts')
  const text = 'access\u202e level'
  const bytes = there.mail(`${text}\n`, {
    headers: `X-RFC-Coherent: thread=1; body=1+1; sha256=${commentHash(text)}\n`,
  })
  expect(parseThreadNote(`thread=1; body=1+1; sha256=${commentHash(text)}`).words).toBeDefined()
  for await (const { status } of importMails({ kind: 'command' }, [bytes], { now: NOW }))
    expect(status).toBe('imported')
  const last = await db().comment.findFirstOrThrow({
    where: { thread: { proposal: { slug: there.slug } } },
    orderBy: { thread: { number: 'desc' } },
    select: { body: true },
  })
  expect(last.body).toBe('access level')
})
