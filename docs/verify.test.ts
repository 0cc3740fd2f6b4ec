/**
 * docs/verify.md, run: its models are written to a folder, each line of its shell blocks is run there with the bundled
 * command, and what it prints and ends with is what the page says.
 *
 * In the page ```promela NAME``` is a file, and a ```text``` block behind a ```sh``` block is what that prints, with `…`
 * for lines that are left out. A command ends with 0 unless a comment behind it says otherwise.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { spinMissing } from '#lib/promela/shell/spin.ts'
import { childEnvironment } from '../scripts/child-environment.mjs'
import { ensureCommand } from '../scripts/steps.mjs'

const root = path.join(import.meta.dirname, '..')
const page = readFileSync(path.join(import.meta.dirname, 'verify.md'), 'utf8')
const missing = await spinMissing()

type Block = { readonly language: string; readonly name: string; readonly lines: readonly string[] }

const blocks: readonly Block[] = [...page.matchAll(/^```(\w*) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', name = '', text = '']) => ({ language, name, lines: text.split('\n').slice(0, -1) }),
)

const sessions = blocks.flatMap(({ language, lines }, at) => {
  if (language !== 'sh') return []
  const next = blocks[at + 1]
  return [{ name: lines[0], commands: lines, printed: next?.language === 'text' ? next.lines : null }]
})

const folder = mkdtempSync(path.join(tmpdir(), 'verify-page-'))
const programs = path.join(folder, 'bin')

beforeAll(() => {
  ensureCommand()
  const models = path.join(root, 'content/io-uring-futex/v1/models')
  cpSync(models, folder, { recursive: true })
  for (const { language, name, lines } of blocks)
    if (language === 'promela' && name !== '') writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`)
  // What `npx coherent` is in a clone, without npm's second.
  mkdirSync(programs)
  const npx = path.join(programs, 'npx')
  writeFileSync(
    npx,
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${path.join(root, 'dist/coherent.mjs')}" "$@"\n`,
  )
  chmodSync(npx, 0o755)
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(command: string) {
  const env = childEnvironment({ PATH: `${programs}:${childEnvironment().PATH ?? ''}` })
  const { status, stdout } = spawnSync('sh', ['-c', `{ ${command}\n} 2>&1`], {
    cwd: folder,
    encoding: 'utf8',
    env,
  })
  return { status, stdout }
}

/** Seconds are those of a machine. */
const timeless = (line: string): string => line.replace(/\b\d+\.\d\d s\b/, 'N s').trimEnd()

/** The lines of the page, as a pattern in which `…` stands for any lines. */
function expectPrinted(printed: string, wanted: readonly string[]): void {
  const lines = printed.trimEnd().split('\n').map(timeless)
  let at = 0
  let isOpen = false
  for (const line of wanted.map(timeless)) {
    if (line === '…') {
      isOpen = true
      continue
    }
    const found = isOpen ? lines.indexOf(line, at) : at
    expect(lines[found] ?? `nothing like this, in:\n${printed}`).toBe(line)
    at = found + 1
    isOpen = false
  }
  if (!isOpen) expect(lines.slice(at)).toEqual([])
}

const needsSpin = (commands: readonly string[]) => commands.some((line) => /^spin |--spin\b/.test(line))

test.each(sessions.filter(({ commands }) => !needsSpin(commands)))(
  'what the page says of $name is so',
  ({ commands, printed }) => expectSession(commands, printed),
  120_000,
)

test.skipIf(missing !== null).each(sessions.filter(({ commands }) => needsSpin(commands)))(
  named('what the page says of $name is so', missing),
  ({ commands, printed }) => expectSession(commands, printed),
  120_000,
)

function expectSession(commands: readonly string[], printed: readonly string[] | null): void {
  let all = ''
  for (const command of commands) {
    const { status, stdout } = run(command)
    all += stdout
    const code = /# (?:exit code (\d)|any exit code)$/.exec(command)
    if (!code) expect(status, `${command}\n${stdout}`).toBe(0)
    else if (code[1] !== undefined) expect(status, `${command}\n${stdout}`).toBe(Number(code[1]))
  }
  if (printed) expectPrinted(all, printed)
}

test('no command of the page is left out here', () => {
  expect(sessions.length).toBeGreaterThanOrEqual(6)
  expect(sessions.flatMap(({ commands }) => commands).length).toBeGreaterThanOrEqual(12)
  expect(sessions.filter(({ printed }) => printed !== null).length).toBeGreaterThanOrEqual(3)
  // Indented code and code in a sentence are not run, so they hold no command with a file.
  expect(page.match(/^ {4}(npx|spin|gcc|\.\/pan) /gm)).toBeNull()
  expect(page.match(/`npx [^`]*\.pml[^`]*`/g)).toEqual(['`npx coherent verify FILE.pml [options]`'])
})

test('the page has each option that --help has, and no other', () => {
  const options = (text: string) => [...new Set(text.match(/--[a-z][a-z-]*/g))].sort()
  const { stdout } = run('npx coherent verify --help')
  const table = page.split('\n').filter((line) => line.startsWith('| `-'))
  expect(options(stdout).length).toBeGreaterThan(15)
  expect(options(table.join('\n'))).toEqual(options(stdout))
})

test.skipIf(missing !== null)(named('the page has each field of --json', missing), () => {
  const object = page.slice(page.indexOf('## The object of `--json`'))
  const fields = new Set(
    ['-D LIMIT=3 --spin', '-D LIMIT=2', '-D LIMIT=3 --max-states 2', '', '--tso 9'].flatMap((options) =>
      Object.keys(JSON.parse(run(`npx coherent verify counter.pml --json ${options}`).stdout)),
    ),
  )
  expect(fields.size).toBeGreaterThan(15)
  expect([...fields].filter((field) => !object.includes(`\`${field}\``) && field !== 'spin')).toEqual([])
})
