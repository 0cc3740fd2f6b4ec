import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { check } from './check.ts'
import { exportMail } from './export.ts'
import { gate } from './gate.ts'

const CONTENT = join(import.meta.dirname, '../content')
const example = relative(process.cwd(), join(CONTENT, 'futex-requests-2021/v1'))
let out = ''
let err = ''
let folder = ''

beforeEach(async () => {
  ;[out, err] = ['', '']
  vi.spyOn(console, 'log').mockImplementation((line) => {
    out += `${line}\n`
  })
  vi.spyOn(console, 'error').mockImplementation((line) => {
    err += `${line}\n`
  })
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  folder = await mkdtemp(join(tmpdir(), 'gate-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

test('of a folder it says what is open, each with file, line and column, and ends with 1', async () => {
  expect(await gate([example])).toBe(1)
  const lines = out.trim().split('\n')
  expect(lines).toHaveLength(17)
  expect(lines[1]).toMatch(/^content\/futex-requests-2021\/v1\/problem\.mdx:12:1: gain: placeholder\. /)
  expect(lines.at(-1)).toBe('Incomplete: 16 of 19 questions are open.')
})

test('with --all it says what is answered too, and as JSON it is the same list', async () => {
  expect(await gate([example, '--all'])).toBe(1)
  expect(out.trim().split('\n')).toHaveLength(20)
  out = ''
  expect(await gate([example, '--json'])).toBe(1)
  expect(JSON.parse(out)).toMatchObject({ passes: false, open: 16, of: 19 })
})

test('the proposal that ships complete passes: its claims are checked on the spot', {
  timeout: 120_000,
}, async () => {
  const complete = join(CONTENT, 'io-uring-futex/v1')
  expect([await gate([complete]), out]).toEqual([
    0,
    expect.stringMatching(/^Complete: all 19 questions are answered, and all \d+ claims are as claimed\.\n$/),
  ])
  out = ''
  expect(await check([complete])).toBe(0)
  expect(out).toContain('no-lost-wake: holds, ')
})

test('check says what the text breaks and what the gate finds, and ends with 1', async () => {
  expect(await check([example])).toBe(1)
  expect(err).toContain('problem.mdx:12:1: gain: placeholder.')
  ;[out, err] = ['', '']
  await cp(example, folder, { recursive: true })
  const problem = join(folder, 'problem.mdx')
  await writeFile(problem, `${await readFile(problem, 'utf8')}\n<Nothing />\n`)
  expect(await check([folder])).toBe(1)
  expect(err).toContain(`${problem}:`)
  expect(await gate([folder])).toBe(3)
})

test('an export of what is incomplete says so on standard error, in its subject and in its first line', async () => {
  expect(await exportMail([example])).toBe(0)
  expect(err).toContain('Incomplete: 16 of 19 questions unanswered')
  const end = out.indexOf('\n\n')
  const [headers, body] = [out.slice(0, end), out.slice(end + 2)]
  expect(headers.replace(/\n[ \t]+/g, ' ')).toMatch(
    /^Subject: \[RFC 0\/4\] io_uring: incomplete: 16 of 19 questions unanswered: Futex/m,
  )
  expect(body).toMatch(/^incomplete: 16 of 19 questions unanswered\n\n/)
})
