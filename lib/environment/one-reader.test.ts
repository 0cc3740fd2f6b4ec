import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Who else may, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  'lib/env.server.ts': 'the one reader',
  'scripts/child-environment.mjs': 'passes all of it on, reads none',
  'prisma.config.ts': 'read by the command of Prisma',
  'playwright.config.ts': 'read by Playwright, which cannot load files of the server',
  'e2e/account.spec.ts': 'read by Playwright',
  'e2e/export.spec.ts': 'read by Playwright',
  'lib/promela/shell/spin.ts': 'a leaf knows nobody; SPIN_CC is checked with the rest all the same',
}
/** They prepare the environment of the tests. */
const FOR_TESTS = /^(?:scripts\/test[\w-]*\.(?:mjs|ts)|vitest[\w.-]*)$/
/** Not a read: the compiler puts a text there. */
const COMPILED = /process\.env\.(?:NODE_ENV|NEXT_RUNTIME)\b/g

test('the environment is read in one place', () => {
  const listed = execFileSync('git', ['ls-files', '-z', '--', '*.ts', '*.tsx', '*.mjs'], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = listed
    .split('\0')
    .filter((file) => file !== '' && file !== 'lib/environment/one-reader.test.ts')
  expect(files.length).toBeGreaterThan(300)
  const reads = files.filter((file) => {
    let text = ''
    try {
      text = readFileSync(join(root, file), 'utf8')
    } catch {
      return false // taken away, and not yet committed
    }
    // What stands in a text or a comment is about it, or is a mail that tries to be code.
    const code = text.replaceAll(/\/\*.*?\*\/|'[^'\n]*'|`[^`]*`/gs, '').replaceAll(COMPILED, '')
    return /process\.env|\benv\b[^\n]*from 'node:process'/.test(code)
  })
  expect(reads.filter((file) => !(file in OTHERS) && !FOR_TESTS.test(file))).toEqual([])
  expect(reads).toContain('lib/env.server.ts')
})
