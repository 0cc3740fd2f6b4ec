import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeThread } from '#lib/review/acts/change-thread.server.ts'
import { deleteComment } from '#lib/review/acts/delete-comment.server.ts'
import { FAIL, newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findMail, findMessage } from '#lib/review/queue/find-message.server.ts'
import {
  dropImported,
  dropMail,
  findQueued,
  listQueue,
  placeMail,
  releaseMail,
} from '#lib/review/queue/queue.server.ts'
import { uploadMails } from '#lib/review/queue/upload.server.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import { importMail, importMails, placeWaiting } from './import.server.ts'
import type { MailOutcome } from './outcome.ts'

/** What somebody may try, as far as the database is what he is after; the importer's own are in lib/mail/import. */
let proposal: TestProposal
let proposalId: string
beforeAll(async () => {
  proposal = await newProposal('mail-attacks')
  proposalId = (await db().proposal.findUniqueOrThrow({ where: { slug: proposal.slug } })).id
})

const lmtp = { kind: 'lmtp' } as const

async function person(name: string, role: 'reviewer' | 'author' | null, administrator = false) {
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  if (role) await db().membership.create({ data: { proposalId, personId: id, role } })
  return { personId: id, name, administrator } satisfies Viewer
}

const tables = () =>
  Promise.all([
    db().comment.count(),
    db().thread.count(),
    db().event.count(),
    db().person.count(),
    db().mailComment.count(),
    db().mailTrailer.count(),
  ])

test.each([
  ['a forged sender', () => proposal.mail('Forged.\n', { proof: FAIL })],
  ['a mail that nothing proves', () => proposal.mail('Unproved.\n', { proof: '' })],
  ['two senders', () => proposal.mail('Two.\n', { headers: 'From: Other <other@example.org>\n' })],
  ['an automatic answer', () => proposal.mail('Away.\n', { headers: 'Auto-Submitted: auto-replied\n' })],
  ['a mail about nothing here', () => proposal.mail('Hello.\n', { to: 'unknown@nowhere.example' })],
  ['a mail that is its own parent', () => proposal.mail('Loop.\n', { id: 'loop@e.org', to: 'loop@e.org' })],
  ['a known Message-ID of a part', () => proposal.mail('Other.\n', { id: proposal.parts[1]?.messageId })],
  ['a thousand nested parts', () => nested()],
  ['a megabyte too much', () => proposal.mail('x\n'.repeat(600_000))],
])('%s changes nothing that is shown, and is kept or refused', async (_, make) => {
  const before = await tables()
  const outcome = await importMail(lmtp, make())
  expect(['quarantined', 'waiting', 'ignored', 'rejected']).toContain(outcome.status)
  expect(await tables()).toEqual(before)
  const kept = await db().incomingMail.count({
    where: { id: outcome.mailId ?? undefined, status: outcome.status },
  })
  expect(outcome.status === 'rejected' ? outcome.mailId : kept).toBe(outcome.status === 'rejected' ? null : 1)
})

function nested(): Buffer {
  const open = Array.from(
    { length: 1000 },
    (_, i) => `--b${i}\nContent-Type: multipart/mixed; boundary=b${i + 1}\n\n`,
  )
  return Buffer.from(
    `Message-ID: <n@e.org>\nFrom: a@e.org\nContent-Type: multipart/mixed; boundary=b0\n\n${open.join('')}`,
  )
}

test('another text under a known Message-ID takes the place of nothing, and can be let in under another', async () => {
  const first = await importMail(lmtp, proposal.mail('The first words.\n', { id: 'hijack@example.org' }))
  const second = await importMail(lmtp, proposal.mail('Quite other words.\n', { id: 'hijack@example.org' }))
  expect(second).toMatchObject({ status: 'quarantined', flags: ['message-id-conflict'] })
  const reviewer = await person('Reviewer', 'reviewer')
  expect((await listQueue(reviewer)).map(({ id }) => id)).toContain(second.mailId)
  const released = await releaseMail(reviewer, second.mailId ?? '')
  expect(released).toMatchObject({ ok: true, value: { status: 'imported' } })
  const comments = await db().comment.findMany({
    where: { mail: { mail: { messageId: 'hijack@example.org' } } },
    orderBy: { seq: 'asc' },
    select: { body: true, messageId: true },
  })
  expect(comments.map(({ body }) => body).sort()).toEqual(['Quite other words.', 'The first words.'])
  expect(comments.find(({ body }) => body === 'The first words.')?.messageId).toBe('hijack@example.org')
  expect(first.status).toBe('imported')
})

