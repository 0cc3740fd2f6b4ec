/**
 * The environment for a program that is started from here: all of this one's, with changes; undefined takes a variable
 * away. Passed on, not read: what a variable means is said by lib/environment, and `lib/env.server.ts` asks it.
 *
 * @param {Readonly<Record<string, string | undefined>>} changes
 */
export function childEnvironment(changes = {}) {
  const all = { ...process.env, ...changes }
  for (const [name, value] of Object.entries(changes)) if (value === undefined) delete all[name]
  return all
}
