import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { parseCover } from './parse.ts'

/** The front matter of a cover whose model has this below it. */
const coverWith = (vocabulary: string) => `---
title: Futex waits
area: io_uring
authors: ["A <a@example.org>"]
to: [io-uring@vger.kernel.org]
date: 2026-11-23T10:00:00+01:00
change-id: 20261123-futex-waits-1a2b3c4d
revision: 1
questionnaire: futex@1
models:
  m:
    file: models/m.pml
    title: A model
    variants:
      plain: {}
      other: {}
${vocabulary
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
---

Words.
`

const problemsOf = (vocabulary: string) => {
  const parsed = parseCover({ file: 'cover.mdx', source: coverWith(vocabulary) })
  return parsed.ok ? [] : parsed.error
}

test('a vocabulary is names for what the model has, and sentences for what is claimed of it', () => {
  const source = coverWith(`vocabulary:
  processes:
    waiter: thread []
    waiter:0: ring request
  variables:
    hb_lock: holder of hb->lock
    waker.ret: woken so far
    word:
      name: the word
      values: { 0: as expected, 1: changed }
    told: { values: { true: "yes" } }
  variants: { other: The other way round. }
  properties: { safety: No wake is lost., fair served: Each is served. }
  assertions: { "!done": Nobody is late. }`)
  const parsed = parseCover({ file: 'cover.mdx', source })
  expect(parsed.ok && parsed.value.cover.models[0]?.vocabulary).toEqual({
    processes: [
      { of: 'waiter', words: 'thread []' },
      { of: 'waiter:0', words: 'ring request' },
    ],
    variables: [
      { of: 'hb_lock', words: 'hb->lock', holder: true, values: [] },
      { of: 'waker.ret', words: 'woken so far', holder: false, values: [] },
      {
        of: 'word',
        words: 'the word',
        holder: false,
        values: [
          { of: '0', words: 'as expected' },
          { of: '1', words: 'changed' },
        ],
      },
      { of: 'told', words: null, holder: false, values: [{ of: 'true', words: 'yes' }] },
    ],
    variants: [{ of: 'other', words: 'The other way round.' }],
    properties: [
      { of: 'safety', words: 'No wake is lost.' },
      { of: 'fair served', words: 'Each is served.' },
    ],
    assertions: [{ of: '!done', words: 'Nobody is late.' }],
  })
})

test('a model without one has none, as before', () => {
  const parsed = parseCover({ file: 'cover.mdx', source: coverWith('# nothing') })
  expect(parsed.ok && parsed.value.cover.models[0]).not.toHaveProperty('vocabulary')
})

const FIRST = 17

test.each([
  ['an unknown field', 'vocabulary:\n  colours: {}', FIRST + 1, 'colours'],
  ['an unknown variant', 'vocabulary:\n  variants:\n    thrid: x', FIRST + 2, 'there is `plain`, `other`'],
  ['an index', 'vocabulary:\n  variables:\n    hb_lock[0]: x', FIRST + 2, 'without indices'],
  ['a process that is a sentence', 'vocabulary:\n  processes:\n    a b: x', FIRST + 2, 'proctype'],
  ['a number for words', 'vocabulary:\n  processes:\n    p: 7', FIRST + 2, 'text on one line'],
  ['a list', 'vocabulary: [a]', FIRST, 'write a mapping'],
  ['a list of names', 'vocabulary:\n  processes: [a]', FIRST + 1, 'write a mapping'],
  ['an empty name', 'vocabulary:\n  processes:\n    p: ""', FIRST + 2, 'it is empty'],
  ['two lines', 'vocabulary:\n  processes:\n    p: "a\\nb"', FIRST + 2, 'one line'],
  ['a long name', `vocabulary:\n  processes:\n    p: ${'x'.repeat(61)}`, FIRST + 2, 'at most 60'],
  ['a long sentence', `vocabulary:\n  properties:\n    safety: ${'x'.repeat(201)}`, FIRST + 2, 'at most 200'],
  ['a script', 'vocabulary:\n  processes:\n    p: "<script>alert(1)</script>"', FIRST + 2, 'no markup'],
  ['a drawing', 'vocabulary:\n  properties:\n    safety: "x <svg onload=alert(1)>"', FIRST + 2, 'no markup'],
  ['an invisible mark', 'vocabulary:\n  processes:\n    p: "a\\u202eb"', FIRST + 2, 'can be seen'],
  [
    'a value that is code',
    'vocabulary:\n  variables:\n    v:\n      values:\n        "1+1": x',
    FIRST + 4,
    'a number or a name',
  ],
  ['a tag', 'vocabulary:\n  processes:\n    p: !!js/function "function () {}"', FIRST + 2, 'YAML tags'],
  ['a tag of a binary', 'vocabulary: !!binary aGVsbG8=', FIRST, 'YAML tags (`!!binary`)'],
  ['an alias', 'vocabulary:\n  processes: &a { p: x }\n  variants: *a', FIRST + 2, 'aliases'],
  ['a prototype', 'vocabulary:\n  processes:\n    __proto__: x', 1, '`__proto__` is not a field'],
  [
    'three hundred and one names',
    `vocabulary:\n  processes:\n${Array.from({ length: 301 }, (_, k) => `    p${k}: x`).join('\n')}`,
    FIRST + 1,
    'at most 300',
  ],
])('%s is refused at its line, and the message says what to write', (_, vocabulary, line, says) => {
  const problems = problemsOf(vocabulary)
  expect(problems.map(({ message }) => message).join('\n')).toContain(says)
  expect(problems.map((problem) => problem.line)).toContain(line)
})

test('names that every object has are names like others', () => {
  const source = coverWith(
    'vocabulary:\n  processes: { constructor: builder, toString: printer }\n  variables: { hasOwnProperty: x }',
  )
  const parsed = parseCover({ file: 'cover.mdx', source })
  expect(parsed.ok && parsed.value.cover.models[0]?.vocabulary?.processes).toEqual([
    { of: 'constructor', words: 'builder' },
    { of: 'toString', words: 'printer' },
  ])
})

test('what is made to cost is refused within a second', () => {
  const bombs = [
    `vocabulary:\n  processes: &a [x, x]\n  variables: &b [${'*a, '.repeat(500)}]`,
    `vocabulary: ${'['.repeat(30_000)}`,
    `vocabulary: ${'{a: '.repeat(9_000)}`,
    `vocabulary:\n  processes:\n${'    p: x\n'.repeat(4000)}`,
    `vocabulary:\n  processes:\n    p: ${'x'.repeat(70_000)}`,
  ]
  for (const bomb of bombs) {
    const before = cpuMs()
    expect(problemsOf(bomb).length).toBeGreaterThan(0)
    expect(cpuMs() - before, bomb.slice(0, 40)).toBeLessThan(msHere(5000))
  }
})
