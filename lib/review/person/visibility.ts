import type { Action } from './permission.ts'

/** Who may know of a proposal; what that means for whom is decided in `readable.server.ts`. The most open first. */
export const VISIBILITIES = ['public', 'unlisted', 'embargoed'] as const
export type Visibility = (typeof VISIBILITIES)[number]

export const isVisibility = (text: string): text is Visibility => VISIBILITIES.some((one) => one === text)

/** For who sets it, and for who reads a page that is not public. */
export const VISIBILITY_WORDS: Readonly<Record<Visibility, string>> = {
  public: 'Everybody reads it, and finds it in lists, searches and feeds.',
  unlisted:
    'Who has its address reads it. It is in no list, search or feed but of those who have a role in it.',
  embargoed: 'Only who has a role in it, and administrators, know of it. To everybody else it is not there.',
}

/** What one needs to be allowed, to set it: the authors' to say until review is asked for, whatever the gate found. */
export const visibilityActOf = (state: string): Action =>
  state === 'draft' || state === 'ready' ? 'set-visibility-of-draft' : 'set-visibility'
