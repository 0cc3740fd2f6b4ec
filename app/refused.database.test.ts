/**
 * What nobody may do, tried in every way that there is: through the act, by a page's form, by a proved mail and in SQL. Each
 * is refused, and nothing is another afterwards. Where a way does not exist the row says why.
 */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment, env } from '#lib/env.server.ts'
import { changeProposal } from '#lib/review/acts/change-proposal.server.ts'
import { changeThread } from '#lib/review/acts/change-thread.server.ts'
import { markEditorial } from '#lib/review/acts/editorial.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { placeHold, takeStance, withdrawStance } from '#lib/review/acts/take-stance.server.ts'
import { markWeakAnswer } from '#lib/review/acts/weak-answer.server.ts'
import { WEAK_FAILURES } from '#lib/review/gate/weak.ts'
import { importMail } from '#lib/review/incoming/import.server.ts'
import {
  FAIL,
  newProposal,
  PASS,
  type TestProposal,
} from '#lib/review/incoming/samples/test-proposal.server.ts'
import { sendSeries } from '#lib/review/outgoing/sending.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { GivenRole } from '#lib/review/person/roles.ts'
import { POST as postAct } from './rfc/[slug]/act/route.ts'
import { POST as postComment } from './rfc/[slug]/comment/route.ts'
import { sendAction } from './rfc/[slug]/export/send/actions.ts'
import { markWeakAction } from './rfc/[slug]/gate/actions.ts'
import { POST as postReply } from './rfc/[slug]/reply/route.ts'
import { POST as postResolve } from './rfc/[slug]/resolve/route.ts'
import { POST as postReview } from './rfc/[slug]/review-act/route.ts'

let viewer: Viewer = null
vi.mock('./request-viewer.ts', () => ({ requestViewer: async () => viewer }))
vi.mock('next/headers', () => ({ cookies: async () => new Map(), headers: async () => new Headers() }))

const ORIGIN = 'https://review.example.org'
changeEnvironment({
  COHERENT_URL: ORIGIN,
  // Nothing is sent: this is as far as what would send asks.
  ...{ COHERENT_SMTP_URL: 'smtp://127.0.0.1:1', COHERENT_MAIL_FROM: 'bounces@example.org' },
})
const CONDITION = 'A model in which the waker dies first.'
const REASON = 'It is as I say, for this reason.'
const owner = new pg.Pool({ connectionString: env.testOwnerUrl, max: 1 })
afterAll(() => owner.end())
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})

type Person = NonNullable<Viewer>
/** In review with an objection, in review without one, and not complete. */
let objected: TestProposal
let clean: TestProposal
const OPEN = 'refused-incomplete'
const ids = new Map<string, string>()
const people = new Map<string, Person>()
const who = (name: string): Person => {
  const person = people.get(name)
  if (!person) throw new Error(name)
  return person
}
const id = (name: string) => ids.get(name) ?? ''
let number = 0
let questionNumber = 0
let stance = ''
/** The Message-ID of the objection's own words. */
let comment = ''

const addressOf = (name: string) => `${name.toLowerCase()}@example.org`
const ROLES: Readonly<Record<string, GivenRole | null>> = {
  Ann: 'author',
  Reva: 'reviewer',
  Max: 'maintainer',
  Mia: 'maintainer',
  Stan: null,
  Ada: null,
}

const passage = () =>
  objected.bundle.blocks.find((block) => block.kind === 'paragraph' && block.writeup === 'lifetime')?.key ??
  ''

async function open(by: Person, kind: 'objection' | 'question') {
  const blockKey = passage()
  const words = {
    blockKey,
    kind,
    body: `Words ${randomUUID()}`,
    clearsWhen: CONDITION,
    clientKey: randomUUID(),
  }
  const made = await openThread(by, { slug: objected.slug, revision: 1, ...words })
  if (!made.ok) throw new Error(made.error.kind)
  const where = { proposalId_number: { proposalId: id(objected.slug), number: made.value.thread } }
  const row = await db().thread.findUniqueOrThrow({ where, select: { id: true } })
  ids.set(kind, row.id)
  return made.value.thread
}

