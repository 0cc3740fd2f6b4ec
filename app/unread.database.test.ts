import { randomUUID } from 'node:crypto'
import type { ReactNode } from 'react'
import { prerender } from 'react-dom/static'
import { beforeAll, expect, test, vi } from 'vitest'
import { Reading } from '#app/rfc/[slug]/reading.tsx'
import ThreadRoute from '#app/rfc/[slug]/t/[number]/page.tsx'
import ThreadsPage from '#app/rfc/[slug]/threads/page.tsx'
import { db } from '#lib/db.server.ts'
import { markRead } from '#lib/review/acts/mark-read.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/** Pages as they are drawn for somebody; who asks is said here instead of by a cookie. */
let viewer: Viewer = null
vi.mock('./request-viewer.ts', () => ({ requestViewer: async () => viewer }))
vi.mock('./still-pieces.ts', () => ({
  stillPieces: async () => (piece: string, html: { text: string }) => ({
    ...{ request: 'r', piece, html: html.text },
  }),
}))

const SLUG = 'unread-pages'
let reader: NonNullable<Viewer>

async function person(name: string): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  return { personId: id, name, administrator: false }
}

/** Without the comments that React puts between two texts. */
async function drawn(element: ReactNode): Promise<string> {
  const { prelude } = await prerender(element)
  return (await new Response(prelude).text()).replaceAll('<!-- -->', '')
}

const reading = async () => drawn(await Reading({ slug: SLUG, number: null, asked: {} }))
const threadPage = async () =>
  drawn(
    await ThreadRoute({
      params: Promise.resolve({ slug: SLUG, number: '1' }),
      searchParams: Promise.resolve({}),
    }),
  )
const list = async (asked: Record<string, string>) =>
  drawn(await ThreadsPage({ params: Promise.resolve({ slug: SLUG }), searchParams: Promise.resolve(asked) }))

beforeAll(async () => {
  const bundle = await publishEdited(SLUG, 1, (_, source) => source)
  const blockKey =
    bundle.blocks.find(({ kind, writeup }) => kind === 'paragraph' && writeup === 'lifetime')?.key ?? ''
  reader = await person('Reader')
  const parts = [{ writeup: 'lifetime', revision: 1 }]
  await markRead(reader, { slug: SLUG, threads: [], parts, allUntil: null })
  const said = { slug: SLUG, revision: 1, blockKey, body: 'Said since', clientKey: randomUUID() }
  expect((await openThread(await person('Writer'), said)).ok).toBe(true)
  await publishEdited(SLUG, 2, (path, source) =>
    path === 'lifetime.mdx' ? source.replace(/No change of .*$/m, 'Nothing here.') : source,
  )
})

test('each page says to who looks what others wrote, in words, and what became of what they read', async () => {
  viewer = reader
  const page = await reading()
  expect(page).toContain('data-unread="1"')
  expect(page).toMatch(/data-unread-of="lifetime"[^>]*>1 unread</)
  expect(page).toContain(`/rfc/${SLUG}/v1..v2#lifetime">1 block changed</a>`)
  expect(page).toContain('>1 new thread</a>')
  expect(await threadPage()).toContain('1 unread</b>, from comment 1')
  const listed = await list({ unread: '' })
  expect(listed).toContain('<strong>1 unread</strong>')
  expect(listed).toContain('Mark all as read')
})

test('who is not signed in has read nothing, and is told of nothing', async () => {
  viewer = null
  for (const page of [await reading(), await threadPage(), await list({})]) {
    expect(page).not.toMatch(/data-unread|Mark a|Since you last/)
    expect(page.length).toBeGreaterThan(1000)
  }
})
