import { dictionary } from '@zxcvbn-ts/language-common'

/**
 * Which passwords are refused: those that guessers try first (NIST SP 800-63B, 5.1.1.2: breached ones, dictionary words,
 * repetitions and sequences, and what belongs to this service or to this person). The list is that of zxcvbn: 49,000
 * passwords from breaches, the most used first.
 */
const KNOWN: ReadonlySet<string> = new Set(dictionary['passwords-common'])
const PLACE = ['coherent', 'password', 'passphrase', 'letmein', 'welcome', 'changeme']
const ROWS = [
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
]
const READ_AS: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
}

/** Signs that a guesser does not get for nothing: what stands beside a known word has to be as long as a short password. */
const OWN_SIGNS = 6

/** @returns the sentence that stands beside the field; null for a password that may be taken */
export function passwordProblem(
  password: string,
  { name, address }: { name: string; address: string },
): string | null {
  const small = password.normalize('NFKC').toLowerCase()
  if (isRepeated(small))
    return 'This password repeats a few signs. Take one that nobody guesses: four words, say.'
  const own = [name, ...name.split(/[\s.-]+/), address, ...address.split(/[@.+_-]+/)]
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => word.length >= 4)
  if (consistsOf(small, own))
    return 'This password is little more than your name or address. Take one that nobody guesses: four words, say.'
  if (isKnown(small) || consistsOf(small, PLACE) || isSequence(small))
    return 'This password is on lists that guessers try first. Take one that nobody guesses: four words, say.'
  return null
}

function isKnown(password: string): boolean {
  if (KNOWN.has(password)) return true
  // `Password123!`: a known one with something before or behind it, also where signs stand for letters.
  return [password, disguiseOff(password)].some((text) => {
    const core = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
    if (KNOWN.has(text) || KNOWN.has(text.replace(/[^\p{L}\p{N}]/gu, ''))) return true
    return (
      core.length >= 4 && password.length - core.length < OWN_SIGNS && (KNOWN.has(core) || isRepeated(core))
    )
  })
}

const disguiseOff = (text: string) => Array.from(text, (sign) => READ_AS[sign] ?? sign).join('')

/** Some of the words, and fewer signs of one's own than a short password has. */
function consistsOf(password: string, words: readonly string[]): boolean {
  const longestFirst = words.toSorted((a, b) => b.length - a.length)
  return [password, disguiseOff(password)].some((text) => {
    const rest = longestFirst.reduce((left, word) => left.replaceAll(word, ''), text)
    return rest.length < text.length && rest.length < OWN_SIGNS
  })
}

/** `abcabcabcabc`, `aaaaaaaaaa`. */
const isRepeated = (text: string) => text.length > 3 && /^(.{1,4}?)\1+.{0,3}$/u.test(text)

/** Keys beside each other, letters or digits in order, forwards or backwards. */
function isSequence(text: string): boolean {
  return ROWS.some((row) => {
    const forwards = row + row
    const backwards = Array.from(forwards).toReversed().join('')
    return [forwards, backwards].some((keys) => longestRun(text, keys) > text.length - OWN_SIGNS)
  })
}

/** @param text at most 128 characters */
function longestRun(text: string, keys: string): number {
  let longest = 0
  for (let start = 0; start < text.length; start++)
    while (start + longest < text.length && keys.includes(text.slice(start, start + longest + 1)))
      longest += 1
  return longest >= 4 ? longest : 0
}
