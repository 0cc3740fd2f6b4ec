import 'server-only'
import type { Viewer } from '#lib/review/person/permission.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { SuggestionShown } from '#lib/review/suggestion/shown.ts'
import { findThreadPart } from '#lib/review/thread/read-threads.server.ts'
import type { ThreadShown } from '#lib/review/thread/thread.ts'

const quoted = ({ exact, wholeOf, step }: ThreadShown['anchor']) =>
  wholeOf === undefined ? (step?.words ?? exact) : ''

/** Nothing of what is about a passage, as ever. */
function aboutIn({ wholeOf, step }: ThreadShown['anchor']): object {
  if (wholeOf !== undefined) return { whole: wholeOf === 'cover' ? 'proposal' : wholeOf }
  return step === undefined ? {} : { step: { words: step.words, state: step.state, link: step.fragment } }
}

const jsonOf = ({ acts: _acts, ...suggestion }: SuggestionShown) => suggestion

/**
 * A part of a thread as programs read it: the one that has the comment `at`, the first without it. Null: there is no such
 * thread for this viewer.
 */
export async function threadAsJson(
  viewer: Viewer,
  slug: string,
  number: number,
  at: number | null,
): Promise<object | null> {
  const found = await findThreadPart(viewer, slug, number, at)
  if (!found) return null
  const { thread, part, parts } = found
  const seqOf = new Map(thread.comments.map(({ id, seq }) => [id, seq]))
  const next = parts[part + 1]
  const { kind, state, openedBy, resolved, locked, anchor } = thread
  return {
    ...{ slug, number, kind, state, url: site.thread(slug, number) },
    openedBy: { id: openedBy.id, name: openedBy.name, roles: openedBy.roles },
    ...{ resolved, locked },
    about: { revision: anchor.revision, block: anchor.blockKey, quote: quoted(anchor), ...aboutIn(anchor) },
    comments: thread.comments.map((comment) => ({
      number: comment.seq,
      answers: comment.answersElsewhere ?? (comment.parentId ? (seqOf.get(comment.parentId) ?? null) : null),
      author: { id: comment.author.id, name: comment.author.name, roles: comment.author.roles },
      ...{ at: comment.at, editedAt: comment.editedAt, deleted: comment.deleted, body: comment.body },
      suggestion: comment.suggestion ? jsonOf(comment.suggestion) : null,
      mail: comment.mail && {
        messageId: comment.mail.messageId,
        proof: comment.mail.proof,
        trailers: comment.mail.trailers,
      },
      url: site.comment({ slug, thread: number, comment: comment.seq }),
    })),
    allComments: found.comments,
    next: next ? site.threadAsJson(slug, number, { at: next.from }) : null,
  }
}
