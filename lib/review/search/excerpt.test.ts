import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { excerptOf } from './excerpt.ts'
import { parseQuery } from './query.ts'

function excerpt(text: string, query: string) {
  const parsed = parseQuery(query)
  if (!parsed.ok) throw new Error(parsed.error)
  return excerptOf(text, parsed.value.terms)
}
const marked = (text: string, query: string) =>
  excerpt(text, query)
    .filter(({ isFound }) => isFound)
    .map((one) => one.text)

test.each([
  ['the hb->lock is held', 'hb->lock', ['hb->lock']],
  ['It is cancelled, then cancellation ends', 'cancel', ['cancelled', 'cancellation']],
  ['> who frees\n> the request, and when', '"who frees the request"', ['who frees > the request']],
  ['calls futex_wait_setup() twice', 'wait_setup', ['wait_setup']],
  ['a *(b) [c] \\d', 'a', ['a']],
  ['lock lock', 'lock "lock lock"', ['lock lock']],
  ['nothing of it', 'lock', []],
])('in “%s” %s is marked', (text, query, found) => {
  expect(marked(text, query)).toEqual(found)
})

test('the piece is short, around the first place, and cut between words', () => {
  const text = `${'far away words '.repeat(100)}the waker frees it ${'and more words '.repeat(100)}`
  const pieces = excerpt(text, '"the waker"')
  const whole = pieces.map((one) => one.text).join('')
  expect(whole.length).toBeLessThan(400)
  expect(whole).toMatch(/^… \w+ .*the waker frees it.* …$/)
  expect(pieces.some(({ isFound }) => isFound)).toBe(true)
})

test('no character is cut in halves, and hostile text takes no time', () => {
  const text = '😀'.repeat(30_000)
  const began = cpuMs()
  const whole = excerpt(text, 'x')
    .map((one) => one.text)
    .join('')
  expect(whole).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/)
  for (const hostile of [
    'a'.repeat(70_000),
    'a '.repeat(35_000),
    '-'.repeat(70_000),
    `${'a-'.repeat(35_000)}`,
  ])
    excerpt(hostile, '"a a a b" aaa-b zz')
  expect(cpuMs() - began).toBeLessThan(msHere(2000))
})
