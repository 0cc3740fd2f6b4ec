/** Review drafts as their writer sees them: plain data, and the words for them. */
import { figure } from '#lib/figures.ts'
import { describeProposalFailure, type ProposalFailure } from '#lib/review/proposal/failure.ts'
import type { Carried } from '#lib/review/thread/port.ts'
import type { ThreadKind } from '#lib/review/thread/state.ts'
import { describeFailure, type ThreadFailure } from '#lib/review/thread/thread.ts'
import { type About, wholeWords } from '#lib/review/thread/whole.ts'

export type DraftShown = {
  readonly id: string
  readonly body: string
  readonly lockVersion: number
  readonly about:
    | {
        readonly what: 'passage'
        /** The revision that was read. */
        readonly revision: number
        readonly blockKey: string
        readonly writeup: string
        /** Of a step: what it says. */
        readonly exact: string
        readonly scope: About
        readonly kind: ThreadKind
        readonly clearsWhen: string
        /** Where it stands in the newest revision; null: it was read there. */
        readonly now: DraftPlace | null
      }
    | {
        readonly what: 'reply'
        readonly thread: number
        readonly comment: number
        readonly by: string
        /** The beginning of the answered words. */
        readonly words: string
      }
}

export type DraftPlace = Pick<Carried, 'state' | 'survival'> & {
  /** Null: the words are gone from that text. */
  readonly blockKey: string | null
  /** The words that stand there, cut. */
  readonly words: string
}

export type ReviewDrafts = {
  readonly slug: string
  readonly title: string
  readonly proposalId: string
  /** The newest revision. */
  readonly newest: number
  readonly drafts: readonly DraftShown[]
}

/** Whether the text that it is about is another one in the newest revision. */
export function isOnChangedText({ about }: DraftShown): boolean {
  return (
    about.what === 'passage' &&
    about.now !== null &&
    about.scope !== 'whole' &&
    about.now.state !== 'exact' &&
    about.now.state !== 'moved'
  )
}

/** `3 of your 7 drafts are on text that changed`; null: none is. */
export function changedWords(drafts: readonly DraftShown[], newest: number): string | null {
  const changed = drafts.filter(isOnChangedText).length
  if (changed === 0) return null
  return `${changed} of your ${figure(drafts.length, 'draft')} ${changed === 1 ? 'is' : 'are'} on text that changed in v${newest}`
}

/** How a draft is called where it is one of several: its number on the page, and what it is about. */
export function draftName({ about }: DraftShown, at: number): string {
  const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text).replace(/\s+/g, ' ')
  if (about.what === 'passage' && about.scope === 'whole')
    return `Draft ${at + 1}, ${wholeWords(about.writeup).toLowerCase()}`
  if (about.what === 'passage' && about.scope === 'step')
    return `Draft ${at + 1}, on ${shortened(about.exact).replace(/^S/, 's')} in ${about.writeup}`
  return about.what === 'passage'
    ? `Draft ${at + 1}, on “${shortened(about.exact)}” in ${about.writeup}`
    : `Draft ${at + 1}, a reply to ${about.by} in #${about.thread}`
}

/** Why a review was not published. Nothing of it was: each draft is there as it was. */
export type ReviewFailure =
  | { readonly kind: 'signed-out' | 'forbidden' | 'no-such-proposal' }
  | { readonly kind: 'no-drafts' | 'drafts-changed' | 'key-used' }
  | { readonly kind: 'draft'; readonly draft: string; readonly failure: ThreadFailure }
  | { readonly kind: 'stance'; readonly failure: ProposalFailure }

/** `drafts`: as they are now, to name the one that is in the way. */
export function describeReviewFailure(failure: ReviewFailure, drafts: readonly DraftShown[]): string {
  switch (failure.kind) {
    case 'signed-out':
    case 'forbidden':
    case 'no-such-proposal':
      return describeProposalFailure({ kind: failure.kind })
    case 'no-drafts':
      return 'There is no draft to publish. What you think of the whole alone is said on the page of the state.'
    case 'drafts-changed':
      return 'Your drafts changed since this page was loaded: in another tab, or by a send whose answer was lost. They are below as they are now; look, then publish again.'
    case 'key-used':
      return 'This form was sent before and asked for something else then: that was done, and nothing more, so a stance that you chose since was not taken. Look at your review as it is now, then publish again.'
    case 'stance':
      return `Your stance is in the way, and nothing was published. ${describeProposalFailure(failure.failure)}`
    case 'draft': {
      const at = drafts.findIndex(({ id }) => id === failure.draft)
      const draft = drafts[at]
      const named = draft ? draftName(draft, at) : 'A draft'
      return `${named}, is in the way, and nothing was published. ${describeFailure(failure.failure)}`
    }
  }
}
