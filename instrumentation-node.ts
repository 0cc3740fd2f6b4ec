import { readFile } from 'node:fs/promises'
import { BadEnvironment, env, environment, environmentWarnings } from '#lib/env.server.ts'

/**
 * The launcher holds the other end of an IPC channel. When it is gone, even by `kill -9`, the channel closes and the
 * app ends too, rather than keep the port from the next start.
 */
export function endWithLauncher(): void {
  if (!process.channel) return
  process.once('disconnect', () => process.exit(0))
  // The channel must not keep a process alive that has nothing else to do (the build loads this file as well).
  process.channel.unref()
}

export const isBuilding = () => environment().NEXT_PHASE === 'phase-production-build'

/**
 * Ends a start whose environment makes no sense, with a sentence for each variable and exit code 3. The launcher has asked
 * already; this is for a deployment that starts Next by itself.
 */
export async function requireEnvironment(): Promise<void> {
  for (const sentence of environmentWarnings()) console.error(sentence)
  try {
    void [env.databaseUrl, env.secret]
    const { dkim } = env.mail
    if (dkim !== null && dkim !== 'dns') await requireKeys(dkim)
  } catch (error) {
    if (!(error instanceof BadEnvironment)) throw error
    console.error(`Coherent does not start (docs/operating.md):\n${error.message}`)
    process.exit(3)
  }
}

async function requireKeys(path: string): Promise<void> {
  try {
    JSON.parse(await readFile(path, 'utf8'))
  } catch {
    throw new BadEnvironment([`COHERENT_DKIM=${path} is not a JSON file that can be read.`])
  }
}
