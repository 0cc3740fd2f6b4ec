/** What a form about an answer says after it was sent; null before. */
export type WeakFormState = {
  /** What was typed, for another try. */
  readonly typed: string
  readonly error: string | null
  readonly done: string | null
} | null

export type WeakAction = (state: WeakFormState, form: FormData) => Promise<WeakFormState>

export const failed = (error: string, typed = ''): WeakFormState => ({ typed, error, done: null })
export const said = (done: string): WeakFormState => ({ typed: '', error: null, done })
