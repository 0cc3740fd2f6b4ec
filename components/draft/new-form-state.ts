export type NewField = 'title' | 'area' | 'authors' | 'to' | 'questionnaire'
export type NewFormState = {
  readonly typed: Readonly<Partial<Record<NewField, string>>>
  readonly errors: Readonly<Partial<Record<NewField | 'form', string>>>
}