test('a stranger’s header makes no objection and closes nothing; a proved reviewer’s objects', async () => {
  const headers = 'X-RFC-Coherent: thread=1; kind=objection; state=resolved; deleted=yes\n'
  const stranger = await importMail(lmtp, proposal.mail('I object.\n', { headers }))
  const seen = async ({ comments: [place] }: MailOutcome) =>
    findThread(null, proposal.slug, place?.thread ?? 0)
  expect(await seen(stranger)).toMatchObject({
    kind: 'note',
    state: 'open',
    comments: [{ body: 'I object.', deleted: null }],
  })

  const reviewer = await person('Reviewer', 'reviewer')
  const address = 'reviewer-h@example.org'
  await db().personAddress.create({ data: { address, personId: reviewer.personId, confirmedAt: new Date() } })
  const from = `Reviewer <${address}>`
  const objection = await importMail(lmtp, proposal.mail('I object, too.\n', { headers, from }))
  expect(await seen(objection)).toMatchObject({
    kind: 'objection',
    state: 'open',
    comments: [{ deleted: null }],
  })
  // Without a header it is an issue: it waits for an answer.
  expect(await seen(await importMail(lmtp, proposal.mail('Hm.\n', { from })))).toMatchObject({
    kind: 'issue',
  })
  // The same from somebody who only says that he is the reviewer.
  const forged = await importMail({ kind: 'command' }, proposal.mail('Not me.\n', { from, proof: '' }))
  expect((await seen(forged))?.openedBy).toMatchObject({ roles: [] })
  expect((await seen(forged))?.openedBy.id).not.toBe(reviewer.personId)
})

test('an address in a display name, line breaks in a subject and markup in the text stay what they are: letters', async () => {
  const mail = proposal.mail('<script>alert(1)</script> {process.exit()} **bold**\n', {
    from: '"admin@example.org" <mallory@example.org>',
    id: 'letters@example.org',
    headers: 'X-Subject: =?utf-8?q?a=0D=0AEvil:_b?=\n',
  })
  const outcome = await importMail(lmtp, mail)
  expect(outcome).toMatchObject({ status: 'imported', flags: ['address-in-name'] })
  const found = await findMail(null, 'letters@example.org')
  expect(found).toMatchObject({ mail: { from: { address: 'mallory@example.org' } } })
  const [place] = outcome.comments
  const thread = await findThread(null, proposal.slug, place?.thread ?? 0)
  expect(thread?.comments[0]?.body).toBe('<script>alert(1)</script> {process.exit()} **bold**')
  expect(thread?.comments[0]?.mail).toMatchObject({ address: 'mallory@example.org', proof: 'sender' })
})

test('a trailer for another person, or of a sender who is not proved, is kept and does not count', async () => {
  const body = 'Fine.\n\nReviewed-by: Linus <linus@example.org>\n'
  const outcome = await importMail(lmtp, proposal.mail(body))
  expect(outcome.flags).toContain('trailer-mismatch')
  const trailers = await db().mailTrailer.findMany({ where: { mailId: outcome.mailId ?? '' } })
  expect(trailers).toMatchObject([{ address: 'linus@example.org', isOwn: false }])
})

