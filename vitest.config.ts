import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const NEVER = ['**/*.database.test.ts', '**/*.long.test.ts', '**/node_modules/**']
const root = import.meta.dirname

/**
 * Files of tests that share a process: those of `lib` that meet no server and put nothing in place of anything. What they are
 * about is passed all that it needs (`npm run layers`), so that none leaves anything for the next. But for those that measure:
 * what another file left on the heap would be collected in their time.
 */
const SHARED = readdirSync(path.join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  .map((name) => path.join('lib', name))
  .filter((name) => /\.test\.tsx?$/.test(name) && !/\.(?:database|long)\./.test(name))
  .filter((name) => {
    const text = readFileSync(path.join(root, name), 'utf8')
    const isAlone = /\.server\.ts'|\bvi\.|changeEnvironment|cpuUsage|cpuMs|performance\.now|memoryUsage/
    return !isAlone.test(text)
  })

const project = (
  name: string,
  test: NonNullable<TestProjectInlineConfiguration['test']>,
): TestProjectInlineConfiguration => ({
  // `server-only` throws outside Next's server layer; unit tests run in plain Node, which *is* the server.
  resolve: { alias: { 'server-only': path.join(root, 'scripts/server-only.ts') } },
  test: {
    ...test,
    name,
    // By itself Vitest leaves one processor idle, which of two is half of them.
    maxWorkers: availableParallelism(),
    // Catches what hangs. How long a thing may take its test says, in time of the processor.
    testTimeout: 60_000,
  },
})

export default defineConfig({
  test: {
    projects: [
      // A process for each file costs a second of the processor, a third of all.
      project('shared', { include: SHARED, exclude: NEVER, isolate: false, unstubGlobals: true }),
      project('unit', {
        include: ['{app,lib,components,cli,scripts,content,docs}/**/*.test.{ts,tsx}'],
        exclude: [...NEVER, ...SHARED],
      }),
    ],
  },
})
