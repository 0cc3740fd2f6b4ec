import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bodyLimit } from '#lib/request/body-limit.ts'
import { TURNS } from '#lib/request/costly.ts'

const root = join(import.meta.dirname, '..')
const text = readFileSync(join(root, 'docs/operating.md'), 'utf8')
const promises = [...text.matchAll(/^\| .+ \| `([\w./-]+\.ts)`: (.+) \|$/gm)].map(
  ([, file = '', name = '']) => ({ file, name }),
)

test('each promise to operators names a test that there is', () => {
  expect(promises.length).toBeGreaterThan(20)
  for (const { file, name } of promises) expect(readFileSync(join(root, file), 'utf8')).toContain(name)
})

test('each section of promises is shown by tests: what is stored, what is told, sign-in, roles, mail in and out', () => {
  for (const folder of [
    'scripts/',
    'e2e/',
    'lib/review/account/',
    'lib/review/acts/',
    'lib/review/incoming/',
    'lib/review/outgoing/',
  ])
    expect(
      promises.filter(({ file }) => file.startsWith(folder)),
      folder,
    ).not.toEqual([])
})

/** The cells of the rows below a table's head. */
function rowsBelow(head: string): string[][] {
  const [, after = ''] = text.split(`${head}\n`)
  const lines = after.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(1, end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

const BYTES: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 * 1024 }
const bytesIn = (words: string) =>
  [...words.matchAll(/(\d+) (KB|MB)/g)].reduce(
    (sum, [, n, unit = '']) => sum + Number(n) * (BYTES[unit] ?? 0),
    0,
  )

test('the table of what a request may bring has the limits that are kept, for each kind of path', () => {
  const shown = rowsBelow('| at | at most | from |').flatMap(([at = '', most = '', from = '']) => {
    const paths = [...at.matchAll(/`(?:POST )?([^`]+)`/g)].map(([, path = '']) => path.replace('…', 'x'))
    return (paths.length === 0 ? ['/anywhere'] : paths).map((path) => ({ path, most, from }))
  })
  expect(shown.length).toBeGreaterThan(5)
  for (const { path, most, from } of shown) {
    const { bytes, needs } = bodyLimit(path)
    expect(bytesIn(most), path).toBe(bytes)
    expect(from, path).toContain(needs === 'nothing' ? 'anybody' : needs)
  }
  const source = readFileSync(join(root, 'lib/request/body-limit.ts'), 'utf8')
  const ways = source.slice(source.indexOf('export function bodyLimit')).match(/^ {2}(?:if|return)/gm) ?? []
  // One way says two limits: files that are pushed, and words.
  expect(new Set(shown.map(({ most, from }) => `${most} ${from}`)).size, 'rows that differ').toBe(
    ways.length + 1,
  )
})

test('the table of turns is that of the program', () => {
  const shown = rowsBelow(
    '| what | at a time | of one network | a place rests | waits, and half as long again at most |',
  ).map((cells) => cells.slice(1).map((cell) => Number.parseFloat(cell) || 0))
  const kept = Object.values(TURNS).map(({ atOnce, ofNetwork, restMs, waitMs }) => [
    atOnce,
    ofNetwork,
    restMs / 1000,
    waitMs / 1000,
  ])
  // Of the third, comments, it says how long a long one's rests.
  expect(shown.map((cells, at) => (at === 2 ? cells.with(2, 0) : cells))).toEqual(kept)
})