test('what was deleted does not come back, and who answers it keeps his words', async () => {
  const outcome = await importMail(lmtp, proposal.mail('To be deleted.\n', { id: 'gone@example.org' }))
  const [place] = outcome.comments
  const comment = (await findThread(null, proposal.slug, place?.thread ?? 0))?.comments[0]
  const deleter = await person('Admin', null, true)
  expect((await deleteComment(deleter, comment?.id ?? '')).ok).toBe(true)
  const copy = proposal.mail('To be deleted.\n', { id: 'gone@example.org', headers: 'X-List: another\n' })
  expect((await importMail(lmtp, copy)).status).toBe('duplicate')
  const reply = await importMail(lmtp, proposal.mail('An answer to it.\n', { to: 'gone@example.org' }))
  expect(reply).toMatchObject({ status: 'imported', comments: [{ thread: place?.thread }] })
  // The mail's own page hides the words as well.
  const found = await findMail(null, 'gone@example.org')
  expect(found).toMatchObject({ isRedacted: true, mail: { text: '', raw: '' } })
})

test('text beyond what a comment holds is split, not cut', async () => {
  const long = Array.from({ length: 9000 }, (_, i) => `line number ${i} of a long mail`).join('\n')
  const outcome = await importMail(lmtp, proposal.mail(`${long}\n`))
  const rows = await db().comment.findMany({
    where: { mail: { mailId: outcome.mailId ?? '' } },
    orderBy: { seq: 'asc' },
    select: { id: true, body: true, parentId: true },
  })
  expect(rows.length).toBeGreaterThan(1)
  expect(rows.map(({ body }) => body).join('\n')).toBe(long)
  expect(rows.slice(1).map(({ parentId }) => parentId)).toEqual(rows.slice(0, -1).map(({ id }) => id))
})

test('who has no role sees no mail of the queue and decides about none', async () => {
  const held = await importMail(lmtp, proposal.mail('Private?\n', { proof: '', id: 'private@example.org' }))
  const unknown = await importMail(
    lmtp,
    proposal.mail('A letter.\n', { to: 'x@nowhere.example', id: 'letter@e.org' }),
  )
  const stranger = await person('Stranger', null)
  const reviewer = await person('Reviewer', 'reviewer')
  expect(await listQueue(stranger)).toEqual([])
  expect(await listQueue(null)).toEqual([])
  for (const viewer of [null, stranger]) {
    expect(await findQueued(viewer, held.mailId ?? '')).toBeNull()
    expect((await releaseMail(viewer, held.mailId ?? '')).ok).toBe(false)
    expect((await dropMail(viewer, held.mailId ?? '', 'because')).ok).toBe(false)
    expect(await findMessage(viewer, 'private@example.org')).toBeNull()
  }
  // What is about nothing known is for administrators: not even for who has a role somewhere.
  expect(await findQueued(reviewer, unknown.mailId ?? '')).toBeNull()
  expect(await findQueued(reviewer, held.mailId ?? '')).toMatchObject({
    text: expect.stringContaining('Private?'),
  })
  const ada = await person('Ada', null, true)
  expect(await findQueued(ada, unknown.mailId ?? '')).not.toBeNull()
  const block = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const to = { slug: proposal.slug, revision: '1', part: '1', block }
  expect(await placeMail(ada, unknown.mailId ?? '', { ...to, block: 'nowhere' })).toMatchObject({ ok: false })
  const placed = await placeMail(ada, unknown.mailId ?? '', to)
  expect(placed).toMatchObject({ ok: true, value: { status: 'imported' } })
  expect(await placeMail(ada, unknown.mailId ?? '', to)).toEqual({
    ok: false,
    error: { kind: 'decided-meanwhile' },
  })
  expect(await dropMail(reviewer, held.mailId ?? '', ' ')).toEqual({
    ok: false,
    error: { kind: 'no-reason' },
  })
  expect((await dropMail(reviewer, held.mailId ?? '', 'not about this')).ok).toBe(true)
  const row = await db().incomingMail.findUniqueOrThrow({ where: { id: held.mailId ?? '' } })
  expect(row).toMatchObject({ status: 'dropped', decidedBy: reviewer.personId, decision: 'not about this' })
  // Dropped is decided: a second copy does not come back into the queue.
  const copy = proposal.mail('Private?\n', { proof: '', id: 'private@example.org', headers: 'X-List: b\n' })
  expect((await importMail(lmtp, copy)).status).toBe('duplicate')
})

