import { randomUUID } from 'node:crypto'
import type { ReactNode } from 'react'
import { prerender } from 'react-dom/static'
import { expect, test, vi } from 'vitest'
import { db } from '#lib/db.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { Reading } from './rfc/[slug]/reading.tsx'

let viewer: Viewer = null
let folded = 0
vi.mock('#app/request-viewer.ts', () => ({ requestViewer: async () => viewer }))
vi.mock('#app/still-pieces.ts', () => ({
  stillPieces: async () => (piece: string, html: { text: string }) => ({
    ...{ request: 'r', piece, html: html.text },
  }),
}))
vi.mock('#components/writeup/still-writeup.tsx', async (original) => {
  const real = await original<typeof import('#components/writeup/still-writeup.tsx')>()
  return {
    ...real,
    foldWriteup: (...given: Parameters<typeof real.foldWriteup>) => {
      folded += 1
      return real.foldWriteup(...given)
    },
  }
})

const SLUG = 'drawn-once'

async function drawn(element: ReactNode): Promise<string> {
  const { prelude } = await prerender(element)
  return (await new Response(prelude).text()).replaceAll('<!-- -->', '')
}

test('the write-ups of a revision are drawn once for all who read them, and the next revision once more', async () => {
  const reading = async () => drawn(await Reading({ slug: SLUG, number: null, asked: {} }))
  const { blocks } = await publishEdited(SLUG, 1, (_, source) => source)
  const { id: personId } = await db().person.create({ data: { name: 'Reader' }, select: { id: true } })
  await reading()
  const first = folded
  // The cover and each write-up.
  expect(first).toBe(new Set(blocks.map(({ writeup }) => writeup)).size)

  viewer = { personId, name: 'Reader', administrator: false }
  const blockKey = blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const words = `Said since ${randomUUID()}`
  const said = { slug: SLUG, revision: 1, blockKey, body: words, clientKey: randomUUID() }
  expect((await openThread(viewer, said)).ok).toBe(true)
  // What differs from one reader to the next is filled in, and nothing is drawn for it.
  expect(await reading()).toContain(words)
  viewer = null
  expect(await reading()).toContain(words)
  expect(folded).toBe(first)

  await publishEdited(SLUG, 2, (_, source) => source.replace('This is an example', 'It is an example'))
  await reading()
  await reading()
  expect(folded).toBe(2 * first)
})
