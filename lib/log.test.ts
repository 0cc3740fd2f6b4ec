import { execFileSync } from 'node:child_process'
import fs, { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { changeEnvironment } from './env.server.ts'
import {
  log as appLog,
  createLog,
  enterRequest,
  logRequest,
  logWarnings,
  requestNumber,
} from './log.server.ts'
import { fenced, pathForLog } from './log-fence.ts'

function logged(level: string) {
  const lines: string[] = []
  return { lines, log: createLog(level, { write: (line: string) => void lines.push(line) }) }
}

test('a line has level, time, words and fields', () => {
  const { lines, log } = logged('info')
  log.info('listening for mail by LMTP', {
    host: '127.0.0.1',
    port: 2424,
    proposal: '6f9619ff-8b86-4011-b42d-00cf4fc964ff',
  })
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    msg: 'listening for mail by LMTP',
    host: '127.0.0.1',
    port: 2424,
    proposal: '6f9619ff-8b86-4011-b42d-00cf4fc964ff',
  })
})

test('a warning of the runtime is a line of the log, by its kind and not in its words', async () => {
  const { lines, log } = logged('info')
  logWarnings(log)
  process.emitWarning('Jane’s query', { type: 'DeprecationWarning', code: 'DEP0001' })
  await new Promise((done) => setImmediate(done))
  process.removeListener('warning', process.listeners('warning').at(-1) ?? (() => {}))
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toContain('Jane')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', error: { name: 'DeprecationWarning' } })
})

test('what is below the level is not written', () => {
  const { lines, log } = logged('warn')
  log.debug('a')
  log.info('b')
  log.warn('c')
  log.error('d')
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['warn', 'error'])
  const silent = logged('silent')
  silent.log.error('e')
  expect(silent.lines).toEqual([])
})

test('lines of requests do not go by the level: they have a switch of their own', () => {
  changeEnvironment({ COHERENT_LOG: 'silent' })
  const written: string[] = []
  const spy = vi.spyOn(fs, 'writeSync').mockImplementation((_fd, line) => {
    written.push(String(line))
    return Buffer.byteLength(String(line))
  })
  try {
    appLog.error('not shown')
    logRequest({ method: 'GET', path: '/rfc', status: 200, ms: 3 })
  } finally {
    spy.mockRestore()
    changeEnvironment({ COHERENT_LOG: undefined })
  }
  expect(written.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 'info', msg: 'request', path: '/rfc', status: 200 }),
  ])
})

test('what runs for a request has its number, and two at once are not mixed up', async () => {
  const { lines, log } = logged('info')
  const request = (number: string) =>
    new Promise<void>((done) => {
      setImmediate(async () => {
        enterRequest(number)
        await new Promise((later) => setTimeout(later, 5))
        log.info('stored', { expected: requestNumber() })
        done()
      })
    })
  await Promise.all([request('00000001'), request('00000002')])
  log.info('outside')
  const read = lines.map((line) => JSON.parse(line))
  expect(read.map(({ request: number }) => number)).toEqual(['00000001', '00000002', undefined])
  for (const { request: number, expected } of read.slice(0, 2)) expect(number).toBe(expected)
})

const SECRETS = [
  'I do not like this patch',
  'Nacked',
  'reva@example.org',
  'Reva Reviewer',
  'hunter2',
  'kT9x_2bLQm4v8Zr0aYw3Hc7NfE1sUd6P', // as randomBytes(24).toString('base64url') makes them
  '5d41402abc4b2a76b9719d911017c592',
] as const
const [words, oneWord, address, person, password, token, hash] = SECRETS

class ValidationError extends Error {
  override name = 'PrismaClientValidationError'
  code = 'P2002'
  meta = { body: words, address }
  detail = `Key (address)=(${address}) already exists.`
}

function hostile(): Record<string, unknown> {
  const error = new ValidationError(
    `Invalid \`prisma.comment.create()\`:\n  body: "${words}", from: ${address}\n    at ${oneWord} (/lib/${token}.ts:1:1)`,
    { cause: new Error(`${words} ${token}`, { cause: new AggregateError([new Error(address)], person) }) },
  )
  const renamed = new Error('x')
  renamed.name = words
  const circle: Record<string, unknown> = { comment: oneWord.length, error }
  circle.itself = circle
  return {
    body: oneWord,
    name: oneWord,
    subject: oneWord,
    password,
    token,
    authorization: `Bearer ${token}`,
    cookie: `coherent.session_token=${token}`,
    link: `https://rfc.example.org/me/confirm/${token}`,
    path: `/me/confirm/${token}`,
    digest: hash,
    note: words,
    who: `${person} <${address}>`,
    sender: address,
    url: new URL(`https://u:${password}@rfc.example.org`),
    headers: new Headers({ authorization: token, from: address }),
    map: new Map([[address, words]]),
    bytes: Buffer.from(words),
    list: [words, address, { body: oneWord, deep: { deeper: { deepest: { comment: words } } } }],
    error,
    renamed,
    circle,
    [address]: 1,
    [words]: 1,
    [token]: 1,
    [Symbol('x')]: words,
    symbol: Symbol(words),
    toJSON: () => words,
    run: () => words,
  }
}