test('what somebody without a role uploads is held; with one it stands, and its senders are not proved', async () => {
  const [stranger, reviewer] = [await person('Stranger', null), await person('Reviewer', 'reviewer')]
  const forged = { proof: 'Authentication-Results: mx.rfc.example; dmarc=pass header.from=example.org\n' }
  const held = await uploadMails(stranger, proposal.mail('Uploaded.\n', forged))
  expect(held).toMatchObject({ ok: true, value: [{ status: 'quarantined' }] })
  const unknown = await uploadMails(stranger, proposal.mail('Spam.\n', { to: 'x@nowhere.example' }))
  expect(unknown).toMatchObject({ ok: true, value: [{ status: 'left-out', mailId: null }] })
  const shown = await uploadMails(reviewer, proposal.mail('Uploaded, too.\n', forged))
  expect(shown).toMatchObject({ ok: true, value: [{ status: 'imported', flags: ['vouched'] }] })
  expect(await uploadMails(null, proposal.mail('x\n'))).toEqual({ ok: false, error: 'signed-out' })
})

test('many importers of the same mails at the same time import each once, and lose none', async () => {
  const mails = Array.from({ length: 30 }, (_, i) =>
    proposal.mail(i === 0 ? `> ${proposal.line(1)}\n\nRoot of all.\n` : `Answer ${i}.\n`, {
      id: `many${i}@example.org`,
      ...(i === 0
        ? {}
        : { to: `many${(i - 1) >> 1}@example.org`, references: [proposal.parts[1]?.messageId ?? ''] }),
    }),
  )
  const importer = async (seed: number) => {
    const order = mails.map((mail, i) => ({ mail, at: (i * 7919 + seed * 104_729) % 31 }))
    const sorted = order.sort((a, b) => a.at - b.at).map(({ mail }) => mail)
    for await (const _ of importMails(lmtp, sorted)) void _
  }
  await Promise.all([1, 2, 3, 4].map(importer))
  for await (const _ of placeWaiting(new Date())) void _
  const comments = await db().comment.findMany({
    where: { messageId: { startsWith: 'many' } },
    select: { messageId: true, parent: { select: { messageId: true } } },
  })
  const tree = new Map(comments.map(({ messageId, parent }) => [messageId, parent?.messageId ?? null]))
  expect(tree.size).toBe(30)
  for (let i = 1; i < 30; i++)
    expect(tree.get(`many${i}@example.org`)).toBe(`many${(i - 1) >> 1}@example.org`)
})

test('a reply whose parent never comes is placed by what else it names, once its time is over', async () => {
  const mail = proposal.mail('I answer a private mail.\n', {
    id: 'patient@example.org',
    to: 'private-parent@nowhere.example',
    references: [proposal.parts[1]?.messageId ?? ''],
  })
  const now = new Date()
  expect((await importMail(lmtp, mail, { now })).status).toBe('waiting')
  const sweep = async (at: Date) => {
    const placed: string[] = []
    for await (const { messageId } of placeWaiting(at)) placed.push(messageId)
    return placed
  }
  expect(await sweep(new Date(now.getTime() + 50 * 60_000))).not.toContain('patient@example.org')
  expect(await sweep(new Date(now.getTime() + 70 * 60_000))).toContain('patient@example.org')
})

test('a thread that a mail opened is resolved on the page like any other', async () => {
  const outcome = await importMail(lmtp, proposal.mail('A note by mail.\n'))
  const thread = await findThread(null, proposal.slug, outcome.comments[0]?.thread ?? 0)
  const author = await person('Author', 'author')
  expect((await changeThread(author, thread?.id ?? '', 'resolve')).ok).toBe(true)
})

