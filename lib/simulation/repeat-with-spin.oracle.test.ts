/**
 * The commands that the page prints, run as printed: what a maintainer pastes into his shell must work and must give
 * the numbers that the page gives. Needs spin and gcc; without them the test is reported as skipped.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { spinMissing } from '#lib/promela/shell/spin.ts'
import { replayCommand } from '#lib/promela/spin/spin-command.ts'
import { spinNumbers } from '#lib/promela/spin/spin-numbers.ts'
import { spinTrail } from '#lib/promela/spin/spin-trail.ts'
import { traceSteps } from '#lib/promela/trace/trace-steps.ts'
import { invariant } from '#lib/result.ts'
import { repeatLines } from './repeat-with-spin.ts'

const missing = await spinMissing()
const main = 'models/wake-order.pml'
const text = readFileSync(new URL(`../../content/io-uring-futex/v1/${main}`, import.meta.url), 'utf8')

const bundle = { main, files: [[main, text]] } as const

function verdictOf(defines: Readonly<Record<string, string>>) {
  const { program } = compileModel({ files: new Map([[main, text]]), main, defines })
  invariant(program, 'the model compiles')
  const search = createSearch(program)
  while (!search.step(10_000).done);
  const verdict = search.verdict()
  invariant(verdict, 'the search is done')
  return verdict
}

function printedBy(commands: readonly string[]): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'coherent-repeat-'))
  try {
    mkdirSync(path.join(folder, 'models'))
    writeFileSync(path.join(folder, main), text)
    return execFileSync('sh', ['-c', commands.join('\n')], { cwd: folder, encoding: 'utf8' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test.skipIf(missing !== null)(
  named('for a model that holds, spin counts the same states, matched and transitions', missing),
  () => {
    const { kind, counts } = verdictOf({ WAITERS: '3' })
    const printed = printedBy(repeatLines(bundle, { WAITERS: '3' }, null))
    expect(kind).toBe('holds')
    expect(printed).toMatch(/errors: 0/)
    expect(printed).toMatch(new RegExp(`\\b${counts.states} states, stored`))
    expect(printed).toMatch(new RegExp(`\\b${counts.matched} states, matched`))
    expect(printed).toMatch(new RegExp(`\\b${counts.transitions} transitions`))
  },
)

test.skipIf(missing !== null)(
  named('for a violation, the trail of spin is as long as the counterexample here', missing),
  () => {
    const verdict = verdictOf({ INC_AFTER_READ: '' })
    invariant(verdict.kind === 'violated', 'the variant is violated')
    const printed = printedBy(repeatLines(bundle, { INC_AFTER_READ: '' }, verdict.error))
    expect(printed).toContain('assertion violated')
    expect(printed).toContain(`trail ends after ${verdict.trace.length} steps`)
  },
)

test.skipIf(missing !== null)(
  named('the trail that is saved is one that the line beside it walks', missing),
  () => {
    const defines = { INC_AFTER_READ: '' }
    const input = { files: new Map([[main, text]]), main, defines }
    const { program } = compileModel(input)
    const verdict = verdictOf(defines)
    invariant(program && verdict.kind === 'violated', 'the variant is violated')
    const trail = spinTrail(traceSteps(program, verdict.trace), spinNumbers(input, program))
    const printed = printedBy([
      `cat > wake-order.trail <<'END'\n${trail}END`,
      replayCommand(main, defines, 'wake-order.trail'),
    ])
    expect(printed).toContain('assertion violated')
    expect(printed).not.toContain('no matching stmnt')
  },
)
