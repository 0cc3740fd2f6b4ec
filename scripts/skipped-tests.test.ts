import { expect, test } from 'vitest'
import { flakyOfPlaywright, missed, skippedByPlaywright, skippedByVitest } from './skipped-tests.mjs'

test('each test of Vitest that did not run is named, whatever it calls that', () => {
  const assertionResults = [
    { status: 'passed', fullName: 'a' },
    { status: 'failed', fullName: 'b' },
    { status: 'skipped', fullName: 'c' },
    { status: 'pending', fullName: 'd' },
    { status: 'todo', fullName: 'e' },
  ]
  expect(skippedByVitest({ testResults: [{ assertionResults: [] }, { assertionResults }] })).toEqual([
    'c',
    'd',
    'e',
  ])
})

test('of Playwright the reason is told, and suites in suites are looked at', () => {
  const annotations = [{ type: 'skip', description: 'git is not installed' }, { type: 'slow' }]
  const specs = [
    { title: 'a', tests: [{ status: 'expected' }, { status: 'skipped', annotations }] },
    { title: 'b', tests: [{ status: 'skipped' }, { status: 'unexpected' }] },
  ]
  expect(skippedByPlaywright({ suites: [{ suites: [{ specs }] }, { specs: [] }] })).toEqual([
    'a (git is not installed)',
    'b',
  ])
})

test('a journey that passed only at the second try is named', () => {
  const specs = [
    { title: 'a', tests: [{ status: 'expected' }] },
    { title: 'b', tests: [{ status: 'flaky' }] },
    { title: 'c', tests: [{ status: 'unexpected' }] },
  ]
  expect(flakyOfPlaywright({ suites: [{ suites: [{ specs }] }, { specs: [] }] })).toEqual(['b'])
})

test('what asks for a right instead of a program is no missing program', () => {
  expect(missed(['a', 'b (needs root, to become another user)', 'c (needs to mount a disk)'])).toEqual(['a'])
  expect(missed(['d needs root', 'e (needs spin)'])).toEqual(['d needs root', 'e (needs spin)'])
})
