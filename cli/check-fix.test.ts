import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { check } from './check.ts'

const SAMPLE = join(import.meta.dirname, '../lib/review/export/samples/small')
let out = ''
let err = ''
let folder = ''
let problem = ''

beforeEach(async () => {
  ;[out, err] = ['', '']
  vi.spyOn(console, 'log').mockImplementation((line) => {
    out += `${line}\n`
  })
  vi.spyOn(console, 'error').mockImplementation((line) => {
    err += `${line}\n`
  })
  folder = await mkdtemp(join(tmpdir(), 'fix-'))
  await cp(SAMPLE, folder, { recursive: true })
  problem = join(folder, 'problem.mdx')
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

const ADDED = `
## Own Words

It takes <10s for {a, b}, see <stdio.h> and [above](#Own_words).\r

##Glued

| a |
| --- |
| \`x | y\` |

\`\`\`promla
if (a <10s) {x}
\`\`\`
`

test('what can be mended in one way is mended, told line by line, and is well on the second run', async () => {
  const before = await readFile(problem, 'utf8')
  await writeFile(problem, before + ADDED)
  const { mode } = await stat(problem)

  await check(['--fix', '--dry-run', folder])
  expect(out).toContain('4 lines would be mended.')
  expect(await readFile(problem, 'utf8')).toBe(before + ADDED)
  expect(err).toContain('`\\<`')

  ;[out, err] = ['', '']
  await check(['--fix', folder])
  expect(out).toContain('4 lines mended.')
  expect(out).toContain('- It takes <10s for {a, b}, see <stdio.h> and [above](#Own_words).')
  const mended = await readFile(problem, 'utf8')
  expect(mended).toBe(
    before +
      ADDED.replace('<10s for {a, b}, see <stdio.h>', '\\<10s for \\{a, b}, see \\<stdio.h>')
        .replace('#Own_words', '#problem-own-words')
        .replace('##Glued', '## Glued')
        .replace('x | y', 'x \\| y')
        .replace('promla', 'promela'),
  )
  expect((await stat(problem)).mode).toBe(mode)
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])

  ;[out, err] = ['', '']
  await check(['--fix', folder])
  expect(out).toContain('0 lines mended.')
  expect(await readFile(problem, 'utf8')).toBe(mended)
  expect(err).not.toMatch(/reads as|is code|no heading|has the anchor|cells, its table|not a language/)
})

const CODE = `
Open { brace here, and <here.

\`\`\`c
int f() { return 0; }
}
\`\`\`

The set {A, \`{B}\`} expands to \`FUTEX_
##op\`, {
- and \`{C}\` } is {D}
`

test('nothing is mended in code, whatever opens before it', async () => {
  const before = await readFile(problem, 'utf8')
  await writeFile(problem, before + CODE)
  await check(['--fix', folder])
  expect(await readFile(problem, 'utf8')).toBe(
    before +
      CODE.replace('Open {', 'Open \\{')
        .replace('<here', '\\<here')
        .replace('{A', '\\{A')
        .replace(', {\n', ', \\{\n')
        .replace('{D}', '\\{D}'),
  )
})

test('--dry-run by itself is wrong use', async () => {
  expect(await check(['--dry-run', folder])).toBe(3)
})
