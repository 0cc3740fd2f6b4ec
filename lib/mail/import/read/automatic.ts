/**
 * Mail that no person wrote: answers of absent people and reports of servers. They are never imported and never
 * answered (RFC 3834). `Precedence: bulk` alone says nothing, every list sets it.
 */
import type { Flag } from './flag.ts'
import { headerOf, type ParsedMail } from './parsed-mail.ts'

const ANSWERING_HEADERS = [
  'x-autoreply',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-response',
  'x-mail-autoreply',
]

const ABSENT =
  /^(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response|answer)|autoreply|out of (?:the )?office|vacation reply|automatische (?:antwort|antwoord)|abwesen(?:d|heit)|r[ée]ponse automatique|respuesta autom[áa]tica|risposta automatica|resposta autom[áa]tica|automatiskt svar|autosvar|自動応答|自动回复|автоответ)/iu

const UNDELIVERED =
  /^(?:undeliver(?:ed|able)|delivery (?:status notification|failure|has failed)|mail delivery (?:failed|subsystem|system)|returned mail|failure notice|unzustellbar)/iu

export function automaticFlag(mail: Pick<ParsedMail, 'headers' | 'subject' | 'author'>): Flag | null {
  const submitted = headerOf(mail, 'auto-submitted')?.trim().toLowerCase() ?? 'no'
  const type = headerOf(mail, 'content-type')?.toLowerCase() ?? ''
  const isDaemon = /^(?:mailer-daemon|postmaster|mail-daemon)@/i.test(mail.author?.address ?? '')
  const isNullSender = headerOf(mail, 'return-path')?.replace(/\s/g, '') === '<>'
  if (/^multipart\/report\b/.test(type)) return 'bounce'
  if ((isDaemon || isNullSender) && (UNDELIVERED.test(mail.subject) || isDaemon)) return 'bounce'
  if (!/^no\b/.test(submitted)) return 'auto-submitted'
  if (ANSWERING_HEADERS.some((name) => headerOf(mail, name) !== null)) return 'auto-submitted'
  if (/^(?:auto_?reply|auto-reply)$/i.test(headerOf(mail, 'precedence')?.trim() ?? ''))
    return 'auto-submitted'
  const subject = mail.subject.replace(/^(?:re|aw|sv)\s?:\s*/i, '')
  return isNullSender || ABSENT.test(subject) ? 'auto-submitted' : null
}
