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

/** The same in more languages; these words begin a sentence as well, so that what announces the subject has to follow. */
const ABSENT_COLON =
  /^(?:automatis(?:k|ch) (?:svar|antwoord)|automaattinen vastaus|poissa|odpowiedź automatyczna|automatyczna odpowiedź|automatická odpov[eě]ď|automatikus válasz|otomatik (?:yanıt|cevap)|автоматическ(?:ий|ое) (?:ответ|уведомление)|автоматична відповідь|автоматичен отговор|αυτόματη απάντηση|răspuns automat|resposta autom[áa]tica|balasan otomatis|trả lời tự động|fuera de (?:la )?oficina|ausente|ausencia|absence(?: du bureau)?|absent du bureau|assenza|fuori (?:sede|ufficio)|afwezig(?:heid)?|frav[æa]r(?:ende)?|frånvaro|自動(?:返信|回覆|回复)|不在(?:通知|办公室)?|外出|자동 ?(?:회신|응답)|부재중?)(?: re)?\s?[:：-]/iu

const UNDELIVERED =
  /^(?:undeliver(?:ed|able)|delivery (?:status notification|failure|has failed)|mail delivery (?:failed|subsystem|system)|returned mail|failure notice|unzustellbar)/iu

/** What a list's program says about a mail that it did not pass on, or wants to be confirmed. */
const LIST_SAYS =
  /\bawaits moderator approval|\bis being held\b|^(?:your message to|your posting to|rejected posting|request to mailing list|majordomo results\b|confirm(?:ation)? (?:of|required|your|subscribe|request|[0-9a-f]{16,}\s*$)|welcome to the .{1,80} (?:list|group)|you have been (?:un)?subscribed|mailing list memberships reminder|message (?:distribution|rejected|to moderate)|posting (?:rejected|held|awaiting)|moderation (?:needed|required|notice)|(?:un)?subscri(?:be|ption) (?:confirmation|request|notification))/iu
/** Of a mail that waits for a moderator: the two words that every translation has, in a subject that answers nothing. */
const MODERATOR =
  /moderat|modérat|moderad|moderát|moderât|модератор|μεσολαβητ|司会|モデレ|版主|管理者|管理员|관리자/iu
const APPROVAL =
  /approv|approb|aprob|aprov|autoriz|zustimm|bestätig|genehm|goedkeur|godkän|godkend|godkjen|akcept|schvál|jóváhagy|onay|hyväksy|провер|одобр|утвержд|підтвердж|έγκριση|承認|批准|审核|審核|승인/iu

const PROGRAM =
  /^(?:mailman|listserv|majordomo|sympa|ecartis|ezmlm|listmaster|noreply|no-reply)(?:[-+][^@]*)?@/i
const DESK =
  /^[^@]+[-+](?:owner|bounces?|request|confirm|help|admin|subscribe|unsubscribe|return|noreply)(?:[-+][^@]*)?@/i

/** How such a program begins where it keeps the subject of what it refuses. */
const LIST_REFUSES =
  /^\W{0,3}(?:your (?:message|mail|e-?mail|posting|post)\b.{0,120}\b(?:has been|was|is being|could not be|cannot be|is) (?:automatically )?(?:rejected|refused|discarded|held|returned|delivered|distributed|posted)|you are not (?:allowed|authori[sz]ed|permitted|subscribed)\b.{0,80}\b(?:post|send|list|group)|(?:non-?members?|posting)\b.{0,80}\b(?:not allowed|not permitted|prohibited|restricted))/isu
/** Its first words are looked at, no more. */
const BEGINNING = 300

/**
 * What a program says in the name of a person who pressed a button: a recall, a receipt, an answer to an invitation. Only the
 * words of the program, whole: what somebody adds to them is theirs.
 */
const PRESSED = [
  [/^recall:/i, /^[^\n>]{1,200} would like to recall the message,\s"(?<subject>.{0,400})"\.?$/s],
  [
    /^(?:not )?read:/i,
    /^your message\s+to: .{1,400}\s+subject: .{0,400}\s+sent: .{1,100}\s+was (?:read|deleted without being read) on [^\n]{1,100}$/is,
  ],
  [
    /^(?:accepted|declined|tentative(?:ly accepted)?):/i,
    /^(?:[^\n>]{1,200} has (?:tentatively )?(?:accepted|declined) this (?:invitation|event|meeting)\.?)?$/i,
  ],
] as const

function isPressed({ subject, text = '' }: Announced): boolean {
  if (text.length > 2000) return false
  const said = text.trim()
  const plain = (line: string) => line.replace(/\s+/g, ' ').trim()
  return PRESSED.some(([announced, words]) => {
    const found = announced.test(subject.trim()) ? words.exec(said) : null
    // What is named is the mail that was recalled, and no other words between quotes.
    const named = found?.groups?.subject
    return (
      found !== null && (named === undefined || plain(named) === plain(subject.trim().replace(announced, '')))
    )
  })
}

type Announced = Pick<ParsedMail, 'headers' | 'subject' | 'author'> & { readonly text?: string }

/** A list's program: it says so, or a desk of the list speaks of a mail in words that its program has. */
function isListProgram(mail: Announced): boolean {
  const administrivia = headerOf(mail, 'x-list-administrivia')?.trim().toLowerCase()
  if (administrivia === 'yes') return true
  const address = mail.author?.address ?? ''
  // LISTSERV keeps a writer whose domain forbids it under such an address.
  if (/-dmarc-request@/i.test(address)) return false
  if (!PROGRAM.test(address) && !DESK.test(address)) return false
  const subject = mail.subject.slice(0, 400)
  if (!/^(?:re|aw|sv)\s?:|\[rfc\b/i.test(subject) && MODERATOR.test(subject) && APPROVAL.test(subject))
    return true
  return LIST_SAYS.test(mail.subject) || LIST_REFUSES.test((mail.text ?? '').trimStart().slice(0, BEGINNING))
}

export function automaticFlag(mail: Announced): Flag | null {
  const submitted = headerOf(mail, 'auto-submitted')?.trim().toLowerCase() ?? 'no'
  const type = headerOf(mail, 'content-type')?.toLowerCase() ?? ''
  const isDaemon = /^(?:mailer-daemon|postmaster|mail-daemon)@/i.test(mail.author?.address ?? '')
  const isNullSender = headerOf(mail, 'return-path')?.replace(/\s/g, '') === '<>'
  if (/^multipart\/report\b/.test(type)) return 'bounce'
  if ((isDaemon || isNullSender) && (UNDELIVERED.test(mail.subject) || isDaemon)) return 'bounce'
  if (headerOf(mail, 'x-failed-recipients') !== null) return 'bounce'
  if (!/^no\b/.test(submitted) || isListProgram(mail)) return 'auto-submitted'
  if (isPressed(mail)) return 'auto-submitted'
  if (ANSWERING_HEADERS.some((name) => headerOf(mail, name) !== null)) return 'auto-submitted'
  if (/^(?:auto_?reply|auto-reply)$/i.test(headerOf(mail, 'precedence')?.trim() ?? ''))
    return 'auto-submitted'
  const subject = mail.subject.replace(/^(?:re|aw|sv)\s?:\s*/i, '')
  return isNullSender || ABSENT.test(subject) || ABSENT_COLON.test(subject) ? 'auto-submitted' : null
}
