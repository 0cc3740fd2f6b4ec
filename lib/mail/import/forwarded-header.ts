/**
 * Where a mailer puts the whole answered mail below the answer without quoting it: a line of dashes or underscores
 * ("-----Original Message-----"), and its headers as text (From, Sent, To, Subject), in the mailer's language.
 */
import { subjectKey } from './reply-subject.ts'

const DASHES = /^\s*[-_=*]{2,}\s*[\p{L}'’ ]{4,60}\s*[-_=*]{2,}\s*$/u
const DASHES_WORDS =
  /original|message|mail|nachricht|mensa[jg]|messaggio|bericht|meddelande|viesti|wiadomo|zpráva|forward|weitergeleitet|transf|inoltrat|сообщение|письмо|邮件|郵件|メッセージ/iu
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
  return (DASHES.test(line) && DASHES_WORDS.test(line)) || BEGIN_FORWARD.test(line)
}

/**
 * How many lines from `at` on are the head of a mail that was put in as text; 0 for none. At least three header
 * lines, one of them naming the sender, and a moment or the subject that this thread has.
 */
export function forwardedHeaderLength(lines: readonly string[], at: number, threadSubject: string): number {
  let i = at
  const isSeparated = isForwardSeparator(lines[i] ?? '') || UNDERSCORES.test(lines[i] ?? '')
  if (isSeparated) {
    i++
    while (i < at + 4 && (lines[i] ?? '').trim() === '') i++
  }
  const start = i
  let hasFrom = false
  let hasWhen = false
  let hasSubject = false
  let fields = 0
  for (; i < lines.length && i - start < 40; i++) {
    const line = lines[i] ?? ''
    if (line.trim() === '') break
    const m = FIELD.exec(line.slice(0, 2000))
    if (!m) {
      // A long list of receivers goes on in the next line.
      if (fields > 0 && i - start < 30) continue
      break
    }
    const name = (m[1] ?? '').trim()
    fields++
    if (FROM.test(name)) hasFrom = true
    else if (WHEN.test(name)) hasWhen = true
    else if (SUBJECT.test(name) || subjectKey(m[2] ?? '') === threadSubject) hasSubject = true
    else if (!TO.test(name) && fields === 1) break
    if (i === start && !hasFrom && !hasWhen && !hasSubject && !isSeparated) break
  }
  const isHead = hasFrom
    ? (hasWhen || hasSubject) && fields >= (isSeparated ? 2 : 3)
    : hasWhen && hasSubject && fields >= 3
  return isHead ? i - at : 0
}
