import { expect, test } from 'vitest'
import type { HeaderField } from '#lib/mail/message/header.ts'
import { cpuMs, msHere } from '../../../../scripts/cpu-time.mjs'
import { type Authentication, authenticationOf as decided } from './authentication.ts'
import { parseAuthenticationResults } from './authentication-results.ts'
import { signaturesOf } from './dkim-signature.ts'

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
/** A mail with these headers and this body. */
function authenticationOf(
  headers: readonly HeaderField[],
  author: typeof reva | null,
  policy: Parameters<typeof decided>[1],
  body = 'Words.\r\n',
): Authentication {
  return decided({ headers, author, signatures: signaturesOf(headers, body), flags: [] }, policy)
}
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
  ['a pass of DMARC that does not say for whom', [ours('dmarc=pass')], 'none'],
  ['a pass for two senders', [ours('dmarc=pass header.from=example.org header.from=evil.example')], 'none'],
  ['two signers', [ours('dkim=pass header.d=evil.example header.d=example.org')], 'none'],
  [
    'a signer and an identity elsewhere',
    [ours('dkim=pass header.d=evil.example header.i=@example.org')],
    'none',
  ],
  ['an identity alone', [ours('dkim=pass header.i=@example.org header.s=s1')], 'sender'],
  [
    'a quoted identity that looks like a property',
    [ours('dkim=pass header.i="x header.d=example.org "@evil.example header.d=evil.example')],
    'none',
  ],
  ['the same without a signer', [ours('dkim=pass header.i="x header.d=example.org "@evil.example')], 'none'],
  [
    'an address of ours as a quoted local part',
    [ours('dkim=pass header.i="a@example.org"@evil.example')],
    'none',
  ],
  ['quoted words beside a domain', [ours('dkim=pass header.d="evil.example "example.org')], 'none'],
  ['a quoted domain', [ours('dkim=pass header.d="example.org"')], 'sender'],
  ['blanks around every sign', [ours('dkim = pass reason = "ok" header . d = example.org')], 'sender'],
  [
    'a comment in every gap',
    [ours('(a)dkim(b(c))=(d)pass(e) header(f).(g)d(h)=(i)example.org(j)')],
    'sender',
  ],
  ['words that are no property', [ours('dkim=pass header.d=example.org or so')], 'none'],
  ['a quote that does not end', [ours('dkim=pass header.d=example.org; spf=pass reason="')], 'none'],
  ['a comment that does not end', [ours('dkim=pass header.d=example.org (; dkim=fail')], 'none'],
  ['a method of another version', [ours('dkim/2=pass header.d=example.org')], 'none'],
  [
    'a header of another version',
    [{ ...ours(''), value: 'mx.rfc.example 2; dkim=pass header.d=example.org' }],
    'none',
  ],
  ['a failure beyond what is read', [ours(`${PASS}${' '.repeat(20_000)}; dmarc=fail`)], 'none'],
  ['no result', [ours('none')], 'none'],
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

test('values are read as they are written, with what addresses and other servers put into them', () => {
  const value =
    'MX.rfc.example (a; b); spf=pass smtp.mailfrom=bounce+a=b.example@list.example; ' +
    'dkim=pass (2048-bit key) reason="said; \\"so\\"" header.b="AbC/+=" header.I=@Example.org; dmarc=pass action=none'
  const { authservId, methods } = parseAuthenticationResults(value)
  expect(authservId).toBe('mx.rfc.example')
  expect(methods.map(({ method, result }) => `${method} ${result}`)).toEqual([
    'spf pass',
    'dkim pass',
    'dmarc pass',
  ])
  expect(methods[0]?.properties.get('smtp.mailfrom')?.domain).toBe('list.example')
  expect(methods[1]?.properties.get('reason')?.text).toBe('said; "so"')
  expect(methods[1]?.properties.get('header.b')?.text).toBe('AbC/+=')
  expect(methods[1]?.properties.get('header.i')?.domain).toBe('example.org')
})

test('whatever stands in the header, it is read in time that grows with it', () => {
  const pieces = ['a. ', '(', '"', '\\', 'a=', ';', '@', '( ', 'dkim=pass header.d=a ', '. / ']
  const started = cpuMs()
  for (const piece of pieces) parseAuthenticationResults(`mx; ${piece.repeat(19_000 / piece.length)}`)
  expect(cpuMs() - started).toBeLessThan(msHere(8000))
})

const signature = (tags: string): HeaderField => ({
  name: 'DKIM-Signature',
  value: `v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1; ${tags} bh=AAAA=; b=AbCdEfGh\n 1234`,
})
const ofDkim = ours('dkim=pass header.d=example.org header.s=s1 header.b=AbCdEfGh')
const ofDmarc = ours('dmarc=pass header.from=example.org')
const ofSpf = ours('spf=pass smtp.mailfrom=reva@example.org; dmarc=pass header.from=example.org')
const BODY = 'Signed words. \r\n\r\nAppended.\r\n\r\n\r\n'

test.each([
  ['a signature of all', ofDkim, signature(''), 'sender'],
  ['a length that is the whole canonical body', ofDkim, signature('l=28;'), 'sender'],
  ['a length below it', ofDkim, signature('l=27;'), 'none'],
  ['a length, folded', ofDkim, signature(' l\n =\n 1 4 ;'), 'none'],
  ['a length that is no number', ofDkim, signature('l=all;'), 'none'],
  ['the same where only DMARC is said', ofDmarc, signature('l=14;'), 'none'],
  [
    'a signature of a part by a domain below',
    ofDmarc,
    { ...signature(''), value: 'd=mail.example.org; s=s1; l=14; b=AbCdEfGh' },
    'none',
  ],
  ['DMARC with an envelope of the domain', ofSpf, signature('l=14;'), 'sender'],
  [
    'a part signed by somebody else',
    ofDmarc,
    { ...signature(''), value: 'd=list.example; s=s1; l=1; b=XX' },
    'sender',
  ],
  [
    'another signature than the one that passed',
    ofDkim,
    { ...signature(''), value: 'd=example.org; s=s2; l=1; b=XX' },
    'sender',
  ],
] as const)('%s', (_, results, signed, want) => {
  expect(authenticationOf([results, signed], reva, policy, BODY).kind).toBe(want)
})
