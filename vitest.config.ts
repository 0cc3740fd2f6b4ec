import { availableParallelism } from 'node:os'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

// `server-only` throws outside Next's server layer; unit tests run in plain Node, which *is* the server.
export default defineConfig({
  resolve: { alias: { 'server-only': path.join(import.meta.dirname, 'scripts/server-only.ts') } },
  test: {
    include: [
      'app/**/*.test.{ts,tsx}',
      'lib/**/*.test.{ts,tsx}',
      'components/**/*.test.{ts,tsx}',
      'cli/**/*.test.ts',
      'scripts/**/*.test.ts',
      'content/**/*.test.ts',
      'docs/**/*.test.ts',
    ],
    exclude: ['**/*.database.test.ts', '**/*.long.test.ts', '**/node_modules/**'],
    // By itself Vitest leaves one processor idle, which of two is half of them.
    maxWorkers: availableParallelism(),
    // Catches what hangs. How long a thing may take its test says, in time of the processor.
    testTimeout: 60_000,
  },
})
