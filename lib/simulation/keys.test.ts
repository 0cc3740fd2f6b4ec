import { expect, test } from 'vitest'
import { commandForKey, focusKind, keyTable } from './keys.ts'

const press = { key: 'x', ctrlKey: false, altKey: false, metaKey: false, focus: 'other' } as const

test('every key that the page prints does something', () => {
  const printed: Readonly<Record<string, string>> = { Space: ' ', '0 … 9': '7' }
  expect(keyTable.length).toBeGreaterThan(5)
  for (const { keys } of keyTable)
    expect(commandForKey({ ...press, key: printed[keys] ?? keys })).not.toBeNull()
})

test('a digit chooses the process of that number', () => {
  expect(commandForKey({ ...press, key: '3' })).toEqual({ kind: 'process', pid: 3 })
})

test.each(['ctrlKey', 'altKey', 'metaKey'] as const)('with %s a key belongs to the browser', (modifier) => {
  expect(commandForKey({ ...press, key: 'r', [modifier]: true })).toBeNull()
})

test('a field keeps all its keys, a button only its space', () => {
  for (const key of ['x', 'r', '1', ' ', '>']) {
    expect(commandForKey({ ...press, key, focus: focusKind('SELECT') })).toBeNull()
    expect(commandForKey({ ...press, key, focus: focusKind('TEXTAREA') })).toBeNull()
  }
  expect(commandForKey({ ...press, key: ' ', focus: focusKind('BUTTON') })).toBeNull()
  expect(commandForKey({ ...press, key: 'x', focus: focusKind('BUTTON') })).toEqual({ kind: 'random' })
  expect(commandForKey({ ...press, key: ' ', focus: focusKind('SECTION') })).toEqual({ kind: 'play' })
})

test('other keys, also those named like properties of objects, are left alone', () => {
  for (const key of ['q', 'Tab', 'Escape', 'constructor', 'toString', '10']) {
    expect(commandForKey({ ...press, key })).toBeNull()
  }
})
