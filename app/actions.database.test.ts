import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { auth, hashPassword } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { isSafeMessageId } from '#lib/mail/message/message-id.ts'
import { LoopbackServer } from '#lib/mail/shell/loopback-server.ts'
import { createAccount } from '#lib/review/account/accounts.server.ts'
import { resetTokenFor } from '#lib/review/account/password.server.ts'
import { blockPerson } from '#lib/review/acts/block.server.ts'
import { invite } from '#lib/review/acts/invite.server.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { markWeakAnswer } from '#lib/review/acts/weak-answer.server.ts'
import { importMail } from '#lib/review/incoming/import.server.ts'
import { FAIL, newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { askForAccount } from '#lib/review/incoming/sign-up.server.ts'
import { listRepliesOf, switchListReplies } from '#lib/review/outgoing/list-replies.server.ts'
import { queueMails } from '#lib/review/outgoing/outbox.server.ts'
import { reflectSeries } from '#lib/review/outgoing/sending.server.ts'
import { can, type Role, type Viewer } from '#lib/review/person/permission.ts'
import type { GivenRole } from '#lib/review/person/roles.ts'
import * as accounts from './admin/accounts/actions.ts'
import { type Opens, SERVER_ACTIONS } from './entrances.ts'
import * as mails from './import/actions.ts'
import * as invitation from './invitation/[token]/actions.ts'
import * as me from './me/actions.ts'
import * as begin from './new/actions.ts'
import * as digest from './rfc/[slug]/export/digest/actions.ts'
import * as sending from './rfc/[slug]/export/send/actions.ts'
import * as gate from './rfc/[slug]/gate/actions.ts'
import * as people from './rfc/[slug]/people/actions.ts'
import * as signIn from './sign-in/actions.ts'
import * as theme from './theme-action.ts'

/**
 * Each server action, called as a form calls it, by each kind of person: who they are comes from their session's cookie alone,
 * and what is asked is not what it answers but whether it happened. It happens exactly where the one table says so.
 */
let cookie = ''
const jar = new Map<string, string>()
class Redirected extends Error {
  readonly to: string
  constructor(to: string) {
    super(to)
    this.to = to
  }
}
vi.mock('next/headers', () => ({
  headers: async () => new Headers(cookie === '' ? {} : { cookie }),
  cookies: async () => ({
    get: (name: string) => (jar.has(name) ? { value: jar.get(name) } : undefined),
    set: (name: string, value: string) => jar.set(name, value),
    delete: (name: string) => jar.delete(name),
  }),
}))
vi.mock('next/navigation', () => ({
  redirect: (to: string) => {
    throw new Redirected(to)
  },
}))
vi.mock('next/cache', () => ({ revalidatePath: () => {} }))
// The library keeps its cookies by Next's, which there is none of here.
vi.mock('better-auth/next-js', () => ({ nextCookies: () => ({ id: 'none' }) }))

const KINDS = [
  ...(['signed out', 'stranger', 'reader', 'author', 'reviewer', 'maintainer', 'admin', 'blocked'] as const),
]
type Kind = (typeof KINDS)[number]
const GIVEN: Partial<Record<Kind, GivenRole>> = {
  ...({ reader: 'reader', author: 'author', reviewer: 'reviewer', maintainer: 'maintainer' } as const),
  blocked: 'maintainer',
}

const PASSWORD = 'four words make one'
const OTHER_PASSWORD = 'seven lighthouses at sea'
const server = new LoopbackServer()
const sha256 = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())
const newToken = () => randomBytes(24).toString('base64url')
const letters = () =>
  randomBytes(9)
    .toString('hex')
    .replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '')

let mailServer = ''
let passwordHash = ''
/** Where each kind has its role: what is sent and handled; what is marked weak, which keeps a series from being sent; neither. */
let proposal: TestProposal
let marked: TestProposal
let elsewhere: TestProposal
let proposalId = ''
let operator: NonNullable<Viewer>

type Actor = {
  readonly kind: Kind
  readonly personId: string
  readonly name: string
  readonly email: string
  /** Empty: they did not sign in. */
  readonly cookie: string
}
const actors = new Map<Kind, Actor>()

