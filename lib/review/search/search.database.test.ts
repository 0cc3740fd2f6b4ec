import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeThread } from '#lib/review/acts/change-thread.server.ts'
import { deleteComment } from '#lib/review/acts/delete-comment.server.ts'
import { editComment } from '#lib/review/acts/edit-comment.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { importMail } from '#lib/review/incoming/import.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { fillSearch } from './fill-search.server.ts'
import { search } from './search.server.ts'

/** Queries, and what a person expects of each. Every text here has a word of its own, so that other tests' rows are not met. */
const OWN = 'quillwort'
let proposal: TestProposal
let other: TestProposal
let reva: NonNullable<Viewer>
let bo: NonNullable<Viewer>
const named = new Map<string, { readonly id: string; readonly messageId: string; readonly thread: number }>()

async function person(name: string): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  return { personId: id, name, administrator: false }
}

let minute = 0
async function say(name: string, who: NonNullable<Viewer>, body: string, of = proposal, writeup = 'problem') {
  const blockKey =
    of.bundle.blocks.find((one) => one.kind === 'paragraph' && one.writeup === writeup)?.key ?? ''
  const at = new Date(Date.UTC(2027, 0, 1, 0, minute++))
  const made = await openThread(
    who,
    { slug: of.slug, revision: 1, blockKey, body: `${body} ${OWN}`, clientKey: randomUUID() },
    at,
  )
  if (!made.ok) throw new Error(made.error.kind)
  const { thread } = made.value
  const row = await db().comment.findFirstOrThrow({
    where: { thread: { number: thread, proposal: { slug: of.slug } } },
    select: { id: true, messageId: true },
  })
  named.set(name, { ...row, thread })
}

beforeAll(async () => {
  proposal = await newProposal('search-here')
  other = await newProposal('search-there')
  reva = await person('Reva Searched')
  bo = await person('Bo Searched')
  await say('setup', reva, 'What does futex_wait_setup() do when the page is away?')
  await say('lock', bo, 'You take hb->lock twice.')
  await say('blank', bo, 'The hb lock is taken, and lock->hb is not.')
  await say(
    'phrase',
    reva,
    'I ask\n> who frees\n> the request, and when.\nNobody says.',
    proposal,
    'lifetime',
  )
  await say('parts', reva, 'The request is freed by who cancels it.', proposal, 'lifetime')
  await say(
    'file',
    bo,
    'See io_uring/futex.c:112 and https://lore.example/r/1, v5.16, CONFIG_FUTEX_PI=y.',
    other,
  )
  await say('accents', bo, 'Überläufe im Zähler; ждать нельзя.', other)
  await say('closed', reva, 'A nit about the requeue path.', other)
  expect((await changeThread(reva, await idOfThread('closed'), 'resolve')).ok).toBe(true)
  await say('edited', reva, 'Before: zanzibar.')
  const edited = named.get('edited')
  await editComment(reva, { commentId: edited?.id ?? '', lockVersion: 0, body: `Afterwards: mombasa ${OWN}` })
  await say('deleted', reva, 'A word said in anger: tarnation.')
  await deleteComment(reva, named.get('deleted')?.id ?? '')
  const mail = await importMail(
    { kind: 'lmtp' },
    proposal.mail(`From a list: the bucket is hashed twice ${OWN}.\n`, {
      id: 'searched.1@lists.example.org',
    }),
  )
  expect(mail.status).toBe('imported')
  const row = await db().comment.findUniqueOrThrow({
    where: { messageId: 'searched.1@lists.example.org' },
    select: { id: true, messageId: true, thread: { select: { number: true } } },
  })
  named.set('mail', { id: row.id, messageId: row.messageId, thread: row.thread.number })
})

async function idOfThread(name: string): Promise<string> {
  const row = await db().comment.findUniqueOrThrow({
    where: { id: named.get(name)?.id ?? '' },
    select: { threadId: true },
  })
  return row.threadId
}

async function found(query: string, viewer: Viewer = null): Promise<string[]> {
  const answer = await search(viewer, query)
  if (!answer.ok) throw new Error(answer.error)
  const hits = answer.value?.comments ?? []
  return hits.map(
    ({ slug, thread }) =>
      [...named].find(
        ([name, one]) => one.thread === thread && slug === (OF_OTHER.has(name) ? other.slug : proposal.slug),
      )?.[0] ?? `${slug} ${thread}`,
  )
}
const OF_OTHER = new Set(['file', 'accents', 'closed'])

