import { expect, it } from 'vitest'
import { compileModel, parseModel } from '#lib/promela/compile.ts'
import { listMutants, type Mutant } from './mutants.ts'

function inputOf(text: string) {
  return { files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} }
}

function mutants(text: string): readonly Mutant[] {
  const { model, files } = parseModel(inputOf(text))
  return listMutants(model, files)
}

function described(text: string): readonly string[] {
  return mutants(text).map(({ kind, description }) => `${kind}: ${description}`)
}

/** What the first process of the mutant executes, one statement after the other. */
function statements(text: string, mutant?: string): readonly string[] {
  const { program, diagnostics } = compileModel({ ...inputOf(text), ...(mutant ? { mutant } : {}) })
  const process = program?.proctypes[0]
  if (!process) throw new Error(diagnostics[0]?.message)
  const words: string[] = []
  for (let at = process.entry; at !== process.end; ) {
    const step = process.states[at]?.transitions[0]
    if (!step || words.length > 9) break
    const { action, keepsControl, expanded, target } = step
    words.push(`${action.kind === 'pass' ? 'pass' : expanded}${keepsControl ? ' …' : ''}`)
    at = target
  }
  return words
}

const table: readonly (readonly [what: string, body: string, expected: readonly string[]])[] = [
  ['assignments and steps', 'x = 1; skip; y++', ['assign: without x = 1', 'assign: without y++']],
  [
    'neighbours',
    'x = 1; y = 2; c!1',
    [
      'assign: without x = 1',
      'order: y = 2 before x = 1',
      'assign: without y = 2',
      'order: c!1 before y = 2',
      'send: without c!1',
    ],
  ],
  ['messages', 'c!1; skip; c?x', ['send: without c!1', 'receive: without c?x']],
  ['conditions, but no constants', 'x == 1; true; 1', ['guard: x == 1 always lets pass']],
  [
    'indivisible parts',
    'atomic { x = 1 }; d_step { y = 1 }',
    [
      'atomic: others may run inside this atomic',
      'assign: without x = 1',
      'atomic: others may run inside this d_step',
      'assign: without y = 1',
    ],
  ],
  [
    'no assertion, no printf, no run, no else',
    'assert(x); printf("x"); run Q(); if :: x -> skip :: else fi',
    ['guard: x always lets pass'],
  ],
  [
    'options and loops',
    'for (x : 1 .. 2) { y = 1 }; do :: x -> break od',
    ['assign: without y = 1', 'guard: x always lets pass'],
  ],
  [
    'both parts of an unless',
    '{ x = 1 } unless { y }',
    ['assign: without x = 1', 'guard: y always lets pass'],
  ],
  [
    'labelled statements keep their order',
    'x = 1; L: y = 2; goto L',
    ['assign: without x = 1', 'assign: without y = 2'],
  ],
]

it.each(table)('%s', (_, body, expected) => {
  const text = `byte x, y; chan c = [1] of { byte }; proctype Q() { skip } active proctype P() { ${body} }`
  expect(described(text)).toEqual(expected)
})

it('a body of an inline is broken once, in all of its calls; each call is a mutant of its own', () => {
  const text = 'byte l;\ninline lock(a) { a == 0 }\nactive proctype P() {\nlock(l); skip;\nlock(l) }'
  expect(mutants(text).map(({ id, inline, text: words }) => [id, inline, words])).toEqual([
    ['guard@m.pml:2:18', 'lock', 'a == 0'],
    ['call@m.pml:4:1', null, 'lock(l)'],
    ['call@m.pml:5:1', null, 'lock(l)'],
  ])
  expect(statements(text, 'guard@m.pml:2:18')).toEqual(['pass', 'pass', 'pass'])
  expect(statements(text, 'call@m.pml:5:1')).toEqual(['l == 0', 'pass', 'pass'])
})

it('a call of a macro is left out with all its statements', () => {
  const text = '#define put(v) x = v; y = v\nbyte x, y;\nactive proctype P() { put(1); put(2) }'
  const calls = mutants(text).filter(({ kind }) => kind === 'call')
  expect(calls.map(({ id, description }) => [id, description])).toEqual([
    ['call@m.pml:3:23', 'without put(1)'],
    ['call@m.pml:3:31', 'without put(2)'],
  ])
  expect(statements(text, 'call@m.pml:3:23')).toEqual(['pass', 'x = 2', 'y = 2'])
})

it('an atomic that is taken away lets others in, and keeps its statements', () => {
  const text = 'byte x; active proctype P() { atomic { x = 1; x = 2 } }'
  expect(statements(text)).toEqual(['x = 1 …', 'x = 2'])
  expect(statements(text, 'atomic@m.pml:1:31')).toEqual(['x = 1', 'x = 2'])
})

it('a swap names both statements and covers them', () => {
  const swap = mutants('byte x, y; active proctype P() { x = 1; y = 2 }').find(({ kind }) => kind === 'order')
  expect(swap).toMatchObject({ text: 'x = 1; y = 2', span: { column: 34, endColumn: 46 } })
})

it('a swap does the second first', () => {
  const text = 'byte x, y; active proctype P() { x = 1; y = 2 }'
  expect(statements(text, 'order@m.pml:1:34')).toEqual(['y = 2', 'x = 1'])
})

it('a label and an option stay where a statement was left out', () => {
  const text = 'byte x; active proctype P() { L: if :: x = 1 :: x = 2; goto L fi }'
  const { program, diagnostics } = compileModel({ ...inputOf(text), mutant: 'assign@m.pml:1:49' })
  expect(diagnostics).toEqual([])
  expect(program?.proctypes[0]?.states[0]?.transitions.map(({ action }) => action.kind)).toEqual([
    'assign',
    'pass',
  ])
})

it('an id that names nothing leaves the model as it is', () => {
  const text = 'byte x; active proctype P() { x = 1 }'
  expect(statements(text, 'assign@m.pml:9:9')).toEqual(statements(text))
})
