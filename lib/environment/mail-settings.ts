/** How mail leaves, as values: the parts of the environment's schema that take more than a pattern. */
import { parseMailbox } from '#lib/mail/message/address.ts'
import type { SmtpServer } from '#lib/mail/shell/send-mail.ts'
import { err, ok, type Result } from '#lib/result.ts'

export type MailSettings = {
  readonly server: SmtpServer
  /** Envelope sender. */
  readonly bounceAddress: string
  readonly perMinute: number
  /** Address of a list, in lower case → where it shows a mail; `{id}` stands for the Message-ID. */
  readonly archives: ReadonlyMap<string, string>
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * `smtp://user:password@host:587` (STARTTLS is required), `smtps://…:465` (TLS), `smtp://localhost:25` (plain, on this
 * machine only). Otherwise what is wrong, as the end of a sentence that begins with the variable's name; the text is never
 * repeated in it, because it may hold a password.
 */
export function parseSmtpUrl(text: string): Result<SmtpServer, string> {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    // The URL parser's only failure.
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
  if (port === 0) return err('names port 0')
  return ok({ host: url.hostname.replace(/^\[|\]$/g, ''), port, security, login })
}

/** An address without a name, in ASCII; in lower case. */
export function parseBounceAddress(text: string): Result<string, string> {
  const box = parseMailbox(text)
  if (box.ok && box.value.name === '' && /^[\x21-\x7e]+$/.test(text) && !/[<>]/.test(text))
    return ok(text.toLowerCase())
  return err('is not an address: write it alone, in ASCII, such as bounces@example.org')
}

/** `list@host=https://archive/{id}/ …` */
export function parseArchives(text: string): Result<ReadonlyMap<string, string>, string> {
  const archives = new Map<string, string>()
  for (const one of text.split(/\s+/)) {
    const [, address, archive] = /^([^\s=]+@[^\s=]+)=(https?:\/\/\S+)$/.exec(one) ?? []
    if (!address || !archive?.includes('{id}') || !URL.canParse(archive))
      return err(`names no archive with ${one}: write list@host=https://archive/{id}/`)
    archives.set(address.toLowerCase(), archive)
  }
  return ok(archives)
}