test('the database keeps a mail as it came', async () => {
  const { mailId } = await importMail(lmtp, proposal.mail('Kept.\n'))
  const sql = (text: string) => db().$executeRawUnsafe(text.replace('$1', `'${mailId}'`))
  await expect(sql('DELETE FROM incoming_mail WHERE id = $1')).rejects.toThrow('immutable')
  await expect(sql(`UPDATE incoming_mail SET bytes = 'x' WHERE id = $1`)).rejects.toThrow('check constraint')
  await expect(sql(`UPDATE incoming_mail SET message_id = 'x' WHERE id = $1`)).rejects.toThrow(
    'does not change',
  )
  await expect(sql(`UPDATE incoming_mail SET status = 'waiting' WHERE id = $1`)).rejects.toThrow(
    'stays where it is',
  )
  await expect(sql(`UPDATE mail_comment SET ord = 5 WHERE mail_id = $1`)).rejects.toThrow('immutable')
  await expect(db().$executeRawUnsafe('TRUNCATE incoming_mail CASCADE')).rejects.toThrow()
})

test('mail that came before its revision waits for that, then for its parent, and not for ever', async () => {
  const slug = 'mail-early'
  const { partMessageId } = await import('#lib/mail/message/message-id.ts')
  const { parseRfc3339 } = await import('#lib/mail/message/date.ts')
  const { cover, contentHash } = proposal.bundle
  const date = parseRfc3339(cover.date)
  if (!date.ok) throw new Error('date')
  const of = { date: date.value, slug, revision: 1, contentHash, mailDomain: cover.mailDomain }
  const early = proposal.mail('Early.\n', {
    id: 'early@example.org',
    to: 'private@nowhere.example',
    references: [partMessageId({ ...of, part: 1 })],
  })
  const now = new Date()
  expect((await importMail(lmtp, early, { now })).status).toBe('waiting')
  await newProposal(slug)
  const sweep = async (at: Date) => {
    const placed: string[] = []
    for await (const { messageId } of placeWaiting(at)) placed.push(messageId)
    return placed
  }
  expect(await sweep(now)).not.toContain('early@example.org')
  expect(await sweep(new Date(now.getTime() + 2 * 3600_000))).toContain('early@example.org')
})

test('a hostile mail goes with all that it brought: by a maintainer, for a reason, and for good', async () => {
  const quote = `> ${proposal.line(1)}`
  const hostile = proposal.mail(
    `${quote}\n\nAbuse one.\n\n${quote}\n\nAbuse two.\n\nAcked-by: X <x@example.org>\n`,
    {
      id: 'hostile@example.org',
      from: 'Rude Name <rude@example.org>',
    },
  )
  const { mailId, comments } = await importMail(lmtp, hostile)
  expect(comments.length).toBeGreaterThan(0)
  const answer = await importMail(lmtp, proposal.mail('Please stay civil.\n', { to: 'hostile@example.org' }))
  expect(answer.status).toBe('imported')
  const id = mailId ?? ''

  const [author, reviewer] = [await person('An author', 'author'), await person('A reviewer', 'reviewer')]
  for (const viewer of [null, author, reviewer]) {
    expect((await dropImported(viewer, id, 'I do not like it')).ok).toBe(false)
  }
  expect(await findMail(reviewer, 'hostile@example.org')).toMatchObject({ mayDrop: false })
  const { id: maintainerId } = await db().person.create({ data: { name: 'M' }, select: { id: true } })
  await db().membership.create({ data: { proposalId, personId: maintainerId, role: 'maintainer' } })
  const maintainer = { personId: maintainerId, name: 'M', administrator: false }
  expect(await findMail(maintainer, 'hostile@example.org')).toMatchObject({ mayDrop: true })
  expect(await dropImported(maintainer, id, ' ')).toMatchObject({ error: { kind: 'no-reason' } })
  expect(await dropImported(maintainer, id, 'Abuse')).toEqual({ ok: true, value: null })
  expect(await dropImported(maintainer, id, 'Abuse')).toMatchObject({ error: { kind: 'decided-meanwhile' } })

  const numbers = [...new Set([...comments, ...answer.comments].map(({ thread }) => thread))]
  const threads = await Promise.all(numbers.map((number) => findThread(null, proposal.slug, number)))
  const shown = JSON.stringify(threads)
  for (const gone of ['Abuse', 'Rude', 'rude@', 'Acked-by']) expect(shown).not.toContain(gone)
  expect(shown).toContain('Please stay civil.')
  expect(await findMail(null, 'hostile@example.org')).toBeNull()
  const kept = await db().incomingMail.findUniqueOrThrow({ where: { id } })
  expect(Buffer.from(kept.bytes).equals(hostile)).toBe(true)
  expect(kept).toMatchObject({ status: 'dropped', decision: 'Abuse' })
  const told = await db().event.findFirstOrThrow({
    where: { proposalId, kind: 'mail-dropped', actorId: maintainerId },
  })
  expect(told.subject).toMatchObject({
    mail: 'hostile@example.org',
    comments: comments.length,
  })
  // It does not come back, neither by itself nor by hand.
  expect((await importMail(lmtp, hostile)).status).toBe('duplicate')
  expect((await releaseMail(maintainer, id)).ok).toBe(false)
})

