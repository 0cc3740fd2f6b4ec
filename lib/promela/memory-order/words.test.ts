import { expect, it } from 'vitest'
import { sourceFile } from '#lib/promela/source.ts'
import { CHECKED_UNDER } from './scope.ts'
import { annotatedNames, checkedUnder, memoryOrderWords } from './words.ts'

const files = [
  sourceFile('m.pml', 'byte x, y; /* coherent: tso x */'),
  sourceFile('n.pml', '/* coherent: tso y, x */ /* coherent: fence mb */'),
]

it('a verdict names the variables that have store buffers, each once', () => {
  expect(annotatedNames(files)).toEqual(['x', 'y'])
  expect(memoryOrderWords(files, 2)).toBe('x86-TSO, buffers of 2, for x, y')
  expect(checkedUnder(files, 1)).toMatch(
    /under x86-TSO, buffers of 1, for x, y, for these parameters\. Not checked: compiler reordering, CPU/,
  )
})

it('without store buffers an annotation changes no word', () => {
  expect(memoryOrderWords(files, undefined)).toBe('sequential consistency')
  expect(checkedUnder(files, undefined)).toBe(CHECKED_UNDER)
})
