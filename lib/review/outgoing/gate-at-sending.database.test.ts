import { randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db, writeAs } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { markWeakAnswer, withdrawWeakAnswer } from '#lib/review/acts/weak-answer.server.ts'
import { exportRevision } from '#lib/review/export/export.server.ts'
import { type ProposalWish, proposalBundle } from '#lib/review/gate/samples/proposal-files.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { Questionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { queueMails } from './outbox.server.ts'
import { previewSending, reflectSeries, sendSeries } from './sending.server.ts'

/** What is incomplete leaves for nobody, and is stamped wherever it is exported; what reviewers say changes no mail. */
let questionnaire: Questionnaire

beforeAll(async () => {
  changeEnvironment({
    COHERENT_URL: 'https://review.example.org',
    COHERENT_SMTP_URL: 'smtp://127.0.0.1:9',
    COHERENT_MAIL_FROM: 'bounces@example.org',
  })
  const found = (await instanceQuestionnaires()).find(({ id }) => id === 'futex@1')
  if (!found) throw new Error('no questionnaire')
  questionnaire = found
})

type Member = NonNullable<Viewer>

async function proposal(wish: Omit<ProposalWish, 'changeId'> = {}) {
  const slug = `leaves-${randomBytes(4).toString('hex')}`
  const bundle = proposalBundle({ changeId: `20261123-${slug}-0a0b0c0d`, ...wish }, questionnaire)
  const published = await publishBundle(slug, bundle)
  if (!published.ok) throw new Error(published.error.kind)
  const revision = await db().revision.findFirstOrThrow({ where: { proposal: { slug } } })
  const { proposalId, id: revisionId } = revision
  const member = async (name: string, role: 'author' | 'reviewer'): Promise<Member> => {
    const { id } = await db().person.create({ data: { name }, select: { id: true } })
    const email = `${randomBytes(6).toString('hex')}@example.org`
    await db().authUser.create({ data: { name, email, personId: id } })
    await db().membership.create({ data: { proposalId, personId: id, role } })
    return { personId: id, name, administrator: false }
  }
  const author = await member('Author', 'author')
  return { slug, proposalId, revisionId, author, reviewer: await member('Reva', 'reviewer') }
}

const wishFor = (slug: string) => ({ slug, number: 1, chosen: null, further: '' })
const queuedOf = (proposalId: string) => db().outgoingMail.count({ where: { proposalId } })
const coverOf = async (slug: string): Promise<Message> => {
  const [cover] = (await exportRevision(null, slug, 1))?.series.messages ?? []
  if (!cover) throw new Error('no cover')
  return cover
}

test('an incomplete revision is sent to nobody, not to its sender either, and its author is told where', async () => {
  const { slug, proposalId, author } = await proposal({ answers: { races: 'TBD', scope: null } })
  for (const press of [sendSeries, reflectSeries]) {
    const done = await press(author, wishFor(slug))
    if (done.ok || done.error.kind !== 'gate') throw new Error('it left')
    expect(done.error.gate.items.filter(({ isOpen }) => isOpen)).toMatchObject([
      { id: 'scope', state: 'missing', file: 'problem.mdx' },
      { id: 'races', state: 'placeholder', file: 'lifetime.mdx', line: expect.any(Number) },
    ])
  }
  expect(await queuedOf(proposalId)).toBe(0)
  const preview = await previewSending(author, wishFor(slug))
  expect(preview).toMatchObject({ ok: true, value: { gate: { passes: false, open: 2 } } })
})

test('whoever goes around the button is refused by the database', async () => {
  const { slug, proposalId, revisionId, author } = await proposal({ answers: { races: 'TBD' } })
  const queuedBy = author.personId
  const queue = writeAs(queuedBy, async (tx) =>
    queueMails(tx, { proposalId, kind: 'series', revisionId, queuedBy }, [
      { message: await coverOf(slug), recipients: ['list@example.org'] },
    ]),
  )
  await expect(queue).rejects.toThrow('leaves questions open')
  expect(await queuedOf(proposalId)).toBe(0)
})

test('a weak answer keeps a revision here, changes no byte of its export, and lets it go when it is taken back', async () => {
  const { slug, proposalId, author, reviewer } = await proposal()
  const before = await coverOf(slug)
  const reason = 'It does not say what waitv does.'
  const weak = await markWeakAnswer(reviewer, { slug, revision: 1, question: 'scope', reason })
  expect(await reflectSeries(author, wishFor(slug))).toMatchObject({ error: { kind: 'gate' } })
  expect(await sendSeries(author, wishFor(slug))).toMatchObject({ error: { kind: 'gate' } })
  expect(await coverOf(slug)).toEqual(before)
  expect(before.subject).not.toContain('incomplete')
  await withdrawWeakAnswer(reviewer, { slug, weak: weak.ok ? weak.value : '' })
  expect(await reflectSeries(author, wishFor(slug))).toMatchObject({ ok: true })
  expect(await queuedOf(proposalId)).toBe(5)
})

test('an export is stamped with what the document says, in its subject and first line, and the mails of its parts are not', async () => {
  const { slug } = await proposal({ doesHold: false, answers: { scope: null } })
  const exported = await exportRevision(null, slug, 1)
  const [cover, ...parts] = exported?.series.messages ?? []
  expect(cover?.body.split('\n').slice(0, 3)).toEqual([
    'incomplete: 5 of 19 questions unanswered, 4 of 4 claims not as claimed',
    '',
    expect.stringMatching(/^What is proposed here/),
  ])
  expect(cover?.subject).toBe(
    '[RFC 0/4] futex: incomplete: 5 of 19 questions unanswered: A proposal of a test',
  )
  expect(parts.map(({ subject, body }) => `${subject}${body}`).join('')).not.toContain('incomplete:')
  expect(exported?.series.lint.filter(({ severity }) => severity === 'error')).toEqual([])
})

test('a revision from before the gate is not stamped, and not sent either', async () => {
  const older = await proposal({ answers: { scope: null } })
  const revision = await db().revision.findUniqueOrThrow({ where: { id: older.revisionId } })
  const { id: _id, frontMatter, ...rest } = revision
  const slug = `${older.slug}-before`
  const { id: proposalId } = await db().proposal.create({
    data: { slug, changeId: slug, title: 'Older', area: 'futex', currentRevision: 1 },
  })
  const copy = await db().revision.create({
    data: { ...rest, proposalId, frontMatter: frontMatter ?? {} },
  })
  const files = await db().revisionFile.findMany({ where: { revisionId: revision.id } })
  await db().revisionFile.createMany({ data: files.map((file) => ({ ...file, revisionId: copy.id })) })
  await db().membership.create({ data: { proposalId, personId: older.author.personId, role: 'author' } })
  const cover = await coverOf(slug)
  expect(cover.subject).not.toContain('incomplete')
  expect(cover.body).toMatch(/^What is proposed here/)
  expect(await sendSeries(older.author, wishFor(slug))).toMatchObject({ error: { kind: 'gate' } })
})
