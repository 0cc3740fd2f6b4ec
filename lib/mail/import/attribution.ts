/**
 * The line above a quote that says who wrote it: "On Monday, X wrote:", in any language, on up to four lines.
 *
 * There are hundreds of spellings, and they have in common what they must say: a person, a moment, or a word for
 * writing, and an end that points down. Two such signs make an attribution; one makes it only for the word, as
 * "In 4.1 at 10:00:" may be somebody's own sentence.
 */
const VERB =
  /(?<![\p{L}\p{N}])(?:wrote|writes|write|said|schrieb(?:en)?|schreef|[ée]crit|escribi[óo]|ha scritto|scrisse|escreveu|skrev|kirjoitti|napisa[łl](?:\(a\)|a)?|napsal(?:\(a\)|a)?|nap[íi]sal|[íi]rta|yazd[ıi]|scris|написал(?:\(а\)|а)?|пишет?|писал(?:\(а\)|а)?|έγραψε|đã viết|menulis|הכתב|כתב)(?![\p{L}\p{N}])|書きました|写道|寫道|작성/iu
const ENDS = /(?:[:：]|\bwrote\s*-{2,}|-{4,})\s*$/u
const ADDRESS = /[^\s<>@]{1,100}@[^\s<>@]{1,200}/
const MOMENT =
  /\b\d{1,2}:\d\d\b|\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|年\s?\d{1,2}\s?月|\b\d{1,2}\.? ?(?:jan|feb|m[äa]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])/iu
const OPENS =
  /^\W{0,4}(?:on|at|am|le|el|il|em|op|den|dne|d(?:nia|zi)|w dniu|pe|pada|vào|a|quoting|in message|in article|από|στις|\d{1,4}[年./ -]|mon|tue|wed|thu|fri|sat|sun)\b/iu
/** `Quoting X (2021-06-14 10:00:04)`: no colon. */
const QUOTING = /^Quoting .{1,200}\(\d{4}-\d\d-\d\d[^)]{0,40}\)\s*:?$/

/** Whether an attribution may end with this line: cheap, and false for nearly all lines. */
export function mayEndAttribution(line: string): boolean {
  return line.length <= MAX_LENGTH && (/[:：-]$/u.test(line) || QUOTING.test(line))
}

export const MAX_ATTRIBUTION_LINES = 4
const MAX_LENGTH = 400

export type AttributionStrength = 'strong' | 'weak' | null

/**
 * What `text`, one or more joined lines, says. A strong one names a moment or an address and a word for writing, so
 * that it is one even where no quote follows; a weak one needs a quote below it.
 */
export function attributionStrength(text: string): AttributionStrength {
  const line = text.trim()
  if (line.length > MAX_LENGTH) return null
  if (QUOTING.test(line)) return 'strong'
  if (!ENDS.test(line)) return null
  const hasVerb = VERB.test(line)
  const hasAddress = ADDRESS.test(line)
  const hasMoment = MOMENT.test(line)
  if (hasVerb && (hasAddress || hasMoment)) return 'strong'
  if (hasAddress && hasMoment) return 'strong'
  const bare = line.replace(/[\s:：]+$/u, '')
  // "Reva wrote:"; a sentence that happens to end in such a word is longer.
  const endsInVerb = hasVerb && bare.split(' ').length <= 8
  const onlyMailbox = hasAddress && /^[^.?!]{0,80}<[^<>\s]+>$/.test(bare)
  return endsInVerb || onlyMailbox ? 'weak' : null
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
