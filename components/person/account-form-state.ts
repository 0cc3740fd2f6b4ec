import type { ZodError } from 'zod'

/** What an account form shows again after a try: what was typed (never the password) and what is wrong where. */
export type AccountField = 'name' | 'email' | 'password' | 'form'
export type AccountFormState = {
  readonly typed: { readonly name?: string; readonly email?: string }
  readonly errors: Partial<Record<AccountField, string>>
}

export function rejected(typed: AccountFormState['typed'], error: ZodError): AccountFormState {
  const errors: Partial<Record<AccountField, string>> = {}
  for (const issue of error.issues) {
    const field = issue.path[0]
    if (field === 'name' || field === 'email' || field === 'password') errors[field] ??= issue.message
  }
  return { typed, errors }
}
