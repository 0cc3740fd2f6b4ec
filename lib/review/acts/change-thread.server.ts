import 'server-only'
import { type Result, unreachable } from '#lib/result.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import type { Relation, Viewer } from '#lib/review/person/permission.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { refusalOf, THREAD_ACTS, type ThreadAct } from '#lib/review/thread/state.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { setThreadState } from '#lib/review/thread/write-threads.server.ts'
import { act, type Place, Refused } from './act.server.ts'

const TOLD = { resolve: 'thread-resolved', reopen: 'thread-reopened' } as const satisfies Record<
  ThreadAct,
  string
>

/** What the table of `thread/state.ts` allows: resolves a thread, opens it again. Twice is once. */
export function changeThread(
  viewer: Viewer,
  threadId: string,
  wish: ThreadAct,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return act(viewer, null, async (tx, actor) => {
    const thread = await tx.thread.findUnique({
      where: { id: threadId },
      select: {
        number: true,
        kind: true,
        state: true,
        openedBy: true,
        proposalId: true,
        proposal: { select: { slug: true } },
      },
    })
    if (!thread) throw new Refused({ kind: 'no-such-thread' })
    const { proposalId, number } = thread
    const place = { slug: thread.proposal.slug, thread: number, comment: 1 }
    const relations: Relation[] = thread.openedBy === actor ? ['opener'] : []
    const refusal = refusalOf(wish, thread, viewer, await standingIn(viewer, proposalId, relations, tx))
    switch (refusal) {
      case 'forbidden':
      case 'other-kind':
      case 'other-state':
        throw new Refused({ kind: refusal })
      case 'done':
        return place
      case null: {
        const { from, to } = THREAD_ACTS[wish]
        if (await setThreadState(tx, { threadId, from, to, by: actor, at: now })) {
          await recordEvents(tx, [{ proposalId, actor, kind: TOLD[wish], subject: { thread: number } }])
        }
        return place
      }
      default:
        return unreachable(refusal)
    }
  })
}
