/**
 * The command line that sends the series with git: what a person pastes into a shell.
 *
 * `--no-thread` and `--no-chain-reply-to` keep the ids and the threading of the files; `--suppress-cc=all` keeps git from
 * adding whom it finds in the text, so that exactly the receivers that are named get it; 8bit keeps the text as it is.
 */
import { displayNameOf } from '#lib/mail/message/address.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import type { Receivers } from './receivers.ts'

/** `files`: as the shell should see them; names without blanks. */
export function sendEmailLine({ to, cc }: Receivers, files: readonly string[]): string {
  return [
    'git send-email',
    '--no-thread --no-chain-reply-to --suppress-cc=all --transfer-encoding=8bit --confirm=always',
    ...to.map((box) => `--to=${shellQuoted(addressText(box))}`),
    ...cc.map((box) => `--cc=${shellQuoted(addressText(box))}`),
    ...files,
  ].join(' \\\n  ')
}

/** One word for any POSIX shell, whatever is in it. */
export function shellQuoted(text: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** As a person writes it; git encodes what headers cannot carry. */
function addressText(box: Mailbox): string {
  if (box.name === '') return box.address
  const name = displayNameOf(box)
  const isPlain = /^[\p{L}\p{M}\p{N} '_+-]+$/u.test(name)
  return `${isPlain ? name : `"${name.replace(/[\\"]/g, '\\$&')}"`} <${box.address}>`
}
