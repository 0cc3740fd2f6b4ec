import { expect, test, vi } from 'vitest'
import { commentHtml } from './comment-html.ts'
import { Fragments } from './fragments.ts'

const links = (threads: number, mails: readonly string[] = []) => ({
  thread: (n: number) => (n <= threads ? `/t/${n}` : null),
  mail: (id: string) => (mails.includes(id) ? `/m/${id}` : null),
})
const lengthOf = (made: string) => made.length

function made(most?: number) {
  const kept = new Fragments<string>(lengthOf, most)
  const make = vi.fn(commentHtml)
  const of = (text: string, at = links(0)) => kept.of(text, at, (asking) => make(text, asking))
  return { of, make }
}

test('words that many read are made once', () => {
  const { of, make } = made()
  const first = of('> quoted\n\nsaid')
  for (let reader = 0; reader < 8; reader++) expect(of('> quoted\n\nsaid')).toBe(first)
  expect(make).toHaveBeenCalledTimes(1)
  expect(first).toBe(commentHtml('> quoted\n\nsaid', links(0)))
})

test('a thread that is opened later makes only those anew that name it', () => {
  const { of, make } = made()
  expect(of('see #3', links(2))).not.toContain('/t/3')
  of('see #1', links(2))
  of('no names', links(2))
  expect(make).toHaveBeenCalledTimes(3)
  expect(of('see #3', links(3))).toContain('href="/t/3"')
  of('see #1', links(3))
  of('no names', links(3))
  expect(make).toHaveBeenCalledTimes(4)
})

test('a mail that is gone is no link any more', () => {
  const { of } = made()
  const text = 'as <a.b@example.org> says'
  expect(of(text, links(0, ['a.b@example.org']))).toContain('/m/a.b@example.org')
  expect(of(text, links(0))).not.toContain('/m/')
})

test('what is kept is bounded, and what was used last stays', () => {
  const { of, make } = made(10_000)
  of('often')
  for (let i = 0; i < 200; i++) {
    of(`${i} ${'word '.repeat(50)}`)
    of('often')
  }
  expect(make.mock.calls.filter(([text]) => text === 'often')).toHaveLength(1)
  of(`0 ${'word '.repeat(50)}`)
  expect(make.mock.calls.filter(([text]) => text.startsWith('0 '))).toHaveLength(2)
})

test('one that is larger than everything that is kept is made all the same', () => {
  const { of } = made(100)
  expect(of('w '.repeat(1000))).toContain('w w')
  expect(of('short')).toContain('short')
})
