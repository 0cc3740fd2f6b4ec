import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readEnvironment, unknownVariables, variableNames } from './read-environment.ts'
import { variables, words } from './variables.ts'

/** The one sentence about these values; fails where there is none, or more than one. */
function sentence(values: Record<string, string>): string {
  const read = readEnvironment(values)
  if (read.ok) throw new Error(`taken: ${JSON.stringify(values)}`)
  expect(read.error).toHaveLength(1)
  return read.error[0] ?? ''
}

test('without anything there are defaults, and nothing is sent', () => {
  const read = readEnvironment({})
  if (!read.ok) throw new Error(read.error.join('\n'))
  expect(read.value).toMatchObject({
    PORT: 3000,
    HOST: '127.0.0.1',
    COHERENT_LOG: 'info',
    COHERENT_LISTS: [],
  })
  expect(read.value.COHERENT_SMTP_URL).toBeUndefined()
  expect(read.value.COHERENT_LMTP_PORT).toBeUndefined()
})

test.each([
  ['PORT', '99999', 'PORT=99999 is not a port number: write one from 1 to 65535'],
  ['PORT', '0', 'PORT=0 is not a port number'],
  ['PORT', '-1', 'not a port number'],
  ['PORT', '3000.5', 'not a port number'],
  ['PORT', '0x10', 'not a port number'],
  ['PORT', '1e3', 'not a port number'],
  ['PORT', 'http', 'not a port number'],
  ['HOST', 'http://here', 'HOST=http://here is not the name or number of a host'],
  ['HOST', '127.0.0.1:3000', 'not the name or number of a host'],
  ['COHERENT_URL', 'rfc.example.org', 'write it with its scheme'],
  ['COHERENT_URL', 'localhost:3000', 'write it with its scheme'],
  ['COHERENT_URL', 'ftp://rfc.example.org', 'write it with its scheme'],
  ['COHERENT_URL', 'https://rfc.example.org/?a', 'nothing behind its path'],
  ['COHERENT_SECRET', 'short', 'COHERENT_SECRET is too short: write 32 characters or more'],
  ['COHERENT_COMMENTS_PER_MINUTE', '0', 'COHERENT_COMMENTS_PER_MINUTE=0 is not a number'],
  ['COHERENT_COMMENTS_PER_MINUTE', '30/min', 'is not a number'],
  ['COHERENT_LOG', 'verbose', 'write one of debug, info, warn, error, silent'],
  ['COHERENT_LOG', 'DEBUG', 'COHERENT_LOG=DEBUG is not a level'],
  ['COHERENT_LMTP_PORT', '70000', 'COHERENT_LMTP_PORT=70000 is not a port number'],
  ['COHERENT_LMTP_PORT', '24 25', 'is not a port number'],
  ['COHERENT_LMTP_HOST', '*', 'is not the name or number of a host'],
  ['COHERENT_AUTHSERV_ID', 'mx.example.org; dkim=pass', 'is not the name of a mail server'],
  ['COHERENT_LISTS', 'a.example', 'names no list with a.example: write list-id=domain'],
  ['COHERENT_LISTS', 'a.example=b.example, c.example', 'names no list with c.example'],
  ['COHERENT_DKIM', 'yes', 'write dns, or the path of a JSON file'],
  ['COHERENT_MAIL_PER_MINUTE', '30m', 'COHERENT_MAIL_PER_MINUTE=30m is not a number'],
  ['COHERENT_MAIL_ARCHIVES', 'list@x=https://a/b', 'COHERENT_MAIL_ARCHIVES'],
  ['COHERENT_MAIL_ARCHIVES', 'https://a/{id}', 'write list@host=https://archive/{id}/'],
  ['DATABASE_URL', 'mysql://u:secret@host/db', 'is not the address of a Postgres'],
  ['DATABASE_URL', 'nonsense', 'is not the address of a Postgres'],
  ['RANDOM_MODELS', 'many', 'RANDOM_MODELS=many is not a number'],
])(
  '%s=%s ends the start with one sentence that names it and says what is expected',
  (name, value, expected) => {
    const said = sentence({ [name]: value })
    expect(said).toContain(name)
    expect(said).toContain(expected)
    expect(said).toMatch(/^[^\n]+\.$/)
  },
)

const ours = variableNames.filter((name) => words.get(variables.shape[name])?.for !== 'program')

test.each(ours)('%s set to nothing is a mistake, and told', (name) => {
  for (const value of ['', '  ']) {
    const read = readEnvironment({ [name]: value })
    if (read.ok) throw new Error('taken')
    expect(read.error.join(' ')).toContain(
      name === 'COHERENT_LOG' || name === 'COHERENT_ACCESS_LOG'
        ? `${name} is `
        : `${name} is empty: leave it out`,
    )
  }
})

test.each(variableNames)('%s has its words', (name) => {
  expect(words.get(variables.shape[name])?.says).toMatch(/\w+ \w+/)
})

