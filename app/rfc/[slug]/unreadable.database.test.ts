import { beforeAll, expect, test, vi } from 'vitest'
import { newProposal, publishUnreadable } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { GET as form } from './[revision]/as/[form]/route.ts'
import { GET as source } from './[revision]/files/[...path]/route.ts'
import { GET as mail } from './export/[revision]/[file]/route.ts'

// Who asks stands in the headers of a request, which a test has none of.
vi.mock('#app/request-viewer.ts', () => ({ requestViewer: async () => null }))

const slug = 'unreadable-files'
const revision = 'v1'
const request = new Request('http://localhost/')
beforeAll(async () => {
  await publishUnreadable(slug, (await newProposal('readable-files')).bundle)
})

const formed = (name: string) => form(request, { params: Promise.resolve({ slug, revision, form: name }) })

test.each([
  ['v1.txt', () => formed('txt')],
  ['v1.mbox', () => formed('mbox')],
  ['v1.threads.txt', () => formed('threads.txt')],
  ['v1.threads.mbox', () => formed('threads.mbox')],
  ['mails.tar', () => mail(request, { params: Promise.resolve({ slug, revision, file: 'mails.tar' }) })],
  ['a file', () => source(request, { params: Promise.resolve({ slug, revision, path: ['cover.mdx'] }) })],
])('%s of a revision that cannot be read says what is wrong with it', async (_, get) => {
  const response = await get()
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  const text = await response.text()
  expect(text).toContain(`This revision of ${slug} cannot be shown`)
  expect(text).toMatch(/cover\.mdx:1:1: /)
})