/** Somebody with an account, and what makes them of this kind. */
async function newActor(kind: Kind, isConfirmed = true): Promise<Actor> {
  const name = `Actor ${letters()}`
  const email = `${randomUUID()}@example.org`
  const personId = await db().$transaction((tx) =>
    createAccount(tx, { name, address: email, passwordHash, isConfirmed }),
  )
  if (isConfirmed)
    await db().personAddress.create({ data: { address: email, personId, confirmedAt: new Date() } })
  const role = GIVEN[kind]
  for (const slug of role ? [proposal.slug, marked.slug] : []) {
    const { id } = await db().proposal.findUniqueOrThrow({ where: { slug } })
    if (role) await db().membership.create({ data: { proposalId: id, personId, role } })
  }
  if (kind === 'admin') await db().person.update({ where: { id: personId }, data: { administrator: true } })
  const signedIn = kind === 'signed out' ? '' : await sessionOf(email)
  // Their browser has its cookie still.
  if (kind === 'blocked')
    await db().person.update({
      where: { id: personId },
      data: { blockedAt: new Date(), blockReason: 'a test' },
    })
  return { kind, personId, name, email, cookie: signedIn }
}

async function sessionOf(email: string): Promise<string> {
  const { headers } = await auth().api.signInEmail({
    body: { email, password: PASSWORD },
    returnHeaders: true,
  })
  return headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
}

beforeAll(async () => {
  mailServer = `smtp://127.0.0.1:${await server.listen()}`
  changeEnvironment({
    COHERENT_SECRET: 'a secret for tests only, at least 32 characters',
    COHERENT_URL: 'https://review.example.org',
  })
  passwordHash = await hashPassword(PASSWORD)
  proposal = await newProposal('actions')
  marked = await newProposal('actions-marked')
  elsewhere = await newProposal('actions-elsewhere')
  proposalId = (await db().proposal.findUniqueOrThrow({ where: { slug: proposal.slug } })).id
  const admin = await newActor('admin')
  operator = { personId: admin.personId, name: admin.name, administrator: true }
  for (const kind of KINDS) actors.set(kind, await newActor(kind))
  // A series leaves only when somebody has had it in their own mail reader.
  await withMail(async () => {
    expect((await reflectSeries(operator, { ...wish(), chosen: null })).ok).toBe(true)
  })
  for (const state of ['sending', 'sent'])
    await db().outgoingRecipient.updateMany({ where: { mail: { kind: 'reflect' } }, data: { state } })
})
afterAll(async () => {
  await server.close()
  changeEnvironment({ COHERENT_SMTP_URL: undefined, COHERENT_MAIL_FROM: undefined })
})

async function withMail<T>(work: () => Promise<T>): Promise<T> {
  changeEnvironment({ COHERENT_SMTP_URL: mailServer, COHERENT_MAIL_FROM: 'bounces@example.org' })
  try {
    return await work()
  } finally {
    changeEnvironment({ COHERENT_SMTP_URL: undefined, COHERENT_MAIL_FROM: undefined })
  }
}

const wish = () => ({ slug: proposal.slug, number: 1, further: '' })
const count = async (rows: Promise<unknown>): Promise<boolean> => Number(await rows) > 0

async function addressed(): Promise<{ personId: string; address: string }> {
  const actor = await db().person.create({ data: { name: `Somebody ${letters()}` }, select: { id: true } })
  const address = `${randomUUID()}@example.org`
  await db().personAddress.create({ data: { address, personId: actor.id, confirmedAt: new Date() } })
  return { personId: actor.id, address }
}

/** One that is held, or one that became a comment. @returns its id, and from whom it says to be */
async function newMail(proof?: string) {
  const address = `${randomUUID()}@example.org`
  const spelling = { from: `Sender <${address}>`, id: `${randomUUID()}@example.org` }
  const mail = proposal.mail(`Words ${randomUUID()}\n`, {
    ...spelling,
    ...(proof === undefined ? {} : { proof }),
  })
  const outcome = await importMail({ kind: proof === '' ? 'command' : 'lmtp' }, mail)
  if (outcome.mailId === null) throw new Error(outcome.status)
  return { id: outcome.mailId, address, status: outcome.status }
}
const statusOf = async (id: string) => (await db().incomingMail.findUniqueOrThrow({ where: { id } })).status

