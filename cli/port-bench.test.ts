import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'port-bench-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function run(name: 'port-bench' | 'diff-bench', pairs: unknown, ...options: string[]): unknown {
  writeFileSync(join(folder, 'pairs.json'), JSON.stringify(pairs))
  const args = [join(ROOT, `scripts/${name}.mjs`), 'pairs.json', ...options]
  const environment = { ...process.env, INIT_CWD: folder }
  return JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, env: environment, encoding: 'utf8' }))
}

const old = '## On locks\n\nThe waker takes the *lock* of the bucket,\nand wakes `one` waiter.\n'
const now =
  '## On locks\n\nFirst things first.\n\nThe waker takes the\nlock of its *bucket*, and wakes `one` waiter.\n'
/** In the plain text that is made of `old`. */
const anchors = [
  { id: 'a', start: 10, end: 28 },
  { id: 'b', start: 30, end: 49 },
  { id: 'c', start: 40, end: 4000 },
]

test('anchors are carried by the plain text of both documents, or by the texts as they are', () => {
  const [texts] = run('port-bench', [{ id: 1, old, new: now }], '--texts') as { old: string; new: string }[]
  expect(texts?.old).toBe('On locks\n\nThe waker takes the lock of the bucket, and wakes one waiter.')
  const carried = run('port-bench', [{ id: 1, old, new: now, anchors }]) as { start?: number; end?: number }[]
  expect(carried).toMatchObject([
    { id: 'a', state: 'exact', survival: 1 },
    { id: 'b', state: 'edited' },
    { id: 'c', state: 'invalid' },
  ])
  expect(texts?.new.slice(carried[0]?.start, carried[0]?.end)).toBe('The waker takes th')
  expect(texts?.new.slice(carried[1]?.start, carried[1]?.end)).toBe('lock of its bucket,')

  const raw = 'not { a <document, but words'
  expect(
    run('port-bench', [
      { id: 2, raw: true, old: raw, new: `More. ${raw}`, anchors: [{ id: 7, start: 8, end: 17 }] },
    ]),
  ).toEqual([{ id: 7, pair: 2, state: 'exact', start: 14, end: 23, survival: 1 }])
})

test('what is marked is counted in tokens; wrapping marks none', () => {
  expect(
    run('diff-bench', [
      { id: 'x', old, new: now },
      { id: 'y', old, new: old.replace('bucket,\nand', 'bucket, and') },
    ]),
  ).toEqual([
    { id: 'x', marked: 6, total: 36 },
    { id: 'y', marked: 0, total: 32 },
  ])
})
