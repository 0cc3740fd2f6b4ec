import { z } from 'zod'

/** What the forms for signing in and up send. Messages stand beside the field they are about. */
const email = z
  .string()
  .trim()
  .max(254, 'An address has at most 254 characters.')
  .pipe(z.email('Write an address such as reva@example.org.'))

export const SignInInput = z.object({
  email,
  password: z.string().min(1, 'Type your password.').max(128, 'A password has at most 128 characters.'),
})

export const SignUpInput = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Type the name that your comments carry.')
    .max(100, 'A name has at most 100 characters.')
    // A name becomes a mail header: it stays on one line and has no direction marks that disguise it.
    .refine(
      (name) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name),
      'The name has an invisible character; type it anew.',
    ),
  email,
  password: z
    .string()
    .min(10, 'A password has at least 10 characters.')
    .max(128, 'A password has at most 128 characters.'),
})

/**
 * Where to go after signing in: a path of this site, and nothing that a browser would read as another host
 * (`//host`, `/\host`, a scheme).
 */
export function safeReturnPath(value: string | null | undefined): string {
  if (!value || !/^\/(?![/\\])[\x21-\x7e]*$/.test(value)) return '/'
  return value
}
