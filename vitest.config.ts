import path from 'node:path'
import { defineConfig } from 'vitest/config'

// `server-only` throws outside Next's server layer; unit tests run in plain Node, which *is* the server.
export default defineConfig({
  resolve: { alias: { 'server-only': path.join(import.meta.dirname, 'scripts/server-only.ts') } },
  test: {
    include: [
      'lib/**/*.test.{ts,tsx}',
      'components/**/*.test.{ts,tsx}',
      'cli/**/*.test.ts',
      'scripts/**/*.test.ts',
      'content/**/*.test.ts',
      'docs/**/*.test.ts',
    ],
    exclude: ['**/*.database.test.ts', '**/node_modules/**'],
    testTimeout: 20_000,
  },
})
