import { beforeAll, expect, test, vi } from 'vitest'
import { GET as form } from '#app/rfc/[slug]/[revision]/as/[form]/route.ts'
import { GET as source } from '#app/rfc/[slug]/[revision]/files/[...path]/route.ts'
import { GET as mail } from '#app/rfc/[slug]/export/[revision]/[file]/route.ts'
import { newProposal, publishUnreadable } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { exportMail } from '../../../cli/export.ts'

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
])('%s of a revision that cannot be read says what is wrong with it', async (_, get) => {
  const response = await get()
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  const text = await response.text()
  expect(text).toContain(`This revision of ${slug} cannot be shown`)
  expect(text).toMatch(/revision_parsed:1:1: `questionnaire\.title` is not what it should be/)
})

test('its files are there all the same', async () => {
  const response = await source(request, { params: Promise.resolve({ slug, revision, path: ['cover.mdx'] }) })
  expect(response.status).toBe(200)
  expect(await response.text()).toMatch(/^---\ntitle: /)
})

test.each([[[slug]], [[slug, '--threads']], [[slug, '--text']]])(
  'the command line says so too: %j',
  async (args) => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
    expect(await exportMail(args)).toBe(4)
    vi.restoreAllMocks()
    expect(lines.join('\n')).toMatch(
      /^unreadable-files is published, and what was stored of it cannot be read:\n {2}revision_parsed/,
    )
  },
)
