import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test, vi } from 'vitest'
import { auth, hashPassword } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import type { Result } from '#lib/result.ts'
import { createAccount } from '#lib/review/account/accounts.server.ts'
import { beginProposal } from '#lib/review/acts/begin-proposal.server.ts'
import { blockAt, blockPerson, unblockPerson } from '#lib/review/acts/block.server.ts'
import { catchUpCopy } from '#lib/review/acts/catch-up-copy.server.ts'
import { changeProposal, snooze } from '#lib/review/acts/change-proposal.server.ts'
import { giveRole, takeRole, takeRoleAt } from '#lib/review/acts/change-role.server.ts'
import { changeThread, stateCondition } from '#lib/review/acts/change-thread.server.ts'
import { acceptSuggestion, declineSuggestion } from '#lib/review/acts/decide-suggestion.server.ts'
import { deleteAccount } from '#lib/review/acts/delete-account.server.ts'
import { deleteComment } from '#lib/review/acts/delete-comment.server.ts'
import { deleteCopy } from '#lib/review/acts/delete-copy.server.ts'
import { editComment } from '#lib/review/acts/edit-comment.server.ts'
import { disputeEditorial, markEditorial } from '#lib/review/acts/editorial.server.ts'
import { acceptInvitation, invite, revokeInvitation } from '#lib/review/acts/invite.server.ts'
import { lockThread } from '#lib/review/acts/lock-thread.server.ts'
import { markRead } from '#lib/review/acts/mark-read.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { pinThread } from '#lib/review/acts/pin-thread.server.ts'
import { publishCopy } from '#lib/review/acts/publish-copy.server.ts'
import { publishReview } from '#lib/review/acts/publish-review.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { changeDraft, dropDraft, keepDraft } from '#lib/review/acts/review-draft.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import {
  type FileSave,
  pushFiles,
  removeFile,
  restoreState,
  saveFile,
} from '#lib/review/acts/save-copy.server.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { takeInSuggestions } from '#lib/review/acts/take-in-suggestions.server.ts'
import {
  liftHold,
  placeHold,
  setAway,
  takeStance,
  withdrawStance,
} from '#lib/review/acts/take-stance.server.ts'
import { markWeakAnswer, withdrawWeakAnswer } from '#lib/review/acts/weak-answer.server.ts'
import { draftsOf } from '#lib/review/batch/read-drafts.server.ts'
import { copyOf, statesOf } from '#lib/review/copy/read-copies.server.ts'
import { newProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { can, type Role, type Viewer } from '#lib/review/person/permission.ts'
import { GIVEN_ROLES, type GivenRole } from '#lib/review/person/roles.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import { ACTS } from './entrances.ts'

/** Each act by each kind of person, against rows: what it answers is what the one table says. */
const KINDS = [
  'signed out',
  'stranger',
  'reader',
  'author',
  'reviewer',
  'maintainer',
  'admin',
  'blocked',
] as const
type Kind = (typeof KINDS)[number]

// The library keeps its cookies by Next's, which there is none of here.
vi.mock('better-auth/next-js', () => ({ nextCookies: () => ({ id: 'none' }) }))

const PASSWORD = 'four words make one'
/** Each kind has its role here too: of two revisions; and one that its authors withdraw. */
const [TWICE, WITHDRAWN] = ['matrix-twice', 'matrix-withdrawn']
let slug: string
let blockKey: string
let twiceKey: string
let proposalId: string
let opener: NonNullable<Viewer>
let objector: NonNullable<Viewer>
const viewers = new Map<Kind, Viewer>()

async function someone(
  name: string,
  role: GivenRole | null,
  administrator = false,
): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  const everywhere = await db().proposal.findMany({
    where: { slug: { in: [slug, TWICE, WITHDRAWN] } },
    select: { id: true },
  })
  for (const one of role ? everywhere : [])
    if (role) await db().membership.create({ data: { proposalId: one.id, personId: id, role } })
  return { personId: id, name, administrator }
}

