import type { CommentForMail } from './thread-for-mail.ts'

/** Comments by whom they answer. A deleted one that nothing answers is left out, and so is what it answered alone. */
export function replyTree(comments: readonly CommentForMail[]): {
  roots: CommentForMail[]
  replies: Map<string, CommentForMail[]>
} {
  const known = new Set(comments.map(({ id }) => id))
  const parentOf = ({ parentId }: CommentForMail) =>
    parentId !== null && known.has(parentId) ? parentId : null
  const waiting = new Map<string, number>()
  for (const comment of comments) {
    const parent = parentOf(comment)
    if (parent !== null) waiting.set(parent, (waiting.get(parent) ?? 0) + 1)
  }
  const byId = new Map(comments.map((comment) => [comment.id, comment]))
  const dropped = new Set<string>()
  for (const comment of comments) {
    let at: CommentForMail | undefined = comment
    while (at?.isDeleted && !dropped.has(at.id) && (waiting.get(at.id) ?? 0) === 0) {
      dropped.add(at.id)
      const parent = parentOf(at)
      if (parent !== null) waiting.set(parent, (waiting.get(parent) ?? 0) - 1)
      at = parent === null ? undefined : byId.get(parent)
    }
  }
  const roots: CommentForMail[] = []
  const replies = new Map<string, CommentForMail[]>()
  for (const comment of comments) {
    if (dropped.has(comment.id)) continue
    const parent = parentOf(comment)
    if (parent === null) roots.push(comment)
    else {
      const siblings = replies.get(parent)
      if (siblings) siblings.push(comment)
      else replies.set(parent, [comment])
    }
  }
  return { roots, replies }
}
