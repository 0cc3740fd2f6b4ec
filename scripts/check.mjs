#!/usr/bin/env node
/** `npm run check`: format, lint, types, layers, unit tests; a minute, no browser, no database. Stops at the first failure. */
import { join } from 'node:path'
import { bin, ensureInstalled, ensurePrismaClient, reportFailure, run, say, TSC } from './steps.mjs'

try {
  ensureInstalled()
  // A number of runs that makes no sense would run none.
  const { readEnvironment } = await import('./environment.mjs')
  await readEnvironment()
  ensurePrismaClient()
  // next-env.d.ts is written by Next; without it the types of CSS modules and of images are not known.
  bin('next/dist/bin/next', ['typegen'])
} catch (error) {
  process.exit(reportFailure(error))
}

const node = (script, args) => run(process.execPath, [join('node_modules', script), ...args])
const steps = [
  ['format and lint', () => node('@biomejs/biome/bin/biome', ['ci', '.'])],
  ['types', () => node(TSC, ['--noEmit'])],
  ['types of the pure leaves', () => node(TSC, ['--noEmit', '-p', 'tsconfig.pure.json'])],
  ['layers', () => run(process.execPath, ['scripts/layers.mjs'])],
  ['unit tests', () => node('vitest/vitest.mjs', ['run'])],
]
for (const [name, check] of steps) {
  say(name)
  if (check()) continue
  console.error(`Failed: ${name}`)
  process.exit(1)
}
say('all green')
