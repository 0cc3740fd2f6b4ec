import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests that need a real Postgres: `npm test` runs them on a throw-away one, or on that of DATABASE_URL. */
export default defineConfig({
  resolve: { alias: { 'server-only': path.join(import.meta.dirname, 'scripts/server-only.ts') } },
  test: {
    include: ['**/*.database.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['scripts/test-database.mjs'],
    // One database for all files, and each makes proposals of its own.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
