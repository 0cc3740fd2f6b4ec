import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Replacement, SuggestionState } from './suggestion.ts'

/** The one writer of suggestions, in the caller's transaction. */
export type SuggestionRow = Replacement & {
  readonly commentId: string
  readonly revisionId: string
  /** Who wrote the comment. */
  readonly author: string
}

/** Behind their comments. Leaves `app.actor` at the last author, as writers of sets do. */
export async function insertSuggestions(tx: Transaction, rows: readonly SuggestionRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.$executeRaw`
    INSERT INTO suggestion (comment_id, revision_id, block_key, writeup, source_start, source_end, old_text, new_text)
    SELECT "commentId", CASE WHEN set_config('app.actor', author::text, true) <> '' THEN "revisionId" END, "blockKey", writeup,
           start, "end", old, replacement
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r("commentId" uuid, "revisionId" uuid, author uuid, "blockKey" text, writeup text, start int, "end" int, old text,
           replacement text)`
}

export type Decision = {
  readonly commentId: string
  readonly from: readonly SuggestionState[]
  readonly to: 'accepted' | 'declined'
  readonly by: string
  readonly at: Date
  /** Of one that is put into a later text by hand. */
  readonly hand?: (Replacement & { readonly revisionId: string }) | null
  /** The text of this revision says it already. */
  readonly appliedIn?: string | null
}

/** False: somebody was faster. */
export async function decideOn(tx: Transaction, decision: Decision): Promise<boolean> {
  const { commentId, from, to, by, at, hand = null, appliedIn = null } = decision
  const { count } = await tx.suggestion.updateMany({
    where: { commentId, state: { in: [...from] }, appliedIn: null },
    data: {
      ...{ state: to, decidedBy: by, decidedAt: at, appliedIn },
      ...{ handRevision: hand?.revisionId ?? null, handBlock: hand?.blockKey ?? null },
      ...{ handWriteup: hand?.writeup ?? null, handStart: hand?.start ?? null, handEnd: hand?.end ?? null },
      ...{ handOld: hand?.old ?? null, handNew: hand?.replacement ?? null },
    },
  })
  return count > 0
}

/** That a revision has it: of those that were accepted and are in none yet. */
export async function setInText(
  tx: Transaction,
  commentIds: readonly string[],
  revisionId: string,
): Promise<number> {
  if (commentIds.length === 0) return 0
  const { count } = await tx.suggestion.updateMany({
    where: { commentId: { in: [...commentIds] }, state: 'accepted', appliedIn: null },
    data: { appliedIn: revisionId },
  })
  return count
}
