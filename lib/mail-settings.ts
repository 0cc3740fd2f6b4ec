/**
 * How mail leaves, from the environment. Nothing is sent until all of it is there and makes sense: half a configuration
 * is an error at the start, not a surprise at the first mail.
 *
 * | variable | |
 * |---|---|
 * | `COHERENT_SMTP_URL` | `smtp://user:password@host:587` (STARTTLS is required), `smtps://…:465` (TLS), `smtp://localhost:25` (plain, on this machine only) |
 * | `COHERENT_MAIL_FROM` | the address that bounces go to |
 * | `COHERENT_MAIL_PER_MINUTE` | mails a minute, at most; 30 |
 * | `COHERENT_MAIL_ARCHIVES` | `list@host=https://archive/{id}/ …`: where a list shows what it got, by Message-ID |
 */
import { parseMailbox } from '#lib/mail/message/address.ts'
import type { SmtpServer } from '#lib/mail/shell/send-mail.ts'
import { err, ok, type Result } from './result.ts'

export type MailSettings = {
  readonly server: SmtpServer
  /** Envelope sender. */
  readonly bounceAddress: string
  readonly perMinute: number
  /** Address of a list, in lower case → where it shows a mail; `{id}` stands for the Message-ID. */
  readonly archives: ReadonlyMap<string, string>
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Null: sending is off. Otherwise what is wrong, a sentence each. */
export function parseMailSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Result<MailSettings | null, string[]> {
  const value = (name: string) => environment[name]?.trim() ?? ''
  const url = value('COHERENT_SMTP_URL')
  const from = value('COHERENT_MAIL_FROM')
  if (url === '' && from === '') return ok(null)
  const problems: string[] = []
  const server = serverOf(url)
  if (!server.ok) problems.push(`COHERENT_SMTP_URL ${server.error}.`)
  const box = parseMailbox(from)
  if (!box.ok || box.value.name !== '' || !/^[\x21-\x7e]+$/.test(from)) {
    problems.push(
      'COHERENT_MAIL_FROM is not an address: write the one that bounces go to, bounces@example.org.',
    )
  }
  const rate = value('COHERENT_MAIL_PER_MINUTE') || '30'
  if (!/^[1-9]\d{0,4}$/.test(rate)) problems.push(`COHERENT_MAIL_PER_MINUTE=${rate} is not a number.`)
  const archives = new Map<string, string>()
  for (const one of value('COHERENT_MAIL_ARCHIVES').split(/\s+/).filter(Boolean)) {
    const [, address, archive] = /^([^\s=]+@[^\s=]+)=(https?:\/\/\S+)$/.exec(one) ?? []
    if (address && archive?.includes('{id}')) archives.set(address.toLowerCase(), archive)
    else problems.push(`COHERENT_MAIL_ARCHIVES: write list@host=https://archive/{id}/, not ${one}.`)
  }
  if (problems.length > 0 || !server.ok) return err(problems)
  return ok({ server: server.value, bounceAddress: from.toLowerCase(), perMinute: Number(rate), archives })
}

function serverOf(text: string): Result<SmtpServer, string> {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    // The URL parser's only failure. The text is not repeated: it may hold a password.
    return err('is not an address: write smtp://user:password@host:587, or smtps://host:465')
  }
  const isTls = url.protocol === 'smtps:'
  if (!isTls && url.protocol !== 'smtp:') return err('begins with smtp:// or smtps://')
  if (url.hostname === '') return err('names no host')
  if (/[^/]/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    return err('ends behind the port; a sign such as / or # in the password is written %2F, %23')
  }
  let login: SmtpServer['login'] = null
  if (url.username !== '' || url.password !== '') {
    try {
      login = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
    } catch {
      return err('has a % in the user or password that encodes nothing: write it as %25')
    }
  }
  const security = isTls ? 'tls' : LOOPBACK.test(url.hostname) ? 'plain' : 'starttls'
  const port = url.port === '' ? (isTls ? 465 : security === 'plain' ? 25 : 587) : Number(url.port)
  return ok({ host: url.hostname.replace(/^\[|\]$/g, ''), port, security, login })
}
