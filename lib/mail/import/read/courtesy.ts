/**
 * "Hi Ünal," and "Thanks, Reva": what people say to be polite, and nobody wants to find as a comment.
 *
 * A greeting is followed by names and a farewell by the sender's own; anything else behind it is a remark, however
 * short ("Thanks, applied.", "Hi, NAK."). When in doubt it is one: a greeting too much costs a glance, a remark too
 * few is lost.
 */
const HELLO =
  /^(?:hi|hello|hey|dear|hallo|moin|servus|liebe[rs]?|salut|bonjour|hola|ciao|hej|guten (?:tag|morgen|abend)|good (?:morning|day|evening|afternoon))(?![\p{L}\p{N}-])/iu
const THANKS = /^(?:thanks|thank you|thx)(?![\p{L}\p{N}])/iu
const BYE =
  /^(?:thanks|thank you|thx|cheers|regards|(?:best|kind|kindest|warm)(?: regards)?|best wishes|sincerely|bye|gr(?:u|ü|ue)(?:ß|ss)e?|viele grüße|mit freundlichen grüßen|mfg|merci|cordialement|saludos|saluti|hth)(?![\p{L}\p{N}])/iu
/** Words that are meant for all, and "a lot". */
const EVERYONE = /^(?:all|everyone|everybody|there|folks|guys|team|list|again|and|&|maintainers|you|both)$/iu
const AND_HOW = /^\s*(?:again|a lot|so much|very much|in advance|for now)?\s*[,.!]*\s*/iu

/** A whole text that greets. `Reva`, `Ünal` are names by their capital; `NAK` is none. */
export function isGreeting(text: string): boolean {
  const line = text.trim()
  if (line.length > 80 || line.includes('\n')) return false
  const hello = HELLO.exec(line)
  const thanks = hello ? null : THANKS.exec(line)
  const rest = line.slice((hello ?? thanks)?.[0].length ?? 0)
  // "Thanks Applied." would be a strange name; behind a comma it is one.
  if (!hello && !(thanks && /[,!]$|^$/.test(rest))) return false
  const words = rest.split(/[\s,]+/).filter((word) => /[\p{L}\p{N}&]/u.test(word))
  return words.length <= 5 && words.every((word) => isName(word) || EVERYONE.test(word.replace(/[.!]$/, '')))
}

/** A whole text that takes leave, with nothing behind it but the name of who writes: any word of `sender`. */
export function isFarewell(text: string, sender: string): boolean {
  const line = text.trim()
  const bye = line.length > 120 ? null : BYE.exec(line)
  if (!bye) return false
  const rest = line.slice(bye[0].length).replace(AND_HOW, '')
  const names = new Set(wordsOf(sender))
  return wordsOf(rest).every((word) => names.has(word))
}

/** Greets or takes leave and names anybody: good enough in the mail of somebody else. */
export function isCourteous(text: string): boolean {
  const line = text.trim()
  const words = (HELLO.exec(line) ?? BYE.exec(line))?.[0].length ?? 0
  if (words === 0 || line.length > 120) return false
  const rest = line
    .slice(words)
    .replace(AND_HOW, '')
    .split(/[\s,]+/)
  return rest.every((word) => word === '' || isName(word) || EVERYONE.test(word.replace(/[.!]$/, '')))
}

/** Takes leave, and names at most who does: `Thanks,` and a name below it. */
export function takesLeave(text: string): boolean {
  return BYE.test(text.trim()) && isCourteous(text)
}

function isName(word: string): boolean {
  const bare = word.replace(/[.!]$/, '')
  if (!/^[\p{L}.'’-]{1,24}$/u.test(bare)) return false
  return /^\p{Lu}(?:\.|$|.*\p{Ll})/u.test(bare) || /^\p{Lo}+$/u.test(bare)
}

function wordsOf(text: string): string[] {
  return text
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '')
}
