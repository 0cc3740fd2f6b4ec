import { expect, test } from 'vitest'
import type { HeaderField } from '#lib/mail/message/header.ts'
import { authenticationOf } from './authentication.ts'

const policy = {
  authservId: 'mx.rfc.example',
  lists: [{ listId: 'io-uring.list.example', domain: 'list.example' }],
}
const reva = { name: 'Reva', address: 'reva@example.org' }
const ours = (rest: string): HeaderField => ({
  name: 'Authentication-Results',
  value: `mx.rfc.example; ${rest}`,
})
const received: HeaderField = { name: 'Received', value: 'from a by b' }
const listId: HeaderField = { name: 'List-Id', value: 'A list <io-uring.list.example>' }
const PASS = 'dkim=pass header.d=example.org; dmarc=pass header.from=example.org'
const FAIL = 'dkim=none; dmarc=fail header.from=example.org'

const CASES: readonly (readonly [string, readonly HeaderField[], 'sender' | 'list' | 'none'])[] = [
  ['a pass of DMARC', [ours(PASS)], 'sender'],
  ['our header above our Received', [ours(PASS), received], 'sender'],
  [
    'our name with a version, in capitals',
    [{ name: 'authentication-results', value: `MX.RFC.example 1; ${PASS}` }],
    'sender',
  ],
  ['comments within the result', [ours('dmarc=pass (p=reject dis=none) header.from=example.org')], 'sender'],
  ['DKIM of the domain, where DMARC was not evaluated', [ours('dkim=pass header.d=example.org')], 'sender'],
  ['no result at all', [received], 'none'],
  ['a result below a Received: it came with the mail', [received, ours(PASS)], 'none'],
  ['a forged result below ours', [ours(FAIL), ours(PASS)], 'none'],
  [
    'a result of another server',
    [{ name: 'Authentication-Results', value: `mx.evil.example; ${PASS}` }],
    'none',
  ],
  [
    'a result of another server above ours',
    [{ name: 'Authentication-Results', value: `mx.evil.example; ${PASS}` }, ours(PASS)],
    'none',
  ],
  [
    'a name that begins like ours',
    [{ name: 'Authentication-Results', value: `mx.rfc.example.evil.example; ${PASS}` }],
    'none',
  ],
  [
    'DMARC that fails although DKIM passes',
    [ours('dkim=pass header.d=example.org; dmarc=fail header.from=example.org')],
    'none',
  ],
  ['DMARC without a policy', [ours('dmarc=none header.from=example.org')], 'none'],
  ['a temporary error', [ours('dmarc=temperror header.from=example.org')], 'none'],
  ['DMARC of another From', [ours('dmarc=pass header.from=evil.example')], 'none'],
  [
    'two results of DMARC, one of them bad',
    [ours('dmarc=pass header.from=example.org; dmarc=fail header.from=example.org')],
    'none',
  ],
  ['DKIM of another domain', [ours('dkim=pass header.d=evil.example')], 'none'],
  ['DKIM of a domain below', [ours('dkim=pass header.d=evil.example.org')], 'none'],
  ['DKIM of a top level', [ours('dkim=pass header.d=org')], 'none'],
  ['a pass in a comment', [ours('dmarc=fail (dmarc=pass header.from=example.org)')], 'none'],
  ['a pass in quotes', [ours('dkim=fail reason="; dmarc=pass header.from=example.org"; dmarc=fail')], 'none'],
  ['SPF alone', [ours('spf=pass smtp.mailfrom=example.org')], 'none'],
  ['a named list that signed', [ours(`${FAIL}; dkim=pass header.d=list.example`), listId], 'list'],
  [
    'a named list by its envelope',
    [ours(`${FAIL}; spf=pass smtp.mailfrom=bounces@list.example`), listId],
    'list',
  ],
  ['the name of a list without its signature', [ours(FAIL), listId], 'none'],
  ['the signature of a list without its name', [ours(`${FAIL}; dkim=pass header.d=list.example`)], 'none'],
]

for (const [what, headers, want] of CASES) {
  test(`${what}: ${want}`, () => {
    expect(authenticationOf(headers, reva, policy).kind).toBe(want)
  })
}

test('nobody is proved by a pass for nobody', () => {
  expect(authenticationOf([ours('dmarc=pass')], null, policy).kind).toBe('none')
})
