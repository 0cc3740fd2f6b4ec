import 'server-only'

/**
 * Whether the database is known to be away (`database-state.server.ts` looks): who asks for a page is told at once then, instead
 * of after the time that a connection may take. In a file without any package, as the proxy asks it too.
 */
// Next evaluates this module once for each of its bundles; there is one state.
const kept = globalThis as typeof globalThis & { coherentDatabaseAway?: boolean }

export const isDatabaseAway = (): boolean => kept.coherentDatabaseAway === true

export function setDatabaseAway(isAway: boolean): void {
  kept.coherentDatabaseAway = isAway
}
