import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AnchorText, CONTEXT_LENGTH, locate, makeSelector } from './selector.ts'

/** A revision of blocks named a, b, c …, joined as the write-ups join theirs. */
function revisionOf(...texts: string[]): AnchorText {
  let start = 0
  const blocks = texts.map((text, at) => {
    const block = { key: String.fromCharCode(97 + at), start, end: start + text.length }
    start = block.end + 2
    return block
  })
  return { text: texts.join('\n\n'), blocks, textVersion: 1 }
}

/** UTF-8 has no halves of characters: encoding replaces them. */
const isWholeCharacters = (text: string) => new TextDecoder().decode(new TextEncoder().encode(text)) === text

const three = revisionOf('The waker takes the lock.', 'The waiter sleeps.', 'Nobody is lost.')

test('without a range the selector quotes the whole block, with the neighbours as context', () => {
  expect(makeSelector(three, 'b')).toEqual({
    ok: true,
    value: {
      key: 'b',
      exact: 'The waiter sleeps.',
      prefix: 'The waker takes the lock.\n\n',
      suffix: '\n\nNobody is lost.',
      start: 0,
      end: 18,
      textVersion: 1,
    },
  })
})

test('a range is counted from the start of the block', () => {
  const made = makeSelector(three, 'b', { start: 4, end: 10 })
  expect(made).toMatchObject({ ok: true, value: { exact: 'waiter', start: 4, end: 10 } })
  expect(made).toMatchObject({ value: { suffix: ' sleeps.\n\nNobody is lost.' } })
})

test.each([
  ['empty', { start: 3, end: 3 }],
  ['reversed', { start: 4, end: 3 }],
  ['before the block', { start: -1, end: 3 }],
  ['past the block', { start: 0, end: 19 }],
  ['not a number of units', { start: 0.5, end: 3 }],
  ['not a number', { start: Number.NaN, end: 3 }],
])('a range that is %s is refused', (_, range) => {
  expect(makeSelector(three, 'b', range)).toEqual({ ok: false, error: 'range' })
})

test('a block that does not exist is a named failure, in both directions', () => {
  expect(makeSelector(three, 'nowhere')).toEqual({ ok: false, error: 'block-gone' })
  const made = makeSelector(three, 'c')
  if (!made.ok) throw new Error(made.error)
  const two = revisionOf('The waker takes the lock.', 'The waiter sleeps.')
  expect(locate(made.value, two)).toEqual({ ok: false, error: 'block-gone' })
})

test('a range may not cut a character in two', () => {
  const revision = revisionOf('a𝄞b')
  expect(makeSelector(revision, 'a', { start: 0, end: 2 })).toEqual({ ok: false, error: 'range' })
  expect(makeSelector(revision, 'a', { start: 2, end: 4 })).toEqual({ ok: false, error: 'range' })
  expect(makeSelector(revision, 'a', { start: 1, end: 3 })).toMatchObject({ value: { exact: '𝄞' } })
})

test('the context is at most 64 units and drops the half of a character at its edge', () => {
  const revision = revisionOf(`${'𝄞'.repeat(40)}x`, 'here', `y${'𝄞'.repeat(40)}`)
  const made = makeSelector(revision, 'b')
  if (!made.ok) throw new Error(made.error)
  // 64 units hold the two line ends, the x, and 30 whole characters; a 31st would be cut.
  expect(made.value.prefix).toBe(`${'𝄞'.repeat(30)}x\n\n`)
  expect(made.value.suffix).toBe(`\n\ny${'𝄞'.repeat(30)}`)
})

test('the same words elsewhere are not found instead', () => {
  const made = makeSelector(revisionOf('one two one'), 'a', { start: 8, end: 11 })
  if (!made.ok) throw new Error(made.error)
  expect(locate(made.value, revisionOf('one two six'))).toEqual({ ok: false, error: 'quote-not-found' })
  expect(locate(made.value, revisionOf('one'))).toEqual({ ok: false, error: 'quote-not-found' })
})

test('texts made by another rule are not compared', () => {
  const made = makeSelector(three, 'b')
  if (!made.ok) throw new Error(made.error)
  expect(locate(made.value, { ...three, textVersion: 2 })).toEqual({ ok: false, error: 'text-version' })
})

test('every selector is found again in its own revision, at the same place', () => {
  const blockText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 })
  fc.assert(
    fc.property(
      fc.array(blockText, { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      (texts, pick, first, second) => {
        const revision = revisionOf(...texts)
        const at = pick % texts.length
        const length = texts[at]?.length ?? 0
        const [start, end] = [first % (length + 1), second % (length + 1)].sort((a, b) => a - b)
        const key = String.fromCharCode(97 + at)
        const made = makeSelector(revision, key, { start: start ?? 0, end: end ?? 0 })
        if (!made.ok) return // an empty range or half a character
        const { exact, prefix, suffix } = made.value
        expect(exact).toBe(texts[at]?.slice(start, end))
        expect(prefix.length).toBeLessThanOrEqual(CONTEXT_LENGTH)
        expect(suffix.length).toBeLessThanOrEqual(CONTEXT_LENGTH)
        expect(revision.text).toContain(prefix + exact + suffix)
        expect([prefix, exact, suffix].every(isWholeCharacters)).toBe(true)
        expect(locate(made.value, revision)).toEqual({
          ok: true,
          value: { key, range: { start, end }, isWholeBlock: start === 0 && end === length },
        })
      },
    ),
  )
})
