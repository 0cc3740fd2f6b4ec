import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import { sourcesOf } from '#lib/review/suggestion/read-suggestions.server.ts'
import { suggestOn } from '#lib/review/suggestion/suggest-on.ts'
import type { Replacement } from '#lib/review/suggestion/suggestion.ts'
import { readSuggestion } from '#lib/review/suggestion/suggestion-lines.ts'
import type { SuggestionRow } from '#lib/review/suggestion/write-suggestions.server.ts'
import type { CommentRow, ThreadRow } from '#lib/review/thread/write-threads.server.ts'

export type Suggesting = CommentRow & {
  /** Made in its form; left out: its last lines may say one. */
  readonly suggestion?: (Replacement & { readonly revisionId: string }) | null
}

/**
 * The suggestions of comments that are about to be written: made in their form, or said in the last lines of their words, in a
 * mail and on the page alike. Lines that replace nothing in the passage of their thread stay words.
 */
export async function suggestionsIn<Comment extends Suggesting>(
  tx: Transaction,
  threads: readonly ThreadRow[],
  comments: readonly Comment[],
): Promise<{ readonly comments: readonly Comment[]; readonly suggestions: readonly SuggestionRow[] }> {
  const suggestions: SuggestionRow[] = []
  const written: Comment[] = []
  for (const comment of comments) {
    const { id: commentId, author, body, isDeleted } = comment
    if (comment.suggestion) {
      suggestions.push({ ...comment.suggestion, commentId, author })
      written.push(comment)
      continue
    }
    const said = isDeleted ? null : readSuggestion(body, comment.origin === 'mail')
    const made = said && (await madeOf(tx, threads, comment, said.suggestion))
    if (said && made) suggestions.push({ ...made, commentId, author })
    written.push(said && made ? { ...comment, body: said.words } : comment)
  }
  return { comments: written, suggestions }
}

async function madeOf(
  tx: Transaction,
  threads: readonly ThreadRow[],
  { threadId }: CommentRow,
  said: { readonly old: string; readonly replacement: string },
): Promise<Omit<SuggestionRow, 'commentId' | 'author'> | null> {
  const opened = threads.find(({ id }) => id === threadId)
  const at = opened
    ? { ...opened.selector, revisionId: opened.revisionId, about: opened.about ?? 'passage' }
    : await tx.anchor.findUnique({
        where: { threadId },
        select: { revisionId: true, blockKey: true, textStart: true, textEnd: true, about: true },
      })
  // A whole write-up and a step of a run hang on a passage that they are not about.
  if (at?.about !== 'passage') return null
  const sources = at && (await sourcesOf(at.revisionId))
  if (!at || !sources) return null
  const pointed =
    'key' in at
      ? { blockKey: at.key, start: at.start, end: at.end }
      : { blockKey: at.blockKey, start: at.textStart, end: at.textEnd }
  const made = suggestOn(sources, pointed, said)
  return made.ok ? { ...made.value, revisionId: at.revisionId } : null
}
