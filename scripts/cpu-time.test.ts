import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cpuMs, msHere } from './cpu-time.mjs'

test('a limit is never less than what is written, and a machine that stands still has one as well', () => {
  expect(msHere(1000)).toBeGreaterThanOrEqual(1000)
  expect(msHere(1000)).toBeLessThanOrEqual(8000)
})

test('time of the processor passes with work and not with waiting', async () => {
  const began = cpuMs()
  await new Promise((done) => setTimeout(done, 300))
  const waited = cpuMs() - began
  const worked = cpuMs()
  let sum = 0
  for (const end = performance.now() + 300; performance.now() < end; ) sum += Math.sqrt(sum + 1)
  expect(sum).toBeGreaterThan(0)
  expect(cpuMs() - worked).toBeGreaterThan(waited)
})

// What is written beside this rule fails on another machine, or when somebody else has the processor.
test('each limit of time in a test is of the machine it runs on', () => {
  const root = path.join(import.meta.dirname, '..')
  const tests = ['app', 'cli', 'components', 'content', 'docs', 'e2e', 'lib', 'prisma', 'scripts'].flatMap(
    (room) =>
      readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:test|spec)\.tsx?$/.test(name))
        .map((name) => path.join(room, name)),
  )
  expect(tests.length).toBeGreaterThan(300)
  const fixed = tests.flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .map((line, index) => ({ line, at: `${file}:${index + 1}` }))
      .filter(({ line }) =>
        /(?:cpuMs\(\)|\bnow\(\)|took\(.*|[^\w]ms|\.ms|seconds)(?: - \w+)?(?:, [^()]*)?\)\.toBeLessThan/.test(
          line,
        ),
      )
      .filter(({ line }) => !line.includes('msHere('))
      .map(({ at }) => at),
  )
  expect(fixed).toEqual([])
})
