import { expect, test, vi } from 'vitest'

vi.mock('server-only', () => ({}))
vi.stubEnv('COHERENT_SECRET', 'a secret for tests only, at least 32 characters')
const { knownBrowser, knownBrowserCookie } = await import('./known-browser.server.ts')

test('a browser is known for the address that was entered from it, in any case of letters', () => {
  expect(knownBrowser(knownBrowserCookie('Reva@example.org'), 'reva@example.org')).not.toBeNull()
})

test('each browser is another one', () => {
  const ids = [1, 2].map(() => knownBrowser(knownBrowserCookie('a@example.org'), 'a@example.org'))
  expect(ids[0]).not.toBe(ids[1])
})

test.each([
  ['another address', knownBrowserCookie('other@example.org')],
  ['a changed id', `x${knownBrowserCookie('reva@example.org')}`],
  ['a changed seal', knownBrowserCookie('reva@example.org').slice(0, -2)],
  ['no seal', 'abc'],
  ['too many parts', `${knownBrowserCookie('reva@example.org')}.a`],
  ['nothing', ''],
  ['no cookie', undefined],
])('%s makes no browser known', (_, cookie) => {
  expect(knownBrowser(cookie, 'reva@example.org')).toBeNull()
})