beforeAll(async () => {
  objected = await newProposal('refused-objected', 'io-uring-futex')
  clean = await newProposal('refused-clean', 'io-uring-futex')
  await publishEdited(OPEN, 1, (_, source) => source)
  for (const slug of [objected.slug, clean.slug, OPEN]) {
    const proposal = await db().proposal.findUniqueOrThrow({ where: { slug }, include: { revisions: true } })
    ids.set(slug, proposal.id)
    ids.set(`${slug} v1`, proposal.revisions[0]?.id ?? '')
  }
  for (const [name, role] of Object.entries(ROLES)) {
    const data = { name, administrator: name === 'Ada' }
    const { id: personId } = await db().person.create({ data, select: { id: true } })
    people.set(name, { personId, name, administrator: name === 'Ada' })
    await db().authUser.create({ data: { name, email: addressOf(name), personId } })
    await db().personAddress.create({ data: { address: addressOf(name), personId, confirmedAt: new Date() } })
    if (role)
      await db().membership.createMany({
        data: [objected.slug, clean.slug, OPEN].map((slug) => ({ proposalId: id(slug), personId, role })),
      })
  }
  for (const { slug } of [objected, clean])
    expect((await changeProposal(who('Ann'), { slug, act: 'ask-for-review' })).ok).toBe(true)
  number = await open(who('Reva'), 'objection')
  const first = await db().comment.findFirstOrThrow({ where: { threadId: id('objection'), seq: 1 } })
  comment = first.messageId
  questionNumber = await open(who('Stan'), 'question')
  const said = { slug: objected.slug, revision: 1, value: 'reviewed_by' as const, writeups: [], words: '' }
  const given = await takeStance(who('Reva'), said)
  if (!given.ok) throw new Error(given.error.kind)
  stance = given.value
})

/** All that people decided. What a mail says is kept, as the comment that it is. */
async function everything(): Promise<unknown> {
  const { rows } = await owner.query(`SELECT
    (SELECT json_agg(p ORDER BY p.id) FROM (SELECT id, state, decided_by, current_revision, last_call_ends_at FROM proposal) p) AS proposals,
    (SELECT json_agg(t ORDER BY t.id) FROM (SELECT id, kind, state, resolved_by, answered_by, clear_condition, override_reason FROM thread
      WHERE id IN ('${id('objection')}', '${id('question')}')) t) AS threads,
    (SELECT count(*) FROM thread WHERE kind = 'objection') AS objections,
    (SELECT json_agg(s.id) FROM stance s) AS stances, (SELECT count(*) FROM stance_withdrawal) AS withdrawn,
    (SELECT json_agg(h) FROM hold h) AS holds, (SELECT count(*) FROM objection_challenge) AS challenges,
    (SELECT count(*) FROM weak_answer) AS weak, (SELECT count(*) FROM editorial_change) AS editorial,
    (SELECT json_agg(r.content_sha256 ORDER BY r.id) FROM revision r) AS revisions,
    (SELECT count(*) FROM outgoing_mail) AS mails,
    (SELECT json_agg(e.hash ORDER BY e.id) FROM event e WHERE kind NOT IN ('thread-opened', 'comment-added')) AS events`)
  return rows[0]
}

/** By the kind of a refusal: the status of a page, and what it says. */
const SAYS = {
  forbidden: [403, 'Your role in this proposal does not allow this.'],
  'own-proposal': [403, 'An author does not do this to their own proposal.'],
  'signed-out': [401, 'You are not signed in any more.'],
  'other-state': [409, 'The proposal is in another state meanwhile.'],
  gate: [409, 'The gate is open: questions are unanswered'],
  'no-such-comment': [404, 'This comment does not exist.'],
  // No page here gets so far.
  'not-yours-to-hide': [403, ''],
  'other-content': [409, ''],
  revision_changelog_is_written: [409, ''],
} as const satisfies Record<string, readonly [status: number, words: string]>

type Done = { readonly ok: boolean; readonly error?: { readonly kind: string } }
/** A refusal of each way; a text: why there is no such way. */
type Ways = {
  /** Why: what the act answers, and what a page and a mail say in words. Refused for another reason it proves nothing. */
  readonly because: keyof typeof SAYS | null
  /** Where a mail is refused before the act is asked. */
  readonly mailSays?: string
  readonly data: (() => Promise<Done>) | string
  readonly page: (() => Promise<Response>) | string
  readonly mail: (() => Promise<readonly string[]>) | string
  /** Statements as the first of them acts, and the rule that refuses. */
  readonly sql: readonly [by: string, rule: string, statement: () => string] | string
}

