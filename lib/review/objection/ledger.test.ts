import { expect, test } from 'vitest'
import { evidenceIn, type LedgerEntry, ledgerSentence, ledgerText } from './ledger.ts'

const entry = (over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ number: 7, state: 'open', by: 'Reva', at: '2026-11-29T12:00:00.000Z', revision: 1 },
  ...{ words: 'The waiter outlives the ring.', clearsWhen: 'A model of it.', answer: null, evidence: [] },
  ...{ promised: false, closed: null, overrideReason: null, challenges: [], splitFrom: null, points: [] },
  ...over,
})
const ledger = (entries: readonly LedgerEntry[]) => ({ slug: 'futex', title: 'Futex', entries, left: 0 })

test('evidence is what an answer names to be looked at, once each, and not the full stop behind it', () => {
  expect(
    evidenceIn('See https://a.example/x?y=1. And (https://b.example/z), again https://a.example/x?y=1.'),
  ).toEqual(['https://a.example/x?y=1', 'https://b.example/z'])
  expect(evidenceIn('Nothing to see')).toEqual([])
  expect(evidenceIn(Array.from({ length: 50 }, (_, i) => `https://a.example/${i}`).join(' '))).toHaveLength(
    10,
  )
})

test('the first sentence says how many stand', () => {
  expect(ledgerSentence(ledger([]))).toBe('Nobody has objected.')
  expect(ledgerSentence(ledger([entry(), entry({ state: 'resolved' })]))).toBe(
    '2 objections were raised; 1 stands and blocks.',
  )
  expect(ledgerSentence(ledger([entry({ state: 'overridden' })]))).toBe(
    '1 objection was raised; none stands.',
  )
})

test('the text has words, condition, answer, evidence, and why one was overridden', () => {
  const at = '2026-11-30T12:00:00.000Z'
  const text = ledgerText(
    ledger([
      entry({
        state: 'overridden',
        overrideReason: 'Met in v2.',
        answer: { by: 'Ann', at, comment: 2, revision: null, words: 'It does not.\n\nSee the model.' },
        evidence: ['https://a.example/x'],
        challenges: [{ by: 'Max', at, reason: 'Silent since June.' }],
        closed: { by: 'Ada', at },
      }),
    ]),
    (number) => `https://rfc.example/t/${number}`,
  )
  for (const line of [
    '#7: overridden',
    '  https://rfc.example/t/7',
    '    The waiter outlives the ring.',
    '  Cleared when: A model of it.',
    '  Answered in comment 2 by Ann',
    '    See the model.',
    '  Evidence: https://a.example/x',
    '  Challenged by Max',
    '  Overridden because: Met in v2.',
  ])
    expect(text).toContain(line)
})
