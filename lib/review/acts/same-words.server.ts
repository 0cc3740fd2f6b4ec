import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import { readSuggestion } from '#lib/review/suggestion/suggestion-lines.ts'
import type { ThreadKind, ThreadState } from '#lib/review/thread/state.ts'
import { wholeOf } from '#lib/review/thread/whole.ts'
import type { StepSeen } from '#lib/simulation/step-shown.ts'
import type { Place } from './act.server.ts'

/**
 * Words that somebody said a second time at the same place. The key of a draft tells a second send of one form; a form
 * that the server wrote anew (Back after a lost answer, another tab, without scripts) has another key, and then only the
 * words can tell. Nobody says the same at the same place twice within a day and means two comments; what was deleted or
 * edited meanwhile has other words, and does not count.
 */
const A_DAY_MS = 24 * 60 * 60_000

type Row = { slug: string; thread: number; comment: number }

/** As the first comment of a thread of this kind on this block, or on these words of it. */
export async function sameWordsOn(
  tx: Transaction,
  author: string,
  said: {
    readonly slug: string
    readonly revision: number
    readonly blockKey: string
    /** Of the quoted words in the block; none: all of it. */
    readonly start?: number | undefined
    readonly end?: number | undefined
    readonly body: string
    readonly kind?: ThreadKind | undefined
    readonly step?: StepSeen | undefined
    readonly suggestion?: string | undefined
  },
  now: Date,
): Promise<Place | null> {
  const since = new Date(now.getTime() - A_DAY_MS)
  const read = said.suggestion === undefined ? readSuggestion(said.body) : null
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT proposal.slug, thread.number AS thread, comment.seq AS comment
    FROM comment
    JOIN thread ON thread.id = comment.thread_id
    LEFT JOIN suggestion ON suggestion.comment_id = comment.id
    JOIN anchor ON anchor.thread_id = thread.id
    JOIN revision ON revision.id = anchor.revision_id
    JOIN block ON block.revision_id = anchor.revision_id AND block.block_key = anchor.block_key
    JOIN proposal ON proposal.id = thread.proposal_id
    WHERE comment.author_id = ${author}::uuid AND comment.created_at > ${since} AND comment.redacted_at IS NULL
      AND comment.origin = 'web' AND comment.seq = 1
      AND (comment.body = ${said.body} AND suggestion.new_text IS NOT DISTINCT FROM ${said.suggestion?.trim() ?? null}::text
           OR comment.body = ${read?.words ?? null}::text AND suggestion.new_text = ${read?.suggestion.replacement.trim() ?? null}::text)
      AND proposal.slug = ${said.slug} AND revision.number = ${said.revision} AND CASE anchor.about WHEN 'whole' THEN ${wholeOf('')} || block.writeup ELSE anchor.block_key END = ${said.blockKey}
      AND (anchor.step->>'variant') IS NOT DISTINCT FROM ${said.step?.variant ?? null}::text
      AND (anchor.step->>'schedule') IS NOT DISTINCT FROM ${said.step?.schedule ?? null}::text
      AND (anchor.step->>'storeBuffers') IS NOT DISTINCT FROM ${said.step?.storeBuffers?.toString() ?? null}::text
      AND anchor.text_start = coalesce(${said.start ?? null}::int, 0)
      AND anchor.text_end = coalesce(${said.end ?? null}::int, block.text_end - block.text_start)
      AND thread.kind = ${said.kind ?? 'note'}::thread_kind
    ORDER BY comment.created_at LIMIT 1`
  return row ?? null
}

/** As an answer to this comment. */
export async function sameWordsTo(
  tx: Transaction,
  author: string,
  said: { readonly commentId: string; readonly body: string },
  now: Date,
): Promise<Place | null> {
  const since = new Date(now.getTime() - A_DAY_MS)
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT proposal.slug, thread.number AS thread, comment.seq AS comment
    FROM comment
    JOIN thread ON thread.id = comment.thread_id
    JOIN proposal ON proposal.id = thread.proposal_id
    WHERE comment.author_id = ${author}::uuid AND comment.created_at > ${since} AND comment.redacted_at IS NULL
      AND comment.origin = 'web' AND comment.parent_id = ${said.commentId}::uuid AND comment.body = ${said.body}
    ORDER BY comment.created_at LIMIT 1`
  return row ?? null
}

/** In a thread that is where an act with these words led. */
export async function sameWordsThen(
  tx: Transaction,
  author: string,
  said: { readonly threadId: string; readonly body: string; readonly to: ThreadState | undefined },
  now: Date,
): Promise<Place | null> {
  if (said.to === undefined) return null
  const since = new Date(now.getTime() - A_DAY_MS)
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT proposal.slug, thread.number AS thread, comment.seq AS comment
    FROM comment
    JOIN thread ON thread.id = comment.thread_id
    JOIN proposal ON proposal.id = thread.proposal_id
    WHERE comment.author_id = ${author}::uuid AND comment.created_at > ${since} AND comment.redacted_at IS NULL
      AND comment.origin = 'web' AND thread.id = ${said.threadId}::uuid AND comment.body = ${said.body}
      AND thread.state = ${said.to}::thread_state
    ORDER BY comment.created_at DESC LIMIT 1`
  return row ?? null
}