const form =
  (
    by: string,
    post: (request: Request, params: { params: Promise<{ slug: string }> }) => Promise<Response>,
    slug: () => string,
  ) =>
  (fields: () => Record<string, string>) =>
  async () => {
    viewer = by === '' ? null : who(by)
    const headers = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }
    const request = new Request(ORIGIN, { method: 'POST', headers, body: new URLSearchParams(fields()) })
    return post(request, { params: Promise.resolve({ slug: slug() }) })
  }
const ofObjected = () => objected.slug
const resolve = (by: string, act: () => string) => form(by, postResolve, ofObjected)(() => ({ act: act() }))
const act = (by: string, name: string, fields: Record<string, string> = {}) =>
  form(
    by,
    postAct,
    ofObjected,
  )(() => ({
    ...{
      thread: String(number),
      act: name,
      intent: 'send',
      clientKey: randomUUID(),
      body: REASON,
      ...fields,
    },
  }))
const ofReview = (by: string, slug: () => string, fields: () => Record<string, string>) =>
  form(by, postReview, slug)(fields)

/** What its lines did, of a mail that its server proved. */
async function mailed(
  by: string,
  lines: string,
  { proof = PASS, to }: { readonly proof?: string; readonly to?: string } = {},
): Promise<readonly string[]> {
  const date = new Date().toUTCString().replace('GMT', '+0000')
  const body = `Words of a mail, ${randomUUID()}.\n\n${lines}\n`
  const spelling = {
    part: 4,
    from: `${by} <${addressOf(by)}>`,
    id: `${randomUUID()}@example.org`,
    date,
    proof: '',
    ...(to === undefined ? {} : { to }),
  }
  const mail = objected.mail(body, spelling).toString()
  const { signatures } = await dkimSign(mail.replace(/\r?\n/g, '\r\n'), {
    canonicalization: 'relaxed/relaxed',
    signatureData: [{ signingDomain: 'example.org', selector: 's', privateKey }],
  })
  const bytes = Buffer.from(`${proof}${signatures.replace(/\r\n/g, '\n')}${mail}`)
  const { mailId, status } = await importMail({ kind: 'lmtp' }, bytes)
  if (status !== 'imported') return [`not: ${status}`]
  const acts = await db().mailAct.findMany({ where: { mailId: mailId ?? '' }, orderBy: { ord: 'asc' } })
  return acts.map(({ did, says }) => `${did ? 'did' : 'not'}: ${says}`)
}
const mail = (by: string, lines: () => string) => () => mailed(by, lines())

const UNPROVED = 'quarantined'
const NO_LINE = 'no line of a mail does this'
const NOT_FORGED = 'who acts is the session’s, and is named by no argument and no field'
const person = (name: string) => `'${who(name).personId}'`
const close = (state: string, by: string, more = '') =>
  `UPDATE thread SET state = '${state}', resolved_at = now(), resolved_by = ${person(by)}, waits_for = NULL ${more} WHERE id = '${id('objection')}'`
const stanceSql = (by: string, value: string, words = '') =>
  `INSERT INTO stance (proposal_id, revision_id, person_id, value, words)
   VALUES ('${id(objected.slug)}', '${id(`${objected.slug} v1`)}', ${person(by)}, '${value}', '${words}')`
const stateSql = (slug: string, to: string, more = '') =>
  `UPDATE proposal SET state = '${to}' ${more} WHERE id = '${id(slug)}'`
const decided = (by: string, more = '') =>
  `, decided_at = now(), decided_by = ${person(by)}, decided_on = 1, last_call_ends_at = NULL ${more}`
const points = [1, 2].map((n) => ({ body: `Point ${n} of it`, clearsWhen: CONDITION }))
const words = () => ({ words: { body: REASON, clientKey: randomUUID() } })
const writeupsOf = { revision: '1', writeups: 'lifetime', words: REASON }

