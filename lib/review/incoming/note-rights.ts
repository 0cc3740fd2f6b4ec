/**
 * What of a mail's thread note is believed.
 *
 * The header is words of whoever wrote the mail. Where a comment stands is his to say, as it is on the page; what kind
 * a thread is and that it is closed are not, but for those who could do the same on the page.
 *
 * | key                          | believed from                                                         |
 * |------------------------------|-----------------------------------------------------------------------|
 * | `block`, `range`, `answers`, `whole` | everybody, if the block, the words, the comment exist here   |
 * | `kind=question`, `issue`     | a proved sender                                                       |
 * | `kind=objection`             | a proved reviewer, maintainer or admin                                |
 * | `state`, `deleted`           | nobody's mail: these are done on the page                             |
 * | all of it                    | a mailbox that the operator, or an administrator, brought himself     |
 */

import type { ThreadNote } from '#lib/review/export/thread-note.ts'
import type { Role } from '#lib/review/person/permission.ts'

export type NoteRights = {
  /** An administrator brought the mail: a mailbox of another instance, say. */
  readonly isTrusted: boolean
  readonly isProved: boolean
  /** Of the sender, in the proposal; none unless he is proved. */
  readonly roles: readonly Role[]
}

const MAY_OBJECT: readonly Role[] = ['reviewer', 'maintainer', 'admin']

/** A proved sender who reviews here. */
export const mayObject = ({ isProved, roles }: NoteRights) =>
  isProved && roles.some((role) => MAY_OBJECT.includes(role))

export function believedNote(note: ThreadNote, { isTrusted, isProved, roles }: NoteRights): ThreadNote {
  if (isTrusted) return note
  const { kind, state: _state, isDeleted: _isDeleted, ...place } = note
  const mayKind =
    isProved && (kind === 'objection' ? roles.some((role) => MAY_OBJECT.includes(role)) : kind !== undefined)
  return mayKind && kind ? { ...place, kind } : place
}

/** What a thread is that a mail opens without saying so: words of a proved reviewer wait for an answer. */
export function kindOfMailed({ isTrusted, isProved, roles }: NoteRights): 'note' | 'issue' {
  const isReviewer = roles.includes('reviewer') || roles.includes('maintainer')
  return !isTrusted && isProved && isReviewer ? 'issue' : 'note'
}
