/**
 * Where a mailer puts the whole answered mail below the answer without quoting it: a line of dashes or underscores
 * ("-----Original Message-----"), and its headers as text (From, Sent, To, Subject), in the mailer's language.
 */
import {
  attributionLength,
  isFromLine,
  isMailers,
  MAX_ATTRIBUTION_LINES,
  mayEndAttribution,
} from './attribution.ts'
import { isPasteMark } from './code-lines.ts'
import { isScissors } from './quote-prefix.ts'
import { partTagOf, subjectKey } from './reply-subject.ts'

const DASHES_LEFT = /^\s*<?(?:8<)?[-_=*\p{Pd}]{2,}/u
const IS_DASH = /[-_=*\p{Pd}]/u

/** What stands between dashes: two or more on both sides, or five on the left alone, as MH has them; empty for nothing. */
function between(line: string): string {
  const left = DASHES_LEFT.exec(line)?.[0]
  if (left === undefined) return ''
  const rest = line.slice(left.length).trimEnd()
  let end = rest.endsWith('>') ? rest.length - 1 : rest.length
  const right = end
  while (end > 0 && IS_DASH.test(rest[end - 1] ?? '')) end--
  if (right - end >= 2) return rest.slice(0, end).trim()
  return right === end && end === rest.length && /^-{5,}$/.test(left) ? rest.trim() : ''
}

/** What says too little between a few dashes, which could be a heading; and the name of who wrote, as Notes has it. */
const LONG_DASHES = /^\s*[-_]{10,}\s*(?:original|reply separator)\s*[-_]{10,}\s*$/iu
const NOTES = /^-{5}[^-].{1,100} (?:wrote|schrieb|a écrit): ?-{5}$/u
/** `>>> Ann <ann@o.example> 11/23/2026 10:00 AM >>>`: a mail below it, which GroupWise does not mark. */
const GROUPWISE = /^>>> .{1,160}\d{1,2}[:.]\d\d.{0,12} >>>$/u