const REFUSED: Readonly<Record<string, Ways>> = {
  'an author closes an objection': {
    because: 'forbidden',
    data: () => changeThread(who('Ann'), id('objection'), 'resolve'),
    page: resolve('Ann', () => `resolve ${number}`),
    mail: mail('Ann', () => `Resolves: #${number}`),
    sql: ['Ann', 'objection_is_closed_by_opener', () => close('resolved', 'Ann')],
  },
  'a maintainer drops an objection of another': {
    because: 'forbidden',
    data: () => changeThread(who('Max'), id('objection'), 'drop'),
    page: resolve('Max', () => `drop ${number}`),
    mail: mail('Max', () => `Resolves: #${number}`),
    sql: ['Max', 'objection_is_closed_by_opener', () => close('dropped', 'Max')],
  },
  'somebody closes it in its opener’s name': {
    because: 'forbidden',
    data: NOT_FORGED,
    page: form(
      'Ann',
      postResolve,
      ofObjected,
    )(() => ({ act: `resolve ${number}`, by: who('Reva').personId, actor: who('Reva').personId })),
    mailSays: UNPROVED,
    mail: () => mailed('Reva', `Resolves: #${number}`, { proof: FAIL }),
    sql: ['Ann', 'thread_is_closed_by_actor', () => close('resolved', 'Reva')],
  },
  'a stranger raises an objection': {
    because: 'forbidden',
    data: () =>
      openThread(who('Stan'), {
        ...{ slug: objected.slug, revision: 1, blockKey: passage(), kind: 'objection', body: REASON },
        ...{ clearsWhen: CONDITION, clientKey: randomUUID() },
      }),
    page: form(
      'Stan',
      postComment,
      ofObjected,
    )(() => ({
      ...{ revision: '1', blockKey: passage(), kind: 'objection', body: REASON, intent: 'send' },
      ...{ clearsWhen: CONDITION, clientKey: randomUUID() },
    })),
    // The words stay, as a note.
    mailSays: 'An objection is raised by a reviewer',
    mail: mail('Stan', () => `Objection: ${REASON}\nClears-when: ${CONDITION}`),
    sql: 'whose an objection is the database asks; who may raise one, the act that writes it',
  },
  'who answers an objection of another raises one by it': {
    because: 'forbidden',
    data: 'an answer has no kind',
    page: 'an answer has no kind',
    mailSays: 'An objection is raised by a reviewer',
    mail: () => mailed('Max', `Objection: ${REASON}`, { to: comment }),
    sql: 'an answer has no kind',
  },
  'an author hides what others review': {
    because: 'not-yours-to-hide',
    data: () => setVisibility(who('Ann'), { slug: objected.slug, visibility: 'embargoed' }),
    page: 'the action of its form asks the act: actions.database.test.ts',
    mail: NO_LINE,
    sql: 'who may hide it, the act asks',
  },
  'an author makes an objection an issue': {
    because: 'forbidden',
    data: () => changeThread(who('Ann'), id('objection'), 'lessen'),
    page: resolve('Ann', () => `lessen ${number}`),
    mail: mail('Ann', () => `Downgrades: #${number}`),
    sql: [
      'Ann',
      'objection_is_lessened_by_opener',
      () => `UPDATE thread SET kind = 'issue', clear_condition = NULL WHERE id = '${id('objection')}'`,
    ],
  },
  'an author splits an objection': {
    because: 'forbidden',
    data: () => changeThread(who('Ann'), id('objection'), 'split', { points }),
    page: act('Ann', 'split', {
      words1: 'One point',
      clears1: CONDITION,
      words2: 'Another',
      clears2: CONDITION,
    }),
    mail: NO_LINE,
    sql: ['Ann', 'objection_is_closed_by_opener', () => close('superseded', 'Ann')],
  },
  'an author keeps open, or says what would clear, what another opened': {
    because: 'forbidden',
    data: () => changeThread(who('Ann'), id('objection'), 'keep', words()),
    page: act('Ann', 'condition', { body: 'That it is mine to say.' }),
    mail: () => mailed('Ann', `Keeps: #${number}`, { to: comment }),
    sql: [
      'Ann',
      'objection_condition_is_its_openers',
      () => `UPDATE thread SET clear_condition = 'That it is mine to say.' WHERE id = '${id('objection')}'`,
    ],
  },
  'a reviewer answers in the author’s place': {
    because: 'forbidden',
    data: () => changeThread(who('Reva'), id('question'), 'answer', words()),
    page: act('Reva', 'answer'),
    mail: 'an answer by mail is a reply, and marks nothing as answered',
    sql: [
      'Reva',
      'thread_is_answered_by_author',
      () =>
        `UPDATE thread SET state = 'answered', answered_at = now(), answered_by = ${person('Reva')}, waits_for = 'opener' WHERE id = '${id('question')}'`,
    ],
  },
  'an author challenges': {
    because: 'forbidden',
    data: () => changeThread(who('Ann'), id('objection'), 'challenge', { reason: REASON }),
    page: act('Ann', 'challenge'),
    mail: NO_LINE,
    sql: [
      'Ann',
      'challenge_is_a_maintainers',
      () =>
        `INSERT INTO objection_challenge (thread_id, person_id, reason) VALUES ('${id('objection')}', ${person('Ann')}, '${REASON}')`,
    ],
  },
  'a maintainer overrides': {
    because: 'forbidden',
    data: () => changeThread(who('Max'), id('objection'), 'override', { reason: REASON }),
    page: act('Max', 'override'),
    mail: NO_LINE,
    sql: [
      'Max',
      'objection_is_overridden_by_admin',
      () => close('overridden', 'Max', `, override_reason = '${REASON}'`),
    ],
  },
  'a maintainer accepts while an objection stands': {
    // The objection put it into the state from which nobody accepts.
    because: 'other-state',
    data: () => changeProposal(who('Max'), { slug: objected.slug, act: 'accept' }),
    page: ofReview('Max', ofObjected, () => ({ act: 'accept', reason: REASON })),
    mail: NO_LINE,
    // In a last call all the same, it is the objection that refuses.
    sql: [
      'Max',
      'proposal_is_accepted_without_objections',
      () =>
        `SET LOCAL session_replication_role = 'replica';
         ${stateSql(objected.slug, 'last_call', ', last_call_ends_at = now()')};
         SET LOCAL session_replication_role = 'origin';
         ${stateSql(objected.slug, 'accepted', decided('Max').replace(', last_call_ends_at = NULL', ''))}`,
    ],
  },
  'an author calls last call': {
    because: 'forbidden',
    data: () => changeProposal(who('Ann'), { slug: clean.slug, act: 'call-last' }),
    page: ofReview(
      'Ann',
      () => clean.slug,
      () => ({ act: 'call-last' }),
    ),
    mail: NO_LINE,
    sql: [
      'Ann',
      'proposal_is_accepted_by_maintainer',
      () => stateSql(clean.slug, 'last_call', ", last_call_ends_at = now() + interval '10 days'"),
    ],
  },
  'an author rejects': {
    because: 'forbidden',
    data: () => changeProposal(who('Ann'), { slug: clean.slug, act: 'reject', reason: REASON }),
    page: ofReview(
      'Ann',
      () => clean.slug,
      () => ({ act: 'reject', reason: REASON }),
    ),
    mail: NO_LINE,
    sql: [
      'Ann',
      'proposal_is_rejected_by_maintainer',
      () => stateSql(clean.slug, 'rejected', decided('Ann', `, decision_reason = '${REASON}'`)),
    ],
  },
  'a maintainer withdraws': {
    because: 'forbidden',
    data: () => changeProposal(who('Max'), { slug: clean.slug, act: 'withdraw', reason: REASON }),
    page: ofReview(
      'Max',
      () => clean.slug,
      () => ({ act: 'withdraw', reason: REASON }),
    ),
    mail: NO_LINE,
    sql: ['Max', 'proposal_is_withdrawn_by_author', () => stateSql(clean.slug, 'withdrawn', decided('Max'))],
  },
  'what leaves questions open is asked to be reviewed': {
    because: 'gate',
    data: () => changeProposal(who('Ann'), { slug: OPEN, act: 'ask-for-review' }),
    page: ofReview(
      'Ann',
      () => OPEN,
      () => ({ act: 'ask-for-review' }),
    ),
    mail: NO_LINE,
    sql: ['Ann', 'proposal_in_review_passes_the_gate', () => stateSql(OPEN, 'in_review')],
  },
  'what leaves questions open is sent': {
    because: 'gate',
    data: () => sendSeries(who('Ann'), { slug: OPEN, number: 1, chosen: null, further: '' }),
    page: async () => {
      viewer = who('Ann')
      const wish = new FormData()
      for (const [name, value] of Object.entries({
        slug: OPEN,
        revision: '1',
        chosen: 'example-list@example.org',
      }))
        wish.set(name, value)
      return redirected(() => sendAction(wish), 'problem=gate', SAYS.gate)
    },
    mail: NO_LINE,
    sql: [
      'Ann',
      'outgoing_series_passes_the_gate',
      () =>
        `INSERT INTO outgoing_mail (id, proposal_id, revision_id, batch_id, position, kind, message_id, subject, bytes, queued_by)
         VALUES (gen_random_uuid(), '${id(OPEN)}', '${id(`${OPEN} v1`)}', gen_random_uuid(), 0, 'series', 'x@example.org', 's', 'x', ${person('Ann')})`,
    ],
  },
  'an author vouches for their own proposal': {
    because: 'own-proposal',
    data: () =>
      takeStance(who('Ann'), {
        slug: objected.slug,
        revision: 1,
        value: 'acked_by',
        writeups: [],
        words: '',
      }),
    page: ofReview('Ann', ofObjected, () => ({ act: 'take-stance', value: 'acked_by', ...writeupsOf })),
    mail: mail('Ann', () => `Acked-by: Ann <${addressOf('Ann')}>`),
    sql: ['Ann', 'stance_is_not_an_authors', () => stanceSql('Ann', 'acked_by')],
  },
  'a stranger nacks': {
    because: 'forbidden',
    data: () =>
      takeStance(who('Stan'), {
        slug: objected.slug,
        revision: 1,
        value: 'nacked_by',
        writeups: [],
        words: REASON,
      }),
    page: ofReview('Stan', ofObjected, () => ({ act: 'take-stance', value: 'nacked_by', ...writeupsOf })),
    mail: mail('Stan', () => `Nacked-by: Stan <${addressOf('Stan')}>`),
    sql: ['Stan', 'stance_nack_is_a_reviewers', () => stanceSql('Stan', 'nacked_by')],
  },
  'a stance is taken in another’s name': {
    because: 'forbidden',
    data: NOT_FORGED,
    page: NOT_FORGED,
    mailSays: 'It names somebody else than the sender.',
    mail: mail('Reva', () => `Reviewed-by: Max <${addressOf('Max')}>`),
    sql: ['Reva', 'stance_names_actor', () => stanceSql('Max', 'acked_by')],
  },
  'a concern, and standing aside, of nobody that is proved': {
    because: 'signed-out',
    data: () =>
      takeStance(null, { slug: objected.slug, revision: 1, value: 'concern', writeups: [], words: REASON }),
    page: ofReview('', ofObjected, () => ({ act: 'take-stance', value: 'recuse', ...writeupsOf })),
    mailSays: UNPROVED,
    mail: () => mailed('Reva', `Concern: ${REASON}\nRecuse: ${REASON}`, { proof: FAIL }),
    sql: ['Stan', 'stance_names_actor', () => stanceSql('Reva', 'recuse')],
  },
  'somebody takes back the stance of another': {
    because: 'forbidden',
    data: () => withdrawStance(who('Stan'), { slug: objected.slug, stance }),
    page: ofReview('Stan', ofObjected, () => ({ act: 'withdraw-stance', stance })),
    mailSays: 'No Reviewed-by of this sender stands.',
    mail: mail('Max', () => 'Withdraws: Reviewed-by'),
    sql: [
      'Stan',
      'stance_is_withdrawn_by_its_person',
      () => `INSERT INTO stance_withdrawal (stance_id, person_id) VALUES (${stance}, ${person('Stan')})`,
    ],
  },
  'a stranger asks for time': {
    because: 'forbidden',
    data: () => placeHold(who('Stan'), { slug: objected.slug, reason: REASON, days: 3 }),
    page: ofReview('Stan', ofObjected, () => ({ act: 'place-hold', reason: REASON, days: '3' })),
    mail: mail(
      'Stan',
      () => `Hold-until: ${new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)}`,
    ),
    sql: [
      'Stan',
      'hold_names_actor',
      () =>
        `INSERT INTO hold (proposal_id, person_id, reason, placed_at, until)
         VALUES ('${id(objected.slug)}', ${person('Reva')}, '${REASON}', now(), now() + interval '3 days')`,
    ],
  },
  'an author calls an answer weak': {
    because: 'forbidden',
    data: () =>
      markWeakAnswer(who('Ann'), { slug: clean.slug, revision: 1, question: 'semantics', reason: REASON }),
    page: async () => {
      viewer = who('Ann')
      const wish = new FormData()
      const fields = { slug: clean.slug, revision: '1', question: 'semantics', reason: REASON }
      for (const [name, value] of Object.entries(fields)) wish.set(name, value)
      const said = await markWeakAction({ typed: '', error: null, done: null }, wish)
      const isForbidden = said?.error === WEAK_FAILURES.forbidden
      return new Response(SAYS.forbidden[1], { status: isForbidden ? 403 : 200 })
    },
    mail: NO_LINE,
    sql: [
      'Ann',
      'weak_answer_is_marked_by_reviewer',
      () =>
        `INSERT INTO weak_answer (revision_id, question, answer_sha256, reason, marked_by, marked_at)
         SELECT revision_id, question, answer_sha256, '${REASON}', ${person('Ann')}, now() FROM revision_answer
         WHERE revision_id = '${id(`${clean.slug} v1`)}' LIMIT 1`,
    ],
  },
  'a reviewer calls a change editorial': {
    because: 'forbidden',
    data: () => markEditorial(who('Reva'), { slug: objected.slug, revision: 1, writeup: 'lifetime' }),
    page: ofReview('Reva', ofObjected, () => ({ act: 'mark-editorial', revision: '1', writeup: 'lifetime' })),
    mail: NO_LINE,
    sql: [
      'Reva',
      'editorial_change_is_an_authors',
      () =>
        `INSERT INTO editorial_change (revision_id, writeup, marked_by, marked_at, changes)
         VALUES ('${id(`${objected.slug} v1`)}', 'lifetime', ${person('Reva')}, now(), '[{}]')`,
    ],
  },
  'a reply leaves its thread': {
    because: 'no-such-comment',
    data: () => reply(who('Stan'), { commentId: randomUUID(), body: REASON, clientKey: randomUUID() }),
    // Of a comment that this thread does not have.
    page: form(
      'Stan',
      postReply,
      ofObjected,
    )(() => ({
      ...{ thread: String(questionNumber), comment: '99', body: REASON, clientKey: randomUUID() },
    })),
    mail: 'a mail that quotes two threads is a comment in each of them',
    sql: [
      'Stan',
      'comment_thread_id_parent_id_fkey',
      () =>
        `INSERT INTO comment (thread_id, author_id, body, message_id, parent_id)
         SELECT '${id('question')}', ${person('Stan')}, 'x', 'leaves@example.org', c.id FROM comment c
         WHERE c.thread_id = '${id('objection')}' AND c.seq = 1`,
    ],
  },
  'a published revision is edited': {
    because: 'other-content',
    data: () => publishBundle(clean.slug, { ...clean.bundle, contentHash: randomBytes(32).toString('hex') }),
    page: 'no page changes what is published',
    mail: NO_LINE,
    sql: [
      'Ann',
      'revision_is_immutable',
      () => `UPDATE revision SET plain_text = plain_text || '.' WHERE id = '${id(`${clean.slug} v1`)}'`,
    ],
  },
  'a second revision without a changelog': {
    because: 'revision_changelog_is_written',
    data: async () => {
      const cover = { ...clean.bundle.cover, revision: 2, changelog: [] }
      const contentHash = randomBytes(32).toString('hex')
      return publishBundle(clean.slug, { ...clean.bundle, cover, contentHash }).catch((error) => ({
        ...{
          ok: false,
          error: { kind: /revision_changelog_is_written/.exec(inspect(error, { depth: 9 }))?.[0] ?? 'other' },
        },
      }))
    },
    page: 'what a page publishes goes through the check of a folder, which asks for it',
    mail: NO_LINE,
    sql: [
      'Ann',
      'revision_changelog_is_written',
      () =>
        `INSERT INTO revision (proposal_id, number, content_sha256, text_version, plain_text, changelog, front_matter, published_by)
         VALUES ('${id(clean.slug)}', 2, sha256('x'), 1, 'x', '', '{}', ${person('Ann')})`,
    ],
  },
  'an event is changed': {
    because: null,
    data: 'no act changes one',
    page: 'no page changes one',
    mail: NO_LINE,
    sql: [
      'Max',
      'event_is_immutable',
      () => `UPDATE event SET subject = '{}' WHERE proposal_id = '${id(clean.slug)}'`,
    ],
  },
  'an event is taken away': {
    because: null,
    data: 'no act takes one away',
    page: 'no page takes one away',
    mail: NO_LINE,
    sql: ['Max', 'event_is_immutable', () => `DELETE FROM event WHERE proposal_id = '${id(clean.slug)}'`],
  },
}