test.each<[query: string, comments: string[]]>([
  // An identifier, with brackets, in part, and in another case.
  [`futex_wait_setup ${OWN}`, ['setup']],
  [`futex_wait_setup() ${OWN}`, ['setup']],
  [`wait_setup ${OWN}`, ['setup']],
  [`futex_wai ${OWN}`, ['setup']],
  [`tex_wait_se ${OWN}`, ['setup']],
  [`FUTEX_WAIT_SETUP ${OWN}`, ['setup']],
  [`CONFIG_FUTEX_PI ${OWN}`, ['file']],
  // With signs in it: as it stands, not as the words that it has.
  [`hb->lock ${OWN}`, ['lock']],
  [`lock->hb ${OWN}`, ['blank']],
  [`hb lock ${OWN}`, ['blank', 'lock']],
  [`io_uring/futex.c ${OWN}`, ['file']],
  [`futex.c:112 ${OWN}`, ['file']],
  [`v5.16 ${OWN}`, ['file']],
  // A phrase, over line ends and the marks of a quote, and not its words elsewhere.
  [`"who frees the request" ${OWN}`, ['phrase']],
  [`"the request" ${OWN}`, ['parts', 'phrase']],
  [`"frees who" ${OWN}`, []],
  // Words: by their stem, or by their beginning.
  [`requests free ${OWN}`, ['parts', 'phrase']],
  [`requesting ${OWN}`, ['parts', 'phrase']],
  [`cancellation ${OWN}`, ['parts']],
  [`requ nit ${OWN}`, ['closed']],
  [`überläufe ${OWN}`, ['accents']],
  [`ждать ${OWN}`, ['accents']],
  // Within a word, where nothing begins so.
  [`ombas ${OWN}`, ['edited']],
  // What was replaced or deleted is not found.
  [`mombasa ${OWN}`, ['edited']],
  [`zanzibar ${OWN}`, []],
  [`tarnation ${OWN}`, []],
  // Filters.
  [`is:closed ${OWN}`, ['closed']],
  [`is:open in:search-there ${OWN}`, ['accents', 'file']],
  [`by:reva in:lifetime ${OWN}`, ['parts', 'phrase']],
  [`by:"Bo Searched" hb ${OWN}`, ['blank', 'lock']],
  [`kind:objection ${OWN}`, []],
  [`is:note nit ${OWN}`, ['closed']],
  [`on:v2 ${OWN}`, []],
  [`on:v1 nit ${OWN}`, ['closed']],
  [`is:passage nit`, []],
  // A wildcard of the database is a sign like another.
  [`100%_x ${OWN}`, []],
  [`'a':* ${OWN}`, []],
  // By the name of a mail.
  ['searched.1@lists.example.org', ['mail']],
  ['<searched.1@lists.example.org>', ['mail']],
  ['nobody.said@lists.example.org', []],
])('%s finds %j, the newest first', async (query, comments) => {
  expect(await found(query)).toEqual(comments)
})

test('a comment is found by the Message-ID under which it leaves', async () => {
  expect(await found(named.get('lock')?.messageId ?? '')).toEqual(['lock'])
})

test('by:me is about who asks, and asks who is signed out to sign in', async () => {
  expect(await found(`by:me hb ${OWN}`, bo)).toEqual(['blank', 'lock'])
  expect(await search(null, 'by:me')).toEqual({
    ok: false,
    error: '“by:me” needs an account: sign in first.',
  })
})

test('passages of the newest revision are found with the words marked, and the proposal by its title', async () => {
  const block = proposal.bundle.blocks.find((one) => one.kind === 'paragraph' && one.text.length > 80)
  const words = block?.text.split(' ').slice(2, 7).join(' ') ?? ''
  const answer = await search(null, `"${words.replaceAll('"', '')}" in:search-here`)
  const [hit] = (answer.ok && answer.value?.passages) || []
  expect(hit).toMatchObject({ slug: 'search-here', revision: 1, blockKey: block?.key })
  expect(hit?.excerpt.some(({ isFound }) => isFound)).toBe(true)
  const title = await search(null, proposal.bundle.cover.title.split(' ').slice(0, 2).join(' '))
  expect(title.ok && title.value?.proposals.map(({ slug }) => slug)).toContain('search-here')
})

