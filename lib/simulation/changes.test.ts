import { expect, test } from 'vitest'
import type { ProcessView, StateView, VariableView } from '#lib/promela/machine/view.ts'
import { changesBetween, changeWords, valueRows } from './changes.ts'

const span = { file: 'm.pml', line: 1, column: 1, endLine: 1, endColumn: 2 }

function byte(name: string, value: number): VariableView {
  return { name, type: 'byte', value, text: String(value) }
}

function process(pid: number, proctype: string, locals: readonly VariableView[], alive = true): ProcessView {
  const name = `${proctype}:${pid}`
  return { pid, proctype, name, alive, span, line: 1, text: 'skip', origin: [], labels: [], locals }
}

function state(fields: Partial<StateView>): StateView {
  return { globals: [], processes: [], channels: [], exclusive: null, ...fields }
}

test('elements and fields have the names that one writes in the model', () => {
  const element = (name: string, on: number): VariableView => ({
    ...byte(name, 0),
    elements: [byte('on', on), { ...byte('lock', 0), elements: [byte('[0]', 3)] }],
  })
  const slots = { ...byte('slot', 0), elements: [element('[0]', 1), element('[1]', 0)] }
  const rows = valueRows(state({ globals: [slots] }))
  expect(rows.map((row) => `${row.path}=${row.text}`)).toEqual([
    'slot[0].on=1',
    'slot[0].lock[0]=3',
    'slot[1].on=0',
    'slot[1].lock[0]=3',
  ])
})

test('a step that changes a global and a local tells both, and nothing else', () => {
  const before = state({
    globals: [byte('n', 0), byte('m', 5)],
    processes: [process(1, 'p', [byte('i', 0)])],
  })
  const after = state({ globals: [byte('n', 1), byte('m', 5)], processes: [process(1, 'p', [byte('i', 2)])] })
  expect(changesBetween(before, after).map(changeWords)).toEqual(['n 0 → 1', 'p:1 i 0 → 2'])
})

test('equal states have no changes', () => {
  const view = state({ globals: [byte('n', 0)], processes: [process(0, 'p', [byte('i', 0)])] })
  expect(changesBetween(view, view)).toEqual([])
})

test('a process that starts is told once, without a list of its first values', () => {
  const before = state({ processes: [process(0, 'p', [])] })
  const after = state({ processes: [process(0, 'p', []), process(1, 'q', [byte('i', 7)])] })
  expect(changesBetween(before, after).map(changeWords)).toEqual(['q:1 started'])
})

test('a process that ends is told once: when it ends, not again when it goes', () => {
  const runs = state({ processes: [process(0, 'p', []), process(1, 'q', [])] })
  const ended = state({ processes: [process(0, 'p', []), process(1, 'q', [], false)] })
  const gone = state({ processes: [process(0, 'p', [])] })
  expect(changesBetween(runs, ended).map(changeWords)).toEqual(['q:1 ended'])
  expect(changesBetween(ended, gone)).toEqual([])
  expect(changesBetween(runs, gone).map(changeWords)).toEqual(['q:1 ended'])
})

test('another process under a reused pid is a start, not a change of values', () => {
  const before = state({ processes: [process(1, 'p', [byte('i', 1)], false)] })
  const after = state({ processes: [process(1, 'q', [byte('i', 2)])] })
  expect(changesBetween(before, after).map(changeWords)).toEqual(['q:1 started'])
})

test('a message that arrives in a channel is a change of the channel', () => {
  const channel = (messages: readonly (readonly string[])[]) =>
    state({ channels: [{ id: 1, name: 'c', capacity: 2, messages }] })
  expect(changesBetween(channel([]), channel([['red', '1']])).map(changeWords)).toEqual([
    'c empty → ⟨red, 1⟩',
  ])
})
