import data from 'unhomoglyph/data.json' with { type: 'json' }

/**
 * What a name looks like, as a key: two names with the same key are taken for one another by a reader.
 *
 * It is the skeleton of UTS 39 (section 4: letters that look alike become one letter, by Unicode's own table), on more than
 * that standard asks for: compatibility forms are undone first (mathematical, fullwidth, circled letters), capitals count as
 * small ones, and what stands between letters (blanks, dots, marks that show nothing) does not count, nor do accents on a
 * letter. So it also calls some names alike that a careful reader would tell apart; whoever has one adds an initial.
 *
 * It is never shown. The number in front is that of the rule: rows with another one are made anew at an upgrade.
 */
const RULE = '1'

export const PRESENT_RULE = `${RULE}:`

/** Unicode's table. The package's own function is one expression of 6,300 branches, which takes 30 ms for a name. */
const TABLE: ReadonlyMap<string, string> = new Map(Object.entries(data))
const skeleton = (text: string) => Array.from(text, (letter) => TABLE.get(letter) ?? letter).join('')

/** Accents of Latin, Greek and Cyrillic letters. Vowel signs of other scripts are letters to their readers, and stay. */
const ACCENTS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g
/** Everything but letters, digits, and the signs that scripts write their vowels with. */
const BETWEEN = /[^\p{L}\p{N}\p{M}]+/gu
const SHOWS_NOTHING = /[\p{Default_Ignorable_Code_Point}\u2800]/gu

/** @param name of any length; what lies behind its first 400 characters does not count. @returns at most 2,000 characters */
export function nameKey(name: string): string {
  const key = lookOf(name)
  // A name of nothing but signs is compared as it stands.
  return `${RULE}:${key === '' ? name.trim().toLowerCase().slice(0, 200) : key.slice(0, 1990)}`
}

function lookOf(name: string): string {
  const letters = name.slice(0, 400).replace(SHOWS_NOTHING, '').normalize('NFKC').normalize('NFD')
  // Once as it is written, once as small letters: a capital I looks like an l, and a small i does not.
  const written = skeleton(letters.replace(ACCENTS, ''))
  const small = skeleton(written.toLowerCase().normalize('NFKD').replace(ACCENTS, ''))
  // IRIS and Iris are one name, and so are Alice and A1ice: i and l become one.
  return small.toLowerCase().replace(BETWEEN, '').replaceAll('i', 'l').replaceAll('vv', 'w')
}

/** Words that say what somebody may do here. Nobody has one of them in a name, as `Reva (administrator)` would. */
const OFFICES = [
  ...[
    'admin',
    'admins',
    'administrator',
    'administration',
    'sysadmin',
    'moderator',
    'mod',
    'maintainer',
    'maintainers',
  ],
  ...[
    'operator',
    'owner',
    'root',
    'system',
    'staff',
    'support',
    'official',
    'verified',
    'confirmed',
    'coherent',
  ],
  ...['postmaster', 'webmaster', 'deleted'],
]
/** Words that are surnames as well: refused where they stand as a note on a name, in brackets or behind a comma. */
const ROLES = [
  'author',
  'authors',
  'reviewer',
  'reviewers',
  'reader',
  'editor',
  'chair',
  'team',
  'account',
  'bot',
]

const looks = (words: readonly string[]) => new Set(words.map(lookOf))
const OFFICE_LOOKS = looks(OFFICES)
const ROLE_LOOKS = looks([...ROLES, ...OFFICES])
/** What is written for a letter in disguise; Unicode's table has those that look alike, not those that are read alike. */
const READ_AS: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  $: 's',
  '5': 's',
  '7': 't',
  '+': 't',
}
const DISGUISED = /[@43$57+]/g

const wordLooks = (text: string): string[] => [
  lookOf(text),
  lookOf(text.replace(DISGUISED, (sign) => READ_AS[sign] ?? sign)),
]
const isOneOf = (words: ReadonlySet<string>, text: string) => wordLooks(text).some((look) => words.has(look))

const PARTS = /[\s\p{Z}._\-–—·•:;,/|\\()[\]{}<>«»*~=]+/u
const NOTES = /[()[\]{}<>«»]|\s[-–—·•:;/|\\*~=]\s?|,/u

/** The office that a name claims; null for a name that claims none. */
export function officeIn(name: string): string | null {
  const plain = name.replace(SHOWS_NOTHING, '').normalize('NFKC')
  const words = plain.split(PARTS).filter((word) => word !== '')
  const office = words.find((word) => isOneOf(OFFICE_LOOKS, word))
  if (office !== undefined) return office
  // Letters set apart: `a d m i n`.
  const apart = /(?:^|\s)((?:\S\s+){3,}\S)(?:\s|$)/u.exec(plain)?.[1]
  if (apart !== undefined && isOneOf(OFFICE_LOOKS, apart)) return apart
  const notes = plain.split(NOTES).map((part) => part.trim())
  const isNoted = notes.length > 1
  return notes.find((part) => (isNoted || words.length === 1) && isOneOf(ROLE_LOOKS, part)) ?? null
}

/** The keys that nobody else's name may have: that of the name, and that of the name without a role at its end. */
export function keysToCompare(name: string): string[] {
  const words = name.trim().split(/\s+/)
  const bare = words.filter((word) => !isOneOf(ROLE_LOOKS, word)).join(' ')
  return [...new Set([nameKey(name), ...(bare === '' ? [] : [nameKey(bare)])])]
}

const LATIN = /\p{Script=Latin}/u
/** Alphabets whose letters pass for Latin ones. */
const ALIKE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Deseret}\p{Script=Osage}]/u

/** A word with letters of two alphabets that look alike: nobody is called so, and no table has all such letters. */
export function mixesAlphabets(name: string): boolean {
  return name
    .normalize('NFKC')
    .split(/[^\p{L}\p{M}]+/u)
    .some((word) => LATIN.test(word) && ALIKE.test(word))
}

/** An address or a domain in a name would pass for the mark that stands beside names. */
export const namesAnAddress = (name: string): boolean =>
  /@|\S\.[a-z]{2,24}(?![\p{L}.])/u.test(name.normalize('NFKC'))
