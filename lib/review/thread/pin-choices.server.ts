import 'server-only'
import { db } from '#lib/db.server.ts'
import { can, type Relation, type Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'

/** A thread that the viewer may place by hand, and where: in the newest revision, which is a later one than its own. */
export type Pinning = { readonly newest: number; readonly revisionId: string }

/** Null: there is no such thread, it was opened there, or it is not the viewer's to place. */
export async function pinningOf(viewer: Viewer, slug: string, number: number): Promise<Pinning | null> {
  if (!viewer || !isSlug(slug)) return null
  const thread = await db().thread.findFirst({
    where: { number, proposal: { slug, ...readableBy(viewer) } },
    select: { proposalId: true, openedBy: true, openedOn: true, anchor: { select: { about: true } } },
  })
  if (!thread || thread.anchor?.about === 'whole') return null
  const relations: Relation[] = thread.openedBy === viewer.personId ? ['opener'] : []
  if (!can(viewer, 'pin-thread', await standingIn(viewer, thread.proposalId, relations))) return null
  const newest = await db().revision.findFirst({
    where: { proposalId: thread.proposalId, proposal: readableBy(viewer) },
    orderBy: { number: 'desc' },
    select: { id: true, number: true },
  })
  return newest && newest.id !== thread.openedOn ? { newest: newest.number, revisionId: newest.id } : null
}

/** The newest revision, for who names a place without having looked; null: there is no such thread for this viewer. */
export async function newestPlace(
  viewer: Viewer,
  slug: string,
  number: number,
): Promise<{ readonly revision: number } | null> {
  const newest = await db().revision.findFirst({
    where: { proposal: { slug, ...readableBy(viewer), threads: { some: { number } } } },
    orderBy: { number: 'desc' },
    select: { number: true },
  })
  return newest && { revision: newest.number }
}

/** A passage to choose: the document it is in, and its first words. */
export type PinChoice = { readonly key: string; readonly writeup: string; readonly words: string }

/** Of a revision that `pinningOf` named. In the order of the text. */
export async function pinChoices({ revisionId }: Pinning): Promise<readonly PinChoice[]> {
  const { plainText, blocks } = await db().revision.findUniqueOrThrow({
    where: { id: revisionId },
    select: {
      plainText: true,
      blocks: {
        orderBy: { ord: 'asc' },
        take: MOST_CHOICES,
        select: { key: true, writeup: true, textStart: true, textEnd: true },
      },
    },
  })
  return blocks.map(({ key, writeup, textStart, textEnd }) => ({
    ...{ key, writeup },
    words: plainText.slice(textStart, Math.min(textEnd, textStart + SHOWN_OF_A_PASSAGE)),
  }))
}

/** Characters of each: enough to know a passage by. */
const SHOWN_OF_A_PASSAGE = 80
/** A list that is longer is nothing to choose from; by selecting every passage can be pointed at. */
const MOST_CHOICES = 3000