/** A server action answers by a redirect, which the framework throws. */
async function redirected(
  work: () => Promise<unknown>,
  problem: string,
  [status, words]: readonly [number, string],
): Promise<Response> {
  try {
    await work()
  } catch (error) {
    const digest = error instanceof Error && 'digest' in error ? String(error.digest) : ''
    if (digest.includes(problem)) return new Response(words, { status })
    throw error
  }
  return new Response('', { status: 200 })
}

const waysOf = (way: keyof Ways) =>
  Object.entries(REFUSED).flatMap(([what, ways]) => (typeof ways[way] === 'string' ? [] : [[what] as const]))

/** Why a row is refused; of one that has a way there is a reason. */
function reasonOf(what: string): keyof typeof SAYS {
  const because = REFUSED[what]?.because
  if (!because) throw new Error(`${what}: for which reason?`)
  return because
}

test.each(waysOf('data'))('through the act: %s', async (what) => {
  const before = await everything()
  const { data } = REFUSED[what] ?? {}
  const done = typeof data === 'function' ? await data() : null
  expect(done).toMatchObject({ ok: false, error: { kind: reasonOf(what) } })
  expect(await everything()).toEqual(before)
})

test.each(waysOf('page'))('by a page: %s', async (what) => {
  const before = await everything()
  const { page } = REFUSED[what] ?? {}
  const answer = typeof page === 'function' ? await page() : null
  const [status, words] = SAYS[reasonOf(what)]
  expect(answer?.status).toBe(status)
  expect(await answer?.text()).toContain(words)
  expect(await everything()).toEqual(before)
})

