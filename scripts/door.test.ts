import { createServer, type Server, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { NETWORK_HEADER } from '#lib/environment/network.ts'
import { inTurn, refuseInTurn } from './door.ts'

/** A server whose answers are given by the test; who asks says by a header from where. */
const inside: { readonly name: string; readonly response: ServerResponse }[] = []
let server: Server
let origin = ''
const sockets: Socket[] = []

async function open(patience = { arrives: 1500, held: 15_000 }): Promise<void> {
  server = createServer((request, response) => {
    request.headers[NETWORK_HEADER] = String(request.headers['x-from'] ?? '')
    if (request.url === '/refused')
      return refuseInTurn(request, response, { status: 413, title: 'Too large', words: 'Split it.' })
    const answer = () => inside.push({ name: String(request.headers['x-name']), response })
    inTurn(request, response, answer, patience)
  }).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const { response } of inside.splice(0)) response.destroy()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

const send = (name: string, from: string, path = '/sign-in') =>
  fetch(`${origin}${path}`, { method: 'POST', body: 'a=b', headers: { 'x-name': name, 'x-from': from } })
const names = () => inside.map(({ name }) => name)
const end = (name: string) => inside.find((one) => one.name === name)?.response.end('done')
vi.setConfig({ testTimeout: 30_000 })
/** On a busy machine, too. */
const soon = (holds: () => void) => vi.waitFor(holds, { timeout: 10_000 })
/** What a request that is cut off at the end of a test says is of no interest. */
const unheard = (asked: Promise<unknown>) => void asked.catch(() => {})

test('fifty sign-ins of one network leave room for the one of another', async () => {
  await open()
  for (let i = 0; i < 50; i++) unheard(send(`flood ${i}`, '203.0.113.7'))
  await soon(() => expect(inside).toHaveLength(1))
  const honest = send('honest', '198.51.100.2')
  await soon(() => expect(names()).toContain('honest'))
  end('honest')
  expect(await (await honest).text()).toBe('done')
  expect(inside.filter(({ name }) => name.startsWith('flood'))).toHaveLength(1)
})

test('the next one of a network begins when one is answered, or its sender has gone', async () => {
  await open()
  const first = send('first', '203.0.113.7')
  await soon(() => expect(names()).toEqual(['first']))
  const away = new AbortController()
  const gone = fetch(`${origin}/sign-in`, {
    method: 'POST',
    headers: { 'x-name': 'gone', 'x-from': '203.0.113.7' },
    signal: away.signal,
  })
  unheard(gone)
  await sleep(100)
  unheard(send('third', '203.0.113.7'))
  away.abort()
  await sleep(100)
  end('first')
  await first
  await soon(() => expect(names()).toEqual(['first', 'third']))
})

test('beyond the queue of a network it is told at once to come again, and why', async () => {
  await open()
  const many = Array.from({ length: 103 }, (_, i) => send(`flood ${i}`, '203.0.113.7'))
  const refused = await Promise.any(
    many.map(async (one) => {
      const answer = await one
      return { status: answer.status, retry: answer.headers.get('retry-after'), text: await answer.text() }
    }),
  )
  expect(refused).toMatchObject({ status: 429, retry: '5' })
  expect(refused.text).toContain('nothing was done with your form')
  for (const one of many) unheard(one)
})

test('a form that does not arrive, and a page that its reader does not take, keep nobody waiting', async () => {
  await open()
  const slow = connect(Number(new URL(origin).port), '127.0.0.1')
  sockets.push(slow)
  slow.on('error', () => {})
  slow.write('POST /sign-in HTTP/1.1\r\nHost: a\r\nX-Name: slow\r\nX-From: a\r\nContent-Length: 10\r\n\r\n12')
  await soon(() => expect(names()).toEqual(['slow']))
  unheard(send('behind', 'a'))

  const reader = connect(Number(new URL(origin).port), '127.0.0.1')
  sockets.push(reader)
  reader.on('error', () => {})
  reader.pause()
  reader.write('GET /rfc/a HTTP/1.1\r\nHost: a\r\nX-Name: large\r\nX-From: b\r\n\r\n')
  await soon(() => expect(names()).toContain('large'))
  inside.find(({ name }) => name === 'large')?.response.write(Buffer.alloc(30_000_000))
  const other = fetch(`${origin}/rfc/b`, { headers: { 'x-name': 'other', 'x-from': 'c' } })
  await soon(() => expect(names()).toContain('other'))
  end('other')
  expect(await (await other).text()).toBe('done')
  await soon(() => expect(names()).toContain('behind'))
})

test('a page that hangs does not keep all others waiting for ever', async () => {
  await open({ arrives: 1500, held: 2000 })
  unheard(fetch(`${origin}/rfc/a`, { headers: { 'x-name': 'hanging', 'x-from': 'a' } }))
  await soon(() => expect(names()).toEqual(['hanging']))
  unheard(fetch(`${origin}/rfc/b`, { headers: { 'x-name': 'behind', 'x-from': 'b' } }))
  await sleep(500)
  expect(names()).toEqual(['hanging'])
  await soon(() => expect(names()).toContain('behind'))
})

/** The answer to so many bytes, sent as fast as they are taken. */
function pour(bytes: number): Promise<string> {
  return new Promise((done, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    sockets.push(socket)
    let answer = ''
    let left = bytes
    const piece = Buffer.alloc(256 * 1024, 'a')
    const more = () => {
      while (left > 0) {
        left -= piece.length
        if (!socket.write(piece)) return void socket.once('drain', more)
      }
    }
    socket.write(`POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n`)
    more()
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => done(answer))
  })
}

test('what is too large is read to its end slowly, so that the sender sees the answer and not a cut line', async () => {
  await open()
  const began = performance.now()
  const answers = await Promise.all([pour(10 * 1024 * 1024), pour(10 * 1024 * 1024)])
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  // What the system keeps of it (some MB) is read at once with the last pieces; the rest took its time.
  expect(performance.now() - began).toBeGreaterThan(700)
})

test('whoever sends the same again as soon as it is refused is refused some dozens of times in a second', async () => {
  await open()
  const until = performance.now() + 1000
  let refused = 0
  const again = async () => {
    while (performance.now() < until) {
      const answer = await fetch(`${origin}/refused`, { method: 'POST', body: Buffer.alloc(400_000) })
      expect(answer.status).toBe(413)
      await answer.arrayBuffer()
      refused += 1
    }
  }
  await Promise.all(Array.from({ length: 8 }, again))
  expect(refused).toBeGreaterThan(8)
  expect(refused).toBeLessThan(70)
})

test('beyond so many of one network the line is cut with the answer', async () => {
  await open()
  const held = Array.from({ length: 17 }, () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    socket.write('POST /refused HTTP/1.1\r\nHost: a\r\nX-From: a\r\nContent-Length: 9000000\r\n\r\n')
    const closed = new Promise<string>((done) => {
      let answer = ''
      socket.on('data', (chunk) => {
        answer += chunk
      })
      socket.on('close', () => done(answer))
    })
    return closed
  })
  expect(await Promise.race(held)).toMatch(/^HTTP\/1\.1 413 /)
})
