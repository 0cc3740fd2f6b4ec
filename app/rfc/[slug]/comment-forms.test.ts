import { beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { NotNow } from '#lib/aside/not-now.ts'
import { err, ok } from '#lib/result.ts'

const { requestViewer, withinLimit, previewComment, logError, signIn, findPlaced } = vi.hoisted(() => ({
  signIn: vi.fn(),
  findPlaced: vi.fn(),
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
vi.mock('#lib/review/account/tries.server.ts', () => ({ withinLimit }))
vi.mock('#lib/review/export/preview-comment.server.ts', () => ({ previewComment }))
vi.mock('#lib/review/thread/read-threads.server.ts', () => ({ findPlaced, openThreadsOn: async () => 3 }))
vi.mock('#lib/review/account/sign-in.server.ts', () => ({ signIn }))
vi.mock('#lib/review/person/viewer.server.ts', () => ({ viewerFrom: async () => viewer }))
vi.mock('#app/posted-form.ts', () => ({
  FORM_LIMIT: 1,
  postedForm: async (request: Request) =>
    request.headers.get('origin') === 'https://evil.example'
      ? err('elsewhere')
      : ok(await request.formData()),
  wordsAnyway: async (request: Request, field: string) => (await request.formData()).get(field),
}))

import { type ActInput, actInputOf, OpenThreadInput } from '#lib/review/thread/thread-input.ts'
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
  signIn.mockReset()
  findPlaced.mockReset().mockImplementation(away)
  previewComment.mockReset().mockImplementation(away)
})

function sent(fields: Readonly<Record<string, string>>, accept = 'text/html'): Request {
  const body = new URLSearchParams({ thread: '7', comment: '1', body: WORDS, clientKey: 'k', ...fields })
  return new Request('https://rfc.example.org/rfc/futex/reply', { method: 'POST', body, headers: { accept } })
}
const BUTTON = { schema: z.object({}), what: 'thread', said: () => 'Done.' } as const
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

test('a preview that cannot be made now says so beside the words, and is no fault of the program', async () => {
  previewComment.mockRejectedValue(new NotNow('busy'))
  const answer = await answerCommentForm(
    sent({ intent: 'preview' }),
    params,
    'reply',
    z.object({}),
    async () => ({ kind: 'reply', commentId: 'c' }),
    away,
  )
  expect(answer.status).toBe(503)
  const page = await answer.text()
  expect(page).toContain(SHOWN)
  expect(page).toContain('try again in a minute')
  expect(logError).not.toHaveBeenCalled()
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
  const response = await answerButton(sent({}), params, BUTTON, away)
  const page = await response.text()
  expect(response.status).toBe(503)
  expect(page).toContain('0badcafe')
  expect(page).not.toContain('127.0.0.1')
})

test('a button is pressed sixty times a minute, and not more', async () => {
  withinLimit.mockResolvedValue(false)
  const press = vi.fn(async () => ok(place))
  const response = await answerButton(sent({}), params, BUTTON, press)
  expect(response.status).toBe(429)
  expect(press).not.toHaveBeenCalled()
  expect(withinLimit.mock.calls).toEqual([['press:p', 60, 60_000]])
})

describe('a session that has ended', () => {
  beforeEach(() => {
    requestViewer.mockResolvedValue(null)
    write.mockClear()
  })
  const write = vi.fn(async () => ok(place))
  const answer = (fields: Readonly<Record<string, string>>, accept?: string) =>
    answerCommentForm(sent({ intent: 'send', ...fields }, accept), params, 'reply', z.object({}), away, write)

  test('gets a page with the words in a form that asks who it is, and writes nothing', async () => {
    const response = await answer({})
    const page = await response.text()
    expect(response.status).toBe(401)
    expect(page).toContain(SHOWN)
    expect(page).toContain('name="password"')
    expect(write).not.toHaveBeenCalled()
  })

  test('goes on with the words when the form says who it is', async () => {
    signIn.mockResolvedValue(ok(null))
    const response = await answer({ email: 'reva@example.org', password: 'correct horse' })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/rfc/futex/t/7#c2')
    expect(write).toHaveBeenCalledWith(viewer, expect.anything())
  })

  test.each([['text/html'], ['application/json']])(
    'with a wrong password keeps the words and the address, and never shows the password (%s)',
    async (accept) => {
      signIn.mockResolvedValue(err('wrong-password'))
      const response = await answer({ email: 'reva@example.org', password: 'correct horse' }, accept)
      const page = await response.text()
      expect(response.status).toBe(401)
      if (accept === 'text/html') expect(page).toContain(SHOWN)
      expect(page).toContain('reva@example.org')
      expect(page).not.toContain('correct horse')
      expect(write).not.toHaveBeenCalled()
    },
  )
})

test('who is signed in is asked for no password, whatever the form has', async () => {
  const write = async () => ok(place)
  const request = sent({ intent: 'send', email: 'other@example.org', password: 'of another' })
  const response = await answerCommentForm(request, params, 'reply', z.object({}), away, write)
  expect(response.status).toBe(303)
  expect(signIn).not.toHaveBeenCalled()
})

test('no page that answers a form says that nothing is stored: an earlier send may have been', async () => {
  const failures = ['forbidden', 'no-such-comment', 'comment-deleted', 'too-fast'] as const
  for (const kind of failures) {
    const write = async () => err({ kind })
    const response = await answerCommentForm(
      sent({ intent: 'send' }),
      params,
      'reply',
      z.object({}),
      away,
      write,
    )
    const page = await response.text()
    expect(response.status, kind).toBeGreaterThanOrEqual(400)
    expect(page, kind).toContain(SHOWN)
    expect(page, kind).not.toMatch(/not stored|was not|nothing was/i)
  }
  const lost = await (await answered('send')).text()
  expect(lost).toContain('It is not known whether your text arrived')
})

test('a form that is refused as another site’s gives its words back, to be copied and not sent', async () => {
  const body = new URLSearchParams({ body: WORDS, intent: 'send' })
  const headers = { accept: 'text/html', origin: 'https://evil.example' }
  const request = new Request('https://rfc.example.org/rfc/futex/reply', { method: 'POST', body, headers })
  const response = await answerCommentForm(request, params, 'reply', z.object({}), away, away)
  const page = await response.text()
  expect(response.status).toBe(403)
  expect(page).toContain(SHOWN)
  expect(page).not.toContain('<form')
})

test('a button tells a script what changed, and that it is done also where it cannot be shown', async () => {
  const press = async () => ok(place)
  const response = await answerButton(sent({}, 'application/json'), params, BUTTON, press)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ kind: 'changed', what: 'thread', said: 'Done.', html: '' })
  const broken = await answerButton(sent({}, 'application/json'), params, BUTTON, away)
  expect(broken.status).toBe(503)
  const { kind, words } = await broken.json()
  expect(kind).toBe('refused')
  expect(words).toContain('not known whether it was done')
})

