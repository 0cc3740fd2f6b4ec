import 'server-only'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Version = z.object({ version: z.string(), commit: z.string().nullable().optional() })

/**
 * Which Coherent this is: `0.1.0 (1a2b3c4d5e6f)`; without the commit where it was not known when the command line was bundled (a
 * copy without its git folder).
 * @param root the checkout
 */
export function versionOf(root: string): string {
  for (const file of ['dist/version.json', 'package.json']) {
    try {
      const { version, commit } = Version.parse(JSON.parse(readFileSync(join(root, file), 'utf8')))
      return commit ? `${version} (${commit})` : version
    } catch {
      // It was never bundled: then its package alone says it.
    }
  }
  return 'of an unknown version'
}
