import { spawnSync } from 'node:child_process'
import { env } from '#lib/env.server.ts'
import { exitCode } from './exit-code.ts'

/**
 * Verbs about the embedded server itself are scripts, beside those that start and stop it: they share its lock and its places.
 * Its output is the user's.
 */
export function runScript(name: string, args: readonly string[]): number {
  // This process answers for what it was called with; the script looks for the data folder from the checkout, as the start does.
  const { status } = spawnSync(process.execPath, [`scripts/${name}.mjs`, ...args], {
    cwd: env.root,
    stdio: 'inherit',
  })
  return status ?? exitCode.NOT_DONE
}
