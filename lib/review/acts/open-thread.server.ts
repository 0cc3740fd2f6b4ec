import 'server-only'
import { randomUUID } from 'node:crypto'
import { makeSelector } from '#lib/anchor/selector.ts'
import { invariant, type Result } from '#lib/result.ts'
import { commentMessageId } from '#lib/review/comment/message-id.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { act, mustBeAllowed, type Place, Refused } from './act.server.ts'
import { writeDiscussion } from './write-discussion.server.ts'

export type NewThread = {
  readonly slug: string
  readonly revision: number
  readonly blockKey: string
  readonly body: string
  readonly clientKey: string
}

/** Opens a note on a whole block of a revision, with its first comment. */
export function openThread(
  viewer: Viewer,
  input: NewThread,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  const once = {
    key: input.clientKey,
    kind: 'open-thread',
    target: [input.slug, input.revision, input.blockKey],
    words: input.body,
  } as const
  return act(viewer, once, async (tx, author) => {
    const revision = await tx.revision.findFirst({
      where: { number: input.revision, proposal: { slug: input.slug } },
      select: { id: true, proposalId: true, plainText: true, textVersion: true, frontMatter: true },
    })
    if (!revision) throw new Refused({ kind: 'no-such-revision' })
    const { id: revisionId, proposalId } = revision
    await mustBeAllowed(tx, viewer, 'open-thread', proposalId)

    const block = await tx.block.findUnique({
      where: { revisionId_key: { revisionId, key: input.blockKey } },
      select: { key: true, textStart: true, textEnd: true },
    })
    if (!block) throw new Refused({ kind: 'block-gone', blockKey: input.blockKey })
    const pointed = makeSelector(
      {
        text: revision.plainText,
        textVersion: revision.textVersion,
        blocks: [{ key: block.key, start: block.textStart, end: block.textEnd }],
      },
      block.key,
    )
    invariant(pointed.ok, `block ${block.key} of revision ${revisionId} has text`)

    const [threadId, id] = [randomUUID(), randomUUID()]
    const thread = { id: threadId, proposalId, revisionId, author, at: now, selector: pointed.value }
    const comment = {
      ...{ id, proposalId, threadId, parentId: null, author, body: input.body, origin: 'web' as const },
      messageId: commentMessageId(id, revision.frontMatter, now),
      otherId: null,
      at: now,
      isDeleted: false,
      isFirst: true,
      mail: null,
    }
    const written = await writeDiscussion(
      tx,
      [{ ...thread, kind: 'note', state: 'open', clearCondition: null }],
      [comment],
    )
    const place = written.get(id)
    invariant(place, 'what was written has a place')
    return { slug: input.slug, thread: place.thread, comment: place.seq }
  })
}