/** Owns an address, so that roles can be given to it. */
async function addressed(): Promise<{ personId: string; address: string }> {
  const { personId } = await someone('Somebody', null)
  const address = `${randomUUID()}@example.org`
  await db().personAddress.create({ data: { address, personId, confirmedAt: new Date() } })
  return { personId, address }
}

beforeAll(async () => {
  const proposal = await newProposal('matrix')
  slug = proposal.slug
  blockKey = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  proposalId = (await db().proposal.findUniqueOrThrow({ where: { slug } })).id
  changeEnvironment({ COHERENT_SECRET: 'a secret for tests only, at least 32 characters' })
  await newProposal(WITHDRAWN)
  const twice = await publishEdited(TWICE, 1, (_, source) => source)
  await publishEdited(TWICE, 2, (_, source) => source.replace('This is an example', 'It is an example'))
  twiceKey = twice.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  opener = await someone('Opener', null)
  objector = await someone('Objector', 'reviewer')
  viewers.set('signed out', null)
  viewers.set('stranger', await someone('Stranger', null))
  for (const role of ['reader', 'author', 'reviewer', 'maintainer'] as const)
    viewers.set(role, await someone(role, role))
  viewers.set('admin', await someone('Admin', null, true))
  // An installation keeps one that can sign in.
  await withPassword(viewers.get('admin') ?? null)
  // Was a maintainer; the request began before the block.
  const blocked = await someone('Blocked', 'maintainer')
  await db().person.update({
    where: { id: blocked.personId },
    data: { blockedAt: new Date(), blockReason: 'spam' },
  })
  viewers.set('blocked', blocked)
})

/** Other words for a whole passage. */
const aSuggestion = () => aThread('Entirely other words.')

/** A thread of somebody else. */
async function aThread(suggestion?: string) {
  const clientKey = randomUUID()
  const made = await openThread(opener, {
    slug,
    revision: 1,
    blockKey,
    body: `Words ${clientKey}`,
    clientKey,
    suggestion,
  })
  const thread = made.ok && (await findThread(opener, slug, made.value.thread))
  const comment = thread ? thread.comments[0] : undefined
  if (!thread || !comment) throw new Error('no thread')
  return { thread: thread.id, comment: comment.id, lockVersion: comment.lockVersion }
}

/** What somebody else objects, without saying what would clear it. */
async function anObjection(): Promise<string> {
  const words = {
    body: `An objection ${randomUUID()}`,
    clientKey: randomUUID(),
    kind: 'objection' as const,
    clearsWhen: 'Numbers on one socket.',
  }
  const made = await openThread(objector, { slug, revision: 1, blockKey, ...words })
  const thread = made.ok && (await findThread(objector, slug, made.value.thread))
  if (!thread) throw new Error('no objection')
  return thread.id
}

/** On the first of two revisions; and a passage of the second where it does not stand. */
async function aCarriedThread() {
  const words = { body: `Words ${randomUUID()}`, clientKey: randomUUID() }
  const made = await openThread(opener, { slug: TWICE, revision: 1, blockKey: twiceKey, ...words })
  const thread = made.ok && (await findThread(opener, TWICE, made.value.thread))
  const other = await db().block.findFirst({
    where: { kind: 'paragraph', key: { not: twiceKey }, revision: { number: 2, proposal: { slug: TWICE } } },
  })
  if (!thread || !other) throw new Error('no thread')
  return { threadId: thread.id, revision: 2, blockKey: other.key }
}

/** Somebody new of this kind, with a password; the session of who is nobody is none. */
async function withPassword(viewer: Viewer): Promise<{ viewer: Viewer; session: Headers }> {
  if (!viewer) return { viewer, session: new Headers() }
  const [name, address] = [`Goner ${randomUUID().replace(/[^a-f]/g, '')}`, `${randomUUID()}@example.org`]
  const passwordHash = await hashPassword(PASSWORD)
  const personId = await db().$transaction((tx) =>
    createAccount(tx, { name, address, passwordHash, isConfirmed: true }),
  )
  const { headers } = await auth().api.signInEmail({
    body: { email: address, password: PASSWORD },
    returnHeaders: true,
  })
  const cookie = headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const { administrator } = viewer
  if (viewer === viewers.get('blocked')) {
    await blockPerson('operator', { personId, reason: 'spam' })
    return { viewer: { personId, name, administrator }, session: new Headers({ cookie }) }
  }
  await db().person.update({ where: { id: personId }, data: { administrator } })
  return { viewer: { personId, name, administrator }, session: new Headers({ cookie }) }
}