test('of a hostile object nothing that a person wrote, no address and no token is in the log', () => {
  const { lines, log } = logged('debug')
  const fields = hostile()
  log.error('a request failed', fields)
  log.debug('with where', { nested: fields })
  for (const [name, value] of Object.entries(fields)) log.warn('one', { [name]: value })
  const throwing = Object.defineProperty({}, 'a', {
    enumerable: true,
    get: () => {
      throw new Error(words)
    },
  })
  log.error('a getter', throwing)
  log.error(
    'a proxy',
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error(words)
        },
      },
    ),
  )
  expect(lines.length).toBeGreaterThan(25)
  const text = lines.join('')
  for (const secret of SECRETS) expect(text).not.toContain(secret)
  for (const secret of [words, address]) expect(text).not.toContain(Buffer.from(secret).toString('base64'))
  // It is not silence either: the error can be found.
  expect(JSON.parse(lines[0] ?? '').error).toMatchObject({
    name: 'PrismaClientValidationError',
    code: 'P2002',
  })
  expect(JSON.parse(lines[0] ?? '').error.at[0]).toContain('lib/log.test.ts:')
})

test.each([
  'imported',
  'P2025',
  'ECONNREFUSED',
  '127.0.0.1:2424',
  'mx.example.org',
  '/rfc/[slug]/t/[number]',
  'io-uring-futex',
  'a-proposal-with-a-rather-long-slug',
  '6f9619ff-8b86-4011-b42d-00cf4fc964ff',
  'PrismaClientKnownRequestError',
])('%s is a word of the program, and stays', (word) => {
  expect(fenced({ kind: word })).toEqual({ kind: word })
})

test.each([
  ['/rfc/io-uring-futex/v1?comment=problem-1&body=secret', '/rfc/io-uring-futex/v1'],
  ['/first-admin/kT9x_2bLQm4v8Zr0', '/first-admin/<hidden>'],
  ['/me/confirm/kT9x_2bLQm4v8Zr0?x', '/me/confirm/<hidden>'],
  ['/sign-up/confirm/abcdefghijklmnopqrstuvwxyzabcdef', '/sign-up/confirm/<hidden>'],
  ['/reset-password/abcdefghijklmnopqrstuvwxyzabcdef?x', '/reset-password/<hidden>'],
  ['/reset-password', '/reset-password'],
  ['/a-new-page/kT9x2bLQm4v8Zr0aB7cD9eF/go', '/a-new-page/<hidden>/go'],
  ['/m/20260101.ada@example.org', '/m/<hidden>'],
  ['/what%20I%20typed', '/<hidden>'],
  ['/rfc/io-uring-futex/t/3/piece', '/rfc/io-uring-futex/t/3/piece'],
  ['/#body', '/'],
])('the path %s is logged as %s', (path, shown) => {
  expect(pathForLog(path)).toBe(shown)
  // The fence lets it through as it is.
  expect(fenced({ path: shown })).toEqual({ path: shown })
})

test('the words of every line are a text of the program, with nothing put in, and nothing else writes to the console', () => {
  const root = join(import.meta.dirname, '..')
  const files = execFileSync('git', ['ls-files', '--', 'lib', 'app', 'components', '*.ts'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /^(?:lib|app|components|instrumentation|proxy)/.test(file) && /\.tsx?$/.test(file))
    .filter((file) => !/\.test\.tsx?$|\/samples\/|\/oracle\//.test(file))
  const texts = files.flatMap((file) => {
    try {
      return [{ file, text: readFileSync(join(root, file), 'utf8') }]
    } catch {
      return [] // taken away, and not yet committed
    }
  })
  const calls = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/\blog\.(?:debug|info|warn|error)\(\s*(.)/g)].map((call) => ({ file, opens: call[1] })),
  )
  expect(calls.length).toBeGreaterThan(8)
  expect(calls.filter(({ opens, file }) => opens !== "'" && file !== 'lib/log.server.ts')).toEqual([])
  const console = texts
    .filter(({ text }) => /^[^*]*\bconsole\.(?:log|error|warn|info)\(/m.test(text))
    .map(({ file }) => file)
  // The environment is wrong, or there is none: the log cannot be made.
  expect(console).toEqual(['instrumentation-node.ts'])
})
