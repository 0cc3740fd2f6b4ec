import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { variableNames } from './read-environment.ts'

const root = join(import.meta.dirname, '../..')

/** Who else may, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  'lib/env.server.ts': 'the one reader',
  'scripts/child-environment.mjs': 'passes all of it on, reads none',
  'prisma.config.ts': 'read by the command of Prisma',
  'playwright.config.ts': 'read by Playwright, which cannot load files of the server',
  'lib/promela/shell/spin.ts': 'a leaf knows nobody; SPIN_CC is checked with the rest all the same',
}
/** Of the system and of Next, set or handed on by who runs tests. */
const OF_PROGRAMS = ['PATH', 'NEXT_TELEMETRY_DISABLED']
/** Tests, and what runs them, ask by themselves; but only for what the schema knows. */
const OF_TESTS =
  /\.(?:test|spec|bench)\.tsx?$|^(?:scripts\/(?:test|fast-check)[\w-]*\.(?:mjs|ts)|vitest[\w.-]*|e2e\/.*)$/
/** Not a read: the compiler puts a text there. */
const COMPILED = /process\.env\.(?:NODE_ENV|NEXT_RUNTIME)\b/g

function filesWithCode(): { readonly file: string; readonly code: string }[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--', '*.ts', '*.tsx', '*.mjs'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\0').flatMap((file) => {
    if (file === '' || file === 'lib/environment/one-reader.test.ts') return []
    try {
      const text = readFileSync(join(root, file), 'utf8')
      // What stands in a text or a comment is about it, or is a mail that tries to be code.
      return [{ file, code: text.replaceAll(/\/\*.*?\*\/|'[^'\n]*'|`[^`]*`/gs, '').replaceAll(COMPILED, '') }]
    } catch {
      return [] // taken away, and not yet committed
    }
  })
}

test('the environment is read in one place', () => {
  const files = filesWithCode()
  expect(files.length).toBeGreaterThan(300)
  const reads = files.filter(({ code }) => /process\.env|\benv\b[^\n]*from 'node:process'/.test(code))
  const readers = reads.map(({ file }) => file)
  expect(readers.filter((file) => !(file in OTHERS) && !OF_TESTS.test(file))).toEqual([])
  expect(readers).toContain('lib/env.server.ts')
})

test('tests ask only for variables that the schema has', () => {
  const known: readonly string[] = variableNames
  const asked = filesWithCode()
    .filter(({ file }) => OF_TESTS.test(file))
    .flatMap(({ file, code }) =>
      [...code.matchAll(/process\.env\.([A-Z_]+)/g)].map(([, name = '']) => ({ file, name })),
    )
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.filter(({ name }) => !known.includes(name) && !OF_PROGRAMS.includes(name))).toEqual([])
})
