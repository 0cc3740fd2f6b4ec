import 'server-only'
import type { Result } from '#lib/result.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { stopListReplies } from '#lib/review/outbox/list-replies-setting.server.ts'
import { type Visibility, visibilityActOf } from '#lib/review/person/visibility.ts'
import { writeVisibility } from '#lib/review/proposal/write-visibility.server.ts'
import { lockProposal, mayAct, RoleRefused, roleAct } from './role-act.server.ts'
import type { Bringer, RoleFailure } from './roles.ts'
import { settle } from './settle.server.ts'

/**
 * Who may know of a proposal. Twice is once; false: it was so.
 *
 * What was read, mailed or fetched before cannot be taken back, and the page says so. An embargo also ends that comments
 * follow their threads to the list: those of its time would leave for it on the day on which it is over.
 */
export function setVisibility(
  bringer: Bringer,
  { slug, visibility }: { readonly slug: string; readonly visibility: Visibility },
  now = new Date(),
): Promise<Result<boolean, RoleFailure>> {
  return roleAct(bringer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, bringer, slug)
    const { state } = await tx.proposal.findUniqueOrThrow({
      where: { id: proposalId },
      select: { state: true },
    })
    if (!(await mayAct(tx, bringer, visibilityActOf(state), proposalId)))
      throw new RoleRefused('not-yours-to-hide')
    if (!(await writeVisibility(tx, proposalId, visibility))) return false
    const isStopped =
      visibility === 'embargoed' && (await stopListReplies(tx, proposalId, { by: actor, at: now }))
    await recordEvents(tx, [
      { proposalId, actor, kind: 'visibility-set', subject: { visibility } },
      ...(isStopped ? [{ proposalId, actor, kind: 'list-replies-off', subject: {} } as const] : []),
    ])
    await noteAudit({ kind: 'visibility-set', actor, proposalId, detail: { visibility } }, tx)
    // Whom it is hidden from by now has no turn in it.
    await settle(tx, { proposalId, actor, now })
    return true
  })
}