const aDraft = () => {
  const clientKey = randomUUID()
  return { slug, revision: 1, blockKey, body: `Draft ${clientKey}`, clientKey }
}

const aSave = (): FileSave => ({
  ...{ slug, path: `data/${randomUUID().slice(0, 8)}.csv`, base: null, text: 'a,b\n' },
  ...{ tab: null, kind: 'saved' },
})
/** In the working copy of the authors. */
async function aFile() {
  const save = aSave()
  const saved = await saveFile(viewers.get('author') ?? null, save)
  if (!saved.ok) throw new Error(saved.error.kind)
  return { path: save.path, base: saved.value.sha256 }
}
const aNewProposal = () => ({
  ...{
    title: `Words ${randomUUID().slice(0, 8)}`,
    area: 'futex',
    authors: ['Ada <ada@example.org>'],
    to: [],
  },
  questionnaire: 'futex@1',
  clientKey: randomUUID(),
})

async function anInvitation() {
  const made = await invite('operator', { slug, role: 'reader', address: null, clientKey: null })
  if (!made.ok) throw new Error(made.error.kind)
  return { id: made.value.id, token: made.value.link.split('/').at(-1) ?? '' }
}

/** A word of another reviewer, which nobody takes back for them. */
async function aMark() {
  const said = await markWeakAnswer(await someone('Another reviewer', 'reviewer'), {
    ...{ slug, revision: 1, question: 'semantics', reason: 'It says nothing of errors.' },
  })
  if (!said.ok) throw new Error(said.error.kind)
  return said.value
}

/** A proposal whose second revision has a word spelt better, of people who have their roles there too. */
async function anEdit(isMarked: boolean): Promise<string> {
  const name = `matrix-${randomUUID().slice(0, 8)}`
  for (const [number, word] of [
    [1, 'teh'],
    [2, 'the'],
  ] as const)
    await publishEdited(name, number, (path, source) =>
      path === 'lifetime.mdx'
        ? source.replace(/No change of .*$/m, `Nothing of ${word} lifetime of futexes changes.`)
        : source,
    )
  const { id } = await db().proposal.findUniqueOrThrow({ where: { slug: name }, select: { id: true } })
  for (const [role, viewer] of viewers) {
    const given = GIVEN_ROLES.find((one) => one === role)
    if (given && viewer)
      await db().membership.create({ data: { proposalId: id, personId: viewer.personId, role: given } })
  }
  if (isMarked) {
    const other = await someone('Another author', null)
    await db().membership.create({ data: { proposalId: id, personId: other.personId, role: 'author' } })
    const marked = await markEditorial(other, { ...EDIT, slug: name })
    if (!marked.ok) throw new Error(marked.error.kind)
  }
  return name
}

const EDIT = { revision: 2, writeup: 'lifetime' } as const

const ACT: Readonly<
  Record<keyof typeof ACTS, (viewer: Viewer) => Promise<Result<unknown, { kind: string }>>>
