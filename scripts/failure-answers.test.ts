import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createGzip } from 'node:zlib'
import { expect, test } from 'vitest'
import { enterRequest, type RequestMarks } from '#lib/log.server.ts'
import { answerIfAway, replaceBareFailure } from './failure-answers.ts'

/** One request to a server that answers as `answer` does. */
async function ask(
  answer: (request: IncomingMessage, response: ServerResponse, marks: RequestMarks) => void,
  init: RequestInit = {},
  path = '/rfc',
) {
  const server = createServer((request, response) => {
    const marks = enterRequest('0badcafe')
    replaceBareFailure(request, response)
    answer(request, response, marks)
  }).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  try {
    const got = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept: 'text/html' }, ...init })
    return { status: got.status, headers: got.headers, text: await got.text() }
  } finally {
    server.close()
  }
}

const ways: readonly [string, (response: ServerResponse) => void][] = [
  ['at once', (response) => response.end('Internal Server Error')],
  ['without a word', (response) => response.end()],
  [
    'in parts',
    (response) => {
      response.write('<html id="__next_error__">')
      response.write('a secret of a stack', () => response.end('</html>'))
    },
  ],
  ['with a head of its own', (response) => response.writeHead(500, { etag: '"1"' }).end('x')],
  [
    'compressed',
    (response) => {
      response.setHeader('content-encoding', 'gzip')
      response.setHeader('transfer-encoding', 'chunked')
      const zip = createGzip()
      zip.pipe(response)
      zip.end('a page that failed')
    },
  ],
]

test.each(ways)(
  'a bare 500 that is written %s becomes a page with words and the number',
  async (_, write) => {
    const { status, headers, text } = await ask((_request, response) => {
      response.statusCode = 500
      write(response)
    })
    expect(status).toBe(500)
    expect(text).toMatch(/^<!doctype html>.*<h1>The server could not answer<\/h1>.*0badcafe.*<\/html>\n$/s)
    expect(headers.get('content-encoding')).toBeNull()
    expect(headers.get('etag')).toBeNull()
  },
)

test.each(ways)(
  'where the database failed the request, one that is written %s becomes a 503',
  async (_, write) => {
    const { status, headers, text } = await ask((_request, response, marks) => {
      marks.hasMetTrouble = true
      response.statusCode = 500
      write(response)
    })
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('10')
    expect(text).toContain('The database does not answer at the moment')
  },
)

test('an answer that says something stays as it is, whatever the request met', async () => {
  for (const status of [200, 303, 404, 422, 503]) {
    const answer = await ask(
      (_request, response, marks) => {
        marks.hasMetTrouble = true
        response.writeHead(status, { 'x-own': 'yes' }).end('own words')
      },
      { redirect: 'manual' },
    )
    expect(answer).toMatchObject({ status, text: 'own words' })
    expect(answer.headers.get('x-own')).toBe('yes')
  }
})

test('a page that says *not now* has the status and the time of that, and its own words', async () => {
  const page = await ask((_request, response, marks) => {
    response.write('<h1>')
    marks.isNotNow = true
    response.end('</h1>')
  })
  expect(page, 'its head was sent before').toMatchObject({ status: 200, text: '<h1></h1>' })
  const writes = (response: ServerResponse) => response.end('<h1>Not now</h1>')
  for (const write of [
    writes,
    (response: ServerResponse) => writes(response.writeHead(200, { 'x-own': 'yes' })),
  ]) {
    const { status, headers, text } = await ask((_request, response, marks) => {
      marks.isNotNow = true
      write(response)
    })
    expect({ status, text }).toEqual({ status: 503, text: '<h1>Not now</h1>' })
    expect(headers.get('retry-after')).toBe('60')
  }
})

test('a page that says that nothing is there has the status of that, and its own words', async () => {
  const page = await ask((_request, response, marks) => {
    marks.isNotThere = true
    response.write('<h1>There is nothing')
    response.end('</h1>')
  })
  expect(page).toMatchObject({ status: 404, text: '<h1>There is nothing</h1>' })
})

test('a HEAD request gets the head alone, and a form no page that sends it again', async () => {
  const fail = (_request: IncomingMessage, response: ServerResponse) => {
    response.statusCode = 500
    response.end('x')
  }
  expect(await ask(fail, { method: 'HEAD' })).toMatchObject({ status: 500, text: '' })
  const form = await ask(fail, { method: 'POST', body: 'x' })
  expect(form.text).toContain('It is not known whether what you sent was stored')
  expect(form.headers.get('refresh')).toBeNull()
})

test('while the database is away readers are told at once; forms, files and who asks how we are go on', async () => {
  const asked = (method: string, path: string, isAway = true) =>
    ask(
      (request, response) => {
        if (!answerIfAway(isAway, request, response)) response.end('went on')
      },
      { method },
      path,
    )
  expect(await asked('GET', '/rfc')).toMatchObject({ status: 503 })
  expect((await asked('GET', '/rfc')).headers.get('refresh')).toBe('10')
  expect(await asked('GET', '/rfc', false)).toMatchObject({ status: 200, text: 'went on' })
  for (const path of ['/healthz', '/readyz', '/_next/static/x.js'])
    expect(await asked('GET', path)).toMatchObject({ text: 'went on' })
  expect(await asked('POST', '/rfc/x/comment')).toMatchObject({ text: 'went on' })
})

test.each([['gzip'], [['gzip']]])(
  'what a route packed itself (%o) says so in the place where readers look for it',
  async (packed) => {
    const { headers, text } = await ask((_, response) => {
      response.setHeader('x-packed', packed)
      const zip = createGzip()
      zip.pipe(response)
      zip.end('a long text')
    })
    expect([headers.get('content-encoding'), headers.get('x-packed'), text]).toEqual([
      'gzip',
      null,
      'a long text',
    ])
  },
)
