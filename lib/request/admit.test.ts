import { describe, expect, test } from 'vitest'
import { admit, type RequestHead } from './admit.ts'
import { FORM_LIMIT, IMPORT_FORM_LIMIT, MAIL_LIMIT, ONE_CLICK_LIMIT } from './body-limit.ts'

const head = (change: Partial<RequestHead> = {}): RequestHead => ({
  method: 'GET',
  target: '/rfc',
  ...change,
  headers: { host: 'rfc.example.org', ...change.headers },
})
const form = (target: string, bytes: number, headers: RequestHead['headers'] = {}) =>
  head({ method: 'POST', target, headers: { 'content-length': String(bytes), ...headers } })
const status = (request: RequestHead) => {
  const admitted = admit(request)
  return admitted.ok ? 200 : admitted.error.status
}
const SESSION = { cookie: 'theme=dark; coherent.session_token=a.b' }

describe('a request is refused by its head', () => {
  test('pages are read, and forms of a browser are taken', () => {
    expect(status(head())).toBe(200)
    expect(status(head({ target: '/rfc/x/v1.txt?a=%zz' }))).toBe(200)
    expect(status(head({ method: 'HEAD' }))).toBe(200)
    expect(status(form('/rfc/x/comment', FORM_LIMIT, { 'sec-fetch-site': 'same-origin' }))).toBe(200)
  })

  test.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'CONNECT', ''])(
    'the method %s does nothing here, and what does is named',
    (method) => {
      const admitted = admit(head({ method }))
      expect(admitted.ok ? null : admitted.error).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD, POST, OPTIONS' },
      })
    },
  )

  test.each([
    '/%',
    '/rfc/%E0%A4%A',
    '/rfc/%C0%80',
    '/rfc/a%00b',
    '/%ff',
    'rfc',
    '*',
    'http://other.example/rfc',
  ])('the address %s cannot be read', (target) => expect(status(head({ target }))).toBe(400))

  test('an address of 4,097 characters is too long', () => {
    expect(status(head({ target: `/${'a'.repeat(4095)}` }))).toBe(200)
    expect(status(head({ target: `/${'a'.repeat(4096)}` }))).toBe(414)
  })

  test('without a host nobody knows which site is meant', () => {
    expect(status({ ...head(), headers: {} })).toBe(400)
  })

  test.each(['cross-site', 'same-site', 'nonsense'])('a form that was sent %s is not looked at', (site) => {
    expect(status(form('/sign-in', 100, { 'sec-fetch-site': site }))).toBe(403)
    expect(status(head({ headers: { 'sec-fetch-site': site } }))).toBe(200)
  })

  test('a mail is ended from wherever, by one field, and nothing else is', () => {
    const path = `/unsubscribe/${'a'.repeat(64)}`
    for (const site of ['cross-site', 'same-site', 'none'])
      expect(status(form(path, ONE_CLICK_LIMIT, { 'sec-fetch-site': site }))).toBe(200)
    // A mail program's server may send it in chunks: they are counted.
    expect(status(head({ method: 'POST', target: path, headers: { 'transfer-encoding': 'chunked' } }))).toBe(
      200,
    )
    expect(status(form(path, ONE_CLICK_LIMIT + 1))).toBe(413)
    for (const other of [
      '/unsubscribe',
      '/unsubscribe/',
      `${path}/more`,
      '/x/unsubscribe/a',
      '/unsubscribes/a',
      '/me',
    ])
      expect(status(form(other, 10, { 'sec-fetch-site': 'cross-site' })), other).toBe(403)
  })

  test.each([
    '/sign-in',
    '/sign-up',
    '/rfc/x/comment',
    '/me',
    '/import/queue',
    '/nowhere',
    '/import/',
    '/api/mailx',
  ])('a form at %s has 256 KB at most', (path) => {
    expect(status(form(path, FORM_LIMIT, SESSION))).toBe(200)
    expect(status(form(`${path}?x=1`, FORM_LIMIT + 1, SESSION))).toBe(413)
  })

  test('a mailbox is taken from who shows a session, up to its own limit', () => {
    expect(status(form('/import', IMPORT_FORM_LIMIT))).toBe(401)
    expect(status(form('/import', 10, { cookie: 'xcoherent.session_token=1' }))).toBe(401)
    expect(status(form('/import', IMPORT_FORM_LIMIT, SESSION))).toBe(200)
    expect(status(form('/import', IMPORT_FORM_LIMIT, { cookie: '__Secure-coherent.session_token=a' }))).toBe(
      200,
    )
    expect(status(form('/import', IMPORT_FORM_LIMIT + 1, SESSION))).toBe(413)
  })

  test('a mail is taken from who shows a token, up to its own limit', () => {
    const token = { authorization: 'Bearer abc' }
    expect(status(form('/api/mail', 10))).toBe(401)
    expect(status(form('/api/mail', MAIL_LIMIT, token))).toBe(200)
    expect(status(form('/api/mail', MAIL_LIMIT + 1, token))).toBe(413)
  })

  test('a form says its length; a mail may come in chunks, since they are counted', () => {
    const chunked = { 'transfer-encoding': 'chunked', authorization: 'Bearer abc', ...SESSION }
    expect(status(head({ method: 'POST', target: '/rfc/x/comment', headers: chunked }))).toBe(411)
    expect(status(head({ method: 'POST', target: '/import', headers: chunked }))).toBe(411)
    expect(status(head({ method: 'GET', target: '/rfc', headers: chunked }))).toBe(411)
    expect(status(head({ method: 'POST', target: '/api/mail', headers: chunked }))).toBe(200)
  })

  test('the words of a refusal name both sizes', () => {
    const admitted = admit(form('/sign-in', 10 * 1024 * 1024))
    expect(admitted.ok ? '' : admitted.error.words).toContain('10,240 KB, and 256 KB are taken here')
  })
})
