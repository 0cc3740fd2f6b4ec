import 'server-only'
import { writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { looksLike, setName } from '#lib/review/person/write-persons.server.ts'
import { nameFailure } from './sign-in.server.ts'
import { withinLimit } from './tries.server.ts'

export type RenameFailure = 'signed-out' | 'name-of-account' | 'name-of-mail' | 'too-many'

const DAY_MS = 24 * 3600 * 1000
/** Who changes it more often wants to be mistaken. */
const RENAMES_A_DAY = 5

/** What was published, mailed and logged keeps the name it had. @param name as NameInput leaves it */
export async function rename(viewer: Viewer, name: string): Promise<Result<null, RenameFailure>> {
  if (!viewer) return err('signed-out')
  const { personId } = viewer
  if (name === viewer.name) return ok(null)
  if (!(await withinLimit(`rename:${personId}`, RENAMES_A_DAY, DAY_MS))) return err('too-many')
  return writeAs(personId, async (tx) => {
    const like = await looksLike(tx, name, [personId])
    if (like) return err(nameFailure(like))
    if (!(await setName(tx, personId, name))) return err('signed-out')
    await tx.authUser.updateMany({ where: { personId }, data: { name } })
    return ok(null)
  })
}
