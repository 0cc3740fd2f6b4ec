import { beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { ok } from '#lib/result.ts'

const { requestViewer, withinLimit, previewComment, logError } = vi.hoisted(() => ({
  requestViewer: vi.fn(),
  withinLimit: vi.fn(),
  previewComment: vi.fn(),
  logError: vi.fn(),
}))
vi.mock('next/headers', () => ({ cookies: async () => new Map(), headers: async () => new Headers() }))
vi.mock('#lib/env.server.ts', () => ({
  env: { publicUrl: new URL('https://rfc.example.org'), commentsPerMinute: 10 },
}))
vi.mock('#lib/log.server.ts', () => ({ log: { error: logError }, requestNumber: () => '0badcafe' }))
vi.mock('#app/request-viewer.ts', () => ({ requestViewer }))
vi.mock('#lib/review/person/tries.server.ts', () => ({ withinLimit }))
vi.mock('#lib/review/export/preview-comment.server.ts', () => ({ previewComment }))
vi.mock('#lib/review/thread/read-threads.server.ts', () => ({ findPlaced: away, openThreadsOn: away }))
vi.mock('#app/posted-form.ts', () => ({
  FORM_LIMIT: 1,
  postedForm: async (request: Request) => ok(await request.formData()),
}))

import { answerButton, answerCommentForm } from './comment-forms.ts'

const WORDS = 'An hour of work <&>'
const SHOWN = 'An hour of work &lt;&amp;&gt;'
const params = { params: Promise.resolve({ slug: 'futex' }) }
const viewer = { personId: 'p', name: 'P', administrator: false }
const place = { slug: 'futex', thread: 7, comment: 2 }

async function away(): Promise<never> {
  throw new Error("Can't reach database server at 127.0.0.1")
}

beforeEach(() => {
  logError.mockReset()
  requestViewer.mockReset().mockResolvedValue(viewer)
  withinLimit.mockReset().mockResolvedValue(true)
  previewComment.mockReset().mockImplementation(away)
})

function sent(fields: Readonly<Record<string, string>>, accept = 'text/html'): Request {
  const body = new URLSearchParams({ thread: '7', comment: '1', body: WORDS, clientKey: 'k', ...fields })
  return new Request('https://rfc.example.org/rfc/futex/reply', { method: 'POST', body, headers: { accept } })
}
const answered = (
  intent: string,
  { placeOf = away, write = away }: { placeOf?: () => Promise<never>; write?: () => Promise<never> } = {},
) => answerCommentForm(sent({ intent }), params, 'reply', z.object({ body: z.string() }), placeOf, write)

test.each([
  ['who sends it', 'send', () => requestViewer.mockImplementation(away)],
  ['who asks for a preview', 'preview', () => requestViewer.mockImplementation(away)],
  ['how often they sent', 'send', () => withinLimit.mockImplementation(away)],
  ['how often they looked', 'preview', () => withinLimit.mockImplementation(away)],
  ['the place of a preview', 'preview', () => {}],
  ['the write itself', 'send', () => {}],
])(
  'with the database away at %s the words come back, and the cause is in the log alone',
  async (_, intent, breakIt) => {
    breakIt()
    const response = await answered(intent)
    const page = await response.text()
    expect(response.status).toBe(503)
    expect(page).toContain(SHOWN)
    expect(page).toContain('0badcafe')
    expect(page).not.toContain('127.0.0.1')
    expect(logError).toHaveBeenCalledTimes(1)
  },
)

test('a preview that breaks gives the words back', async () => {
  const response = await answerCommentForm(
    sent({ intent: 'preview' }),
    params,
    'reply',
    z.object({}),
    async () => ({ kind: 'reply', commentId: 'c' }),
    away,
  )
  expect(response.status).toBe(503)
  expect(await response.text()).toContain(SHOWN)
})

test('previews are limited for each person, and take none of their comments', async () => {
  withinLimit.mockResolvedValue(false)
  const response = await answered('preview')
  expect(response.status).toBe(429)
  expect(await response.text()).toContain(SHOWN)
  expect(withinLimit.mock.calls).toEqual([['preview:p', 60, 60_000]])
  expect(previewComment).not.toHaveBeenCalled()
})

test('what is stored and cannot be shown is said to be stored, and where', async () => {
  const schema = z.object({})
  const write = async () => ok(place)
  const request = sent({ intent: 'send' }, 'application/json')
  const response = await answerCommentForm(request, params, 'reply', schema, away, write)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ kind: 'stored', html: '', address: '/rfc/futex/t/7#c2' })
})

test('a button that breaks is answered in words', async () => {
  const response = await answerButton(sent({}), params, z.object({}), away)
  const page = await response.text()
  expect(response.status).toBe(503)
  expect(page).toContain('0badcafe')
  expect(page).not.toContain('127.0.0.1')
})

test('a button is pressed sixty times a minute, and not more', async () => {
  withinLimit.mockResolvedValue(false)
  const press = vi.fn(async () => ok(place))
  const response = await answerButton(sent({}), params, z.object({}), press)
  expect(response.status).toBe(429)
  expect(press).not.toHaveBeenCalled()
  expect(withinLimit.mock.calls).toEqual([['press:p', 60, 60_000]])
})
