import type { NewProblem } from '#lib/writeup/bundle/new-bundle.ts'
import { describeFileRefusal, type FileRefusal } from './copy-files.ts'

/** Both texts of a file that two people changed in the same lines; null: the file is gone there. */
export type TwoTexts = {
  readonly path: string
  readonly theirs: string | null
  /** Hash of `theirs`: what who decides between the two begins from. */
  readonly sha256: string | null
  /** Who saved theirs last. */
  readonly by: string
}

/** Why nothing was saved. Each has words for the form or the command that it came from. */
export type CopyFailure =
  | { readonly kind: 'signed-out' | 'no-such-copy' | 'forbidden' | 'stale' | 'too-many-copies' | 'key-used' }
  | { readonly kind: 'no-such-state' | 'name-taken' | 'bad-base' }
  | ({ readonly kind: 'conflict' } & TwoTexts)
  | { readonly kind: 'moved'; readonly files: readonly MovedFile[] }
  | { readonly kind: 'fields'; readonly problems: readonly NewProblem[] }
  | FileRefusal

/** A file that the server has in another text than what was pulled, and than what is pushed. */
export type MovedFile = {
  readonly path: string
  /** The text that the server has; null: the file is gone there. */
  readonly theirs: string | null
  /** Its hash, for the base of the next push. */
  readonly sha256: string | null
  /** What `diff3` makes of both; null: both changed the same lines, or the base is not kept any more. */
  readonly merged: string | null
}

export function describeCopyFailure(failure: CopyFailure): string {
  switch (failure.kind) {
    case 'signed-out':
      return 'You are not signed in any more. Sign in, then save again: your text is still here.'
    case 'no-such-copy':
      return 'There is no such draft.'
    case 'forbidden':
      return 'Its authors edit this proposal. A maintainer can make you one.'
    case 'stale':
      return 'Somebody saved meanwhile. Look at what is there now, and do it again if you still want it.'
    case 'too-many-copies':
      return 'You have begun fifty proposals that are not published. Publish or delete one first.'
    case 'key-used':
      return 'This form began another proposal before. Load the page again.'
    case 'no-such-state':
      return 'This state is not kept any more.'
    case 'name-taken':
      return 'The name is taken. Choose another one.'
    case 'bad-base':
      return 'What this began from is no hash of a text.'
    case 'conflict':
      return failure.theirs === null
        ? `${failure.by} deleted ${failure.path} meanwhile. Your text is below and in the history; save it to put the file back.`
        : `${failure.by} changed the same lines of ${failure.path} meanwhile. Nothing is lost: both texts are below. Bring them together, then save.`
    case 'moved':
      return `The draft changed on the server since it was pulled: ${failure.files.map(({ path }) => path).join(', ')}. Nothing was pushed.`
    case 'fields':
      return failure.problems.map(({ field, message }) => `${field}: ${message}.`).join(' ')
    default:
      return describeFileRefusal(failure)
  }
}
