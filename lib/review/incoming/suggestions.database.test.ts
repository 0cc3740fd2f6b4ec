/** A suggestion leaves as lines of its mail, and lines of a mail are one where it comes in. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { editComment } from '#lib/review/acts/edit-comment.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { exportDiscussion } from '#lib/review/export/export.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import { importMails } from './import.server.ts'

const NOW = new Date('2031-01-01T00:00:00Z')
const OLD = 'Four changes'
let here: TestProposal
let there: TestProposal
let viewer: { personId: string; name: string; administrator: boolean }
let block: { key: string; text: string }

beforeAll(async () => {
  here = await newProposal('suggested-here')
  there = await newProposal('suggested-there')
  const { id } = await db().person.create({ data: { name: 'A Tester' }, select: { id: true } })
  viewer = { personId: id, name: 'A Tester', administrator: false }
  const found = here.bundle.blocks.find(({ kind, text }) => kind === 'paragraph' && text.startsWith(OLD))
  if (!found) throw new Error('no such passage')
  block = found
})

async function bring(mails: readonly (string | Buffer)[]) {
  const outcomes = []
  for await (const outcome of importMails(
    { kind: 'command' },
    mails.map((mail) => Buffer.from(mail)),
    { now: NOW },
  ))
    outcomes.push(outcome)
  return outcomes
}

async function leaving(): Promise<string[]> {
  const mails: string[] = []
  const exported = await exportDiscussion(null, here.slug, 1)
  for await (const replies of exported?.replies ?? []) mails.push(...replies.map(writeMessage))
  return mails
}

/** The same mail as if the other proposal had been answered. */
function elsewhere(text: string): string {
  let moved = text.replace(/(Message-ID: <\d+\.)c-/, '$1d-')
  for (const [i, { messageId }] of here.parts.entries())
    moved = moved.replaceAll(messageId, there.parts[i]?.messageId ?? '')
  return moved
}

const shownOf = async (slug: string, thread: number) => (await findThread(null, slug, thread))?.comments[0]

test('what was suggested here is the same suggestion where its mail comes in, and comes back here as what it is', async () => {
  const long = 'word '.repeat(40).trim()
  for (const [suggestion, range] of [
    ['Four patches', { start: 0, end: OLD.length }],
    [`${long}.\n${long}`, {}],
  ] as const) {
    const made = await openThread(viewer, {
      ...{ slug: here.slug, revision: 1, blockKey: block.key, ...range, suggestion },
      ...{ body: `So, I would say, ${randomUUID()}.`, clientKey: randomUUID() },
    })
    if (!made.ok) throw new Error(JSON.stringify(made.error))
    const own = await shownOf(here.slug, made.value.thread)
    const mail = (await leaving()).find((text) => text.includes(own?.body ?? ''))
    if (!mail) throw new Error('it does not leave')
    expect(mail).toContain('\nSuggestion:\n- Four changes')
    expect((await bring([mail])).map(({ status }) => status)).toEqual(['duplicate'])
    const [outcome] = await bring([elsewhere(mail)])
    expect(outcome).toMatchObject({ status: 'imported' })
    const back = await shownOf(there.slug, outcome?.comments[0]?.thread ?? 0)
    expect(back?.body).toBe(own?.body)
    expect(back?.suggestion).toMatchObject({
      ...{ old: own?.suggestion?.old, replacement: own?.suggestion?.replacement, state: 'open' },
    })
  }
})

test('edited words leave with the suggestion, and both mails are known when they come back', async () => {
  const made = await openThread(viewer, {
    ...{ slug: here.slug, revision: 1, blockKey: block.key, suggestion: 'Other words, all of them.' },
    ...{ body: `First said ${randomUUID()}.`, clientKey: randomUUID() },
  })
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  const own = await shownOf(here.slug, made.value.thread)
  const first = (await leaving()).find((text) => text.includes(own?.body ?? ''))
  const body = `Then said ${randomUUID()}.`
  expect((await editComment(viewer, { commentId: own?.id ?? '', lockVersion: 0, body })).ok).toBe(true)
  const second = (await leaving()).find((text) => text.includes(body))
  expect(second).toContain('+ Other words, all of them.')
  expect((await bring([first ?? '', second ?? ''])).map(({ status }) => status)).toEqual([
    'duplicate',
    'duplicate',
  ])
})

test('somebody who only writes mail suggests with the same lines, wrapped by their mailer', async () => {
  const line = here.parts[1]?.body.split('\n').find((one) => one.includes(OLD)) ?? ''
  const body = `> ${line}\n\nCount them.\n\nSuggestion:\n- ${OLD}\n+ Four patches, of which each one is small enough to be\n  looked at alone\n`
  const [outcome] = await bring([here.mail(body)])
  expect(outcome).toMatchObject({ status: 'imported' })
  const said = await shownOf(here.slug, outcome?.comments[0]?.thread ?? 0)
  expect(said).toMatchObject({
    body: 'Count them.',
    suggestion: {
      old: OLD,
      replacement: 'Four patches, of which each one is small enough to be looked at alone',
    },
  })
})

test('lines that replace nothing there, or break it, stay words of the mail', async () => {
  const line = here.parts[1]?.body.split('\n').find((one) => one.includes(OLD)) ?? ''
  for (const lines of ['- Nine changes\n+ Ten', `- ${OLD}\n+ Four {changes`, '+ nothing of it']) {
    const [outcome] = await bring([here.mail(`> ${line}\n\nSo ${randomUUID()}.\n\nSuggestion:\n${lines}\n`)])
    const said = await shownOf(here.slug, outcome?.comments[0]?.thread ?? 0)
    expect(said?.suggestion).toBeNull()
    expect(said?.body).toContain(`Suggestion:\n${lines}`)
  }
})

test.each([
  ['that are quoted', '', (line: string) => line.replace(/^/gm, '> ')],
  [
    'of a mail that was forwarded',
    '---------- Forwarded message ---------\nFrom: Somebody <s@x.example>\n\n',
    String,
  ],
  ['of somebody whom no mark sets off', 'On Mon, Jan 1, 2029 at 1:00 AM Somebody Else wrote:\n', String],
  ['below a patch', 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n\n', String],
  ['of a patch', '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n', String],
  ['below a signature mark', '-- \nSomebody\n', String],
  ['in code', '```\n', String],
])('lines %s are no suggestion of who sent them', async (_, above, marked) => {
  const line = here.parts[1]?.body.split('\n').find((one) => one.includes(OLD)) ?? ''
  const lines = marked(`Suggestion:\n- ${OLD}\n+ Five changes`)
  const before = await db().suggestion.count()
  const [outcome] = await bring([
    here.mail(`> ${line}\n\nLook at this ${randomUUID()}.\n\n${above}${lines}\n`),
  ])
  expect(outcome).toMatchObject({ status: expect.stringMatching(/^(imported|held)$/) })
  expect(await db().suggestion.count()).toBe(before)
})