/** "forwarded", "original", as mailers write them. */
const PASSED_ON =
  /^(?:forward(?:ed)?|original|reply|urspr(?:ü|ue)ngliche|ursprungligt|weitergeleiteten?|transf[ée]r[ée]|r[ée]exp[ée]di[ée]|d['’]origine|reçu|reenviad[oa]|reenviat|(?:re)?encaminhad[oa]|inoltrato|originale|oorspronkelijk|doorgestuurd|vidarebefordra[td]e?|oprindelig|opprinnelig|videresendt|alkuperäinen|välitetty|oryginalna|przekazan(?:a|ej)|przekazywanej|původní|přeposlaná|pôvodná|preposlaná|исходное|пересылаемо(?:е|го)|пересланно(?:е|го)|перенаправленно(?:е|го)|переадресованно(?:е|го)|переслане|вихідне|továbbított|eredeti|iletilmiş|iletilen|özgün|orijinal|προωθημένο|αρχικό|redirecționat|препратено|terusan|전달된|원본)$/iu
/** "message", "mail". */
const MAIL =
  /^(?:message|mail|e-?mail|letter|appointment|nachricht|mensaje|mensagem|missatge|messaggio|bericht|meddelande|meddelelse|besked|melding|brev|viesti|wiadomoś(?:ć|ci)|zpráva|správa|сообщени[ея]|письмо|повідомлення|üzenet|ileti|mesaj|e-posta|μήνυμα|съобщение|pesan|메시지|메일)$/iu
const IN_ONE_WORD =
  /^(?:(?:begin )?original-?(?:nachricht|mail|e-?mail|meddelande|message)|原始(?:邮件|郵件|信息|訊息)|(?:邮件|郵件)原件|(?:转发|轉寄|轉發)的?(?:邮件|郵件|消息|訊息)(?:信息)?|(?:开始转发|以下是转发)的(?:邮件|郵件)|元のメッセージ|転送(?:された)?(?:メッセージ|メール)|הודעה שהועברה|ההודעה המקורית|رسالة معاد توجيهها|الرسالة الأصلية|tin nhắn được chuyển tiếp)$/iu
/** What stands between the two, and where one begins or ends. */
const FRAME =
  /^(?:(?:start|begin|beginning|anfang|début|inicio|início|inizio|początek|начало|end|ende|fin|fim|fine|koniec|конец|of|der|du|del|da|på|text|follows|alkaa)$|\()/iu
const END = /^(?:end|ende|fin|fim|fine|koniec|конец)(?!\p{L})/iu
/** Who sent it, and when, as mutt, Horde and Notes go on. */
const BY_WHOM = /\s(?:from|by|von|de|van|från|fra|от)\s\S.{0,120}$/iu
const UNDERSCORES = /^\s*_{20,}\s*$/
/** Apple Mail: `Begin forwarded message:`. */
const WITH_COLON = /^\s*(\S.{6,60}?)\s?[:：]\s*$/u
const FIELD = /^\s{0,4}[*_]{0,2}(\p{L}[\p{L}\p{M} .'’-]{0,24}?)\s?[*_]{0,2}\s?[:：][*_]{0,2}\s*(\S.*)$/u
const FROM =
  /^(?:from|von|de|da|van|från|fra|od|de la|expéditeur|remitente|remetente|mittente|afzender|nadawca|odesílatel|odosielateľ|lähettäjä|от(?: кого)?|від|kimden|gönderen|feladó|από|dari|מאת|من|差出人|发件人|寄件者|寄件人|發件人|보낸 ?사람)$/iu
const WHEN =
  /^(?:sent|date|gesendet|datum|envoy[ée]|enviado(?: el| em)?|fecha|data|inviato|verzonden|skickat|sendt|lähetetty|wysłano|odesláno|отправлено|дата|gönderildi|tarih|elküldve|dátum|dato|dată|data|päiväys|päivämäärä|ημερομηνία|εστάλη|tanggal|תאריך|التاريخ|送信日時|日付|日時|发送时间|日期|时间|寄件日期|보낸 날짜|날짜)$/iu
const SUBJECT =
  /^(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|тема|konu|tárgy|θέμα|subiect|predmet|subjek|נושא|الموضوع|件名|主题|主旨|標題|제목)$/iu
const TO =
  /^(?:to|cc|an|kopie|[àa]|para|destinatario|aan|till|til|do|komu|кому|kime|címzett|宛先|收件人|받는 사람)$/iu

/** What stands among these in a mail as it was sent, and above them. */
const OF_MACHINES =
  /^(?:message-id|return-path|received|reply-to|references|in-reply-to|mime-version|sender|delivered-to|user-agent|(?:x|list|dkim|arc|content|authentication|received|resent)-[a-z-]{2,30})$/i
/** In whatever language its name is: what a field holds, of a sender, a moment, a subject. */
const HOLDS_ADDRESS = /(?:^|[\s<"'(:])[^\s<>@"'():]{1,100}@[^\s<>@]{1,200}\.\p{L}{2,}/u
const HOLDS_YEAR = /(?<!\d)(?:19|20)\d\d(?!\d)/
const HOLDS_MINUTE = /(?<!\d)\d{1,2}[:.]\d\d(?!\d)/
const HOLDS_SUBJECT = /^(?:\p{L}{2,4}\s?[:：]\s|\[(?:RFC|PATCH)\b)/iu
/** Of a field, no more is looked at. */
const MOST_OF_FIELD = 300

/** Longer lines are words; an expression with room for blanks in three places must not see a megabyte of them. */
const LONGEST_SEPARATOR = 200

/** "-----Original Message-----" and its kin; an underscore line only counts with headers below it. */
export function isForwardSeparator(line: string): boolean {
  if (line.length > LONGEST_SEPARATOR || !MAY_SEPARATE.test(line)) return false
  const framed = between(line)
  const isNamed = framed !== '' ? namesMail(framed) : namesMail(WITH_COLON.exec(line)?.[1] ?? '')
  return isNamed || LONG_DASHES.test(line) || NOTES.test(line.trim()) || isGroupWiseHead(line)
}

/** False for nearly all lines. */
const MAY_SEPARATE = /^\s*[<8]*[-_=*\p{Pd}]{2}|^>>> |[:：]\s*$/u

/** Such a line of a mail that was passed on, and is not the one that is answered. */
export function saysForwarded(line: string): boolean {
  return PASSES_ON.test(line.slice(0, LONGEST_SEPARATOR))
}

const PASSES_ON =
  /forward|weitergeleitet|transf[ée]r|r[ée]exp[ée]di|reenvia|encaminhad|inoltrat|doorgestuurd|vidarebefordra|videresendt|välitetty|przekaz[ay]|p[řr]eposlan|перес[ыл]|перенаправ|переадрес|továbbít|iletil|προωθ|redirecț|препрат|terusan|전달|转发|轉寄|轉發|転送|הועברה|معاد|chuyển tiếp/iu

/** A line that looks quoted thrice, and is GroupWise's above a mail that it does not mark. */
export function isGroupWiseHead(line: string): boolean {
  return line.length <= LONGEST_SEPARATOR && line.startsWith('>>> ') && GROUPWISE.test(line.trimEnd())
}

/** Says that a mail which somebody put in ends above it. */
export function isForwardEnd(line: string): boolean {
  const framed = line.length <= LONGEST_SEPARATOR ? between(line) : ''
  return END.test(framed) && namesMail(framed)
}

/** "forwarded message", "Start of forwarded message", "Forwarded message from Ann": no other words. */
function namesMail(text: string): boolean {
  const said = text.replace(/&nbsp;/g, ' ').trim()
  if (IN_ONE_WORD.test(said) || /^forwarded by \S/i.test(said)) return true
  const named = said
    .replace(BY_WHOM, '')
    .replace(/\([^()]{0,60}\)$/, '')
    .trim()
  if (IN_ONE_WORD.test(named)) return true
  const words = named.split(/\s+/)
  return (
    words.length <= 5 &&
    words.some((word) => PASSED_ON.test(word)) &&
    words.some((word) => MAIL.test(word)) &&
    words.every((word) => PASSED_ON.test(word) || MAIL.test(word) || FRAME.test(word))
  )
}

/** Words between many dashes, whatever they are: a mailer's mark in a language that is not known here, or a heading. */
const isAnyMark = (line: string) =>
  /^\s{0,3}[-_=*\p{Pd}]{4}/u.test(line) &&
  /[-_=*\p{Pd}]{4}\s*$/u.test(line) &&
  /\p{L}{2}/u.test(between(line))

/**
 * Whether what stands below line `at` may be another's words: below a mailer's mark, the headers of a mail, or a line that says
 * who wrote. It is asked before something is done that the words say, so one line too many does less harm than one too few.
 */
export function beginsOthersWords(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? ''
  if (line.trim() === '') return false
  if (line.length <= LONGEST_SEPARATOR && (isAnyMark(line) || (isScissors(line) && !isPasteMark(line))))
    return true
  // How git begins a patch of somebody else's.
  if (isFromLine(line) && (lines[at + 1] ?? '').trim() === '') return true
  return othersMark(lines, at).length > 0
}

/** The lines that end with line `at` or begin there, and say that a mailer put a mail of somebody below them; empty for none. */
export function othersMark(lines: readonly string[], at: number): readonly string[] {
  const line = lines[at] ?? ''
  const isHead = isForwardSeparator(line) || isUnderscores(line) || isHeadField(lines, at)
  const { length } = isHead ? forwardedHead(lines, at, '') : { length: 0 }
  if (length > 0) return lines.slice(at, at + length)
  if (isForwardSeparator(line)) return [line]
  if (mayEndAttribution(line)) {
    const last = line.replace(/^\s*-{2,}\s*/, '')
    const above = [...lines.slice(Math.max(0, at - MAX_ATTRIBUTION_LINES + 1), at), last]
    const { count } = attributionLength(above)
    if (count > 0 && isMailers(above.slice(-count).join(' '))) return lines.slice(at - count + 1, at + 1)
  }
  return []
}

/** A first field that heads of mails have; cheap, and false for nearly all lines. */
function isHeadField(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? ''
  const name = /^\s{0,4}[*_]{0,2}(\p{L}[^:：*_]{0,25})[*_]{0,2}\s?[:：]/u.exec(line.slice(0, 40))?.[1]?.trim()
  if (name === undefined) return false
  if ([FROM, WHEN, SUBJECT, TO].some((field) => field.test(name))) return true
  return (lines[at - 1] ?? '').trim() === '' && mayBegin(name, line)
}

/** Whether a field may begin a head although nothing says so but what it holds: only asked below an empty line. */
function mayBegin(name: string, value: string): boolean {
  // Trailers hold addresses as well.
  if (/-by$/i.test(name)) return false
  return OF_MACHINES.test(name) || holdsAddress(value) || holdsMoment(value)
}

function holdsAddress(value: string): boolean {
  const held = value.slice(0, MOST_OF_FIELD)
  return held.includes('@') && HOLDS_ADDRESS.test(held)
}

function holdsMoment(value: string): boolean {
  const held = value.slice(0, MOST_OF_FIELD)
  return HOLDS_YEAR.test(held) && HOLDS_MINUTE.test(held)
}

export function isUnderscores(line: string): boolean {
  return line.length <= LONGEST_SEPARATOR && UNDERSCORES.test(line)
}

/**
 * - `separated`: a mailer's separator stands above it, in words.
 * - `likely`: a line of underscores stands above it, or it names the subject of this thread.
 * - `bare`: it could as well be somebody's own: a mail as test data, `From: 5.10 To: 5.13 Date: last week`.
 */
export type ForwardedHead = {
  /** Lines from the separator to the last header; 0 when there is none. */
  readonly length: number
  readonly proof: 'separated' | 'likely' | 'bare'
}

/**
 * The head of a mail that was put in as text, from line `at` on. At least three header lines, one of them naming the
 * sender, and a moment or the subject that this thread has.
 */
export function forwardedHead(lines: readonly string[], at: number, threadSubject: string): ForwardedHead {
  let i = at
  const isNamed = isForwardSeparator(lines[i] ?? '')
  const isSeparated = isNamed || isUnderscores(lines[i] ?? '')
  if (isSeparated) {
    i++
    while (i < at + 4 && (lines[i] ?? '').trim() === '') i++
  }
  const start = i
  const isBelowNothing = isSeparated || (lines[at - 1] ?? '').trim() === ''
  let hasFrom = false
  let hasWhen = false
  let hasSubject = false
  let isOfThread = false
  let fields = 0
  /** Fields by what they hold: addresses, a moment, a subject. */
  const held = { addresses: 0, moment: false, subject: false }
  for (; i < lines.length && i - start < 40; i++) {
    const line = lines[i] ?? ''
    if (line.trim() === '') break
    const m = FIELD.exec(line.slice(0, 2000))
    if (!m) {
      if (fields > 0 && i - start < 30 && goesOn(lines[i - 1] ?? '', line)) continue
      break
    }
    const name = (m[1] ?? '').trim()
    if (/-by$/i.test(name)) break
    const value = m[2] ?? ''
    const isSubject = isSubjectOf(threadSubject, value)
    fields++
    if (FROM.test(name)) hasFrom = true
    else if (WHEN.test(name)) hasWhen = true
    else if (SUBJECT.test(name) || isSubject) hasSubject = true
    else if (fields === 1 && !(isBelowNothing && (mayBegin(name, value) || (isSeparated && TO.test(name)))))
      break
    if (isBelowNothing) {
      if (holdsAddress(value)) held.addresses++
      held.moment ||= holdsMoment(value)
      held.subject ||= isSubject || HOLDS_SUBJECT.test(value)
    }
    if (isSubject) isOfThread = true
  }
  const isNamedHead = hasFrom
    ? (hasWhen || hasSubject) && fields >= (isSeparated ? 2 : 3)
    : hasWhen && hasSubject && fields >= 3
  const isHeld = held.addresses > 0 && held.moment && (held.subject || held.addresses > 1) && fields >= 3
  const isHead = isNamedHead || isHeld
  const proof = isNamed ? 'separated' : isSeparated || isOfThread ? 'likely' : 'bare'
  return { length: isHead ? i - at : 0, proof }
}

/** The same subject, the same place in a series, or the first line of a subject that was wrapped. */
function isSubjectOf(threadSubject: string, value: string): boolean {
  const key = threadSubject === '' ? '' : subjectKey(value)
  if (key === '') return false
  const tag = partTagOf(key)
  const own = partTagOf(threadSubject)
  if (tag && own) return tag.revision === own.revision && tag.part === own.part
  return key === threadSubject || (key.length >= SURE_SUBJECT && threadSubject.startsWith(key))
}

/** Letters of a subject whose rest stands in the next line. */
const SURE_SUBJECT = 16

/** A long list of receivers goes on in the next line; words that stand right below a head do not belong to it. */
function goesOn(above: string, line: string): boolean {
  return (
    /[,;]\s*$/.test(above.slice(-20)) ||
    (/^\s/.test(line) && !/[.?!]\s*$/.test(line)) ||
    /^\S*@\S*[>;,]/.test(line)
  )
}
