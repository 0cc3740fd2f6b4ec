import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { heldToItsAnswers } from '#lib/review/gate/samples/held-to-its-answers.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { send } from './send.ts'

const SLUG = 'sent-by-command'
const AUTHOR = 'author-commands@example.org'
let said = ''

beforeAll(async () => {
  const read = await readBundle(
    join(import.meta.dirname, '../content/futex-requests-2021/v1'),
    await instanceQuestionnaires(),
  )
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const cover = { ...read.value.cover, changeId: '20261123-sent-by-command-0a0b0c0d' }
  expect((await publishBundle(SLUG, heldToItsAnswers({ ...read.value, cover }))).ok).toBe(true)
  const { id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug: SLUG } })
  for (const [email, role] of [
    [AUTHOR, 'author'],
    ['reader-commands@example.org', 'reader'],
  ] as const) {
    const { id } = await db().person.create({ data: { name: role }, select: { id: true } })
    await db().authUser.create({ data: { name: role, email, personId: id } })
    await db().membership.create({ data: { proposalId, personId: id, role } })
  }
})

beforeEach(() => {
  said = ''
  const keep = (text: string) => {
    said += `${text}\n`
  }
  vi.spyOn(console, 'log').mockImplementation(keep)
  vi.spyOn(console, 'error').mockImplementation(keep)
  changeEnvironment({
    COHERENT_URL: 'https://review.example.org',
    COHERENT_SMTP_URL: 'smtp://127.0.0.1:1',
    COHERENT_MAIL_FROM: 'bounces@example.org',
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  changeEnvironment({ COHERENT_SMTP_URL: undefined, COHERENT_MAIL_FROM: undefined })
})

test('wrong input is 3, and whatever may not be sent is 1, in words', async () => {
  for (const args of [[], [SLUG], ['../x', '--as', AUTHOR], [SLUG, 'b', '--as', AUTHOR]])
    expect(await send(args)).toBe(3)
  expect(await send([SLUG, '--as', 'nobody@example.org'])).toBe(1)
  expect(said).toContain('no account with the address nobody@example.org')
  expect(await send([SLUG, '--as', 'reader-commands@example.org'])).toBe(1)
  expect(said).toContain('may not send')
  expect(await send([`${SLUG}/v9`, '--as', AUTHOR])).toBe(1)
  expect(await send([SLUG, '--as', AUTHOR])).toBe(1)
  expect(said).toContain('--reflect')
  changeEnvironment({ COHERENT_SMTP_URL: undefined, COHERENT_MAIL_FROM: undefined })
  expect(await send([SLUG, '--as', AUTHOR])).toBe(1)
  expect(said).toContain('COHERENT_SMTP_URL')
})

test('a dry run shows who gets what and queues nothing; a look queues five mails to the sender', async () => {
  expect(await send([SLUG, '--as', AUTHOR, '--dry-run', '--also', 'More <more@example.net>'])).toBe(0)
  expect(said).toContain('gets it  More <more@example.net>')
  expect(said).toMatch(/\[RFC 4\/4\] .*<20\d{6}-sent-by-command-v1-4-/)
  const queued = () => db().outgoingRecipient.findMany({ where: { mail: { proposal: { slug: SLUG } } } })
  expect(await queued()).toEqual([])
  expect(await send([SLUG, '--as', AUTHOR, '--reflect'])).toBe(0)
  expect(said).toContain('5 mails queued, 5 envelopes')
  expect((await queued()).map(({ address }) => address)).toEqual(Array(5).fill(AUTHOR))
})
