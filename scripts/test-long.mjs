#!/usr/bin/env node
/**
 * `npm run test:long`: every random comparison with seeds that nobody asked before. Not part of `npm test`, whose
 * questions are the same each time, so that a failure there is about the change that was made.
 *
 *     npm run test:long -- --models 2000 --seed 123
 *
 * The seed is printed first: with the same `--seed` and `--models` the same questions come again. A difference ends with
 * exit code 1 and its model on the screen. SPIN_CC=tcc asks spin ten times as fast.
 */
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureInstalled, ensurePrismaClient, run, say } from './steps.mjs'

/** Seeds count up from the first one, so there must be room above it. */
const MAX_SEED = 2 ** 30

function wholeNumber(value, name, max) {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1 && number <= max) return number
  console.error(`--${name} takes a whole number from 1 to ${max}, not ${value}`)
  process.exit(3)
}

function options() {
  try {
    const { values } = parseArgs({ options: { models: { type: 'string' }, seed: { type: 'string' } } })
    return {
      models: wholeNumber(values.models ?? '200', 'models', 1_000_000),
      seed: wholeNumber(values.seed ?? String(randomInt(1, MAX_SEED)), 'seed', MAX_SEED),
    }
  } catch (error) {
    console.error(`${error.message}\nnpm run test:long -- [--models N] [--seed N]`)
    process.exit(3)
  }
}

const { models, seed } = options()
ensureInstalled()
ensurePrismaClient()
const { requireOracle } = await import('./oracle.mjs')
const missing = requireOracle()
if (missing !== '') {
  console.error(`A long run asks other programs, and these are not installed: ${missing}`)
  process.exit(3)
}
console.log(`seed ${seed}, ${models} models; again: npm run test:long -- --models ${models} --seed ${seed}`)

/** How many of each: some questions take a second, some a millisecond. */
const lengths = {
  RANDOM_MODELS: models,
  RANDOM_CLAIMS: models,
  RANDOM_REDUCED: models,
  RANDOM_TSO: models,
  RANDOM_FORMULAS: 10 * models,
  FUZZ_TEXTS: 10 * models,
  FUZZ_MAILS: 10 * models,
  OWN_WORDS_MAILS: 10 * models,
  FUZZ_RUNS: models,
  RANDOM_SEQUENCES: 5 * models,
  RANDOM_EDITS: 50 * models,
  RANDOM_EVENTS: 5 * models,
  RANDOM_TURNS: 50 * models,
}
const env = {
  ...Object.fromEntries(Object.entries(lengths).map(([name, value]) => [name, String(value)])),
  RANDOM_SEED: String(seed),
  FUZZ_SEED: String(seed),
  COHERENT_LONG: '1',
}

const node = (script, ...args) => run(process.execPath, [script, ...args], env)
say('cases, samples and examples beside spin')
const beside = node('scripts/test-spin.mjs')
say('random comparisons')
const random = node(join('node_modules', 'vitest/vitest.mjs'), 'run', '-c', 'vitest.long.config.ts')
say('random edits of published revisions, and random acts in a review')
const carried = node(
  join('node_modules', 'vitest/vitest.mjs'),
  ...['run', '-c', 'vitest.database.config.ts'],
  ...['lib/review/acts/carry-random.database.test.ts', 'lib/review/acts/turns-random.database.test.ts'],
)
say(beside && random && carried ? `no difference (seed ${seed})` : `FAILED (seed ${seed})`)
process.exit(beside && random && carried ? 0 : 1)
