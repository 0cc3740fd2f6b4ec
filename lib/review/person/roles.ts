import type { Action } from './permission.ts'

/** The roles that somebody holds in one proposal, the least first. An administrator is one in every proposal, without a row. */
export const GIVEN_ROLES = ['reader', 'reviewer', 'author', 'maintainer'] as const
export type GivenRole = (typeof GIVEN_ROLES)[number]

export const isGivenRole = (text: string): text is GivenRole => GIVEN_ROLES.some((role) => role === text)

/** What a role is, for who gives it. */
export const ROLE_WORDS: Readonly<Record<GivenRole, string>> = {
  reader: 'sees whom a series goes to',
  reviewer: 'decides about mail that waits; what they mail opens issues',
  author: 'sends the series, resolves notes, decides about mail',
  maintainer: 'gives roles, locks threads, drops mail, and all that an author may',
}

/** What one needs to be allowed, to give this role or to take it from somebody else. */
export const givingOf = (role: GivenRole): Action => (role === 'maintainer' ? 'give-maintainer' : 'give-role')
