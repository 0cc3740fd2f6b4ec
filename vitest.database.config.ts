import { availableParallelism } from 'node:os'
import path from 'node:path'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { SlowFirst } from './scripts/slow-first.mjs'

/** Measures how fast something is, so nothing else may run meanwhile. */
const MEASURED = 'lib/**/speed.database.test.ts'

/** Begun first, so that no processor waits for one of them at the end. */
const SLOW = [
  'lib/review/incoming/round-trip.database.test.ts',
  'lib/review/incoming/typed-comments.database.test.ts',
  'lib/review/account/accounts.database.test.ts',
  'lib/review/incoming/many.database.test.ts',
  'cli/publish.database.test.ts',
]

const project = (
  name: string,
  test: NonNullable<TestProjectInlineConfiguration['test']>,
): TestProjectInlineConfiguration => ({
  resolve: { alias: { 'server-only': path.join(import.meta.dirname, 'scripts/server-only.ts') } },
  test: {
    ...test,
    name,
    setupFiles: ['scripts/test-database-copy.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

/** Tests that need a real Postgres: `npm test` runs them on a throw-away one, or on that of DATABASE_URL. */
export default defineConfig({
  test: {
    globalSetup: ['scripts/test-database.mjs'],
    sequence: { sequencer: SlowFirst(SLOW) },
    projects: [
      project('database', {
        include: ['**/*.database.test.ts'],
        exclude: ['**/node_modules/**', MEASURED],
        // Much of a file's time is waiting, so one more than there are processors.
        maxWorkers: availableParallelism() + 1,
      }),
      project('speed', { include: [MEASURED], maxWorkers: 1, sequence: { groupOrder: 1 } }),
    ],
  },
})