test('everything that is wrong is said at once, each variable once', () => {
  const read = readEnvironment({ PORT: 'x', COHERENT_URL: 'x', COHERENT_LOG: 'x', COHERENT_DATA: 'fine' })
  if (read.ok) throw new Error('taken')
  expect(read.error.map((said) => said.split('=')[0])).toEqual(['PORT', 'COHERENT_URL', 'COHERENT_LOG'])
})

test.each([
  [{ DATABASE_URL: 'mysql://u:hunter2@host/db' }],
  [{ COHERENT_SECRET: 'hunter2' }],
  [{ COHERENT_SMTP_URL: 'smtp://u:hunter2#x@host', COHERENT_MAIL_FROM: 'a@b.example' }],
  [{ COHERENT_SMTP_URL: 'smtp://u:hunter2%zz@host', COHERENT_MAIL_FROM: 'a@b.example' }],
  [{ COHERENT_SMTP_URL: 'hunter2', COHERENT_MAIL_FROM: 'a@b.example' }],
])('a secret is never repeated: %j', (values) => {
  expect(sentence(values)).not.toContain('hunter2')
})

test('a value that would break the line is shown on one', () => {
  expect(sentence({ PORT: `3000\n${'9'.repeat(200)}` })).toMatch(/^PORT=3000\?9+… is not a port number/)
})

const from = { COHERENT_MAIL_FROM: 'bounces@example.org' }

test('half a configuration of mail is an error, whichever half it is', () => {
  expect(sentence(from)).toContain('COHERENT_SMTP_URL is not set')
  expect(sentence({ COHERENT_SMTP_URL: 'smtp://localhost' })).toContain('COHERENT_MAIL_FROM is not set')
})

test.each([
  ['smtp://localhost', { host: 'localhost', port: 25, security: 'plain', login: null }],
  ['smtp://[::1]:2525', { host: '::1', port: 2525, security: 'plain', login: null }],
  ['smtp://mx.example.org', { host: 'mx.example.org', port: 587, security: 'starttls', login: null }],
  [
    'smtps://me%40example.org:p%23w%2F@mx.example.org',
    {
      host: 'mx.example.org',
      port: 465,
      security: 'tls',
      login: { user: 'me@example.org', password: 'p#w/' },
    },
  ],
])('%s is understood, and never without TLS outside this machine', (COHERENT_SMTP_URL, server) => {
  expect(readEnvironment({ ...from, COHERENT_SMTP_URL })).toMatchObject({
    ok: true,
    value: {
      COHERENT_SMTP_URL: server,
      COHERENT_MAIL_FROM: 'bounces@example.org',
      COHERENT_MAIL_PER_MINUTE: 30,
    },
  })
})

test.each([
  [{ COHERENT_SMTP_URL: 'localhost:25' }, 'smtp://'],
  [{ COHERENT_SMTP_URL: 'http://x' }, 'smtp://'],
  [{ COHERENT_SMTP_URL: 'smtp://' }, 'COHERENT_SMTP_URL'],
  [{ COHERENT_SMTP_URL: 'smtp://u:secret#x@host' }, 'COHERENT_SMTP_URL'],
  [{ COHERENT_SMTP_URL: 'smtp://u:secret%zz@host' }, '%25'],
  [{ COHERENT_MAIL_FROM: 'Me <me@example.org>' }, 'bounces'],
  [{ COHERENT_MAIL_FROM: '<me@example.org>' }, 'bounces'],
  [{ COHERENT_MAIL_FROM: 'me' }, 'bounces'],
])('%j is refused in a sentence that helps', (wrong, expected) => {
  expect(sentence({ ...from, COHERENT_SMTP_URL: 'smtp://localhost', ...wrong })).toContain(expected)
})

test('archives are kept by the address of their list', () => {
  const read = readEnvironment({
    COHERENT_MAIL_ARCHIVES: 'LKML@x.example=https://a.example/lkml/{id}/  b@x.example=http://127.0.0.1/{id}',
  })
  expect(read.ok && read.value.COHERENT_MAIL_ARCHIVES.get('lkml@x.example')).toBe(
    'https://a.example/lkml/{id}/',
  )
})

test('what a program sets is taken as it is', () => {
  expect(readEnvironment({ CI: '', CHROMIUM: '', INIT_CWD: '/tmp' }).ok).toBe(true)
})

test('a name like ours that is none is told, with the one that was meant', () => {
  expect(
    unknownVariables({ COHERENT_ULR: 'x', COHERENT_SMTP: 'x', COHERENT_FROBNICATE: 'x', PROT: '1' }),
  ).toEqual([
    'COHERENT_ULR is no variable of Coherent and has no effect: did you mean COHERENT_URL?',
    'COHERENT_SMTP is no variable of Coherent and has no effect: did you mean COHERENT_SMTP_URL?',
    'COHERENT_FROBNICATE is no variable of Coherent and has no effect',
  ])
})

test('the tables for operators have every variable that is theirs, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| `[A-Z_]+`/.test(line))
  const listed = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
  )
  const operators = variableNames.filter((name) => words.get(variables.shape[name])?.for === 'operator')
  expect(listed.toSorted()).toEqual([...operators].sort())
})