test('in: a proposal that is not there is told by name', async () => {
  for (const query of ['in:nowhere-at-all lock', 'in:../x lock'])
    expect(await search(null, query)).toMatchObject({
      ok: false,
      error: expect.stringContaining('neither a proposal nor'),
    })
})

test('what is unlisted or embargoed is in the search of who has a role in it, and in nobody else’s', async () => {
  const secret = await newProposal('search-secret')
  await say('secret', reva, 'xylophonist at work', secret)
  const title = secret.bundle.cover.title
  const member = await person('Member')
  const { id } = await db().proposal.findUniqueOrThrow({ where: { slug: secret.slug }, select: { id: true } })
  await db().membership.create({ data: { proposalId: id, personId: member.personId, role: 'reader' } })
  for (const visibility of ['unlisted', 'embargoed'] as const) {
    await setVisibility('operator', { slug: secret.slug, visibility })
    const messageId = named.get('secret')?.messageId ?? ''
    for (const viewer of [null, reva]) {
      for (const query of ['xylophonist', messageId, title, 'xylophoni', 'by:reva xylophonist']) {
        const answer = await search(viewer, query)
        if (!answer.ok || !answer.value) throw new Error('the search answers')
        const { proposals, passages, comments } = answer.value
        expect([...proposals, ...passages, ...comments].map(({ slug }) => slug)).not.toContain(secret.slug)
      }
      // As of what nobody ever made.
      const there = await search(viewer, `in:${secret.slug} lock`)
      const notThere = await search(viewer, 'in:search-secrex lock')
      expect(there.ok ? '' : there.error.replace(secret.slug, '')).toBe(
        notThere.ok ? '' : notThere.error.replace('search-secrex', ''),
      )
    }
    for (const query of ['xylophonist', messageId]) {
      const answer = await search(member, query)
      expect(answer.ok && answer.value?.comments.map(({ slug }) => slug)).toEqual([secret.slug])
    }
  }
})

test('more than five pages are not shown, and said to be there', async () => {
  const threadId = await idOfThread('setup')
  const rows = Array.from({ length: 120 }, (_, i) => ({
    ...{ threadId, authorId: reva.personId, body: `Answer ${i}: plenitude.` },
    messageId: `plenitude.${i}.${randomUUID()}@example.org`,
  }))
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('app.actor', ${reva.personId}, true)`
    await tx.comment.createMany({ data: rows })
  })
  const pages = await Promise.all([1, 5, 6].map((page) => search(null, 'plenitude', page)))
  expect(pages.map((one) => (one.ok ? one.value?.comments.length : null))).toEqual([20, 20, 0])
  expect(pages[0]).toMatchObject({ value: { pages: 5, moreComments: true } })
})

test('a text with more words than an index takes is stored all the same', async () => {
  const words = Array.from({ length: 9000 }, (_, i) => `w${i.toString(36)}é`)
    .join(' ')
    .slice(0, 65_000)
  await say('manifold', reva, words)
  expect(await found(`manifold ${OWN}`)).toEqual([])
  expect(await found(`w10é ${OWN}`)).toEqual(['manifold'])
})

test('an upgrade fills in what was written before, and does nothing when it is run again', async () => {
  const id = named.get('lock')?.id ?? ''
  await fillSearch()
  await db().searchComment.deleteMany({ where: { commentId: id } })
  const revision = await db().revision.findFirstOrThrow({ where: { proposal: { slug: 'search-here' } } })
  const passages = await db().passage.findMany({
    where: { revisionId: revision.id },
    orderBy: { ord: 'asc' },
  })
  await db().passage.deleteMany({ where: { revisionId: revision.id } })
  expect(await found(`hb->lock ${OWN}`)).toEqual([])
  expect(await fillSearch()).toBe(1 + passages.length)
  expect(await found(`hb->lock ${OWN}`)).toEqual(['lock'])
  expect(
    await db().passage.findMany({ where: { revisionId: revision.id }, orderBy: { ord: 'asc' } }),
  ).toEqual(passages)
  expect(await fillSearch()).toBe(0)
})

test.each([
  `'`,
  `''' <-> '':*`,
  '\\',
  '%',
  '_',
  '"'.repeat(50),
  'a'.repeat(200),
  '\u0000',
  '\ud800',
  '😀 \u202e lock',
  `is: by: ${'x'.repeat(40)}`,
  `); DROP TABLE comment; --`,
])('%j is answered', async (query) => {
  const answer = await search(null, query)
  expect(typeof answer.ok).toBe('boolean')
})