> = {
  acceptSuggestion: async (viewer) => acceptSuggestion(viewer, (await aSuggestion()).comment),
  takeInSuggestions: (viewer) => takeInSuggestions(viewer, slug),
  declineSuggestion: async (viewer) => declineSuggestion(viewer, (await aSuggestion()).comment),
  acceptInvitation: async (viewer) => acceptInvitation(viewer, (await anInvitation()).token),
  blockAt: async (viewer) => blockAt(viewer, { address: (await addressed()).address, reason: 'spam' }),
  blockPerson: async (viewer) =>
    blockPerson(viewer, { personId: (await addressed()).personId, reason: 'spam' }),
  beginProposal: (viewer) => beginProposal(viewer, aNewProposal()),
  catchUpCopy: (viewer) => catchUpCopy(viewer, { slug, seen: 0, takePublished: [], keepOwn: [] }),
  deleteCopy: async (viewer) => {
    await aFile()
    const seen = (await copyOf(viewers.get('author') ?? null, slug))?.version ?? 0
    return deleteCopy(viewer, { slug, seen })
  },
  publishCopy: async (viewer) => {
    // Its own each time: what it publishes is another revision.
    const own = `publish-${randomUUID().slice(0, 8)}`
    await publishEdited(own, 1, (_, text) => text)
    const { id } = await db().proposal.findUniqueOrThrow({ where: { slug: own } })
    const held = await db().membership.findMany({ where: { proposalId } })
    await db().membership.createMany({
      data: held.map(({ personId, role }) => ({ proposalId: id, personId, role })),
      skipDuplicates: true,
    })
    const author = viewers.get('author') ?? null
    const file = { slug: own, path: 'data/more.csv', base: null, text: 'a,b\n' }
    await saveFile(author, { ...file, tab: null, kind: 'saved' })
    const changelog = ['A table of numbers was added beside the text.']
    const wish = { changelog, visibility: 'public', isUnfinishedMeant: true } as const
    return publishCopy(viewer, { slug: own, seen: 2, ...wish })
  },
  pushFiles: async (viewer) => {
    await aFile()
    const files = (await copyOf(viewers.get('author') ?? null, slug))?.files ?? []
    return pushFiles(viewer, { slug, base: {}, files })
  },
  removeFile: async (viewer) => removeFile(viewer, { slug, ...(await aFile()) }),
  restoreState: async (viewer) => {
    await aFile()
    const [last] = (await statesOf(viewers.get('author') ?? null, slug)) ?? []
    return restoreState(viewer, { slug, state: last?.version ?? 1, seen: last?.version ?? 1 })
  },
  saveFile: (viewer) => saveFile(viewer, aSave()),
  changeProposal: (viewer) => changeProposal(viewer, { slug: WITHDRAWN, act: 'withdraw' }),
  deleteAccount: async (viewer) => {
    const own = await withPassword(viewer)
    const done = await deleteAccount(own.viewer, { password: PASSWORD, redact: false }, own.session)
    return done.ok ? done : { ok: false, error: { kind: done.error } }
  },
  pinThread: async (viewer) => pinThread(viewer, await aCarriedThread()),
  stateCondition: async (viewer) =>
    stateCondition(viewer, await anObjection(), 'A measurement on two sockets.'),
  withdrawStance: async (viewer) => {
    const said = await takeStance(viewer, { slug, revision: 1, value: 'tested_by', writeups: [], words: '' })
    const row = await db().stance.findFirst({
      where: { proposalId, ...(said.ok && viewer ? { personId: viewer.personId } : {}) },
      orderBy: { id: 'desc' },
    })
    return withdrawStance(viewer, { slug, stance: String(row?.id ?? 0) })
  },
  changeThread: async (viewer) => changeThread(viewer, (await aThread()).thread, 'resolve'),
  deleteComment: async (viewer) => deleteComment(viewer, (await aThread()).comment),
  keepDraft: (viewer) => keepDraft(viewer, aDraft()),
  changeDraft: async (viewer) => {
    const kept = await keepDraft(viewer, aDraft())
    const change = { slug, id: kept.ok ? kept.value.id : randomUUID(), lockVersion: 0, body: 'Other words' }
    return changeDraft(viewer, change)
  },
  dropDraft: async (viewer) => dropDraft(viewer, { slug, id: randomUUID() }),
  publishReview: async (viewer) => {
    await keepDraft(viewer, aDraft())
    const drafts = (await draftsOf(viewer, slug))?.drafts ?? []
    return publishReview(viewer, { slug, drafts, stance: null, clientKey: randomUUID() })
  },
  editComment: async (viewer) => {
    const { comment, lockVersion } = await aThread()
    return editComment(viewer, { commentId: comment, lockVersion, body: 'Other words' })
  },
  giveRole: async (viewer) =>
    giveRole(viewer, { slug, role: 'reader', address: (await addressed()).address }),
  invite: (viewer) => invite(viewer, { slug, role: 'reader', address: null, clientKey: randomUUID() }),
  liftHold: (viewer) => liftHold(viewer, slug),
  lockThread: async (viewer) => lockThread(viewer, (await aThread()).thread, 'lock'),
  markRead: (viewer) => markRead(viewer, { slug, threads: [], parts: [], allUntil: new Date() }),
  markWeakAnswer: (viewer) =>
    markWeakAnswer(viewer, { slug, revision: 1, question: 'semantics', reason: `Not that: ${randomUUID()}` }),
  placeHold: (viewer) => placeHold(viewer, { slug, reason: 'I want to read it first.', days: 3 }),
  disputeEditorial: async (viewer) =>
    disputeEditorial(viewer, { ...EDIT, slug: await anEdit(true), reason: 'It says something else now.' }),
  markEditorial: async (viewer) => markEditorial(viewer, { ...EDIT, slug: await anEdit(false) }),
  openThread: (viewer) =>
    openThread(viewer, { slug, revision: 1, blockKey, body: `By ${randomUUID()}`, clientKey: randomUUID() }),
  reply: async (viewer) =>
    reply(viewer, { commentId: (await aThread()).comment, body: 'An answer', clientKey: randomUUID() }),
  revokeInvitation: async (viewer) => revokeInvitation(viewer, { slug, id: (await anInvitation()).id }),
  setVisibility: (viewer) => setVisibility(viewer, { slug, visibility: 'public' }),
  setAway: (viewer) => setAway(viewer, null),
  snooze: (viewer) => snooze(viewer, slug, null),
  takeStance: (viewer) =>
    takeStance(viewer, { slug, revision: 1, value: 'tested_by', writeups: [], words: '' }),
  takeRole: async (viewer) =>
    takeRole(viewer, { slug, role: 'reader', personId: (await addressed()).personId }),
  takeRoleAt: async (viewer) =>
    takeRoleAt(viewer, { slug, role: 'reader', address: (await addressed()).address }),
  withdrawWeakAnswer: async (viewer) => withdrawWeakAnswer(viewer, { slug, weak: await aMark() }),
  unblockPerson: async (viewer) => unblockPerson(viewer, (await addressed()).personId),
}

