import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'
import { keysToCompare, nameKey, PRESENT_RULE } from './name-key.ts'

/**
 * The one writer of names: a person is never without the key of what the name looks like, or the next one could take a name
 * that passes for it.
 */
export type NewPerson = { readonly id: string; readonly name: string }

export async function insertPersons(tx: Pick<Transaction, '$executeRaw'>, persons: readonly NewPerson[]) {
  if (persons.length === 0) return
  const rows = persons.map(({ id, name }) => ({ id, name, key: nameKey(name) }))
  await tx.$executeRaw`
    INSERT INTO person (id, name, name_key)
    SELECT id, name, key FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id uuid, name text, key text)`
}

/** @returns whether there is such a person */
export async function setName(tx: Transaction, personId: string, name: string): Promise<boolean> {
  const { count } = await tx.person.updateMany({
    where: { id: personId, deletedAt: null, mergedInto: null },
    data: { name, nameKey: nameKey(name) },
  })
  return count > 0
}

export type LikeWhom = 'account' | 'mail'

/**
 * Whether the name passes for that of somebody who is here: `account` for one with an account, `mail` for one who is known
 * from mail or from a proposal. Null: for nobody's. From here to its end the transaction is the only one that takes such
 * a name.
 *
 * @param except whose names do not count: oneself, and whom one is about to become one with
 */
export async function looksLike(
  tx: Transaction,
  name: string,
  except: readonly string[],
): Promise<LikeWhom | null> {
  const keys = keysToCompare(name)
  for (const key of keys.toSorted())
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`name ${key}`}, 0))`
  const [row] = await tx.$queryRaw<{ hasAccount: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM auth_user u WHERE u.person_id = p.id) AS "hasAccount"
    FROM unnest(${keys}::text[]) AS k(key) JOIN person p ON md5(p.name_key) = md5(k.key) AND p.name_key = k.key
    WHERE p.merged_into IS NULL AND p.deleted_at IS NULL AND p.id <> ALL (${[...except]}::uuid[])
    ORDER BY 1 DESC LIMIT 1`
  return row ? (row.hasAccount ? 'account' : 'mail') : null
}

/** Rows of one statement: an installation that has imported a list for years has many. */
const FILLED_AT_ONCE = 1000

/** Makes the keys that older versions did not make, or made by another rule. Run again it changes nothing. */
export async function fillNameKeys(): Promise<number> {
  for (let filled = 0; ; ) {
    const rows = await db().$queryRaw<{ id: string; name: string }[]>`
      SELECT id::text, name FROM person
      WHERE deleted_at IS NULL AND (name_key IS NULL OR NOT starts_with(name_key, ${PRESENT_RULE}))
      LIMIT ${FILLED_AT_ONCE}`
    if (rows.length === 0) return filled
    const keys = rows.map(({ id, name }) => ({ id, name, key: nameKey(name) }))
    // A name that changed meanwhile has got its key with it.
    await db().$executeRaw`
      UPDATE person p SET name_key = r.key
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS r(id uuid, name text, key text)
      WHERE p.id = r.id AND p.name = r.name`
    filled += rows.length
  }
}
