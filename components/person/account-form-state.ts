import type { ZodError } from 'zod'

/** What an account form shows again after a try: what was typed (never a password) and what is wrong where. */
export type AccountField = 'name' | 'email' | 'current' | 'password' | 'form'
export type AccountFormState = {
  readonly typed: { readonly name?: string; readonly email?: string }
  readonly errors: Partial<Record<AccountField, string>>
  /** What was done, where the answer is no other page. */
  readonly done?: string
}

export function rejected(typed: AccountFormState['typed'], error: ZodError): AccountFormState {
  const errors: Partial<Record<AccountField, string>> = {}
  for (const issue of error.issues) {
    const field = issue.path[0]
    if (field === 'name' || field === 'email' || field === 'password' || field === 'current')
      errors[field] ??= issue.message
  }
  return { typed, errors }
}