type Values = Record<string, string | File>
type Trial = {
  readonly form: Values
  /** Whether it is done: asked of the rows, where there are any. */
  readonly happened: () => Promise<boolean>
  /** Puts back what others need as it was. */
  readonly after?: () => Promise<unknown>
}
type Tried = {
  /** It ends a session, or changes what its person is: somebody new each time. */
  readonly fresh?: true
  /** Where mail can be sent. */
  readonly mail?: true
  /** Of what asks for a secret: the field that has it, and who may do it that knows it. */
  readonly secret?: string
  readonly who?: readonly Kind[]
  readonly prepare: (actor: Actor) => Promise<Trial>
}

const WITH_ACCOUNT = KINDS.filter((kind) => kind !== 'signed out' && kind !== 'blocked')
/** A link in a mail is opened by who has it, blocked or not: what it does is about its own account. */
const ANYBODY = KINDS

async function heldMail() {
  const { id } = await newMail(FAIL)
  expect(await statusOf(id)).toBe('quarantined')
  return id
}
const member = (slug: string, personId: string, role: GivenRole) =>
  count(db().membership.count({ where: { personId, role, proposal: { slug } } }))
/** The token in the newest mail to an address. */
const tokenTo = (address: string, path: string) => {
  const mail = server.received.findLast(({ to }) => to === address)
  return new RegExp(`/${path}/([\\w-]+)`).exec(String(mail?.bytes))?.[1] ?? ''
}

