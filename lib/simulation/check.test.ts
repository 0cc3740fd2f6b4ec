import { expect, test } from 'vitest'
import type { Verdict } from '#lib/promela/machine/verdict.ts'
import type { FromWorker } from '#lib/promela/shell/messages.ts'
import { type CheckAction, type Checks, reduceChecks, runningCheck } from './check.ts'

const counts = { states: 10, matched: 2, transitions: 12, depth: 4, bytes: 100 }
const holds: Verdict = { kind: 'holds', counts, unreached: [] }

function after(...actions: readonly CheckAction[]): Checks {
  return actions.reduce(reduceChecks, {})
}

function verdictOf(job: number): CheckAction {
  const message: FromWorker = { kind: 'verdict', job, verdict: holds, diagnostics: [], elapsedMs: 5 }
  return { kind: 'heard', message }
}

test('a verdict stands under the variant that was searched, not the one shown last', () => {
  const checks = after(
    { kind: 'started', job: 1, key: 'a', variant: 'variant a', property: 'safety' },
    verdictOf(1),
  )
  expect(checks).toMatchObject({ a: { kind: 'done', verdict: holds, elapsedMs: 5 } })
  expect(runningCheck(checks)).toBeNull()
})

test('the answer to a search that was replaced changes nothing', () => {
  const started = after(
    { kind: 'started', job: 1, key: 'a', variant: 'variant a', property: 'safety' },
    { kind: 'started', job: 2, key: 'b', variant: 'variant b', property: 'safety' },
  )
  expect(Object.keys(started)).toEqual(['b'])
  expect(reduceChecks(started, verdictOf(1))).toBe(started)
})

test('the result of one variant stays while another is searched', () => {
  const checks = after(
    { kind: 'started', job: 1, key: 'a', variant: 'variant a', property: 'safety' },
    verdictOf(1),
    {
      kind: 'started',
      job: 2,
      key: 'b',
      variant: 'variant b',
      property: 'safety',
    },
  )
  expect(checks.a?.kind).toBe('done')
  expect(runningCheck(checks)?.variant).toBe('variant b')
})

test('a cancelled search runs until the worker has answered', () => {
  const stopping = after(
    { kind: 'started', job: 1, key: 'a', variant: 'variant a', property: 'safety' },
    { kind: 'stopping', job: 1 },
  )
  expect(stopping.a).toMatchObject({ kind: 'running', stopping: true })
  expect(reduceChecks(stopping, verdictOf(1)).a?.kind).toBe('done')
})

test('a fault of the checker is not a verdict', () => {
  const failed: CheckAction = { kind: 'heard', message: { kind: 'failed', job: 1, message: 'out of memory' } }
  const checks = after(
    { kind: 'started', job: 1, key: 'a', variant: 'variant a', property: 'safety' },
    failed,
  )
  expect(checks.a).toMatchObject({ kind: 'failed', message: 'out of memory' })
})
