import 'server-only'
import { db } from '#lib/db.server.ts'
import { mixesAlphabets, namesAnAddress, officeIn } from './name-key.ts'

/**
 * What stands beside a name that looks like somebody else's, or like an office or an address, so that a reader can tell two
 * apart: the domain of a confirmed address, else since when there is an account, else that there is none. Here such names are
 * refused; mail brings them as they are, and they are shown as they came. Any other name has no mark.
 *
 * @param ids of people that are shown; who has no mark is not in the answer
 */
export async function marksOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const shown = [...new Set(ids)]
  if (shown.length === 0) return new Map()
  const rows = await db().$queryRaw<Row[]>`
    SELECT p.id::text, p.name, u.created_at AS since,
           (SELECT split_part(a.address, '@', 2) FROM person_address a
            WHERE a.person_id = p.id AND a.confirmed_at IS NOT NULL ORDER BY a.confirmed_at, a.address LIMIT 1) AS domain,
           u.id IS NOT NULL OR EXISTS (SELECT 1 FROM person_address a WHERE a.person_id = p.id)
             OR EXISTS (SELECT 1 FROM unproved_sender s WHERE s.person_id = p.id) AS "isSomebody",
           EXISTS (
             SELECT 1 FROM person o WHERE md5(o.name_key) = md5(p.name_key) AND o.id <> p.id
               AND o.merged_into IS NULL AND o.deleted_at IS NULL) AS "hasTwin"
    FROM person p LEFT JOIN auth_user u ON u.person_id = p.id
    WHERE p.id = ANY (${shown}::uuid[]) AND p.deleted_at IS NULL`
  return new Map(
    rows.flatMap(({ id, name, domain, since, hasTwin, isSomebody }) => {
      // The program itself acts under a name of its own.
      const says = isSomebody && saysMore(name)
      if (!hasTwin && !says) return []
      return [[id, domain ?? markWithout(since, says)]]
    }),
  )
}

type Row = {
  id: string
  name: string
  domain: string | null
  since: Date | null
  hasTwin: boolean
  /** Has an account or an address. */
  isSomebody: boolean
}

const markWithout = (since: Date | null, says: boolean) => {
  if (since !== null) return `account since ${since.toISOString().slice(0, 10)}`
  return says ? 'a name from mail, no account here' : 'no account here'
}

/** Whether a name says what only this program says beside names: an office, an address. Who has no name is called as their mail is. */
function saysMore(name: string): boolean {
  const known = said.get(name)
  if (known !== undefined) return known
  const isAddress = /^[^\s@]+@[^\s@]+$/.test(name)
  const says = officeIn(name) !== null || mixesAlphabets(name) || (!isAddress && namesAnAddress(name))
  if (said.size >= SAID_KEPT) said.clear()
  said.set(name, says)
  return says
}

/** The same few people write most of what is read. */
const said = new Map<string, boolean>()
const SAID_KEPT = 5000
