import 'server-only'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import type { Problem } from '#lib/writeup/parse/problem.ts'
import { filesOf } from './open-bundle.server.ts'

/**
 * What the rules of this version would refuse of a published revision, for those who write the next one: that has to obey
 * them. The row of a revision has what was known when its parse was stored; rules and questionnaires that came later are
 * asked here. None for anybody else, and none where all is well.
 *
 * Not asked is mermaid, which takes a second to load and would be loaded into what serves pages: of a diagram that it
 * cannot read say so the page, where it should stand, and `coherent check-stored`.
 */
export async function newerRulesOn(
  viewer: Viewer,
  { revisionId, proposalId }: { readonly revisionId: string; readonly proposalId: string },
): Promise<readonly Problem[]> {
  if (!viewer) return [] // most readers: nothing is asked
  if (!can(viewer, 'see-newer-rules', await standingIn(viewer, proposalId))) return []
  const known = asked.get(revisionId)
  if (known) return known
  const [files, questionnaires] = await Promise.all([filesOf(revisionId), instanceQuestionnaires()])
  const parsed = parseBundle(files, questionnaires)
  const problems = parsed.ok ? [] : parsed.error
  // Neither the files nor this process' rules change.
  if (asked.size >= KEPT) asked.clear()
  asked.set(revisionId, problems)
  return problems
}

const asked = new Map<string, readonly Problem[]>()
const KEPT = 500
