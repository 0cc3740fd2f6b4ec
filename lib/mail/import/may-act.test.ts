import { expect, test } from 'vitest'
import type { DkimSignature } from '#lib/mail/import/read/dkim-signature.ts'
import { refusesLines, SIGNED_HEADERS } from './may-act.ts'

const NOW = 1_800_000_000
const signature: DkimSignature = {
  ...{ domain: 'example.org', selector: 's', b: 'x', uncovered: 0 },
  signed: ['from', 'to', 'subject', 'date', 'message-id', 'in-reply-to'],
}
const headers = ['From', 'Subject', 'Date', 'Message-ID', 'In-Reply-To'].map((name) => ({ name, value: 'x' }))
const date = { epochSeconds: NOW - 3600, offsetMinutes: 0 }
const sender = { kind: 'sender', domain: 'example.org' } as const
const asked = (
  change: { signatures?: readonly DkimSignature[]; date?: typeof date | null; headers?: typeof headers } = {},
) => refusesLines({ signatures: [signature], date, headers, ...change }, sender, NOW)

test('a fresh mail that its sender signed whole may act', () => {
  expect(asked()).toBeNull()
  expect(
    refusesLines(
      { signatures: [signature], date, headers },
      { kind: 'sender', domain: 'lists.example.org' },
      NOW,
    ),
  ).toBeNull()
})

test.each([
  [{ kind: 'list', listId: 'l' }],
  [{ kind: 'vouched' }],
  [{ kind: 'none', why: '', isRefuted: false }],
] as const)('proof of another kind is not enough: %o', (proof) => {
  expect(refusesLines({ signatures: [signature], date, headers }, proof, NOW)).toBe('not-proved')
})

test.each(SIGNED_HEADERS)('a signature that leaves out %s is not enough', (name) => {
  expect(
    asked({ signatures: [{ ...signature, signed: signature.signed.filter((one) => one !== name) }] }),
  ).toBe('not-signed')
})

test('a part of the body, another signer, a header that stands twice and is signed once: not enough', () => {
  expect(asked({ signatures: [{ ...signature, uncovered: 10 }] })).toBe('not-signed')
  expect(asked({ signatures: [{ ...signature, uncovered: -1 }] })).toBe('not-signed')
  expect(asked({ signatures: [{ ...signature, domain: 'example.com' }] })).toBe('not-signed')
  expect(asked({ signatures: [{ ...signature, domain: 'ample.org' }] })).toBe('not-signed')
  expect(asked({ signatures: [] })).toBe('not-signed')
  expect(asked({ headers: [...headers, { name: 'Subject', value: 'another' }] })).toBe('not-signed')
})

test('an In-Reply-To that is not there must be signed as not there', () => {
  const without = headers.filter(({ name }) => name !== 'In-Reply-To')
  expect(asked({ headers: without })).toBeNull()
  const signed = signature.signed.filter((one) => one !== 'in-reply-to')
  expect(asked({ headers: without, signatures: [{ ...signature, signed }] })).toBe('not-signed')
})

test('a mail of more than fourteen days, or without a date, is too old', () => {
  expect(asked({ date: { ...date, epochSeconds: NOW - 14 * 86_400 } })).toBeNull()
  expect(asked({ date: { ...date, epochSeconds: NOW - 14 * 86_400 - 1 } })).toBe('old')
  expect(asked({ date: null })).toBe('old')
})

test('a signature that somebody added does not make up for one that leaves something out', () => {
  const partial = { ...signature, domain: 'mail.example.org', signed: ['from'] }
  expect(asked({ signatures: [partial, signature] })).toBe('not-signed')
  expect(asked({ signatures: [{ ...signature, domain: 'org' }] })).toBe('not-signed')
})