test('who answers for one proposal lets no mail into another, wherever the mail turns out to belong', async () => {
  const two = await newProposal('mail-attacks-two')
  const late = 'late@example.org'
  // Named nearest is a mail that nobody knows yet, farther off a part of the first proposal.
  const held = await importMail(
    lmtp,
    proposal.mail('Let me in.\n', { proof: '', to: late, references: [proposal.parts[1]?.messageId ?? ''] }),
  )
  const id = held.mailId ?? ''
  const place = () => db().incomingMail.findUniqueOrThrow({ where: { id }, select: { proposalId: true } })
  expect(await place()).toEqual({ proposalId })
  expect(await importMail(lmtp, two.mail('I came late.\n', { id: late }))).toMatchObject({
    status: 'imported',
  })

  const author = await person('Author of one', 'author')
  const before = await tables()
  expect(await releaseMail(author, id)).toEqual({ ok: false, error: { kind: 'forbidden' } })
  expect(await tables()).toEqual(before)
  expect(await place()).toEqual({ proposalId })

  const { id: twoId } = await db().proposal.findUniqueOrThrow({ where: { slug: two.slug } })
  await db().membership.create({ data: { proposalId: twoId, personId: author.personId, role: 'author' } })
  expect(await releaseMail(author, id)).toMatchObject({ ok: true, value: { status: 'imported' } })
  expect(await place()).toEqual({ proposalId: twoId })
})

test('a mail that is dropped while others look at it stays dropped, and nothing of it is shown', async () => {
  const reviewer = await person('Reviewer', 'reviewer')
  const { mailId } = await importMail(lmtp, proposal.mail('Abuse.\n', { proof: '' }))
  const id = mailId ?? ''
  const before = await db().comment.count()
  const [dropped, released] = await Promise.all([dropMail(reviewer, id, 'abuse'), releaseMail(reviewer, id)])
  expect(dropped.ok).toBe(true)
  expect(released).toEqual({ ok: false, error: { kind: 'decided-meanwhile' } })
  expect(await db().incomingMail.findUnique({ where: { id }, select: { status: true } })).toEqual({
    status: 'dropped',
  })
  expect(await db().comment.count()).toBe(before)
})

test('a reason is kept up to its thousandth character, whatever its characters are', async () => {
  const reviewer = await person('Reviewer', 'reviewer')
  const { mailId } = await importMail(lmtp, proposal.mail('Long.\n', { proof: '' }))
  const reason = `\0${'x'.repeat(999)}\u{1f642}\u{1f642}`
  expect(await dropMail(reviewer, mailId ?? '', reason)).toMatchObject({ ok: true })
  expect(
    await db().incomingMail.findUnique({ where: { id: mailId ?? '' }, select: { decision: true } }),
  ).toEqual({ decision: `${'x'.repeat(999)}\u{1f642}` })
})
