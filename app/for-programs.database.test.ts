import { randomUUID } from 'node:crypto'
import { SaxesParser } from 'saxes'
import { beforeAll, expect, test, vi } from 'vitest'
import { GET as formOfRevision } from '#app/rfc/[slug]/[revision]/as/[form]/route.ts'
import { GET as formOfProposal } from '#app/rfc/[slug]/as/[form]/route.ts'
import { GET as formOfThread } from '#app/rfc/[slug]/t/[number]/as/[form]/route.ts'
import { GET as listAsJson } from '#app/rfc.json/route.ts'
import { GET as searchAsFeed } from '#app/search.atom/route.ts'
import { GET as searchAsJson } from '#app/search.json/route.ts'
import { db } from '#lib/db.server.ts'
import { makeFeedToken } from '#lib/review/account/feed-token.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/** What programs read, by the handlers of its addresses; who asks is said here instead of by a cookie. */
let viewer: Viewer = null
vi.mock('./request-viewer.ts', () => ({ requestViewer: async () => viewer }))

let proposal: TestProposal
let member: NonNullable<Viewer>
const WORD = 'quillwortish'
const HOSTILE = `${WORD} ]]> </content><script>x</script> \u0001 & "q"`
const HIDDEN_TEXT = 'xylophonical'

async function person(name: string) {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  return { personId: id, name, administrator: false }
}

beforeAll(async () => {
  proposal = await newProposal('for-programs')
  const writer = await person('Wira <b>')
  const blockKey = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const said = { revision: 1, blockKey }
  // A comment that came by mail may have such a character; a form refuses it.
  const body = HOSTILE.replace('\u0001', '')
  expect((await openThread(writer, { ...said, slug: proposal.slug, body, clientKey: randomUUID() })).ok).toBe(
    true,
  )
  const hidden = await newProposal('for-some-programs')
  const open = { ...said, slug: hidden.slug, body: HIDDEN_TEXT, clientKey: randomUUID() }
  expect((await openThread(writer, open)).ok).toBe(true)
  await setVisibility('operator', { slug: hidden.slug, visibility: 'embargoed' })
  member = await person('Member')
  const { id } = await db().proposal.findUniqueOrThrow({ where: { slug: hidden.slug }, select: { id: true } })
  await db().membership.create({ data: { proposalId: id, personId: member.personId, role: 'reader' } })
})

const asked = (path: string) => new Request(`https://rfc.example${path}`)
const proposalForm = (slug: string, form: string, query = '') =>
  formOfProposal(asked(`/rfc/${slug}.${form}${query}`), { params: Promise.resolve({ slug, form }) })
const revisionForm = (slug: string, revision: string) =>
  formOfRevision(asked(`/rfc/${slug}/${revision}.json`), {
    params: Promise.resolve({ slug, revision, form: 'json' }),
  })
const threadForm = (slug: string, number: string) =>
  formOfThread(asked(`/rfc/${slug}/t/${number}.json`), {
    params: Promise.resolve({ slug, number, form: 'json' }),
  })

/** The texts of an element, read by a parser that refuses what XML refuses. */
function texts(document: string, name: string): string[] {
  const found: string[] = []
  let text: string | null = null
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', (tag) => {
    if (tag.name === name) text = ''
  })
  parser.on('text', (piece) => {
    if (text !== null) text += piece
  })
  parser.on('closetag', (tag) => {
    if (tag.name !== name) return
    found.push(text ?? '')
    text = null
  })
  parser.write(document).close()
  return found
}

test('a proposal, its revision and its thread are JSON, and each leads to the next', async () => {
  viewer = null
  const { slug } = proposal
  expect(await (await proposalForm(slug, 'json')).json()).toMatchObject({
    ...{ slug, visibility: 'public', feed: `/rfc/${slug}.atom` },
    revisions: [{ number: 1, json: `/rfc/${slug}/v1.json` }],
  })
  const revision = await (await revisionForm(slug, 'v1')).json()
  expect(revision).toMatchObject({ slug, number: 1, threads: [{ number: 1, json: `/rfc/${slug}/t/1.json` }] })
  expect(revision.blocks.length).toBe(proposal.bundle.blocks.length)
  const thread = await (await threadForm(slug, '1')).json()
  expect(thread).toMatchObject({ number: 1, kind: 'note', state: 'open', allComments: 1, next: null })
  expect(thread.comments[0]).toMatchObject({
    number: 1,
    author: { name: 'Wira <b>' },
    url: `/rfc/${slug}/t/1#c1`,
  })
  const list = await (await listAsJson(asked('/rfc.json'))).json()
  expect(list.proposals.map((one: { slug: string }) => one.slug)).toContain(slug)
})

