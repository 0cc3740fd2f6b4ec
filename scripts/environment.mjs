/**
 * The environment of a script, read and checked by the same schema as the app's (lib/environment). It is TypeScript, so it
 * is bundled first (50 ms); a second schema in JavaScript would be one more that differs.
 */
import { importTypeScript } from './bundle.mjs'
import { StartFailure, WRONG_USE } from './steps.mjs'

/** All of it as values; a StartFailure with a sentence for each variable that makes no sense. */
export async function readEnvironment() {
  const { BadEnvironment, environment, environmentWarnings } = await importTypeScript(
    'lib/env.server.ts',
    'environment',
  )
  for (const sentence of environmentWarnings()) console.error(sentence)
  try {
    return environment()
  } catch (error) {
    throw error instanceof BadEnvironment ? new StartFailure(error.message, WRONG_USE) : error
  }
}
