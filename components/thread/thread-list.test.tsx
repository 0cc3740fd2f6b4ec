import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { ThreadListed } from '#lib/review/thread/list-threads.server.ts'
import { threadFilter } from '#lib/review/thread/thread-filter.ts'
import { ThreadList } from './thread-list.tsx'

const thread = (number: number, over: Partial<ThreadListed> = {}): ThreadListed => ({
  number,
  kind: 'note',
  state: 'open',
  opener: 'Reva',
  words: 'What frees it?',
  comments: 3,
  openedAt: '2026-11-29T12:00:00.000Z',
  lastActivity: '2026-11-29T12:00:00.000Z',
  about: 'passage',
  revision: 1,
  writeup: 'lifetime',
  quote: 'the entry',
  waitsFor: null,
  waitsForViewer: false,
  unread: 0,
  ...over,
})

const shown = (
  threads: readonly ThreadListed[],
  asked: Record<string, string> = {},
  found = threads.length,
) =>
  renderToStaticMarkup(
    <ThreadList
      slug="futex"
      list={{ title: 'Futex', threads, found, people: [{ id: 'p', name: 'Reva' }] }}
      filter={threadFilter(asked)}
      signedIn
      now={Date.parse('2026-11-30T12:00:00.000Z')}
    />,
  )

test('a thread says how it stands in words, whom it waits for, and what is about it', () => {
  const html = shown([
    thread(7, { kind: 'objection', state: 'answered', waitsFor: 'opener', waitsForViewer: true }),
    thread(8, { kind: 'objection', state: 'overridden' }),
    thread(9, { kind: 'question', waitsFor: 'author' }),
  ])
  expect(html).toContain('href="/rfc/futex/t/7"')
  expect(html.match(/blocks the proposal/g)).toHaveLength(1)
  expect(html).toContain('waits for you')
  expect(html).toContain('waits for its author')
  expect(html).toContain('(1 day ago)')
  expect(html).toContain('lifetime of v1')
})

test('what anybody wrote is text', () => {
  const hostile = '"><script>alert(1)</script>'
  expect(shown([thread(1, { words: hostile, opener: hostile, quote: hostile })])).not.toContain('<script')
})

test('the filter is a form that asks for a page, with what is asked for chosen', () => {
  const html = shown([], { kind: 'objection', state: 'standing', mine: '1' })
  expect(html).toMatch(/<form[^>]*action="\/rfc\/futex\/threads" method="get"/)
  expect(html).toContain('<option value="objection" selected="">')
  expect(html).toContain('<option value="standing" selected="">')
  expect(html).toMatch(/<input[^>]*name="mine"[^>]*checked=""/)
  expect(html).toContain('No thread has all of these properties')
})

test('an empty list says what will be here, and how to make it', () => {
  expect(shown([])).toContain('Nobody has said anything yet')
})

test('a long list has pages, which keep the filter', () => {
  const many = Array.from({ length: 50 }, (_, i) => thread(i + 1))
  expect(shown(many, { kind: 'note' }, 120)).toContain('href="/rfc/futex/threads?kind=note&amp;page=2"')
  const second = shown(many, { kind: 'note', page: '2' }, 120)
  expect(second).toContain('href="/rfc/futex/threads?kind=note"')
  expect(second).toContain('Page 2 of 3')
  expect(second).toContain('20 more')
})