const TRIED: Readonly<Record<string, Tried>> = {
  'admin/accounts/actions.ts blockAction': {
    prepare: async () => {
      const { personId: person } = await addressed()
      const happened = () => count(db().person.count({ where: { id: person, blockedAt: { not: null } } }))
      return { form: { person, reason: 'spam' }, happened }
    },
  },
  'admin/accounts/actions.ts unblockAction': {
    prepare: async () => {
      const { personId: person } = await addressed()
      await blockPerson(operator, { personId: person, reason: 'spam' })
      return {
        form: { person },
        happened: () => count(db().person.count({ where: { id: person, blockedAt: null } })),
      }
    },
  },
  'import/actions.ts importAction': {
    prepare: async ({ personId }) => {
      const messageId = `${randomUUID()}@example.org`
      const mail = proposal.mail('An uploaded one.\n', { id: messageId, proof: '' })
      return {
        form: { mailbox: new File([new Uint8Array(mail)], 'one.eml') },
        happened: () => count(db().incomingMail.count({ where: { messageId, broughtBy: personId } })),
      }
    },
  },
  'import/actions.ts releaseAction': {
    prepare: async () => {
      const id = await heldMail()
      return { form: { id }, happened: async () => (await statusOf(id)) === 'imported' }
    },
  },
  'import/actions.ts placeAction': {
    prepare: async () => {
      const id = await heldMail()
      const form = { id, slug: proposal.slug, revision: '1', place: '1' }
      return { form, happened: async () => (await statusOf(id)) === 'imported' }
    },
  },
  'import/actions.ts dropAction': {
    prepare: async () => {
      const id = await heldMail()
      const form = { id, reason: 'not about this' }
      return { form, happened: async () => (await statusOf(id)) === 'dropped' }
    },
  },
  'import/actions.ts dropImportedAction': {
    prepare: async () => {
      const { id, status } = await newMail()
      expect(status).toBe('imported')
      const form = { id, reason: 'not about this' }
      return { form, happened: async () => (await statusOf(id)) === 'dropped' }
    },
  },
  'import/actions.ts decideManyAction': {
    prepare: async () => {
      const mail = await heldMail()
      const form = { mail, wish: 'drop', reason: 'not about this' }
      return { form, happened: async () => (await statusOf(mail)) === 'dropped' }
    },
  },
  'import/actions.ts dropAllAction': {
    prepare: async () => {
      const { id, address } = await newMail()
      const form = { by: 'sender', of: address, reason: 'a flood' }
      return { form, happened: async () => (await statusOf(id)) === 'dropped' }
    },
  },
  'invitation/[token]/actions.ts acceptAction': {
    ...{ fresh: true, secret: 'token', who: WITH_ACCOUNT },
    prepare: async ({ personId }) => {
      const { slug } = elsewhere
      const made = await invite('operator', { slug, role: 'reviewer', address: null, clientKey: null })
      if (!made.ok) throw new Error(made.error.kind)
      const token = made.value.link.split('/').at(-1) ?? ''
      return { form: { token }, happened: () => member(slug, personId, 'reviewer') }
    },
  },
  'me/actions.ts askAction': {
    prepare: async ({ personId }) => {
      const address = `${randomUUID()}@example.org`
      return {
        form: { address },
        happened: () => count(db().addressConfirmation.count({ where: { personId, address } })),
      }
    },
  },
  'me/actions.ts confirmAction': {
    ...{ secret: 'token', who: WITH_ACCOUNT },
    prepare: async ({ personId }) => {
      const [token, address] = [newToken(), `${randomUUID()}@example.org`]
      const expiresAt = new Date(Date.now() + 60_000)
      await db().addressConfirmation.create({ data: { sha256: sha256(token), address, personId, expiresAt } })
      return {
        form: { token },
        happened: () => count(db().personAddress.count({ where: { personId, address } })),
      }
    },
  },
  'me/actions.ts takeAction': {
    prepare: async ({ personId }) => {
      const { address } = await newMail('')
      await db().personAddress.create({ data: { address, personId, confirmedAt: new Date() } })
      expect(await db().unprovedSender.count({ where: { address } })).toBe(1)
      return {
        form: { address },
        happened: async () => (await db().unprovedSender.count({ where: { address } })) === 0,
      }
    },
  },
  'me/actions.ts commandTokenAction': {
    prepare: async ({ personId }) => ({
      form: { intent: 'make' },
      happened: () => count(db().commandToken.count({ where: { personId } })),
    }),
  },
  'me/actions.ts feedAction': {
    prepare: async ({ personId }) => ({
      form: { intent: 'make' },
      happened: () => count(db().feedToken.count({ where: { personId } })),
    }),
  },
  'me/actions.ts renameAction': {
    prepare: async ({ personId }) => {
      const name = `Renamed ${letters()}`
      return { form: { name }, happened: () => count(db().person.count({ where: { id: personId, name } })) }
    },
  },
  'me/actions.ts changePasswordAction': {
    fresh: true,
    prepare: async ({ personId }) => {
      const kept = () => db().authAccount.findFirstOrThrow({ where: { user: { personId } } })
      const { password } = await kept()
      return {
        form: { current: PASSWORD, password: OTHER_PASSWORD },
        happened: async () => (await kept()).password !== password,
      }
    },
  },
  'me/actions.ts endSessionAction': {
    fresh: true,
    prepare: async ({ personId, email }) => {
      await sessionOf(email)
      const { id } = await db().authSession.findFirstOrThrow({ where: { user: { personId } } })
      return {
        form: { session: id },
        happened: async () => (await db().authSession.count({ where: { id } })) === 0,
      }
    },
  },
  'me/actions.ts endAllSessionsAction': {
    fresh: true,
    prepare: async ({ personId, email }) => {
      await sessionOf(email)
      return {
        form: {},
        happened: async () => (await db().authSession.count({ where: { user: { personId } } })) === 0,
      }
    },
  },
  'me/actions.ts deleteAccountAction': {
    fresh: true,
    prepare: async ({ personId }) => ({
      form: { password: PASSWORD },
      happened: () => count(db().person.count({ where: { id: personId, deletedAt: { not: null } } })),
    }),
  },
  'new/actions.ts beginAction': {
    prepare: async ({ personId }) => {
      const title = `Words ${letters()}`
      const form = {
        title,
        area: 'futex',
        authors: 'Ada <ada@example.org>',
        to: '',
        questionnaire: 'futex@1',
        clientKey: randomUUID(),
      }
      return {
        // Its key is kept with what it made.
        form,
        happened: () => count(db().actKey.count({ where: { key: form.clientKey, personId } })),
      }
    },
  },
  'rfc/[slug]/export/digest/actions.ts digestAction': {
    prepare: async ({ personId }) => ({
      form: { slug: proposal.slug, wish: 'daily' },
      happened: () => count(db().mailDigest.count({ where: { personId, proposalId } })),
    }),
  },
  'rfc/[slug]/export/send/actions.ts reflectAction': {
    mail: true,
    prepare: async ({ personId }) => ({
      form: { slug: proposal.slug, revision: '1', further: 'somebody@example.net' },
      happened: () => count(db().outgoingMail.count({ where: { kind: 'reflect', queuedBy: personId } })),
    }),
  },
  'rfc/[slug]/export/send/actions.ts sendAction': {
    mail: true,
    prepare: async ({ personId }) => {
      const address = `${randomUUID()}@example.net`
      const mail = { kind: 'series', proposalId }
      return {
        form: { slug: proposal.slug, revision: '1', further: address },
        // A part that is there already gets a recipient more.
        happened: () =>
          count(db().outgoingRecipient.count({ where: { address, mail: { ...mail, queuedBy: personId } } })),
      }
    },
  },
  'rfc/[slug]/export/send/actions.ts decideAction': {
    prepare: async () => {
      const [messageId, address] = [`${randomUUID()}@example.org`, `${randomUUID()}@example.net`]
      const [, part] = proposal.parts
      if (!part || !isSafeMessageId(messageId)) throw new Error('no part')
      const of = { kind: 'reply', proposalId, queuedBy: null } as const
      await db().$transaction((tx) =>
        queueMails(tx, of, [{ message: { ...part, messageId }, recipients: [address] }]),
      )
      const row = () => db().outgoingRecipient.findFirstOrThrow({ where: { address } })
      return {
        form: { slug: proposal.slug, id: String((await row()).id), decision: 'drop' },
        happened: async () => (await row()).state === 'dropped',
      }
    },
  },
  'rfc/[slug]/export/send/actions.ts switchAction': {
    prepare: async () => {
      await switchListReplies(operator, proposal.slug, false, new Date())
      return {
        form: { slug: proposal.slug, on: 'yes' },
        happened: async () => (await listRepliesOf(operator, proposal.slug))?.isOn === true,
      }
    },
  },
  'rfc/[slug]/gate/actions.ts markWeakAction': {
    prepare: async ({ personId }) => ({
      form: { slug: marked.slug, revision: '1', question: 'semantics', reason: 'It says nothing of errors.' },
      happened: () => count(db().weakAnswer.count({ where: { markedBy: personId, withdrawnAt: null } })),
    }),
  },
  'rfc/[slug]/gate/actions.ts withdrawWeakAction': {
    // Of somebody else: nobody takes it back for them.
    prepare: async () => {
      const other = await newActor('reviewer')
      const of = { personId: other.personId, name: other.name, administrator: false }
      const said = await markWeakAnswer(of, {
        ...{ slug: marked.slug, revision: 1, question: 'semantics', reason: 'It says nothing of signals.' },
      })
      if (!said.ok) throw new Error(said.error.kind)
      const withdrawn = { id: said.value, withdrawnAt: { not: null } }
      return {
        form: { slug: marked.slug, weak: said.value },
        happened: () => count(db().weakAnswer.count({ where: withdrawn })),
      }
    },
  },
  'rfc/[slug]/people/actions.ts giveAction': {
    prepare: async () => {
      const { personId, address } = await addressed()
      const form = { slug: proposal.slug, role: 'reader', intent: 'give', address, clientKey: randomUUID() }
      return { form, happened: () => member(proposal.slug, personId, 'reader') }
    },
  },
  'rfc/[slug]/people/actions.ts takeAction': {
    prepare: async () => {
      const { personId } = await addressed()
      await db().membership.create({ data: { proposalId, personId, role: 'reader' } })
      return {
        form: { slug: proposal.slug, role: 'reader', person: personId },
        happened: async () => !(await member(proposal.slug, personId, 'reader')),
      }
    },
  },
  'rfc/[slug]/people/actions.ts revokeAction': {
    prepare: async () => {
      const { slug } = proposal
      const made = await invite('operator', { slug, role: 'reader', address: null, clientKey: null })
      if (!made.ok) throw new Error(made.error.kind)
      const { id } = made.value
      return {
        form: { slug, invitation: id },
        happened: () => count(db().invitation.count({ where: { id, revokedAt: { not: null } } })),
      }
    },
  },
  'rfc/[slug]/people/actions.ts visibilityAction': {
    prepare: async () => {
      const { slug } = proposal
      return {
        form: { slug, visibility: 'unlisted' },
        happened: () => count(db().proposal.count({ where: { slug, visibility: 'unlisted' } })),
        after: () => setVisibility(operator, { slug, visibility: 'public' }),
      }
    },
  },
  'sign-in/actions.ts signInAction': {
    ...{ fresh: true, secret: 'password', who: KINDS.filter((kind) => kind !== 'blocked') },
    prepare: async ({ personId, email }) => {
      const before = await db().authSession.count({ where: { user: { personId } } })
      return {
        form: { email, password: PASSWORD },
        happened: async () => (await db().authSession.count({ where: { user: { personId } } })) > before,
      }
    },
  },
  'sign-in/actions.ts signUpAction': {
    prepare: async () => {
      const email = `${randomUUID()}@example.org`
      return {
        form: { name: `Newcomer ${letters()}`, email, password: PASSWORD },
        happened: () => count(db().authUser.count({ where: { email } })),
      }
    },
  },
  'sign-in/actions.ts finishSignUpAction': {
    ...{ mail: true, secret: 'token', who: ANYBODY },
    prepare: async () => {
      const email = `${randomUUID()}@example.org`
      const input = { name: `Newcomer ${letters()}`, email, password: PASSWORD }
      expect((await askForAccount(input, '/rfc', new Headers(), new Date())).ok).toBe(true)
      return {
        form: { token: tokenTo(email, 'sign-up/confirm'), password: PASSWORD },
        happened: () => count(db().authUser.count({ where: { email } })),
      }
    },
  },
  'sign-in/actions.ts askResetAction': {
    mail: true,
    prepare: async () => {
      const { email } = await newActor('signed out')
      const hasCome = () => server.received.some(({ to }) => to === email)
      // It leaves behind the answer.
      return {
        form: { email },
        happened: async () => {
          for (const end = Date.now() + 5000; !hasCome() && Date.now() < end; )
            await new Promise((done) => setTimeout(done, 20))
          return hasCome()
        },
      }
    },
  },
  'sign-in/actions.ts resetPasswordAction': {
    ...{ secret: 'token', who: ANYBODY },
    prepare: async () => {
      const { email, personId } = await newActor('signed out')
      const kept = () => db().authAccount.findFirstOrThrow({ where: { user: { personId } } })
      const [{ password }, made] = [await kept(), await resetTokenFor(email, new Date())]
      return {
        form: { token: made?.token ?? '', password: OTHER_PASSWORD },
        happened: async () => (await kept()).password !== password,
      }
    },
  },
  'sign-in/actions.ts disownAction': {
    ...{ secret: 'token', who: ANYBODY },
    prepare: async () => {
      const { email } = await newActor('signed out', false)
      const made = await resetTokenFor(email, new Date())
      return {
        form: { token: made?.token ?? '' },
        happened: async () => (await db().authUser.count({ where: { email } })) === 0,
      }
    },
  },
  'sign-in/actions.ts becomeFirstAdminAction': {
    ...{ fresh: true, secret: 'firstAdminToken', who: WITH_ACCOUNT },
    prepare: async ({ personId }) => {
      const token = newToken()
      await db().firstAdminToken.create({ data: { sha256: sha256(token) } })
      const usedBy = { sha256: sha256(token), usedBy: personId }
      return {
        form: { firstAdminToken: token },
        happened: () => count(db().firstAdminToken.count({ where: usedBy })),
      }
    },
  },
  'sign-in/actions.ts signOutAction': {
    ...{ fresh: true, who: KINDS.filter((kind) => kind !== 'signed out') },
    prepare: async ({ personId }) => {
      const sessions = () => db().authSession.count({ where: { user: { personId } } })
      const before = await sessions()
      return { form: {}, happened: async () => (await sessions()) < before }
    },
  },
  'theme-action.ts setThemeAction': {
    prepare: async () => {
      jar.delete('theme')
      return { form: { theme: 'dark' }, happened: async () => jar.get('theme') === 'dark' }
    },
  },
}

