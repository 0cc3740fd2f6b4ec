/**
 * The line above a quote that says who wrote it: "On Monday, X wrote:", in any language, on up to four lines.
 *
 * There are hundreds of spellings, and they have in common what they must say: a person, a moment, or a word for
 * writing, and an end that points down. People lead into quotes in much the same words ("As Linus said in 2006:"),
 * and those are their own, which must not be lost. So what reads as an English sentence is none, and how much a
 * line has to say depends on what stands below it (`body.ts`).
 */
import { isSentence } from './sentence.ts'

const VERB =
  /(?<![\p{L}\p{N}])(?:wrote|writes|said|quoth|spake|schrieb(?:en)?|schreef|[ée]crit|escribi[óo]|escribiu|ha escrit|ha scritto|scrisse|escreveu|skrev|skrifa[ðd]i|kirjoitti|kirjutas|napisa[łl](?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|nap[íi]sal(?:\(a\)|a)?|napisao(?:\/la)?|[íi]rta|yazd[ıi]|scris|rašė|rakstīja|idatzi zuen|написал(?:\(а\)|а)?|пише(?:т)?|писал(?:\(а\)|а)?|написа|έγραψε|đã viết|menulis|הכתב|כתב|كتب|เขียน)(?![\p{L}\p{N}])|書きました|写道|寫道|작성|쓴 글/iu
const ENDS = /(?:[:：]|\bwrote\s*-{2,}\+?|-{4,}|#{4,})\s*$/u
const ADDRESS = /[^\s<>@]{1,100}@[^\s<>@]{1,200}/
const TIME = /\b\d{1,2}[:.]\d\d\b/
const DAY =
  /\b(?:19|20)\d\d\b|\b\d{1,4}[./-] ?\d{1,2}[./-] ?\d{2,4}\b|年\s?\d{1,2}\s?月|\b\d{1,2}\.? ?(?:jan|feb|m[äa]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])/iu
const OPENS =
  /^\W{0,4}(?:on|at|am|le|el|il|em|op|den|dne|d(?:nia|zi)|w dniu|pe|pada|vào|a|quoting|excerpts from|in message|in article|από|στις|\d{1,4}[年./ -]|mon|tue|wed|thu|fri|sat|sun)\b/iu
/** `Quoting X (2021-06-14 10:00:04)`, `(In reply to X from comment #3)`: no colon. */
const QUOTING =
  /^Quoting .{1,200}\(\d{4}-\d\d-\d\d[^)]{0,40}\)\s*:?$|^\(In reply to .{1,100} from comment #\d{1,6}\)$/
/** `Zitat von X <address>:`, of webmail in many languages. */
const QUOTING_ADDRESS =
  /^(?:quoting|zitat von|citando(?: a)?|citat (?:från|fra)|citaat van|cytowanie|citace|mensaje citado por) .*[:：]$/iu
/** `[X - Mon, Jun 14, 2021 at 10:00:04AM]`: no colon either. */
const BRACKETED = /^\[[^[\]]{3,120}\d{1,2}:\d\d[^[\]]{0,20}\]$/
/** A head on one line, as a few mailers put it above a quote. */
const FROM_LINE = /^From: [^:]{0,80}<[^<>\s]+@[^<>\s]+>(?:\s+Date: .{6,40})?$/

/** "wrote" and what a mailer puts behind it: names and moments, no words. */
const GOES_ON =
  /(?:[Ww]rote|[Ww]rites|[Ss]aid)\s(?:.*[\s(])?(?!(?:on|at|in|via|am|pm|von|van|de|der|den|la|le)\b)[a-z]+\b/u

/** Whether an attribution may end with this line: cheap, and false for nearly all lines. */
export function mayEndAttribution(line: string): boolean {
  return line.length <= MAX_LENGTH && (/[:：-]$|--\+$/u.test(line) || QUOTING.test(line))
}

export const MAX_ATTRIBUTION_LINES = 4
const MAX_LENGTH = 400

export type AttributionStrength = 'strong' | 'weak' | null

/**
 * What `text`, one or more joined lines, says. A strong one names a moment or an address and a word for writing, and
 * may stand above a mail that nothing marks as quoted; a weak one needs marked lines right below it.
 */
export function attributionStrength(text: string): AttributionStrength {
  const line = withPlainDigits(text.trim())
  if (line.length > MAX_LENGTH) return null
  if (QUOTING.test(line)) return 'strong'
  if (BRACKETED.test(line) || FROM_LINE.test(line)) return 'weak'
  if (!ENDS.test(line) || isSentence(line) || GOES_ON.test(withoutAddresses(line))) return null
  const hasVerb = VERB.test(line)
  const hasAddress = ADDRESS.test(line)
  const hasMoment = TIME.test(line) || DAY.test(line)
  if (hasVerb && (hasAddress || hasMoment)) return 'strong'
  if (hasAddress && hasMoment) return 'strong'
  const bare = line.replace(/[\s:：#]+$/u, '')
  const onlyMailbox = hasAddress && /^[^.?!]{0,80}[<(][^<>\s]+[>)]$/.test(bare)
  return onlyMailbox || hasVerbAtEdge(bare) || isStamped(line) ? 'weak' : null
}

function withoutAddresses(line: string): string {
  return line.replace(/[^\s<>]*@[^\s<>]*/g, '')
}

/** "Reva wrote:", "Quoth Reva:"; in the middle of other words it is a sentence. */
function hasVerbAtEdge(bare: string): boolean {
  const words = bare.split(/\s+/)
  if (words.length > 8) return false
  // Dutch and Swedish say "wrote Reva"; English does not.
  const beginsInEnglish = /^(?:wrote|writes|said)$/i.test(words[0] ?? '')
  const edges = [
    words.slice(-1),
    words.slice(-2),
    words.slice(1, 2),
    beginsInEnglish ? [] : words.slice(0, 1),
  ]
  return edges.some((edge) => VERB.test(edge.join(' ')))
}

/** A day, a time, a name and a colon, whatever language the verb is in: there are too many to know. */
function isStamped(line: string): boolean {
  if (line.split(/\s+/).length > 14 || !/\p{L}{2}/u.test(line)) return false
  return DAY.test(line) && (TIME.test(line) || /^\d{4}年/.test(line))
}

const IN_BRACKETS = /[<(][^\s<>@()]{1,100}@[^\s<>@()]{1,200}/
/** A comment of a program may say who wrote it. */
const IN_CODE = /^\/[/*]/
const WEEKDAY = /\b(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{3,6})?\b/i

/**
 * What only a mailer says: two of who wrote, with an address in brackets, the minute in which they did, and a word for writing.
 * People cite as well, and `On 2020-03-02 Ann wrote:` is theirs.
 */
export function isMailers(text: string): boolean {
  const line = withPlainDigits(text.trim())
  const strength = attributionStrength(line)
  if (strength === null || FROM_LINE.test(line) || IN_CODE.test(line)) return false
  const hasAddress = IN_BRACKETS.test(line)
  const isMinute = TIME.test(line) && DAY.test(line)
  if (QUOTING_ADDRESS.test(line) && hasAddress) return true
  if (strength !== 'strong') return false
  if (VERB.test(line))
    return hasAddress || isMinute || (WEEKDAY.test(line) && DAY.test(line)) || QUOTING.test(line)
  return (hasAddress && (TIME.test(line) || DAY.test(line))) || (ADDRESS.test(line) && isMinute)
}

/** `From: Ann <ann@o.example>` and nothing else. */
export function isFromLine(line: string): boolean {
  return line.length <= MAX_LENGTH && FROM_LINE.test(line.trim())
}

/** Digits of the scripts that mailers write moments in, as those of ASCII. */
function withPlainDigits(text: string): string {
  return text.replace(/[٠-٩۰-۹०-९０-９]/g, (digit) => {
    const code = digit.charCodeAt(0)
    const zero = [0x660, 0x6f0, 0x966, 0xff10].findLast((one) => one <= code) ?? code
    return String(code - zero)
  })
}

/**
 * How many of the last lines before a quote are its attribution; 0 for none. `lines` is the paragraph above the
 * quote. A person above a moment, or a moment above a person, belongs together, so the longest is taken that begins
 * like one.
 */
export function attributionLength(lines: readonly string[]): {
  count: number
  strength: AttributionStrength
} {
  let best: { count: number; strength: AttributionStrength } = { count: 0, strength: null }
  for (let count = 1; count <= Math.min(MAX_ATTRIBUTION_LINES, lines.length); count++) {
    const taken = lines.slice(lines.length - count)
    const first = taken[0] ?? ''
    // The lines above are part of it only when it begins there: own words may stand right above.
    if (count > 1 && best.count > 0 && !OPENS.test(first)) continue
    if (count > 1 && /[.?!]\s*$/.test(first)) break
    const strength = attributionStrength(taken.join(' '))
    if (strength && (best.strength !== 'strong' || count === 1 || OPENS.test(first)))
      best = { count, strength }
  }
  return best
}
