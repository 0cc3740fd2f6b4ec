import type { z } from 'zod'
import { answerButton, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { besideHtml } from '#components/thread/suggestion-list-html.ts'
import { err } from '#lib/result.ts'
import { acceptSuggestion, declineSuggestion } from '#lib/review/acts/decide-suggestion.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { suggestionAt } from '#lib/review/suggestion/read-suggestions.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { SuggestionInput } from '#lib/review/thread/thread-input.ts'

type Input = z.infer<typeof SuggestionInput>

const DECIDE = {
  schema: SuggestionInput,
  what: 'comment',
  said: ({ act }: Input) =>
    act.wish === 'accept'
      ? 'The suggestion is accepted, and kept until a revision has it.'
      : 'The suggestion is declined.',
  again: async (viewer: Viewer, { slug, act, words }: Input, error: string) => {
    if (words === undefined) return null
    const shown = await suggestionAt(viewer, { slug, ...act })
    return shown && besideHtml(shown, { typed: words, error })
  },
} as const

/** An author accepts or declines a suggestion; or accepts it in words of their own, where the text moved on. */
export function POST(request: Request, params: Params): Promise<Response> {
  return answerButton(request, params, DECIDE, async (viewer, input) => {
    const { slug, act, revision, there, words } = input
    const ids = await idsAt(viewer, { slug, ...act })
    if (!ids) return err({ kind: 'no-such-thread' })
    if (act.wish === 'decline') return declineSuggestion(viewer, ids.comment)
    const isByHand = revision !== undefined && there !== undefined && words !== undefined
    return acceptSuggestion(viewer, ids.comment, isByHand ? { revision, there, words } : null)
  })
}

export const GET = toProposal
