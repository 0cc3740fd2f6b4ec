/** Vitest's setup of a long run: properties without a seed of their own begin with that of the run. */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.RANDOM_SEED) })