const MODULES: Readonly<Record<string, object>> = {
  'admin/accounts/actions.ts': accounts,
  'import/actions.ts': mails,
  'invitation/[token]/actions.ts': invitation,
  'me/actions.ts': me,
  'new/actions.ts': begin,
  'rfc/[slug]/export/digest/actions.ts': digest,
  'rfc/[slug]/export/send/actions.ts': sending,
  'rfc/[slug]/gate/actions.ts': gate,
  'rfc/[slug]/people/actions.ts': people,
  'sign-in/actions.ts': signIn,
  'theme-action.ts': theme,
}

/** As Next calls it: with what it answered last, where its form shows that. @returns where it leads to, null if nowhere */
async function send(action: string, values: Values): Promise<string | null> {
  const [file = '', name = ''] = action.split(/ (?=\w+$)/)
  const found = Object.entries(MODULES[file] ?? {}).find(([exported]) => exported === name)?.[1]
  if (typeof found !== 'function') throw new Error(`no action ${action}`)
  const form = new FormData()
  for (const [field, value] of Object.entries(values)) form.append(field, value)
  try {
    await found(...(found.length === 2 ? [null, form] : [form]))
    return null
  } catch (error) {
    if (error instanceof Redirected) return error.to
    throw error
  }
}

function mayBy(kind: Kind, opens: Opens, { who }: Tried): boolean {
  if (who) return who.includes(kind)
  if (opens === 'everybody') return true
  if (kind === 'signed out' || kind === 'blocked') return false
  if (opens === 'account' || opens === 'secret') return true
  const viewer = { personId: kind, name: kind, administrator: kind === 'admin' }
  const roles: Role[] = kind === 'stranger' ? [] : [kind]
  return can(viewer, opens, { roles, relations: [] })
}

