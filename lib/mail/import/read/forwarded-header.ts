/**
 * Where a mailer puts the whole answered mail below the answer without quoting it: a line of dashes or underscores
 * ("-----Original Message-----"), and its headers as text (From, Sent, To, Subject), in the mailer's language.
 */
import { partTagOf, subjectKey } from './reply-subject.ts'

const DASHES = /^\s*[-_=*]{2,}\s*[\p{L}'’ ]{4,60}\s*[-_=*]{2,}\s*$/u
/** "original message", "forwarded message" and what mailers of other languages call it: the whole of the words. */
const DASHES_WORDS =
  /^(?:(?:original|forwarded|reply|begin forwarded) (?:message|mail|e-?mail|appointment)|forwarded by .{1,40}|(?:urspr(?:ü|ue)ngliche|original|weitergeleitete)[ -]?(?:nachricht|mail|e-?mail)|message (?:d['’]origine|original|transféré|reçu)|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)|messaggio (?:originale|inoltrato)|(?:oorspronkelijk|doorgestuurd) bericht|(?:original|vidarebefordrat )meddelande|(?:oprindelig|opprinnelig|videresendt) (?:meddelelse|melding)|alkuperäinen viesti|wiadomość (?:oryginalna|przekazana)|(?:původní|přeposlaná) zpráva|(?:исходное|пересылаемое|пересланное) (?:сообщение|письмо)|原始邮件|原始郵件|转发邮件|元のメッセージ|転送メッセージ)$/iu
const UNDERSCORES = /^\s*_{20,}\s*$/
const BEGIN_FORWARD = /^\s*(?:begin forwarded message|anfang der weitergeleiteten nachricht)\s*:\s*$/iu
const FIELD = /^\s{0,4}[*_]{0,2}(\p{L}[\p{L} .'’-]{0,24}?)\s?[*_]{0,2}\s?[:：][*_]{0,2}\s*(\S.*)$/u
const FROM =
  /^(?:from|von|de|da|van|från|fra|od|from|lähettäjä|от|від|kimden|feladó|από|差出人|发件人|寄件者|보낸 사람)$/iu
const WHEN =
  /^(?:sent|date|gesendet|datum|envoy[ée]|enviado(?: el| em)?|fecha|data|inviato|verzonden|skickat|sendt|lähetetty|wysłano|odesláno|отправлено|дата|gönderildi|elküldve|送信日時|发送时间|寄件日期|보낸 날짜)$/iu
const SUBJECT =
  /^(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|тема|konu|tárgy|件名|主题|主旨|제목)$/iu
const TO =
  /^(?:to|cc|an|kopie|[àa]|para|destinatario|aan|till|til|do|komu|кому|kime|címzett|宛先|收件人|받는 사람)$/iu

/** Longer lines are words; an expression with room for blanks in three places must not see a megabyte of them. */
const LONGEST_SEPARATOR = 200

/** "-----Original Message-----" and its kin; an underscore line only counts with headers below it. */
export function isForwardSeparator(line: string): boolean {
  if (line.length > LONGEST_SEPARATOR) return false
  const words = line.replace(/[-_=*]{2,}/g, ' ').trim()
  return (DASHES.test(line) && DASHES_WORDS.test(words)) || BEGIN_FORWARD.test(line)
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
  let hasFrom = false
  let hasWhen = false
  let hasSubject = false
  let isOfThread = false
  let fields = 0
  for (; i < lines.length && i - start < 40; i++) {
    const line = lines[i] ?? ''
    if (line.trim() === '') break
    const m = FIELD.exec(line.slice(0, 2000))
    if (!m) {
      if (fields > 0 && i - start < 30 && goesOn(lines[i - 1] ?? '', line)) continue
      break
    }
    const name = (m[1] ?? '').trim()
    const isSubject = isSubjectOf(threadSubject, m[2] ?? '')
    fields++
    if (FROM.test(name)) hasFrom = true
    else if (WHEN.test(name)) hasWhen = true
    else if (SUBJECT.test(name) || isSubject) hasSubject = true
    else if (!TO.test(name) && fields === 1) break
    if (isSubject) isOfThread = true
    if (i === start && !hasFrom && !hasWhen && !hasSubject && !isSeparated) break
  }
  const isHead = hasFrom
    ? (hasWhen || hasSubject) && fields >= (isSeparated ? 2 : 3)
    : hasWhen && hasSubject && fields >= 3
  const proof = isNamed ? 'separated' : isSeparated || isOfThread ? 'likely' : 'bare'
  return { length: isHead ? i - at : 0, proof }
}

/** The same subject, the same place in a series, or the first line of a subject that was wrapped. */
function isSubjectOf(threadSubject: string, value: string): boolean {
  const key = subjectKey(value)
  if (threadSubject === '' || key === '') return false
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
