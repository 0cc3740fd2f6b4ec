import { unreachable } from '#lib/result.ts'

/** What pages show of mail that came in: plain data, made by `queue.server.ts` and `find-message.server.ts`. */
export type QueuedMail = {
  readonly id: string
  readonly status: string
  readonly messageId: string
  readonly source: string
  readonly flags: readonly string[]
  /** `sender`, `list` or `none`. */
  readonly proof: string
  readonly proofDetail: string
  readonly from: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly sentAt: string | null
  /** Minutes east of UTC, as its sender wrote the date; null where that is not known. */
  readonly sentZone: number | null
  readonly receivedAt: string
  /** Of the proposal that it is about; null when that is not known. */
  readonly slug: string | null
  readonly title: string | null
  readonly revision: number | null
  readonly broughtBy: string | null
  readonly decidedBy: string | null
  readonly decision: string
}

export type ShownMail = QueuedMail & {
  /** Decoded, without anything invisible; empty when it could not be read. */
  readonly text: string
  /** Headers and body as they came, cut after 200 KB. */
  readonly raw: string
  readonly attachments: readonly string[]
}

/** A part of a revision with its passages, for choosing one. */
export type PlacePart = {
  readonly slug: string
  readonly revision: number
  readonly part: number
  readonly title: string
  readonly blocks: readonly { readonly key: string; readonly words: string }[]
}

/** What came of a decision about many. */
export type ManyDecided = {
  readonly done: readonly { readonly id: string; readonly subject: string }[]
  readonly failed: readonly { readonly id: string; readonly why: string }[]
  /** Chosen beyond what is decided at once. */
  readonly left: number
}

export type QueueFailure =
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'no-such-mail' }
  | { readonly kind: 'no-such-place' }
  | { readonly kind: 'no-reason' }
  | { readonly kind: 'decided-meanwhile' }
  | { readonly kind: 'thread-locked' }
  | { readonly kind: 'nowhere'; readonly flags: readonly string[] }

export function describeQueueFailure(failure: QueueFailure): string {
  switch (failure.kind) {
    case 'signed-out':
      return 'You are not signed in any more. Sign in, then try again.'
    case 'forbidden':
      return 'You have no role in that proposal.'
    case 'no-such-mail':
      return 'There is no such mail, or you have no role in what it is about.'
    case 'no-such-place':
      return 'There is no such place. Choose a revision, a part and a passage of it.'
    case 'no-reason':
      return 'Say in a few words why the mail is dropped: others will ask.'
    case 'decided-meanwhile':
      return 'Somebody decided about this mail meanwhile.'
    case 'thread-locked':
      return 'The thread that it answers is locked: only a maintainer lets mail in there.'
    case 'nowhere':
      return 'The mail finds no place by itself: choose one below, or drop it.'
    default:
      return unreachable(failure)
  }
}
