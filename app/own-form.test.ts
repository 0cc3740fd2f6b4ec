import { expect, test } from 'vitest'
import { isOwnForm } from './own-form.ts'

const URL = 'https://rfc.example.org'
const sent = (headers: Record<string, string>) =>
  isOwnForm(new Headers({ host: 'rfc.example.org', ...headers }), URL)

test.each([
  ['a page of this site', { origin: URL, 'sec-fetch-site': 'same-origin' }],
  ['a browser that sends no Sec-Fetch-Site', { origin: URL }],
  ['one that sends no Origin', { 'sec-fetch-site': 'same-origin' }],
  ['the name by which it was reached', { host: 'localhost:3000', origin: 'http://localhost:3000' }],
])('a form of %s is ours', (_, headers) => {
  expect(sent(headers)).toBe(true)
})

test.each([
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['another site in an old browser', { origin: 'https://evil.example' }],
  [
    'a neighbour below the same domain',
    { origin: 'https://evil.example.org', 'sec-fetch-site': 'same-site' },
  ],
  ['our name at another port', { origin: 'https://rfc.example.org:8443' }],
  ['a page without an origin', { origin: 'null' }],
  [
    'a site whose browser says it is ours',
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  ],
  ['our origin, sent across sites', { origin: URL, 'sec-fetch-site': 'cross-site' }],
  ['no browser', {}],
  ['a file', { origin: 'file://rfc.example.org' }],
  ['no address', { origin: 'rfc.example.org' }],
])('a form of %s is not', (_, headers) => {
  expect(sent(headers)).toBe(false)
})
