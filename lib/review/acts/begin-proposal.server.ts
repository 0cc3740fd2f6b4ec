import 'server-only'
import { randomBytes } from 'node:crypto'
import { refusedBy, type Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import type { CopyFailure } from '#lib/review/copy/copy-failure.ts'
import { insertCopy, type NewFile } from '#lib/review/copy/write-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { beginProposal as begun, type NewProposal } from '#lib/writeup/bundle/new-bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { templateFiles } from '#lib/writeup/bundle/template.server.ts'
import { keepMade, madeWith, oneAtATime } from './act.server.ts'
import { CopyRefused, copyAct } from './copy-act.server.ts'

/** Of one person, that are no proposals yet. */
const MOST_BEGUN = 50

/**
 * Begins a proposal from the template: it is its maker's alone until they publish it. The same form sent twice begins one.
 * The name is made of the title; a name that is taken, by whatever it is, gets a number.
 */
export function beginProposal(
  viewer: Viewer,
  proposal: NewProposal & { readonly clientKey: string },
  now = new Date(),
): Promise<Result<{ readonly slug: string }, CopyFailure>> {
  return copyAct(viewer, async (tx, madeBy) => {
    const { clientKey, ...fields } = proposal
    await oneAtATime(tx, madeBy)
    const { title, area, authors, to, questionnaire } = fields
    const wish = [title, area, ...authors, '', ...to, questionnaire]
    const key = { key: clientKey, personId: madeBy, kind: 'begin-proposal', wish } as const
    const known = await madeWith(tx, key)
    if (known === 'other') throw new CopyRefused({ kind: 'key-used' })
    if (known) return { slug: await slugOfCopy(tx, known.id) }
    const bundle = begun(fields, await templateFiles(), await instanceQuestionnaires(), {
      date: `${now.toISOString().slice(0, 19)}Z`,
      hex: randomBytes(4).toString('hex'),
    })
    if (!bundle.ok) throw new CopyRefused({ kind: 'fields', problems: bundle.error })
    await mustHaveRoom(tx, madeBy)
    const slug = await freeSlug(tx, bundle.value.slug)
    const copy = { slug, proposalId: null, madeBy, baseRevision: 0, files: bundle.value.files, at: now }
    const id = await insertOrRefuse(tx, copy)
    await keepMade(tx, key, id)
    return { slug }
  })
}

type NewCopy = Parameters<typeof insertCopy>[1]

export async function insertOrRefuse(tx: Transaction, copy: NewCopy): Promise<string> {
  try {
    return await insertCopy(tx, copy)
  } catch (error) {
    if (refusedBy(error) === 'working_copy_slug_is_taken') throw new CopyRefused({ kind: 'name-taken' })
    throw error
  }
}

/** How many somebody may have begun without publishing. */
export async function mustHaveRoom(tx: Transaction, madeBy: string): Promise<void> {
  const begun = await tx.workingCopy.count({ where: { madeBy, proposalId: null } })
  if (begun >= MOST_BEGUN) throw new CopyRefused({ kind: 'too-many-copies' })
}

/** Sent again after it was deleted or published: its page says what is there. */
async function slugOfCopy(tx: Transaction, id: string): Promise<string> {
  const row = await tx.workingCopy.findUnique({ where: { id }, select: { slug: true } })
  if (!row) throw new CopyRefused({ kind: 'no-such-copy' })
  return row.slug
}

/** More than somebody would try; each is one look. */
const MOST_NUMBERS = 200

/** Names of proposals and of what others began alike, so that a number says of neither which it is. */
async function freeSlug(tx: Transaction, wanted: string): Promise<string> {
  for (let number = 1; number <= MOST_NUMBERS; number++) {
    const slug = number === 1 ? wanted : `${wanted}-${number}`
    if (await isFree(tx, slug)) return slug
  }
  return `${wanted}-${randomBytes(4).toString('hex')}`
}

export async function isFree(tx: Transaction, slug: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ taken: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM proposal WHERE slug = ${slug})
      OR EXISTS (SELECT 1 FROM working_copy WHERE slug = ${slug}) AS taken`
  return row?.taken === false
}

export type { NewFile }
