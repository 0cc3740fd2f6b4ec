import { z } from 'zod'

/** What the forms for signing in and up send. Messages stand beside the field they are about. */
const email = z
  .string()
  .trim()
  .max(254, 'An address has at most 254 characters.')
  .pipe(z.email('Write an address such as reva@example.org.'))

/** Controls, direction marks, separators, blanks other than the space, and letters that show nothing. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u

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
    .transform((name) => name.normalize('NFC'))
    .refine((name) => !INVISIBLE.test(name), 'The name has an invisible or odd character; type it anew.')
    .refine((name) => /[\p{L}\p{N}]/u.test(name), 'A name has at least one letter or digit.')
    .refine((name) => !/\p{M}{3}/u.test(name), 'The name has too many marks on one letter.'),
  email,
  password: z
    .string()
    .min(10, 'A password has at least 10 characters.')
    .max(128, 'A password has at most 128 characters.'),
})

const HERE = 'http://here.invalid'

/**
 * Where to go after signing in: a path of this site, and nothing that a browser would read as another host
 * (`//host`, `/\host`, a scheme).
 */
export function safeReturnPath(value: string | null | undefined): string {
  if (!value || !/^\/[\x21-\x7e]*$/.test(value) || value.includes('\\')) return '/'
  // Parsed as a browser does: `/..//host` and `/.//host` become `//host`, which is another host's address.
  const url = new URL(value, HERE)
  if (url.origin !== HERE || url.pathname.startsWith('//')) return '/'
  return url.pathname + url.search + url.hash
}
