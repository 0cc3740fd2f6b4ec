import { generateKeyPairSync } from 'node:crypto'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { expect, test } from 'vitest'
import { reply } from '#lib/mail/import/samples/reply.ts'
import { authenticateBytes, type CheckedBy, resolverOfRecords } from './authenticate.ts'
import { parseMail } from './parse.ts'

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})
const dns = resolverOfRecords({
  'sel._domainkey.example.org': `v=DKIM1; k=rsa; p=${keys.publicKey.toString('base64')}`,
  'sel._domainkey.list.example': `v=DKIM1; k=rsa; p=${keys.publicKey.toString('base64')}`,
  '_dmarc.example.org': 'v=DMARC1; p=reject',
})
const listed = { listId: 'io-uring.list.example', domain: 'list.example' }
const checkedBy: CheckedBy = {
  policy: { authservId: 'mx.rfc.example', lists: [listed] },
  resolver: dns,
  envelope: null,
  timeoutMs: 5000,
}

async function sign(mail: string, domain: string, maxBodyLength?: number): Promise<string> {
  const crlf = mail.replace(/\r?\n/g, '\r\n')
  const { signatures, errors } = await dkimSign(crlf, {
    canonicalization: 'relaxed/relaxed',
    signatureData: [{ signingDomain: domain, selector: 'sel', privateKey: keys.privateKey, maxBodyLength }],
  })
  expect(errors).toEqual([])
  return signatures + crlf
}

async function check(mail: string, by: CheckedBy = checkedBy) {
  const bytes = Buffer.from(mail)
  const parsed = await parseMail(bytes, new Date())
  if (!parsed.ok) throw new Error(parsed.error.problem)
  return authenticateBytes(bytes, parsed.value, by)
}

test('a mail signed by the domain of its sender is proved', async () => {
  expect(await check(await sign(reply('Words.\n'), 'example.org'))).toEqual({
    kind: 'sender',
    domain: 'example.org',
  })
})

test('one changed word, no signature, another key or another domain prove nothing', async () => {
  const signed = await sign(reply('Words.\n'), 'example.org')
  expect((await check(signed.replace('Words.', 'Others.'))).kind).toBe('none')
  expect((await check(reply('Words.\n'))).kind).toBe('none')
  expect((await check(signed, { ...checkedBy, resolver: resolverOfRecords({}) })).kind).toBe('none')
  expect((await check(await sign(reply('Words.\n'), 'list.example'))).kind).toBe('none')
})

test('the results that a mail brings along are not looked at', async () => {
  const mail = reply('Words.\n', { headers: { 'Authentication-Results': 'mx.rfc.example; dmarc=pass' } })
  expect((await check(mail)).kind).toBe('none')
})

test('a footer breaks the signature; the list that the operator named vouches for itself', async () => {
  const mail = reply('Words.\n', { headers: { 'List-Id': '<io-uring.list.example>' } })
  const signed = await sign(mail, 'list.example')
  expect(await check(signed)).toEqual({ kind: 'list', listId: 'io-uring.list.example' })
  const unnamed = { ...checkedBy, policy: { ...checkedBy.policy, lists: [] } }
  expect((await check(signed, unnamed)).kind).toBe('none')
  // Naming the list in a header is free.
  expect((await check(mail)).kind).toBe('none')
})

test('a name server that does not answer proves nothing', async () => {
  const never = new Promise<never>(() => {})
  const signed = await sign(reply('Words.\n'), 'example.org')
  const result = await check(signed, { ...checkedBy, resolver: () => never, timeoutMs: 50 })
  expect(result).toEqual({ kind: 'none', why: 'the check took too long', isRefuted: false })
})

test('a signature of the first words proves nothing about those below them', async () => {
  const signed = await sign(reply('Words.\nReviewed-by: Reva <reva@example.org>\n'), 'example.org', 8)
  expect(signed).toMatch(/\bl=8;/)
  expect((await check(signed)).kind).toBe('none')
  expect((await check(signed.replace(/Reviewed-by.*$/s, ''))).kind).toBe('sender')
})

test('a signature of more words than there are is none, and nothing is printed about it', async () => {
  const printed: unknown[] = []
  const log = console.log
  console.log = (...args) => printed.push(args)
  try {
    const signed = await sign(reply('Words.\nMore.\n'), 'example.org', 8)
    expect((await check(signed.replace('l=8;', 'l=800;'))).kind).toBe('none')
    const many = 'DKIM-Signature: v=1; d=evil.example; s=s; b=A\r\n'.repeat(30)
    expect((await check(many + signed)).kind).toBe('none')
  } finally {
    console.log = log
  }
  expect(printed).toEqual([])
})

test('a domain without a policy is proved by its signature', async () => {
  const resolver = resolverOfRecords({
    'sel._domainkey.example.org': `v=DKIM1; k=rsa; p=${keys.publicKey.toString('base64')}`,
  })
  const signed = await sign(reply('Words.\n'), 'example.org')
  expect((await check(signed, { ...checkedBy, resolver })).kind).toBe('sender')
})
