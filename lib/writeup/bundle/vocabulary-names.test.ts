import { expect, test } from 'vitest'
import { NO_WORDS, type Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import type { Cover } from '#lib/writeup/parse/cover.ts'
import { unnamedIn, vocabularyProblems } from './vocabulary-names.ts'

const MODEL = `mtype = { red, green };
typedef message { byte kind; byte from }
byte hb_lock[2];
message msg;
mtype light;
chan c = [1] of { byte };
#ifdef EXTRA
byte extra;
#endif
inline claim_it(x) { assert(x != 2) }
active proctype waiter() { byte ret; ret = hb_lock[0]; claim_it(ret); assert(!ret) }
ltl ends { <> (hb_lock[0] == 0) }
`

const COVER = `---
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
      more: { EXTRA: "" }
    vocabulary:
      processes:
        wayter: x
---

Words.
`

const bytes = (text: string) => new TextEncoder().encode(text)

function bundleWith(vocabulary: Vocabulary | undefined, model = MODEL) {
  const variants = [
    { name: 'plain', defines: [] },
    { name: 'more', defines: [{ name: 'EXTRA', value: null }] },
  ]
  const described = { name: 'm', file: 'models/m.pml', title: 'A model', variants, vocabulary }
  // Of a cover only its models are looked at.
  const cover = { models: [described] } as unknown as Cover
  const files = [
    { path: 'cover.mdx', bytes: bytes(COVER) },
    { path: 'models/m.pml', bytes: bytes(model) },
  ]
  return { cover, files, claims: [] }
}

const named = (...names: readonly string[]) => names.map((of) => ({ of, words: 'x' }))
const variables = (...names: readonly string[]) =>
  names.map((of) => ({ of, words: 'x', holder: false, values: [] }))

test('names of all that a model has are right, in whichever variant it has it', () => {
  const vocabulary: Vocabulary = {
    processes: named('waiter', 'waiter:0'),
    variables: variables('hb_lock', 'msg', 'msg.kind', 'light', 'c', 'ret', 'waiter.ret', 'extra'),
    variants: [],
    properties: named('safety', 'ends', 'fair ends', 'claim', 'progress'),
    assertions: named('!ret', 'assert(!ret)', 'x != 2', 'ret!=2'),
  }
  expect(vocabularyProblems(bundleWith(vocabulary))).toEqual([])
})

test.each([
  ['processes', { processes: named('wayter') }, 'has no process `wayter`: there is `waiter`.'],
  [
    'variables',
    { variables: variables('hblock') },
    'has no variable `hblock`: there is `hb_lock`, `msg`, `msg.kind`',
  ],
  ['properties', { properties: named('end') }, 'has no property `end`: there is `safety`'],
  ['assertions', { assertions: named('ret') }, 'has no assertion `ret`: there is'],
])('of %s an unknown one is an error that names what there is', (_, over, says) => {
  const problems = vocabularyProblems(bundleWith({ ...NO_WORDS, ...over }))
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject({ file: 'cover.mdx', rule: 'unknown-name' })
  expect(problems[0]?.message).toContain(says)
})

test('the error stands at the line of the name', () => {
  const [problem] = vocabularyProblems(bundleWith({ ...NO_WORDS, processes: named('wayter') }))
  expect(problem?.line).toBe(19)
})

test('a model that cannot be read has errors of its own, and no others', () => {
  expect(vocabularyProblems(bundleWith({ ...NO_WORDS, processes: named('wayter') }, 'active {'))).toEqual([])
})

test('what has no name is said in one sentence for a model', () => {
  const vocabulary = { ...NO_WORDS, processes: named('waiter:0'), variables: variables('hb_lock', 'ret') }
  const [note] = unnamedIn({ ...bundleWith(vocabulary) })
  expect(note).toMatchObject({ file: 'cover.mdx', line: 11 })
  expect(note?.message).toBe(
    'the vocabulary of `m` has no words for the variables `msg`, `light`, `c`, `extra`; the variants `plain`, `more`',
  )
  expect(unnamedIn(bundleWith(undefined))[0]?.message).toContain('has no `vocabulary`')
})
