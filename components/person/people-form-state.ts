/** What a form about people says after it was sent; null before. */
export type PeopleFormState = {
  /** What was typed, for another try. */
  readonly typed: string
  readonly error: string | null
  readonly done: string | null
  /** The link of an invitation, which is shown once. */
  readonly link: string | null
} | null

export type PeopleAction = (state: PeopleFormState, form: FormData) => Promise<PeopleFormState>

export const failed = (error: string, typed = ''): PeopleFormState => ({
  typed,
  error,
  done: null,
  link: null,
})
export const said = (done: string, link: string | null = null): PeopleFormState => ({
  ...{ typed: '', error: null, done, link },
})
