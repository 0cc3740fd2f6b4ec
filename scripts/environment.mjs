/**
 * The environment of a script, read and checked by the same schema as the app's (lib/environment). It is TypeScript, so it
 * is bundled first (0.3 s); a second schema in JavaScript would be one more that differs.
 */
import { importInMemory } from './bundle.mjs'
import { StartFailure, WRONG_USE } from './steps.mjs'

/** All of it as values; a StartFailure with a sentence for each variable that makes no sense. */
export async function readEnvironment() {
  const { BadEnvironment, environment, environmentWarnings } = await importInMemory('lib/env.server.ts')
  for (const sentence of environmentWarnings()) console.error(sentence)
  try {
    return environment()
  } catch (error) {
    throw error instanceof BadEnvironment ? new StartFailure(error.message, WRONG_USE) : error
  }
}
