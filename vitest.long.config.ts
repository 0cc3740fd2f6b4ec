import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

const root = import.meta.dirname

/** Every test that takes a seed or a length from outside, so that a new one is asked without being listed. */
const random = ['lib', 'cli'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((name) => /\.test\.tsx?$/.test(name) && !name.endsWith('.database.test.ts'))
    .filter((name) =>
      /testNumber\(\s*'(RANDOM|FUZZ|OWN_WORDS)_|\.COHERENT_LONG/.test(
        readFileSync(path.join(root, name), 'utf8'),
      ),
    ),
)

/** `npm run test:long`: scripts/test-long.mjs gives the seed and the lengths. */
export default defineConfig({
  resolve: { alias: { 'server-only': path.join(root, 'scripts/server-only.ts') } },
  test: {
    include: random,
    setupFiles: ['scripts/test-long-seed.mjs'],
    maxWorkers: availableParallelism(),
    testTimeout: 24 * 3_600_000,
  },
})
