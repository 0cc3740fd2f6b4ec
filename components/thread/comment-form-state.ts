import type { CommentPreview } from '#lib/review/export/comment-preview.ts'

/**
 * What a comment form shows after a try. `typed` is always what the person wrote: a failure loses nothing.
 * `done` comes only where JavaScript runs; without it the answer is a redirect to the comment.
 */
export type CommentFormState = {
  readonly typed: string
  /** For the next try; a new one after a success, or when the old one was used up. */
  readonly clientKey: string
  readonly error: string | null
  readonly preview: CommentPreview | null
  /** Another text that took this one's place meanwhile, and its version. */
  readonly theirs: { readonly body: string; readonly lockVersion: number } | null
  readonly done: { readonly thread: number; readonly comment: number } | null
}

export type CommentAction = (state: CommentFormState, form: FormData) => Promise<CommentFormState>