test.each(waysOf('mail'))('by mail: %s', async (what) => {
  const before = await everything()
  const { mail: way, mailSays } = REFUSED[what] ?? {}
  const acts = typeof way === 'function' ? await way() : []
  expect(acts).toEqual([expect.stringContaining(`not: ${mailSays ?? SAYS[reasonOf(what)][1]}`)])
  expect(await everything()).toEqual(before)
})

test.each(waysOf('sql'))('in SQL: %s', async (what) => {
  const before = await everything()
  const { sql } = REFUSED[what] ?? {}
  if (typeof sql !== 'object') throw new Error(what)
  const [by, rule, statement] = sql
  const client = await owner.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT set_config('app.actor', $1, true)", [who(by).personId])
    await expect(client.query(statement())).rejects.toMatchObject({ constraint: rule })
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
  expect(await everything()).toEqual(before)
})

test('after forty days of silence two maintainers challenge by the page, and an administrator overrides, with a reason that stays', async () => {
  const answered = await changeThread(who('Ann'), id('objection'), 'answer', words())
  expect(answered.ok).toBe(true)
  expect((await pressed('Max', 'challenge'))?.status).toBe(409)
  await owner.query(`BEGIN; SET LOCAL session_replication_role = 'replica';
    UPDATE comment SET created_at = created_at - interval '40 days' WHERE thread_id = '${id('objection')}';
    UPDATE thread SET answered_at = answered_at - interval '40 days', opened_at = opened_at - interval '40 days'
      WHERE id = '${id('objection')}'; COMMIT`)
  expect((await pressed('Ann', 'challenge'))?.status).toBe(403)
  expect((await pressed('Max', 'challenge'))?.status).toBe(303)
  expect((await pressed('Ada', 'override'))?.status).toBe(409)
  expect((await pressed('Mia', 'challenge'))?.status).toBe(303)
  expect((await pressed('Max', 'override'))?.status).toBe(403)
  expect((await pressed('Ada', 'override'))?.status).toBe(303)
  expect(await db().thread.findUniqueOrThrow({ where: { id: id('objection') } })).toMatchObject({
    state: 'overridden',
    overrideReason: REASON,
  })
  const kinds = await db().event.findMany({
    where: { kind: { startsWith: 'objection-' } },
    orderBy: { id: 'asc' },
  })
  expect(kinds.map(({ kind }) => kind)).toEqual([
    ...['objection-challenged', 'objection-challenged', 'objection-overridden'],
  ])
})

const pressed = (by: string, name: string) => act(by, name)()
