import { connect } from 'node:net'
import { expect, test } from '@playwright/test'

// Requests that no browser makes: written to a socket, byte by byte, and read as they come.

const base = new URL(process.env.BASE_URL ?? 'http://localhost')

/** The whole answer to these bytes; `more` is sent on until the other side ends. */
function ask(head: string, more?: { readonly chunk: Buffer; readonly times: number }): Promise<string> {
  return new Promise((done, reject) => {
    let answer = ''
    const socket = connect(Number(base.port), base.hostname, () => {
      socket.write(head)
      let left = more?.times ?? 0
      const send = () => {
        while (more && left > 0 && socket.writable) {
          left--
          if (!socket.write(more.chunk)) return void socket.once('drain', send)
        }
      }
      send()
    })
    socket.setTimeout(15_000, () => socket.destroy(new Error(`no end of the answer:\n${answer}`)))
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => done(answer))
  })
}

const HEAD = `Host: ${base.host}\r\nConnection: close\r\nAccept: text/html\r\n`
const EVERYWHERE = [
  'x-content-type-options: nosniff',
  'referrer-policy: same-origin',
  'cross-origin-opener-policy: same-origin',
  'permissions-policy: ',
  'content-security-policy: ',
]

function expectHeaders(answer: string): void {
  const head = (answer.split('\r\n\r\n')[0] ?? '').toLowerCase()
  for (const header of EVERYWHERE) expect(head.split(header), `${header} once in:\n${head}`).toHaveLength(2)
}

const REFUSED: readonly (readonly [string, number, string])[] = [
  ['another method', 405, `TRACE / HTTP/1.1\r\n${HEAD}\r\n`],
  ['an escape that is none', 400, `GET /rfc/%E0%A4%A HTTP/1.1\r\n${HEAD}\r\n`],
  ['a whole address of another site', 400, `GET http://other.example/rfc HTTP/1.1\r\n${HEAD}\r\n`],
  ['no host', 400, 'GET /rfc HTTP/1.1\r\nConnection: close\r\nAccept: text/html\r\n\r\n'],
  ['a long address', 414, `GET /${'a'.repeat(5000)} HTTP/1.1\r\n${HEAD}\r\n`],
  [
    'a form of another site',
    403,
    `POST /sign-in HTTP/1.1\r\n${HEAD}Sec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n\r\n`,
  ],
  [
    'a form without a length',
    411,
    `POST /sign-in HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  ],
  ['a mailbox of a stranger', 401, `POST /import HTTP/1.1\r\n${HEAD}Content-Length: 5\r\n\r\nhello`],
]

for (const [what, status, bytes] of REFUSED)
  test(`${what} is answered by a page with words and headers`, async () => {
    const answer = await ask(bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toContain('<p role="alert">')
    expectHeaders(answer)
  })

test('what is no HTTP, or has an endless head, gets a line with the headers', async () => {
  const nonsense = await ask('HELO example.org\r\n\r\n')
  expect(nonsense).toMatch(/^HTTP\/1\.1 400 /)
  expectHeaders(nonsense)
  const long = await ask(`GET / HTTP/1.1\r\n${HEAD}Cookie: ${'a'.repeat(40_000)}\r\n\r\n`)
  expect(long).toMatch(/^HTTP\/1\.1 431 /)
  expectHeaders(long)
})

for (const path of ['/sign-in', '/rfc/io-uring-futex/comment', '/api/mail'])
  test(`10 MB at ${path} are refused in words, not by a cut line`, async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'a')
    const answer = await ask(
      `POST ${path} HTTP/1.1\r\n${HEAD}Authorization: Bearer x\r\nContent-Length: ${10 * chunk.length}\r\n\r\n`,
      { chunk, times: 10 },
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('10,240 KB')
    expectHeaders(answer)
  })

test('pages, files of the build, redirects and what is not there have the headers too, each once', async () => {
  const page = await ask(`GET /rfc HTTP/1.1\r\n${HEAD}\r\n`)
  expect(page).toMatch(/^HTTP\/1\.1 200 /)
  expect(page.toLowerCase()).toContain("script-src 'self' 'nonce-")
  const [script] = /\/_next\/static\/[^"]+\.js/.exec(page) ?? []
  expect(script).toBeDefined()
  for (const path of [
    '/rfc',
    String(script),
    '/icon.svg',
    '/checker-worker.js',
    '/nowhere',
    '/rfc/nowhere',
    '/',
  ])
    expectHeaders(await ask(`GET ${path} HTTP/1.1\r\n${HEAD}\r\n`))
})

test('a server action of another site is refused before it runs', async ({ page }) => {
  await page.goto('/sign-in')
  const answer = await page.request.post('/sign-in', {
    headers: { 'sec-fetch-site': 'cross-site', accept: 'text/html' },
    form: { email: 'a@example.org', password: 'x' },
  })
  expect(answer.status()).toBe(403)
})

test('what is not there is a 404 whose words stand in the page itself, for whoever runs no scripts', async ({
  request,
}) => {
  const addresses = [
    '',
    '/v1',
    '/v1/problem',
    '/v1/gate',
    '/v1..v2',
    '/t/1',
    '/threads',
    '/objections',
    '/state',
  ]
  const pages = ['', '/people', '/review', '/edit/publish', '/suggestions', '/export', '/models/one']
  const all = [...addresses, ...pages].map((below) => `/rfc/no-such-proposal${below}`)
  for (const address of [...all, '/person/nobody', '/admin/log', '/import/queue/none', '/nothing']) {
    const answer = await request.get(address)
    expect(answer.status(), address).toBe(404)
    const words = (await answer.text()).replace(/<script\b.*?<\/script>/gs, '')
    expect(words, address).toContain('There is nothing at this address')
  }
})
