import { expect, test } from 'vitest'
import { nearestWord } from './nearest-word.ts'

test.each([
  ['--max-sates', '--max-states'],
  ['--spni', '--spin'],
  ['PUBLISH', 'publish'],
  ['exprot', 'export'],
  ['--max', '--max-states'],
])('%s means %s', (given, meant) => {
  expect(nearestWord(given, ['--max-states', '--spin', 'publish', 'export', 'import'])).toBe(meant)
})

test('what is near to nothing is not guessed', () => {
  expect(nearestWord('--frobnicate', ['--max-states', '--spin'])).toBeNull()
  expect(nearestWord('x', ['y'])).toBeNull()
  expect(nearestWord('', ['a'])).toBeNull()
})
