import { expect, test } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { invariant } from '#lib/result.ts'
import { namingOf } from './naming.ts'
import { NO_WORDS, type VariableWords, type Vocabulary } from './vocabulary.ts'

const SOURCE = `typedef entry { byte key; bool on[2] }
byte lock[1];
byte chain[2];
bit flag;
entry q;
active [2] proctype waiter() { byte mine; mine = lock[0]; flag = 1 }
active proctype waker() { byte mine; mine = q.key }
`

const variable = (of: string, words: string | null, over: Partial<VariableWords> = {}): VariableWords => ({
  ...{ of, words, holder: false, values: [] },
  ...over,
})

function naming(over: Partial<Vocabulary>) {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', SOURCE]]),
    main: 'm.pml',
    defines: {},
  })
  invariant(program, diagnostics.map(({ message }) => message).join())
  return namingOf(program, { ...NO_WORDS, ...over })
}

const shared = (path: string) => ({ proctype: null, path })

test('processes are called by their own name, that of their kind with the pid, or where the pid goes', () => {
  const { process } = naming({
    processes: [
      { of: 'waiter', words: 'thread' },
      { of: 'waiter:0', words: 'request' },
    ],
  })
  expect(['waiter:0', 'waiter:1', 'waker'].map(process)).toEqual(['request', 'thread 1', 'waker'])
  expect(naming({ processes: [{ of: 'waiter', words: 'the []. thread' }] }).process('waiter:1')).toBe(
    'the 1. thread',
  )
})

test('an index stands where its author put it, behind the name, or nowhere in an array of one', () => {
  const { variableWords } = naming({
    variables: [
      variable('lock', 'hb->lock'),
      variable('chain', 'chain of bucket []'),
      variable('q.on', 'on'),
    ],
  })
  expect(
    ['lock[0]', 'chain[1]', 'q.on[1]', 'q.key', 'flag'].map((path) => variableWords(shared(path))),
  ).toEqual(['hb->lock', 'chain of bucket 1', 'on[1]', 'q.key', 'flag'])
})

test('a local has its own words before those of its name', () => {
  const { variableWords } = naming({
    variables: [variable('mine', 'm'), variable('waiter.mine', 'its own')],
  })
  expect(variableWords({ proctype: 'waiter', path: 'mine' })).toBe('its own')
  expect(variableWords({ proctype: 'waker', path: 'mine' })).toBe('m')
})

test('a value is its name, who holds, who it is, or itself', () => {
  const { value } = naming({
    variables: [
      variable('lock', 'hb->lock', { holder: true }),
      variable('chain', 'who took it'),
      variable('flag', 'l', { holder: true }),
      variable('q.key', null, { values: [{ of: '1', words: 'one' }] }),
    ],
  })
  const pids = new Map([[2, 'the waker']])
  const words = (path: string, text: string) => value(shared(path), text, pids)
  expect(['0', '3', '9'].map((text) => words('lock[0]', text))).toEqual([
    'free',
    'held by the waker',
    'held by P8',
  ])
  expect(['0', '3'].map((text) => words('chain[0]', text))).toEqual(['nobody', 'the waker'])
  expect(['0', '1'].map((text) => words('flag', text))).toEqual(['free', 'held'])
  expect(['0', '1'].map((text) => words('q.key', text))).toEqual(['0', 'one'])
})

test('in code only names of one word stand, and never for a call', () => {
  const { code } = naming({ variables: [variable('lock', 'hb->lock'), variable('flag', 'the flag')] })
  expect(code('spin_lock(lock[0]); flag = lock[0] + block', null)).toBe(
    'spin_lock(hb->lock); flag = hb->lock + block',
  )
  expect(code('lock(x)', null)).toBe('lock(x)')
})

test('an assertion is known by its expression, however it is set', () => {
  const { assertion } = naming({ assertions: [{ of: 'a == 2', words: 'It is two.' }] })
  expect([assertion('a==2'), assertion('assert( a == 2 )'), assertion('a')]).toEqual([
    'It is two.',
    'It is two.',
    null,
  ])
})
