import { unreachable } from '#lib/result.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/** Who gives and takes: somebody with an account, or the operator at the command line, who owns the database anyway. */
export type Bringer = Viewer | 'operator'

/** Why a role was not given or taken, a person not blocked, a thread not locked. */
export type RoleFailure =
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'no-such-proposal' }
  | { readonly kind: 'not-yours-to-hide' }
  | { readonly kind: 'no-such-person' }
  | { readonly kind: 'not-confirmed' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'last-author' }
  | { readonly kind: 'no-such-invitation' }
  | { readonly kind: 'invitation-over' }
  | { readonly kind: 'key-used' }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'no-reason' }
  | { readonly kind: 'oneself' }
  | { readonly kind: 'administrator' }

export function describeRoleFailure(failure: RoleFailure): string {
  switch (failure.kind) {
    case 'signed-out':
      return 'You are not signed in any more. Sign in, then try again.'
    case 'forbidden':
      return 'Your role does not allow this. Maintainers give the roles reader, reviewer and author; administrators give maintainer.'
    case 'not-yours-to-hide':
      return 'Your role does not allow this. Maintainers and administrators say who may know of a proposal, and its authors while it is a draft.'
    case 'no-such-proposal':
      return 'There is no such proposal.'
    case 'no-such-person':
      return 'Nobody here has this address. Send an invitation to it instead.'
    case 'not-confirmed':
      return 'The account with this address has not confirmed that it is theirs, so it may be anybody’s. Send an invitation to it instead, or ask them to confirm the address.'
    case 'blocked':
      return 'This account is blocked. An administrator can unblock it first.'
    case 'last-author':
      return 'This is the only author: somebody has to answer for the proposal. Give the role to another person first.'
    case 'no-such-invitation':
      return 'There is no such invitation. The link may be cut off: open it again from where you got it.'
    case 'invitation-over':
      return 'This invitation was accepted, was revoked, or is too old. Ask whoever sent it for another one.'
    case 'key-used':
      return 'This form was sent before and made an invitation, whose link was shown then, once. If you have it not, revoke that invitation below and make another.'
    case 'too-many':
      return 'Too many invitations are open in this proposal. Revoke some of them, or wait until they are too old.'
    case 'no-reason':
      return 'Say in a few words why: other administrators will ask.'
    case 'oneself':
      return 'You cannot block yourself.'
    case 'administrator':
      return 'An administrator is not blocked.'
    default:
      return unreachable(failure)
  }
}
