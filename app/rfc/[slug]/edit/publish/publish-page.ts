import type { PublishShown } from '#components/draft/publish-html.ts'
import { copyAccess } from '#lib/review/copy/read-copies.server.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/** Null: there is nothing of the viewer's to publish. */
export async function publishPageOf(
  viewer: Viewer,
  slug: string,
  typed: Partial<Omit<PublishShown, 'slug' | 'look' | 'number'>>,
  { claims }: { readonly claims: boolean },
): Promise<PublishShown | null> {
  const access = await copyAccess(viewer, slug)
  if (access.kind !== 'edit') return null
  const look = await (claims ? heavy.checkCopy(viewer, slug) : heavy.lookAtCopy(viewer, slug))
  if (!look) return null
  const number = access.head.baseRevision + 1
  const changelog = typed.changelog ?? (number > 1 ? await heavy.changelogOf(viewer, slug) : '')
  return {
    ...{ slug, look, number, changelog, error: null },
    ...{ isUnfinishedMeant: false, visibility: 'public' },
    ...typed,
  }
}