test('each act is gone through', () => {
  expect(Object.keys(ACT).sort()).toEqual(Object.keys(ACTS).sort())
})

function mayBy(act: keyof typeof ACTS, kind: Kind): boolean {
  const opens = ACTS[act] ?? 'everybody'
  if (kind === 'signed out' || kind === 'blocked') return false
  if (opens === 'account' || opens === 'secret' || opens === 'everybody') return true
  const roles: Role[] = kind === 'stranger' ? [] : [kind]
  return can(viewers.get(kind) ?? null, opens, { roles, relations: [] })
}

const REFUSED = ['not-yours', 'signed-out', 'forbidden', 'blocked', 'not-yours-to-hide']
test.each(Object.keys(ACT).flatMap((name) => KINDS.map((kind) => [name, kind] as const)))(
  '%s by %s is as the table says, and leaves no row when it is refused',
  async (name, kind) => {
    const before = await db().event.count({
      where: { actorId: viewers.get(kind)?.personId ?? randomUUID() },
    })
    const done = await ACT[name]?.(viewers.get(kind) ?? null)
    const after = await db().event.count({
      where: { actorId: viewers.get(kind)?.personId ?? randomUUID() },
    })
    const refused = done && !done.ok ? done.error.kind : null
    if (mayBy(name, kind)) expect(refused).toBeNull()
    else {
      expect(REFUSED).toContain(refused)
      expect(after).toBe(before)
    }
  },
)

test('what would clear an objection is said by who raised it', async () => {
  const thread = await anObjection()
  expect(await stateCondition(objector, thread, 'A measurement on two sockets.')).toMatchObject({ ok: true })
})