test('hostile words are in the feed of the proposal and of a search as they were said', async () => {
  viewer = null
  const feed = await proposalForm(proposal.slug, 'atom')
  expect(feed.headers.get('content-type')).toContain('application/atom+xml')
  const said = HOSTILE.replace('\u0001', '')
  const document = await feed.text()
  expect(texts(document, 'content')).toContain(said)
  expect(texts(document, 'name')).toContain('Wira <b>')
  const found = await (await searchAsFeed(asked(`/search.atom?q=${WORD}`))).text()
  expect(texts(found, 'content')).toEqual([said.replace(/\s+/g, ' ')])
})

test('a search is JSON, and what is no search is a 400 with the sentence of the page', async () => {
  viewer = null
  const answer = await searchAsJson(asked(`/search.json?q=${WORD}`))
  expect(await answer.json()).toMatchObject({
    comments: [{ slug: proposal.slug, thread: 1, url: `/rfc/${proposal.slug}/t/1#c1` }],
  })
  for (const [query, words] of [
    ['?q=is:opne', 'Did you mean is:open?'],
    ['', 'There is nothing to search for'],
    [`?q=${'x'.repeat(3000)}`, 'at most 200 characters'],
  ]) {
    const refused = await searchAsJson(asked(`/search.json${query}`))
    expect(refused.status).toBe(400)
    expect((await refused.json()).error).toContain(words)
  }
  expect((await searchAsFeed(asked('/search.atom?q=is:opne'))).status).toBe(400)
  const part = await searchAsJson(asked(`/search.json?q=${proposal.parts[1]?.messageId}`))
  expect(await part.json()).toMatchObject({ part: { slug: proposal.slug, revision: 1 } })
})

test('what is embargoed answers a stranger as what is not there, and a member, or their token, as it is', async () => {
  const slug = 'for-some-programs'
  const every = (name: string) => [
    proposalForm(name, 'json'),
    proposalForm(name, 'atom'),
    revisionForm(name, 'v1'),
    threadForm(name, '1'),
  ]
  viewer = null
  const told = async (name: string) =>
    Promise.all(
      every(name).map(async (answer) => {
        const got = await answer
        return [got.status, (await got.text()).replaceAll(name, '')]
      }),
    )
  expect(await told(slug)).toEqual(await told('for-none-at-all-x'))
  expect((await told(slug)).map(([status]) => status)).toEqual([404, 404, 404, 404])
  expect(await (await searchAsJson(asked(`/search.json?q=${HIDDEN_TEXT}`))).json()).toMatchObject({
    comments: [],
  })
  const token = await makeFeedToken(member)
  expect(await (await proposalForm(slug, 'atom', `?token=${token}`)).text()).toContain(HIDDEN_TEXT)
  expect(await (await searchAsFeed(asked(`/search.atom?q=${HIDDEN_TEXT}&token=${token}`))).text()).toContain(
    slug,
  )
  await makeFeedToken(member)
  expect((await proposalForm(slug, 'atom', `?token=${token}`)).status).toBe(401)
  viewer = member
  for (const answer of every(slug)) expect((await answer).status).toBe(200)
})

test('what no address has is a 404', async () => {
  viewer = null
  for (const answer of [
    proposalForm('no-such', 'json'),
    proposalForm(proposal.slug, 'xml'),
    revisionForm(proposal.slug, 'v99'),
    threadForm(proposal.slug, '99'),
    threadForm(proposal.slug, '0'),
  ])
    expect((await answer).status).toBe(404)
})
