import { randomUUID } from 'node:crypto'
import { prerender } from 'react-dom/static'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { answerCopyForm } from '#app/rfc/[slug]/edit/copy-forms.ts'
import { GET as look } from '#app/rfc/[slug]/edit/look/route.ts'
import PreviewRoute from '#app/rfc/[slug]/edit/preview/[writeup]/page.tsx'
import PublishRoute from '#app/rfc/[slug]/edit/publish/page.tsx'
import { NotNow } from '#lib/aside/not-now.ts'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { beginProposal } from '#lib/review/acts/begin-proposal.server.ts'
import { copyOf, ownCopies } from '#lib/review/copy/read-copies.server.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/** The editor's form where the world is not as it should be; who sends it is said here instead of by a cookie. */
let viewer: Viewer = null
vi.mock('./request-viewer.ts', () => ({ requestViewer: async () => viewer }))
vi.mock('next/headers', () => ({ cookies: async () => new Map(), headers: async () => new Headers() }))
vi.mock('./still-pieces.ts', () => ({
  stillPieces: async () => (piece: string, html: { text: string }) => ({
    ...{ request: 'r', piece, html: html.text },
  }),
}))
const away = vi.hoisted(() => ({ isAway: false }))
vi.mock('#lib/review/acts/save-copy.server.ts', async (original) => {
  const acts = await original<typeof import('#lib/review/acts/save-copy.server.ts')>()
  return {
    ...acts,
    saveFile: (...args: Parameters<typeof acts.saveFile>) =>
      away.isAway ? Promise.reject(new Error('the database is away')) : acts.saveFile(...args),
  }
})

let slug = ''
beforeEach(async () => {
  const { id } = await db().person.create({ data: { name: 'Ada' }, select: { id: true } })
  viewer = { personId: id, name: 'Ada', administrator: false }
  const begun = await beginProposal(viewer, {
    ...{ title: `Forms ${randomUUID().slice(0, 8)}`, area: 'futex', authors: ['Ada <ada@example.org>'] },
    ...{ to: [], questionnaire: 'futex@1', clientKey: randomUUID() },
  })
  slug = begun.ok ? begun.value.slug : ''
})
afterEach(() => {
  away.isAway = false
  vi.restoreAllMocks()
})

async function send(fields: Record<string, string>, accept = 'text/html') {
  const headers = { origin: env.publicUrl, 'sec-fetch-site': 'same-origin', accept }
  const body = new URLSearchParams(fields)
  const answer = await answerCopyForm(new Request(env.publicUrl, { method: 'POST', headers, body }), slug)
  return { status: answer.status, text: await answer.text() }
}
const busy = () => Promise.reject(new NotNow('busy'))
const WORDS = 'One line of words that took an hour.'

test('whatever fails while a text is saved, the text is in the answer', async () => {
  away.isAway = true
  const answer = await send({ intent: 'save', path: 'problem.mdx', base: '', text: WORDS })
  expect(answer.status).toBe(503)
  expect(answer.text).toContain(WORDS)
  const script = await send(
    { intent: 'save', path: 'problem.mdx', base: '', text: WORDS },
    'application/json',
  )
  expect(JSON.parse(script.text)).toMatchObject({ kind: 'refused' })
  expect(script.status).toBe(503)
})

test('while others publish the form comes back with its changelog, and says when to send it again', async () => {
  vi.spyOn(heavy, 'publishCopy').mockImplementation(busy)
  const fields = { intent: 'publish', seen: '1', changelog: WORDS, visibility: 'public' }
  const shown = await send(fields)
  expect(shown.status).toBe(503)
  expect(shown.text).toContain('send it again in a minute')
  // Nothing can be looked at either: the words are there all the same.
  vi.spyOn(heavy, 'lookAtCopy').mockImplementation(busy)
  const plain = await send(fields)
  expect(plain.status).toBe(503)
  expect(plain.text).toContain(WORDS)
  vi.spyOn(heavy, 'takeInSuggestions').mockImplementation(busy)
  expect((await send({ intent: 'take', seen: '1' })).status).toBe(503)
})

test('pages of a draft say “not now” where the work beside the app does', async () => {
  for (const name of ['lookAtCopy', 'checkCopy', 'drawCopy'] as const)
    vi.spyOn(heavy, name).mockImplementation(busy)
  const drawn = async (element: Parameters<typeof prerender>[0]) =>
    new Response((await prerender(element)).prelude).text()
  const params = Promise.resolve({ slug, writeup: 'problem' })
  expect(await drawn(await PublishRoute({ params }))).toContain('Not now')
  expect(await drawn(await PreviewRoute({ params }))).toContain('Not now')
  expect((await look(new Request(`${env.publicUrl}/look`), { params })).status).toBe(503)
})

test.each(['99999999999', '1e308', '-1', '1.5', 'NaN', ''])(
  'a form that says it saw version %j is told that it did not, and does nothing',
  async (number) => {
    const forms: readonly Record<string, string>[] = [
      { intent: 'restore', state: number, seen: '1' },
      { intent: 'restore', state: '1', seen: number },
      { intent: 'publish', seen: number, changelog: '', visibility: 'public' },
      { intent: 'catch-up', seen: number },
      { intent: 'delete', seen: number, sure: 'yes' },
    ]
    for (const fields of forms) {
      const answer = await send(fields)
      expect([303, 404, 409], `${JSON.stringify(fields)}: ${answer.text}`).toContain(answer.status)
    }
    expect((await copyOf(viewer, slug))?.version).toBe(1)
  },
)

test('a draft is deleted by who saw it as it is and ticked the box; there is room for another one then', async () => {
  expect((await send({ intent: 'delete', seen: '1' })).status).toBe(422)
  expect((await ownCopies(viewer)).length).toBe(1)
  expect((await send({ intent: 'delete', seen: '1', sure: 'yes' })).status).toBe(303)
  expect(await ownCopies(viewer)).toEqual([])
})
