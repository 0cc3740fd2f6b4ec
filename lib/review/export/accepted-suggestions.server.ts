import 'server-only'
import { displayNameOf } from '#lib/mail/message/address.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { site } from '#lib/review/proposal/address.ts'
import { bundleOf, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { type Applied, applySuggestions } from '#lib/review/suggestion/apply-suggestions.ts'
import type { SuggestionList, SuggestionListed } from '#lib/review/suggestion/listed.ts'
import { suggestionsOf } from '#lib/review/suggestion/read-suggestions.server.ts'
import { suggestionState, WHY_WORDS } from '#lib/review/suggestion/shown.ts'
import { NO_WORDS } from '#lib/review/suggestion/suggestion.ts'
import { withSuggestion } from '#lib/review/suggestion/suggestion-lines.ts'
import { senderOf } from './mail-sender.ts'
import { suggestionPatch } from './suggestion-patch.ts'

/** The suggestions of a proposal, with what authors accepted and no revision has yet as they go on from it. */
export type KeptSuggestions = {
  readonly list: SuggestionList
  /** Of who suggested it, by the id of the comment. */
  readonly trailers: ReadonlyMap<string, string>
  /** Of those that were accepted and are not in `patch`, by the id of the comment. */
  readonly refused: ReadonlyMap<string, Applied['refused'][number]['why']>
  /** For `git apply`: all that fit the newest files. Empty: nothing fits, or those files cannot be read. */
  readonly patch: string
}

/** Null: no such proposal for this viewer. A job of the helper process. */
export async function keptSuggestions(viewer: Viewer, slug: string): Promise<KeptSuggestions | null> {
  const found = await suggestionsOf(viewer, slug)
  if (!found) return null
  const { list, accepted } = found
  try {
    const { files, cover } = await bundleOf(list.newestId)
    const made = applySuggestions(files, accepted)
    const trailers = new Map(list.entries.map((entry) => [entry.id, suggestedBy(entry, cover.mailDomain)]))
    const said = [...new Set(made.applied.flatMap(({ id }) => trailers.get(id) ?? []))]
    return {
      ...{ list, trailers, refused: new Map(made.refused.map(({ id, why }) => [id, why])) },
      patch: suggestionPatch(`Accepted suggestions on ${slug} v${list.newest}`, said, files, made.files),
    }
  } catch (error) {
    if (error instanceof UnreadableRevision)
      return { list, trailers: new Map(), refused: new Map(), patch: '' }
    throw error
  }
}

/** `Suggested-by: Name <address>`, under the address of their mails. */
export function suggestedBy({ by }: Pick<SuggestionListed, 'by'>, mailDomain: string): string {
  const box = senderOf(by, mailDomain)
  return `Suggested-by: ${displayNameOf(box)} <${box.address}>`
}

/** All of them as text. */
export function suggestionsText(
  { list, trailers, refused }: KeptSuggestions,
  hrefOf: (path: string) => string,
): string {
  const entries = list.entries.map((entry) => {
    const { id, thread, comment, old, replacement, state } = entry
    const why = refused.get(id)
    return [
      `#${thread}.${comment}  ${cleanLine(`${suggestionState(entry)}, by ${entry.by.name}`)}, on v${entry.revision}`,
      `  ${hrefOf(site.comment({ slug: list.slug, thread, comment }))}`,
      ...withSuggestion(NO_WORDS, { old, replacement })
        .split('\n')
        .map((line) => `  ${line}`),
      ...(state === 'accepted' && entry.inText === null ? [`  ${trailers.get(id) ?? ''}`] : []),
      ...(why === undefined ? [] : [`  ${WHY_WORDS[why]}`]),
      '',
    ].join('\n')
  })
  const head = `Suggestions for ${cleanLine(list.title)}, held against v${list.newest}`
  return `${[head, '', ...(entries.length > 0 ? entries : ['There are none.', ''])].join('\n')}`
}
