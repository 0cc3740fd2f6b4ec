import type { LikeWhom } from '#lib/review/person/write-persons.server.ts'

/** What the account forms say in more than one place. */
export const BUSY = 'Many people are signing in at this moment. Wait a few seconds, then try again.'

export function nameWords(failure: `name-of-${LikeWhom}`, isMailed: boolean): string {
  if (failure === 'name-of-account')
    return 'Somebody here has this name, or one that looks like it. Add an initial or the name that you use on lists.'
  const how = isMailed
    ? 'If that is you, sign up with the address that you wrote from.'
    : 'If that is you, sign up with an initial more, confirm the address that you wrote from at My account, and take the name then.'
  return `Somebody who wrote by mail, or in a proposal, has this name or one that looks like it. ${how} If not, add an initial.`
}