describe('a form that was opened under another account than the one that is signed in', () => {
  const write = vi.fn(async () => ok(place))
  const send = (fields: Readonly<Record<string, string>>, accept?: string) =>
    answerCommentForm(sent({ intent: 'send', ...fields }, accept), params, 'reply', z.object({}), away, write)
  const hidden = (page: string) => /name="as" value="([^"]*)"/.exec(page)?.[1]
  beforeEach(() => write.mockClear())

  test.each(['send', 'preview'])(
    'does not %s: it says who is signed in, and keeps the words',
    async (intent) => {
      const response = await send({ as: 'q', intent })
      const page = await response.text()
      expect(response.status).toBe(409)
      expect(page).toContain('You are signed in as P now, so nothing was sent')
      expect(page).toContain(SHOWN)
      expect(write).not.toHaveBeenCalled()
      // Who presses again has been told.
      expect(hidden(page)).toBe('p')
      expect((await send({ as: 'p', intent: 'send' })).status).toBe(303)
    },
  )

  test('is told so after an ended session, too, when somebody else signed in elsewhere', async () => {
    requestViewer.mockResolvedValue(null)
    const page = await (await send({ as: 'q' })).text()
    expect(hidden(page)).toBe('q')
    requestViewer.mockResolvedValue(viewer)
    expect((await send({ as: hidden(page) ?? '' })).status).toBe(409)
  })

  test('goes on with the account whose address and password were typed into it', async () => {
    requestViewer.mockResolvedValue(null)
    signIn.mockResolvedValue(ok(undefined))
    expect((await send({ as: 'q', email: 'p@example.org', password: 'long enough 42' })).status).toBe(303)
  })

  test('a form of an earlier build does not say whose it is, and is taken', async () => {
    expect((await send({})).status).toBe(303)
  })
})
describe('a form of an act', () => {
  const ofAct = (
    fields: Readonly<Record<string, string>>,
    write: (input: unknown) => Promise<never> = away,
  ) =>
    answerCommentForm<ActInput>(
      sent({ clientKey: '6ba7b810-9dad-41d1-80b4-00c04fd430c8', intent: 'send', ...fields }),
      params,
      'act',
      ({ act = '' }, intent) => actInputOf({ act, intent }),
      away,
      async (_, input) => write(input),
      () => 'Done.',
    )

  test('gets a row more with what was typed into the others', async () => {
    const response = await ofAct({ act: 'split', intent: 'row', words1: 'First <point>', clears2: 'Numbers' })
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(page).toContain('First &lt;point&gt;')
    expect(page).toContain('Numbers')
    expect(page).toContain('name="words3"')
    expect(page).not.toContain('name="words4"')
  })

  test('brings the points that are filled in, and none for empty rows', async () => {
    const write = vi.fn(async () => away())
    await ofAct(
      { act: 'split', words1: 'One', clears1: 'A number', words4: 'Two', clears4: 'A model' },
      write,
    )
    expect(write).toHaveBeenCalledWith(
      expect.objectContaining({
        points: [
          { body: 'One', clearsWhen: 'A number' },
          { body: 'Two', clearsWhen: 'A model' },
        ],
      }),
    )
  })

  test('promises the next revision without a word, and answers with words', async () => {
    const write = vi.fn(async () => away())
    await ofAct({ act: 'answer', intent: 'promise', body: '' }, write)
    expect(write).toHaveBeenCalledWith(expect.objectContaining({ act: 'answer', body: null }))
    const response = await ofAct({ act: 'answer', body: '  ' }, write)
    expect(response.status).toBe(422)
    expect(write).toHaveBeenCalledTimes(1)
  })

  test('keeps a reason that is too long, and says which field it is about', async () => {
    const reason = 'because '.repeat(300)
    const response = await ofAct({ act: 'override', body: reason })
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toContain(reason.trim())
    expect(page).toContain('At most 2000 characters here')
  })
})

test('a comment on a passage keeps its kind and its condition when it comes back', async () => {
  const fields = {
    revision: '1',
    blockKey: 'p-1',
    kind: 'objection',
    clearsWhen: 'A model <of it>',
    objects: 'yes',
  }
  const response = await answerCommentForm(
    sent({ intent: 'send', ...fields }),
    params,
    'thread',
    OpenThreadInput.extend({ clientKey: z.string() }),
    away,
    async () => err({ kind: 'no-condition' }),
  )
  expect(response.status).toBe(422)
  const page = await response.text()
  expect(page).toContain(SHOWN)
  expect(page).toContain('value="objection" checked')
  expect(page).toContain('A model &lt;of it&gt;')
})
