import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test, vi } from 'vitest'
import { GET as turnsAsFeed } from '#app/me/turns.atom/route.ts'
import { GET as pieces } from '#app/rfc/[slug]/live/[revision]/route.ts'
import { GET as live } from '#app/rfc/[slug]/live/route.ts'
import { POST as read } from '#app/rfc/[slug]/read/route.ts'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { makeFeedToken } from '#lib/review/account/feed-token.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/** What an open page asks for, by the handlers of its addresses; who asks is said here instead of by a cookie. */
let viewer: Viewer = null
vi.mock('./request-viewer.ts', () => ({ requestViewer: async () => viewer }))

let proposal: TestProposal
let hidden: TestProposal
let writer: NonNullable<Viewer>
let thread = 0

async function person(name: string) {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  return { personId: id, name, administrator: false }
}

beforeAll(async () => {
  proposal = await newProposal('open-pages')
  hidden = await newProposal('open-pages-hidden')
  await setVisibility('operator', { slug: hidden.slug, visibility: 'embargoed' })
  writer = await person('Writer')
  const blockKey = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const made = await openThread(writer, {
    ...{
      slug: proposal.slug,
      revision: 1,
      blockKey,
      body: 'Said while it was open',
      clientKey: randomUUID(),
    },
  })
  if (!made.ok) throw new Error(made.error.kind)
  thread = made.value.thread
})

const asked = (path: string, headers: Record<string, string> = {}) =>
  new Request(`https://rfc.example${path}`, { headers })
const of = (slug: string) => ({ params: Promise.resolve({ slug }) })
const liveOf = (slug: string, query = '', headers = {}) =>
  live(asked(`/rfc/${slug}/live${query}`, headers), of(slug))
const piecesOf = (slug: string, query: string, revision = 'v1') =>
  pieces(asked(`/rfc/${slug}/live/${revision}${query}`), { params: Promise.resolve({ slug, revision }) })
const reading = (slug: string, fields: Record<string, string>, origin = new URL(env.publicUrl).origin) =>
  read(
    new Request(`${env.publicUrl}/rfc/${slug}/read`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: {
        origin,
        'sec-fetch-site': origin === new URL(env.publicUrl).origin ? 'same-origin' : 'cross-site',
      },
    }),
    of(slug),
  )

test('a stream is neither packed nor held back, and begins with what the page did not know yet', async () => {
  viewer = null
  const answer = await liveOf(proposal.slug, '?after=0', { accept: 'text/event-stream' })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  expect(answer.headers.get('cache-control')).toContain('no-transform')
  const reader = answer.body?.getReader()
  let text = ''
  while (!text.includes('event: changes')) text += new TextDecoder().decode((await reader?.read())?.value)
  await reader?.cancel()
  expect(text).toContain(`{"kind":"comment","thread":${thread}}`)
  expect(text).not.toContain('Said')
  // A browser whose line broke says what it had last, which is later than what the page was made with.
  const last = [...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? ''
  const since = await (await liveOf(proposal.slug, '?after=0', { 'last-event-id': last })).json()
  expect(since).toEqual({ after: last, changes: [] })
})

test('of what one may not know of there is no stream and no piece, and nothing is marked', async () => {
  viewer = writer
  expect((await liveOf(hidden.slug, '', { accept: 'text/event-stream' })).status).toBe(404)
  expect((await liveOf(hidden.slug)).status).toBe(404)
  expect((await piecesOf(hidden.slug, '?thread=1')).status).toBe(404)
  expect((await reading(hidden.slug, { thread: '1.1' })).status).toBe(404)
  expect((await liveOf('no-such-one')).status).toBe(404)
})

test('threads that changed come as they are now, with where they stand; what there is not is left out', async () => {
  viewer = await person('Reader')
  const found = await (await piecesOf(proposal.slug, `?thread=${thread}&thread=999&thread=x`)).json()
  expect(found).toMatchObject({ open: 1, threads: [{ number: thread }] })
  expect(found.threads[0].html).toContain('Said while it was open')
  expect(found.threads[0].html).toContain('data-unread="1"')
  expect(found.threads[0].blockKey).not.toBe('')
  expect((await piecesOf(proposal.slug, '?thread=1', 'v9')).status).toBe(404)
  expect((await piecesOf(proposal.slug, '?thread=1', 'x')).status).toBe(404)
})

test('what was read is said by a page of this site alone, and goes back to where its button stood', async () => {
  viewer = await person('Marker')
  expect((await reading(proposal.slug, { thread: `${thread}.1` }, 'https://elsewhere.example')).status).toBe(
    400,
  )
  expect((await reading(proposal.slug, { thread: 'all of them' })).status).toBe(422)
  expect((await reading(proposal.slug, { thread: `${thread}.1`, quiet: '1' })).status).toBe(204)
  const found = await (await piecesOf(proposal.slug, `?thread=${thread}`)).json()
  expect(found.threads[0].html).not.toContain('data-unread')
  const all = await reading(proposal.slug, { until: new Date().toISOString(), back: 'threads' })
  expect([all.status, all.headers.get('location')]).toEqual([303, `/rfc/${proposal.slug}/threads`])
  viewer = null
  expect((await reading(proposal.slug, { thread: `${thread}.1` })).status).toBe(401)
})

test('the feed of one’s turns is for who is signed in, or holds the token', async () => {
  viewer = null
  expect((await turnsAsFeed(asked('/me/turns.atom'))).status).toBe(404)
  expect((await turnsAsFeed(asked(`/me/turns.atom?token=${'x'.repeat(32)}`))).status).toBe(401)
  const token = await makeFeedToken(writer)
  const answer = await turnsAsFeed(asked(`/me/turns.atom?token=${token}`))
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('<title>My turn: Writer</title>')
})
