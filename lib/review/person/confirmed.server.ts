import 'server-only'
import { db } from '#lib/db.server.ts'

/** A trailer counts when its sender is proved to be the one it names, and that one confirmed the address. */
export async function confirmedAmong(addresses: readonly string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set()
  // As one array: a statement has room for 32,767 parameters, and a mail may name more people.
  const rows = await db().$queryRaw<{ address: string }[]>`
    SELECT address FROM person_address
    WHERE address = ANY (${[...new Set(addresses)]}::text[]) AND confirmed_at IS NOT NULL`
  return new Set(rows.map(({ address }) => address))
}