async function tryIt(action: string, kind: Kind, change: (form: Values) => Values): Promise<boolean> {
  const tried = TRIED[action]
  const own = tried?.fresh ? await newActor(kind) : actors.get(kind)
  if (!tried || !own) throw new Error(`nobody tries ${action}`)
  const run = async () => {
    const trial = await tried.prepare(own)
    if (!action.endsWith('askResetAction'))
      expect(await trial.happened(), 'before it is asked for').toBe(false)
    cookie = own.cookie
    try {
      await send(action, change(trial.form))
      return await trial.happened()
    } finally {
      cookie = ''
      await trial.after?.()
    }
  }
  return tried.mail ? withMail(run) : run()
}

test('each server action is tried', () => {
  expect(Object.keys(TRIED).sort()).toEqual(Object.keys(SERVER_ACTIONS).sort())
})

const EACH = Object.keys(TRIED).flatMap((action) => KINDS.map((kind) => [action, kind] as const))
test.each(EACH)('%s by %s happens where the table says so, and else nothing does', async (action, kind) => {
  const expected = mayBy(kind, SERVER_ACTIONS[action] ?? 'everybody', TRIED[action] as Tried) // a key of it
  expect(await tryIt(action, kind, (form) => form)).toBe(expected)
})

const SECRET = Object.entries(TRIED).flatMap(([action, { secret }]) =>
  secret ? [[action, secret] as const] : [],
)
test.each(SECRET)('%s does nothing for anybody with another %s', async (action, field) => {
  for (const kind of ['signed out', 'stranger', 'admin'] as const)
    expect(await tryIt(action, kind, (form) => ({ ...form, [field]: 'x'.repeat(32) })), kind).toBe(false)
})

const ODD: readonly (string | File)[] = [
  ...['\0', '\0x', '../../etc', '9'.repeat(400), '1e9', '\u202e'.repeat(5000), '%', '\ud800', '-1'],
  new File(['x'], 'a file where a text is expected'),
]
test.each(Object.keys(TRIED))('%s fails over nothing that no page sends', async (action) => {
  const tried = TRIED[action]
  const actor = actors.get('admin')
  if (!tried || !actor) throw new Error('nobody')
  const failed: string[] = []
  const run = async () => {
    const { form, after } = await tried.prepare(actor)
    const forms = Object.keys(form).flatMap((field) => ODD.map((odd) => ({ ...form, [field]: odd })))
    for (const change of [...(Object.keys(form).length > 0 ? [{}] : []), ...forms]) {
      cookie = actor.cookie
      try {
        await send(action, change)
      } catch (error) {
        failed.push(`${JSON.stringify(change).slice(0, 200)}: ${String(error).slice(-300)}`)
      }
    }
    cookie = ''
    await after?.()
  }
  await (tried.mail ? withMail(run) : run())
  expect(failed).toEqual([])
})
