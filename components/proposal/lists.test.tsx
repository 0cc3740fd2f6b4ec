import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { LedgerEntry } from '#lib/review/objection/ledger.ts'
import { ObjectionLedger } from './objection-ledger.tsx'
import { MyTurns, RecentlyDecided, WaitingForOthers } from './turn-lists.tsx'

const HOUR_MS = 60 * 60_000
const since = new Date('2026-11-29T12:00:00Z')
const NOW = since.getTime() + 72 * HOUR_MS
const still = (piece: string, { text }: { readonly text: string }) => ({ request: 'r', piece, html: text })
const turn = (slug: string, words: string, snoozedUntil: Date | null = null) => ({
  ...{ slug, title: `Title of ${slug}`, words, href: `/rfc/${slug}/t/7`, since, snoozedUntil },
})

test('my turn has each proposal once with all that waits in it, and what was put off folded away', () => {
  const turns = [
    turn('a', 'answer #7'),
    turn('a', 'answer #8'),
    turn('b', 'review it', new Date(NOW + HOUR_MS)),
  ]
  const page = renderToStaticMarkup(<MyTurns turns={turns} now={NOW} still={still} />)
  expect(page.match(/Title of a<\/a>/g)).toHaveLength(1)
  expect(page).toContain('<a href="/rfc/a/t/7">answer #7</a>')
  expect(page, 'right below the heading of the page').toContain('<h2>')
  expect(page).toContain('for 3 days')
  expect(page.indexOf('<details')).toBeLessThan(page.indexOf('Title of b'))
  expect(page.indexOf('Title of a')).toBeLessThan(page.indexOf('<details'))
})

test('a list without anything in it says what will be there', () => {
  expect(renderToStaticMarkup(<MyTurns turns={[]} now={NOW} still={still} />)).toContain(
    'Nothing waits for you.',
  )
  expect(renderToStaticMarkup(<WaitingForOthers waiting={[]} now={NOW} />)).toContain('<p>')
  expect(renderToStaticMarkup(<RecentlyDecided decided={[]} now={Date.now()} />)).toContain('<p>')
  const empty = { slug: 'futex', title: 'Futex', entries: [], left: 0 }
  expect(renderToStaticMarkup(<ObjectionLedger ledger={empty} />)).toContain('will be listed here')
})

test('what waits for others names them, a few at most', () => {
  const waiting = [
    { slug: 'a', title: 'A', state: 'in_review' as const, holders: ['Ann', 'Bo', 'Cy', 'Di', 'Ed'], since },
  ]
  const page = renderToStaticMarkup(<WaitingForOthers waiting={waiting} now={NOW} />)
  expect(page).toContain('in review: waits for Ann, Bo, Cy and 2 more, for 3 days')
})

test('the ledger leads from an objection to its thread, its answer and what that shows', () => {
  const at = since.toISOString()
  const entry: LedgerEntry = {
    ...{
      number: 7,
      state: 'answered',
      by: 'Reva',
      at,
      revision: 1,
      words: 'It leaks.',
      clearsWhen: 'A model.',
    },
    answer: { by: 'Ann', at, comment: 2, revision: null, words: 'It does not.' },
    ...{ evidence: ['https://a.example/x'], promised: false, closed: null, overrideReason: null },
    ...{ challenges: [{ by: 'Max', at, reason: 'Silent.' }], splitFrom: null, points: [] },
  }
  const ledger = { slug: 'futex', title: 'Futex', entries: [entry], left: 3 }
  const page = renderToStaticMarkup(<ObjectionLedger ledger={ledger} />)
  for (const part of [
    '/rfc/futex/t/7#c2',
    'answered, blocks',
    'href="https://a.example/x"',
    'Silent.',
    '3 more',
  ])
    expect(page).toContain(part)
})
