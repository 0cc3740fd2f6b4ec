import { describe, expect, test } from 'vitest'
import type { SuggestionListed } from '#lib/review/suggestion/listed.ts'
import { commentFormHtml, templates } from './comment-form-html.ts'
import { suggestionHtml, wordDiffHtml } from './suggestion-html.ts'
import { besideHtml, suggestionsHtml } from './suggestion-list-html.ts'

const place = { slug: 'futex', thread: 7, comment: 1 }
const entry: SuggestionListed = {
  ...{ id: 'a', thread: 7, comment: 1, words: 'So, I would say.', at: '2026-11-30T10:00:00Z' },
  ...{ by: { id: 'p', name: 'Reva <b>', publicAddress: null }, revision: 1, writeup: 'problem' },
  ...{ old: 'the bucket lock', replacement: 'the lock of <b>the bucket</b>', state: 'open' },
  ...{ decided: null, byHand: null, inText: null, acts: ['accept', 'decline'], placed: null },
}
const list = (entries: readonly SuggestionListed[]) => ({
  ...{ slug: 'futex', title: 'Futex', newest: 2, newestId: 'y', mayDecide: true },
  ...{ entries, left: 0 },
})
const listed = (entries: readonly SuggestionListed[]) =>
  suggestionsHtml({
    list: list(entries),
    trailers: new Map([['a', 'Suggested-by: Reva <reva@example.org>']]),
    hasPatch: true,
  }).text

test('what goes is struck, what comes is underlined, and nothing of it is markup', () => {
  const { text } = wordDiffHtml(entry.old, entry.replacement)
  expect(text).toContain('<del>')
  expect(text).toContain('<ins>')
  expect(text).toContain('&lt;b&gt;')
  expect(text).not.toContain('<b>')
  expect(wordDiffHtml('all of it', '').text).toContain('<del>all of it</del>')
})

describe('beside its comment', () => {
  test('has buttons for who decides, and none for others', () => {
    expect(suggestionHtml(entry, place).text).toContain('value="accept 7.1"')
    expect(suggestionHtml({ ...entry, acts: [] }, place).text).not.toContain('<button')
  })
})

test('the list parts them by what became of them, with the lines to be said', () => {
  const decided = { by: 'Ann', at: '2026-11-30T11:00:00Z' }
  const text = listed([
    entry,
    { ...entry, comment: 2, state: 'accepted', decided },
    { ...entry, comment: 3, state: 'accepted', decided, inText: 2 },
    { ...entry, comment: 4, state: 'declined', decided },
  ])
  const order = ['Not decided', 'Accepted, not in the text yet', 'In the text', 'Declined']
  const places = order.map((title) => text.indexOf(`<h2>${title}`))
  expect([...places].sort((a, b) => a - b)).toEqual(places)
  expect(places).not.toContain(-1)
  expect(text).toContain('Suggested-by: Reva &lt;reva@example.org&gt;')
  expect(text).toContain('/rfc/futex/suggestions.patch')
  expect(text).toContain('action="/rfc/futex/suggestions/take-in"')
  expect(listed([])).toContain('Nobody has suggested')
})

describe('beside the text now', () => {
  const at = { writeup: 'problem' as const, blockKey: 'problem-1', start: 0, end: 9, old: 'text <now>' }
  const beside = (of: Partial<SuggestionListed>, hand?: { typed: string; error: string }) =>
    besideHtml(
      { slug: 'futex', title: 'Futex', newest: 2, entry: { ...entry, ...of }, before: 'text then' },
      hand,
    ).text

  test('all three texts are there, and the form begins with what stands there', () => {
    const text = beside({ placed: { kind: 'conflict', why: 'changed', at } })
    for (const part of ['text then', 'The suggestion', 'text &lt;now&gt;']) expect(text).toContain(part)
    expect(text).toContain('name="words"')
    expect(text).not.toContain('value="accept 7.1" aria-label')
  })

  test('a form that was refused comes back with what was typed and why', () => {
    const text = beside(
      { placed: { kind: 'conflict', why: 'changed', at } },
      { typed: 'mine', error: 'Not so.' },
    )
    expect(text).toContain('mine</textarea>')
    expect(text).toContain('Not so.')
  })

  test('so do words for a passage that is gone by now', () => {
    const text = beside(
      { placed: { kind: 'conflict', why: 'gone', at: null } },
      { typed: 'mine', error: 'Not so.' },
    )
    expect(text).toContain('mine</textarea>')
    expect(text).toContain('not there any more')
  })

  test('what fits shows what the text would be', () => {
    const fits = { kind: 'fits', at: { ...at, replacement: 'text then' }, isMerged: true } as const
    expect(beside({ placed: fits })).toContain('What the text would be')
  })
})

describe('in the form of a comment', () => {
  const form = (fields: Record<string, string>) =>
    commentFormHtml({
      ...{ kind: 'thread', slug: 'futex', clientKey: 'k', typed: '', cancelHref: '#', writer: 'w' },
      fields: { revision: '1', blockKey: 'b', ...fields },
    }).text

  test('there is a button that asks for it, and a hidden field for what the browser kept', () => {
    expect(form({})).toContain('value="suggest"')
    expect(form({})).toMatch(/<textarea name="suggestion" hidden>/)
    expect(templates('futex', 'w').text).toContain('value="suggest"')
  })

  test('once asked for, the words stand in it, with a way to leave them out', () => {
    const text = form({ suggests: 'yes', suggestion: 'the <lock>' })
    expect(text).toContain('the &lt;lock&gt;</textarea>')
    expect(text).toContain('value="no-suggestion"')
    expect(text).not.toContain('value="suggest"')
  })
})
