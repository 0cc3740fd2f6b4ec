import { z } from 'zod'
import { mixesAlphabets, namesAnAddress, officeIn } from '#lib/review/person/name-key.ts'
import { passwordProblem } from './password-rule.ts'

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

/** The name that comments carry. Whether it passes for somebody else's is asked of the database (write-persons.server.ts). */
export const NameInput = z
  .string()
  .trim()
  .min(1, 'Type the name that your comments carry.')
  .max(100, 'A name has at most 100 characters.')
  // A name becomes a mail header: it stays on one line and has no direction marks that disguise it.
  .transform((name) => name.normalize('NFC').replace(/ {2,}/g, ' '))
  .refine((name) => !INVISIBLE.test(name), 'The name has an invisible or odd character; type it anew.')
  .refine((name) => /[\p{L}\p{N}]/u.test(name), 'A name has at least one letter or digit.')
  .refine((name) => !/\p{M}{3}/u.test(name), 'The name has too many marks on one letter.')
  .refine((name) => !namesAnAddress(name), 'A name is no address: leave out what looks like one.')
  .refine(
    (name) => !mixesAlphabets(name),
    'A word of this name mixes letters of two alphabets that look alike.',
  )
  .refine(
    (name) => officeIn(name) === null,
    'A name does not say what somebody may do here: leave out words such as administrator or author.',
  )

/** Its length; whether it is one that guessers try is asked once the name and address are known (password-rule.ts). */
export const NewPassword = z
  .string()
  .min(10, 'A password has at least 10 characters.')
  .max(128, 'A password has at most 128 characters.')

export const SignUpInput = z
  .object({ name: NameInput, email, password: NewPassword })
  .superRefine(({ name, email: address, password }, context) => {
    const message = passwordProblem(password, { name, address })
    if (message !== null) context.addIssue({ code: 'custom', path: ['password'], message })
  })

/** An address alone, as somebody types it who has forgotten the password. */
export const AddressInput = email

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
