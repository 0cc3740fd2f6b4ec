import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { db, writeAs } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import { catchUpCopy } from '#lib/review/acts/catch-up-copy.server.ts'
import { changeProposal, snooze } from '#lib/review/acts/change-proposal.server.ts'
import { giveRole, takeRole, takeRoleAt } from '#lib/review/acts/change-role.server.ts'
import { changeThread, stateCondition } from '#lib/review/acts/change-thread.server.ts'
import { acceptSuggestion, declineSuggestion } from '#lib/review/acts/decide-suggestion.server.ts'
import { deleteComment } from '#lib/review/acts/delete-comment.server.ts'
import { deleteCopy } from '#lib/review/acts/delete-copy.server.ts'
import { editComment } from '#lib/review/acts/edit-comment.server.ts'
import { disputeEditorial, markEditorial } from '#lib/review/acts/editorial.server.ts'
import { invite, revokeInvitation } from '#lib/review/acts/invite.server.ts'
import { lockThread } from '#lib/review/acts/lock-thread.server.ts'
import { markRead } from '#lib/review/acts/mark-read.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { pinThread } from '#lib/review/acts/pin-thread.server.ts'
import { publishCopy } from '#lib/review/acts/publish-copy.server.ts'
import { publishReview } from '#lib/review/acts/publish-review.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { changeDraft, dropDraft, keepDraft } from '#lib/review/acts/review-draft.server.ts'
import { removeFile, restoreState, saveFile } from '#lib/review/acts/save-copy.server.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { takeInSuggestions } from '#lib/review/acts/take-in-suggestions.server.ts'
import { liftHold, placeHold, takeStance, withdrawStance } from '#lib/review/acts/take-stance.server.ts'
import { markWeakAnswer, withdrawWeakAnswer } from '#lib/review/acts/weak-answer.server.ts'
import { exportDiscussion, exportRevision } from '#lib/review/export/export.server.ts'
import { commentOfMail, exportPage } from '#lib/review/export/mail-window.server.ts'
import { previewComment } from '#lib/review/export/preview-comment.server.ts'
import { threadsForMail } from '#lib/review/export/threads-for-mail.server.ts'
import { importMail } from '#lib/review/incoming/import.server.ts'
import { FAIL, newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { ledgerOf } from '#lib/review/objection/ledger.server.ts'
import { chooseDigest, digestChoice } from '#lib/review/outbox/digest-setting.server.ts'
import { queueDigests } from '#lib/review/outgoing/digest.server.ts'
import {
  listRepliesOf,
  queueListReplies,
  switchListReplies,
} from '#lib/review/outgoing/list-replies.server.ts'
import { nextDue, queueMails } from '#lib/review/outgoing/outbox.server.ts'
import { sentMail } from '#lib/review/outgoing/sent-mail.server.ts'
import { peopleOf } from '#lib/review/person/people.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { profileOf } from '#lib/review/person/profile.server.ts'
import type { GivenRole } from '#lib/review/person/roles.ts'
import { readAttachment } from '#lib/review/queue/attachments.server.ts'
import { findMail, findMessage } from '#lib/review/queue/find-message.server.ts'
import { fileOf, listProposals, loadRevision, titleOf } from '#lib/review/revision/revisions.server.ts'
import { suggestableAt, suggestionsOf } from '#lib/review/suggestion/read-suggestions.server.ts'
import {
  commentVersions,
  discussionOf,
  findComment,
  findPlaced,
  findThread,
  findThreadPart,
  idsAt,
  linesAt,
  namedInTexts,
  openThreadsOn,
} from '#lib/review/thread/read-threads.server.ts'
import { standingOf } from '#lib/review/turn/read-turns.server.ts'
import { reviewStateOf } from '#lib/review/turn/review-state.server.ts'
import { ACTS as EVERY_ACT } from './entrances.ts'

/**
 * An embargoed proposal, as each kind of person asks for all that there is of it: for who has no role in it, whatever they
 * wrote there before, each answer is the one for a proposal that nobody ever made.
 */
const OUTSIDE = ['signed out', 'stranger', 'former writer', 'blocked maintainer'] as const
const INSIDE = ['reader', 'author', 'reviewer', 'maintainer', 'admin'] as const
type Kind = (typeof OUTSIDE)[number] | (typeof INSIDE)[number]

const NOWHERE = 'no-such-proposal-at-all'
const HOUR_MS = 3_600_000
let hidden: TestProposal
let open: TestProposal
let hiddenId = ''
let revisionId = ''
let blockKey = ''
let thread = 0
let threadId = ''
let commentId = ''
let commentName = ''
let mailId = ''
const mailName = `mailed.${randomUUID()}@example.org`
const viewers = new Map<Kind, Viewer>()
const viewer = (kind: Kind): Viewer => viewers.get(kind) ?? null

async function someone(name: string, role: GivenRole | null, administrator = false) {
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  if (role) await db().membership.create({ data: { proposalId: hiddenId, personId: id, role } })
  return { personId: id, name, administrator } satisfies Viewer
}

async function addressOf(person: Viewer): Promise<string> {
  const address = `${randomUUID()}@example.org`
  await db().personAddress.create({
    data: { address, personId: person?.personId ?? '', confirmedAt: new Date() },
  })
  return address
}

beforeAll(async () => {
  hidden = await newProposal('embargoed-one')
  open = await newProposal('open-beside-it')
  const revision = await db().revision.findFirstOrThrow({ where: { proposal: { slug: hidden.slug } } })
  hiddenId = revision.proposalId
  revisionId = revision.id
  blockKey = hidden.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  viewers.set('stranger', await someone('Stranger', null))
  for (const role of ['reader', 'author', 'reviewer', 'maintainer'] as const)
    viewers.set(role, await someone(role, role))
  viewers.set('admin', await someone('Admin', null, true))
  const writer = await someone('Former', null)
  viewers.set('former writer', writer)
  const made = await openThread(writer, {
    ...{ slug: hidden.slug, revision: 1, blockKey, body: 'Before the embargo', clientKey: randomUUID() },
  })
  if (!made.ok) throw new Error(made.error.kind)
  thread = made.value.thread
  const row = await db().comment.findFirstOrThrow({
    where: { thread: { proposalId: hiddenId, number: thread } },
  })
  commentId = row.id
  threadId = row.threadId
  commentName = row.messageId
  expect((await editComment(writer, { commentId, lockVersion: 0, body: 'Before it, edited' })).ok).toBe(true)
  const mail = await importMail(
    { kind: 'lmtp' },
    hidden.mail('Mailed before the embargo.\n', { id: mailName }),
  )
  expect(mail.status).toBe('imported')
  mailId = mail.mailId ?? ''
  const blocked = await someone('Blocked', 'maintainer')
  await db().person.update({
    where: { id: blocked.personId },
    data: { blockedAt: new Date(), blockReason: 'spam' },
  })
  viewers.set('blocked maintainer', blocked)
  const set = await setVisibility(viewer('maintainer'), { slug: hidden.slug, visibility: 'embargoed' })
  expect(set).toEqual({ ok: true, value: true })
})

/** What one asks of a proposal: with its own names, and with those of what is not there. */
type Names = {
  slug: string
  proposalId: string
  revisionId: string
  commentId: string
  messageId: string
  mail: string
  mailId: string
}
const THERE = (): Names => ({
  ...{
    slug: hidden.slug,
    proposalId: hiddenId,
    revisionId,
    commentId,
    messageId: commentName,
    mail: mailName,
    mailId,
  },
})
const NOT_THERE: Names = {
  slug: NOWHERE,
  proposalId: randomUUID(),
  revisionId: randomUUID(),
  commentId: randomUUID(),
  messageId: `never@example.org`,
  mail: `never.mailed@example.org`,
  mailId: randomUUID(),
}

const ASKED: Readonly<Record<string, (viewer: Viewer, names: Names) => Promise<unknown>>> = {
  loadRevision: (who, { slug }) => loadRevision(who, slug, null),
  'loadRevision of a number': (who, { slug }) => loadRevision(who, slug, 1),
  fileOf: (who, { slug }) => fileOf(who, slug, 1, 'cover.mdx'),
  exportRevision: (who, { slug }) => exportRevision(who, slug, 1),
  exportDiscussion: (who, { slug }) => exportDiscussion(who, slug, 1),
  exportPage: (who, { slug }) => exportPage(who, slug, 1, { mail: null, page: 1 }),
  threadsForMail: (who, names) => threadsForMail(who, names.revisionId, { after: 0, take: 10 }),
  discussionOf: async (who, names) => (await discussionOf(who, names, null)).heads,
  linesAt: (who, { slug }) => linesAt(who, slug, 1, blockKey),
  findThread: (who, { slug }) => findThread(who, slug, thread),
  findThreadPart: (who, { slug }) => findThreadPart(who, slug, thread, null),
  findComment: (who, { slug }) => findComment(who, { slug, thread, comment: 1 }),
  findPlaced: (who, { slug }) => findPlaced(who, { slug, thread, comment: 1 }),
  idsAt: (who, { slug }) => idsAt(who, { slug, thread, comment: 1 }),
  openThreadsOn: (who, { slug }) => openThreadsOn(who, slug, 1),
  commentVersions: (who, names) => commentVersions(who, names.commentId),
  commentOfMail: (who, { messageId }) => commentOfMail(who, messageId as never), // as a request has it
  findMessage: (who, { messageId }) => findMessage(who, messageId),
  'findMessage of a mail': (who, { mail }) => findMessage(who, mail),
  'findMessage of a part': (who, { slug }) =>
    findMessage(who, slug === NOWHERE ? 'never@example.org' : (hidden.parts[1]?.messageId ?? '')),
  findMail: (who, { mail }) => findMail(who, mail),
  peopleOf: (who, { slug }) => peopleOf(who, slug),
  ledgerOf: (who, { slug }) => ledgerOf(who, slug),
  suggestionsOf: (who, { slug }) => suggestionsOf(who, slug),
  suggestableAt: (who, { slug }) => suggestableAt(who, { slug, revision: 1, blockKey }),
  reviewStateOf: (who, { slug }) => reviewStateOf(who, slug, new Date()),
  standingOf: (who, { slug }) => standingOf(who, slug),
  'a name in words': async (who, { messageId }) =>
    (await namedInTexts(who, '00000000-0000-4000-8000-000000000000', [[`See <${messageId}>.`]]))[0]?.mails
      .length,
}

test.each(Object.keys(ASKED).flatMap((name) => OUTSIDE.map((kind) => [name, kind] as const)))(
  '%s answers a %s as for what is not there',
  async (name, kind) => {
    const ask = ASKED[name]
    expect(await ask?.(viewer(kind), THERE())).toEqual(await ask?.(viewer(kind), NOT_THERE))
  },
)

test.each(Object.keys(ASKED).flatMap((name) => INSIDE.map((kind) => [name, kind] as const)))(
  '%s answers a %s, who has a role in it',
  async (name, kind) => {
    const ask = ASKED[name]
    expect(await ask?.(viewer(kind), THERE())).not.toEqual(await ask?.(viewer(kind), NOT_THERE))
  },
)

test('its title, its attachments, its sent mail and its settings tell who has no role nothing', async () => {
  for (const kind of OUTSIDE) {
    const who = viewer(kind)
    expect(await titleOf(who, hidden.slug)).toBe(hidden.slug)
    expect(await readAttachment(who, mailId, 0)).toBeNull()
    expect(await sentMail(who, hidden.slug)).toBeNull()
    expect(await listRepliesOf(who, hidden.slug)).toBeNull()
    expect(await switchListReplies(who, hidden.slug, true, new Date())).toBe(false)
    expect(await digestChoice(who, hidden.slug)).toBeNull()
    expect(await chooseDigest(who, hidden.slug, 'daily', new Date())).toBe(false)
  }
})

const slugsFor = async (who: Viewer) => (await listProposals(who)).map(({ slug }) => slug)

test('it is in the list of who has a role in it, and in nobody else’s', async () => {
  for (const kind of OUTSIDE) expect(await slugsFor(viewer(kind))).not.toContain(hidden.slug)
  for (const kind of INSIDE) expect(await slugsFor(viewer(kind))).toContain(hidden.slug)
  expect(await slugsFor(null)).toContain(open.slug)
})

test('a person’s page counts and names it for who has a role in it alone', async () => {
  const id = viewer('author')?.personId ?? ''
  const writer = viewer('former writer')?.personId ?? ''
  for (const kind of OUTSIDE) {
    expect(await profileOf(viewer(kind), id)).toMatchObject({ roles: [] })
    expect(await profileOf(viewer(kind), writer)).toMatchObject({ comments: 0 })
  }
  expect(await profileOf(viewer('reader'), id)).toMatchObject({ roles: [{ slug: hidden.slug }] })
  expect(await profileOf(viewer('reader'), writer)).toMatchObject({ comments: 1 })
})

type Done = Promise<Result<unknown, { readonly kind: string }>>
const invitation = randomUUID()
const ACTS: Readonly<Record<string, (viewer: Viewer, names: Names & { threadId: string }) => Done>> = {
  openThread: (who, { slug }) =>
    openThread(who, { slug, revision: 1, blockKey, body: randomUUID(), clientKey: randomUUID() }),
  publishCopy: (who, { slug }) =>
    publishCopy(who, {
      ...{ slug, seen: 1, changelog: ['Words were changed in the problem.'] },
      ...{ visibility: 'public', isUnfinishedMeant: true },
    }),
  catchUpCopy: (who, { slug }) => catchUpCopy(who, { slug, seen: 1, takePublished: [], keepOwn: [] }),
  saveFile: (who, { slug }) =>
    saveFile(who, { slug, path: 'problem.mdx', base: null, text: 'x', tab: null, kind: 'saved' }),
  removeFile: (who, { slug }) => removeFile(who, { slug, path: 'problem.mdx', base: '' }),
  restoreState: (who, { slug }) => restoreState(who, { slug, state: 1, seen: 1 }),
  deleteCopy: (who, { slug }) => deleteCopy(who, { slug, seen: 1 }),
  reply: (who, names) =>
    reply(who, { commentId: names.commentId, body: randomUUID(), clientKey: randomUUID() }),
  keepDraft: (who, { slug }) =>
    keepDraft(who, { slug, revision: 1, blockKey, body: randomUUID(), clientKey: randomUUID() }),
  changeDraft: (who, { slug }) =>
    changeDraft(who, { slug, id: randomUUID(), lockVersion: 0, body: 'Other words' }),
  dropDraft: (who, { slug }) => dropDraft(who, { slug, id: randomUUID() }),
  publishReview: (who, { slug }) =>
    publishReview(who, { slug, drafts: [], stance: null, clientKey: randomUUID() }),
  editComment: (who, names) =>
    editComment(who, { commentId: names.commentId, lockVersion: 1, body: 'Other words' }),
  acceptSuggestion: (who, names) => acceptSuggestion(who, names.commentId),
  takeInSuggestions: (who, { slug }) => takeInSuggestions(who, slug),
  declineSuggestion: (who, names) => declineSuggestion(who, names.commentId),
  deleteComment: (who, names) => deleteComment(who, names.commentId),
  markRead: (who, { slug }) => markRead(who, { slug, threads: [], parts: [], allUntil: new Date() }),
  changeThread: (who, names) => changeThread(who, names.threadId, 'resolve'),
  lockThread: (who, names) => lockThread(who, names.threadId, 'lock'),
  pinThread: (who, names) => pinThread(who, { threadId: names.threadId, revision: 1, blockKey }),
  giveRole: (who, { slug }) => giveRole(who, { slug, role: 'reader', address: 'nobody@example.org' }),
  invite: (who, { slug }) => invite(who, { slug, role: 'reader', address: null, clientKey: randomUUID() }),
  revokeInvitation: (who, { slug }) => revokeInvitation(who, { slug, id: invitation }),
  takeRole: (who, { slug }) =>
    takeRole(who, { slug, role: 'maintainer', personId: viewer('blocked maintainer')?.personId ?? '' }),
  takeRoleAt: (who, { slug }) => takeRoleAt(who, { slug, role: 'reader', address: 'nobody@example.org' }),
  setVisibility: (who, { slug }) => setVisibility(who, { slug, visibility: 'public' }),
  changeProposal: (who, { slug }) =>
    changeProposal(who, { slug, act: 'withdraw', reason: 'It was not to be.' }),
  liftHold: (who, { slug }) => liftHold(who, slug),
  placeHold: (who, { slug }) => placeHold(who, { slug, reason: 'I want to read it first.', days: 3 }),
  snooze: (who, { slug }) => snooze(who, slug, null),
  takeStance: (who, { slug }) =>
    takeStance(who, { slug, revision: 1, value: 'tested_by', writeups: [], words: '' }),
  markEditorial: (who, { slug }) => markEditorial(who, { slug, revision: 1, writeup: 'lifetime' }),
  disputeEditorial: (who, { slug }) =>
    disputeEditorial(who, { slug, revision: 1, writeup: 'lifetime', reason: 'It says something else.' }),
  withdrawStance: (who, { slug }) => withdrawStance(who, { slug, stance: '1' }),
  markWeakAnswer: (who, { slug }) =>
    markWeakAnswer(who, { slug, revision: 1, question: 'semantics', reason: 'It says nothing of errors.' }),
  withdrawWeakAnswer: (who, { slug }) => withdrawWeakAnswer(who, { slug, weak: randomUUID() }),
  stateCondition: (who, names) => stateCondition(who, names.threadId, 'A condition that would clear it'),
  'preview of a thread': async (who, { slug }) => {
    const seen = await previewComment(who, { kind: 'thread', slug, revision: 1, blockKey }, 'Words')
    return seen.ok ? seen : { ok: false, error: { kind: seen.error } }
  },
  'preview of a reply': async (who, names) => {
    const seen = await previewComment(who, { kind: 'reply', commentId: names.commentId }, 'Words')
    return seen.ok ? seen : { ok: false, error: { kind: seen.error } }
  },
}

/**
 * About no proposal, or with a secret that opens it. A name that somebody begins under may be taken: by a proposal, or by what
 * anybody began and did not publish, and nothing says by which.
 */
const NOT_IN_IT = [
  'beginProposal',
  'pushFiles',
  'acceptInvitation',
  'blockAt',
  'blockPerson',
  'deleteAccount',
  'setAway',
  'unblockPerson',
]

test('each act on a proposal is gone through', () => {
  const gone = Object.keys(ACTS).filter((name) => !name.startsWith('preview'))
  expect([...gone, ...NOT_IN_IT].sort()).toEqual(Object.keys(EVERY_ACT).sort())
})

test.each(Object.keys(ACTS).flatMap((name) => OUTSIDE.map((kind) => [name, kind] as const)))(
  '%s by a %s is refused as on what is not there, and changes nothing',
  async (name, kind) => {
    const events = await db().event.count({ where: { proposalId: hiddenId } })
    const there = await ACTS[name]?.(viewer(kind), { ...THERE(), threadId })
    const notThere = await ACTS[name]?.(viewer(kind), { ...NOT_THERE, threadId: randomUUID() })
    expect(there?.ok).toBe(false)
    expect(there).toEqual(notThere)
    expect(await db().event.count({ where: { proposalId: hiddenId } })).toBe(events)
  },
)

const lmtp = { kind: 'lmtp' } as const
const counts = async () => ({
  comments: await db().comment.count({ where: { thread: { proposalId: hiddenId } } }),
  mails: await db().incomingMail.count({ where: { proposalId: hiddenId } }),
})

test.each<[who: string, spelling: () => Promise<{ from?: string; proof?: string; to?: string }>]>([
  ['a proved stranger', async () => ({})],
  ['who forges a member', async () => ({ from: `R <${await addressOf(viewer('reviewer'))}>`, proof: FAIL })],
  ['nobody who is proved', async () => ({ proof: '' })],
  ['a stranger who answers a comment', async () => ({ to: commentName })],
  ['a stranger who answers a mail', async () => ({ to: mailName })],
  ['who is blocked', async () => ({ from: `B <${await addressOf(viewer('blocked maintainer'))}>` })],
  ['who wrote in it before', async () => ({ from: `F <${await addressOf(viewer('former writer'))}>` })],
])('a mail to it by %s is answered and kept as one about something unknown', async (_, spelling) => {
  const before = await counts()
  const of = await spelling()
  const there = await importMail(lmtp, hidden.mail(`Guess ${randomUUID()}.\n`, of))
  const unknown = await importMail(
    lmtp,
    hidden.mail(`Guess ${randomUUID()}.\n`, { ...of, to: `never.${randomUUID()}@example.org` }),
  )
  expect({ status: there.status, flags: there.flags }).toEqual({
    status: unknown.status,
    flags: unknown.flags,
  })
  expect(there.comments).toEqual([])
  expect(await counts()).toEqual(before)
})

test('a mail by the subject of one of its parts alone does not find it', async () => {
  const before = await counts()
  const subject = hidden.parts[1]?.subject ?? ''
  const bytes = Buffer.from(
    hidden
      .mail(`Guess ${randomUUID()}.\n`, { to: `never.${randomUUID()}@example.org` })
      .toString()
      .replace('Re: whatever', `Re: ${subject}`),
  )
  // The sample beside it has parts of the same name: whatever is found is not what is hidden.
  const taken = await importMail(lmtp, bytes)
  expect(taken.comments.map(({ slug }) => slug)).not.toContain(hidden.slug)
  expect(await counts()).toEqual(before)
})

test('a stranger’s upload is told that it is about nothing known, a member’s is taken', async () => {
  const stranger = viewer('stranger')
  const reviewer = viewer('reviewer')
  if (!stranger || !reviewer) throw new Error('both have accounts')
  const options = { leavesUnknown: true }
  const mail = () => hidden.mail(`Brought ${randomUUID()}.\n`, { proof: '' })
  expect(await importMail({ kind: 'upload', viewer: stranger }, mail(), options)).toMatchObject({
    status: 'left-out',
  })
  expect(await importMail({ kind: 'upload', viewer: reviewer }, mail(), options)).toMatchObject({
    status: 'imported',
    comments: [{ slug: hidden.slug }],
  })
})

test('the mail of a proved member is taken, and what the operator imports', async () => {
  const from = `Reva <${await addressOf(viewer('reviewer'))}>`
  for (const source of [lmtp, { kind: 'command' }] as const)
    expect(await importMail(source, hidden.mail(`Inside ${randomUUID()}.\n`, { from }))).toMatchObject({
      status: 'imported',
      comments: [{ slug: hidden.slug }],
    })
})

test('a mail with the name of one that is hidden is kept, and stands in no thread of another proposal', async () => {
  const taken = await importMail(lmtp, open.mail(`Elsewhere ${randomUUID()}.\n`, { id: mailName }))
  expect(taken.comments.every(({ slug }) => slug === open.slug)).toBe(true)
  expect((await findMessage(viewer('reader'), mailName))?.kind).toBe('comment')
})

test('a digest goes to members, and to who lost their role no more', async () => {
  const reader = viewer('reader')
  const stranger = await someone('Digested', 'reader')
  await addressOf(reader)
  await addressOf(stranger)
  const now = new Date()
  for (const who of [reader, stranger]) expect(await chooseDigest(who, hidden.slug, 'daily', now)).toBe(true)
  await takeRole('operator', { slug: hidden.slug, role: 'reader', personId: stranger.personId })
  const later = new Date(now.getTime() + 25 * HOUR_MS)
  expect(
    (
      await reply(
        viewer('reviewer'),
        { commentId, body: `News ${randomUUID()}`, clientKey: randomUUID() },
        new Date(now.getTime() + HOUR_MS),
      )
    ).ok,
  ).toBe(true)
  await queueDigests({ bounceAddress: 'bounces@example.org' }, later)
  const sent = await db().outgoingRecipient.findMany({
    where: { mail: { proposalId: hiddenId, kind: 'digest' } },
    select: { address: true },
  })
  const readers = await db().personAddress.findMany({ where: { personId: reader?.personId ?? '' } })
  expect(sent.length).toBe(1)
  expect(readers.map(({ address }) => address)).toContain(sent[0]?.address)
})

test('nothing of it leaves for a list: neither what waits, nor comments, nor after the embargo those of its time', async () => {
  const maintainer = viewer('maintainer')
  const slug = hidden.slug
  await setVisibility('operator', { slug, visibility: 'public' })
  expect(await switchListReplies(maintainer, slug, true, new Date())).toBe(true)
  const message = {
    ...hidden.parts[0],
    messageId: `waits.${randomUUID()}@example.org`,
  } as TestProposal['parts'][number] // the first part, under another name
  const member = await addressOf(viewer('reviewer'))
  const { id: revisionId } = await db().revision.findFirstOrThrow({ where: { proposalId: hiddenId } })
  const queuedBy = maintainer?.personId ?? ''
  await writeAs(queuedBy, (tx) =>
    queueMails(tx, { proposalId: hiddenId, kind: 'series', revisionId, queuedBy }, [
      { message, recipients: ['list@example.org', member] },
    ]),
  )
  await setVisibility(maintainer, { slug, visibility: 'embargoed' })
  const due = new Set<string>()
  const held: bigint[] = []
  for (let mail = await nextDue(new Date()); mail; mail = await nextDue(new Date())) {
    due.add(`${mail.messageId} ${mail.address}`)
    held.push(mail.id)
    await db().outgoingRecipient.update({
      where: { id: mail.id },
      data: { nextAttempt: new Date(Date.now() + HOUR_MS) },
    })
  }
  expect(due).toContain(`${message.messageId} ${member}`)
  expect(due).not.toContain(`${message.messageId} list@example.org`)
  expect(await queueListReplies(new Date(Date.now() + HOUR_MS))).toBe(0)
  await setVisibility(maintainer, { slug, visibility: 'public' })
  expect(await listRepliesOf(maintainer, slug)).toMatchObject({ isOn: false })
  expect((await nextDue(new Date()))?.address).toBe('list@example.org')
  await setVisibility(maintainer, { slug, visibility: 'embargoed' })
})

test('who may know of it is said by authors of a draft and by maintainers, is an event, and twice is once', async () => {
  const { slug } = hidden
  for (const kind of ['reader', 'reviewer'] as const)
    expect(await setVisibility(viewer(kind), { slug, visibility: 'public' })).toEqual({
      ok: false,
      error: { kind: 'not-yours-to-hide' },
    })
  expect(await setVisibility(viewer('author'), { slug, visibility: 'unlisted' })).toMatchObject({
    value: true,
  })
  const events = () => db().event.count({ where: { proposalId: hiddenId, kind: 'visibility-set' } })
  const before = await events()
  expect(await setVisibility(viewer('author'), { slug, visibility: 'unlisted' })).toMatchObject({
    value: false,
  })
  expect(await events()).toBe(before)
  expect(await setVisibility(viewer('admin'), { slug, visibility: 'embargoed' })).toMatchObject({
    value: true,
  })
  expect(await events()).toBe(before + 1)
})

test('what is unlisted is read by its address, and is in no list or count of who has no role in it', async () => {
  const { slug } = hidden
  await setVisibility('operator', { slug, visibility: 'unlisted' })
  for (const kind of OUTSIDE) {
    const who = viewer(kind)
    expect(await loadRevision(who, slug, 1)).not.toBeNull()
    expect(await findThread(who, slug, thread)).not.toBeNull()
    expect(await slugsFor(who)).not.toContain(slug)
    expect(await profileOf(who, viewer('author')?.personId ?? '')).toMatchObject({ roles: [] })
  }
  for (const kind of INSIDE) expect(await slugsFor(viewer(kind))).toContain(slug)
  expect((await importMail(lmtp, hidden.mail(`By address ${randomUUID()}.\n`))).status).toBe('imported')
  await setVisibility('operator', { slug, visibility: 'embargoed' })
})

test('an invitation lets somebody in who could not know of it', async () => {
  const { slug } = hidden
  const { acceptInvitation } = await import('#lib/review/acts/invite.server.ts')
  const made = await invite(viewer('maintainer'), {
    slug,
    role: 'reader',
    address: null,
    clientKey: randomUUID(),
  })
  const invited = await someone('Invited', null)
  expect(await loadRevision(invited, slug, 1)).toBeNull()
  const token = made.ok ? (made.value.link.split('/').at(-1) ?? '') : ''
  expect((await acceptInvitation(invited, token)).ok).toBe(true)
  expect(await loadRevision(invited, slug, 1)).not.toBeNull()
})

/** Of processes and of the operator's command line, which see all; and what is asked by who was found before. */
const WITHOUT_VIEWER: readonly string[] = [
  // Asks only whether a name is free.
  'lib/review/acts/begin-proposal.server.ts',
  // The operator's command line.
  'lib/review/event/verify-chain.server.ts',
  'lib/review/acts/derive-ports.server.ts',
  'lib/review/acts/publish-copy.server.ts',
  'lib/review/acts/publish.server.ts',
  'lib/review/acts/same-words.server.ts',
  'lib/review/queue/queue.server.ts',
  'lib/review/incoming/series.server.ts',
  'lib/review/person/people.server.ts',
  'lib/review/revision/stored-rules.server.ts',
  'lib/review/revision/write-revision.server.ts',
]

test('no other query asks for something by a slug without asking who may see it', () => {
  const root = path.join(import.meta.dirname, '..')
  const files = readdirSync(path.join(root, 'lib/review'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.server.ts') && !file.includes('samples/'))
    .map((file) => `lib/review/${file}`)
  const bySlug =
    /(?:where|proposal): \{ slug(?:: [\w.]+)? ?[,}](?! \.\.\.)|\bslug = \$\{[\w.]+\}(?!\s*AND \$\{)/
  const found = files.filter((file) => bySlug.test(readFileSync(path.join(root, file), 'utf8')))
  expect(found.filter((file) => !WITHOUT_VIEWER.includes(file))).toEqual([])
})
