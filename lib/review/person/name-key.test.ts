import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keysToCompare, mixesAlphabets, nameKey, namesAnAddress, officeIn } from './name-key.ts'

const REVA = nameKey('Reva Reviewer')

test.each([
  ['two blanks', 'Reva  Reviewer'],
  ['a blank of another kind', 'Reva\u2003Reviewer'],
  ['no blank', 'RevaReviewer'],
  ['other capitals', 'REVA reviewer'],
  ['Cyrillic letters', 'R\u0435v\u0430 R\u0435viewer'],
  ['a Greek letter', 'Re\u03bda Reviewer'],
  [
    'mathematical letters',
    '\u{1D411}\u{1D41E}\u{1D42F}\u{1D41A} \u{1D411}\u{1D41E}\u{1D42F}\u{1D422}\u{1D41E}\u{1D430}\u{1D41E}\u{1D42B}',
  ],
  ['fullwidth letters', '\uff32\uff45\uff56\uff41 \uff32\uff45\uff56\uff49\uff45\uff57\uff45\uff52'],
  ['circled letters', '\u24c7\u24d4\u24e5\u24d0 Reviewer'],
  ['an accent', 'R\u00e9va Reviewer'],
  ['a stroke through it', 'Re\u0335va Reviewer'],
  ['a dotless i', 'Reva Rev\u0131ewer'],
  ['a one for an i', 'Reva Rev1ewer'],
  ['a capital I for an l or an i', 'Reva RevIewer'],
  ['a zero width space', 'Re\u200bva Reviewer'],
  ['a soft hyphen', 'Re\u00advver'.replace('vver', 'va Reviewer')],
  ['a direction mark', 'Reva \u2067Reviewer'],
  ['a full stop', 'Reva Reviewer.'],
  ['a tick', 'Reva Reviewer \u2713'],
  ['a hyphen', 'Reva-Reviewer'],
  ['a Hangul filler', 'Reva\u3164 Reviewer'],
  ['a Braille blank', 'Reva\u2800Reviewer'],
  ['Cherokee capitals', 'REV\u13aa REVIEWER'],
])('%s makes no other name', (_, name) => {
  expect(nameKey(name)).toBe(REVA)
})

test.each([
  ['rn and m', 'Mara Bloom', 'Mara Bloorn'],
  ['zero and o', 'Otto', '0tto'],
  ['vv and w', 'Willa', 'VViIIa'],
  ['a bar and an l', 'Lila', 'Li|a'],
  ['whole Cyrillic words', 'Cocoa', '\u0421\u043e\u0441\u043e\u0430'],
])('%s look alike', (_, one, other) => {
  expect(nameKey(one)).toBe(nameKey(other))
})

test.each([
  'Reva R. Reviewer',
  'Rena Reviewer',
  'Reva',
  '\u674e\u56db',
  'Reva Reviewer 2',
  '\u0930\u093e\u092e',
])('%s is another name', (name) => {
  expect(nameKey(name)).not.toBe(REVA)
})

test('vowel signs of a script are letters of it', () => {
  expect(nameKey('\u0930\u093e\u092e')).not.toBe(nameKey('\u0930\u092e'))
})

test.each([
  'Ada (administrator)',
  'Ada (Administrat\u043er)',
  'Ada \uff08\uff41\uff44\uff4d\uff49\uff4e\uff09',
  'Ada \u{1D41A}\u{1D41D}\u{1D426}\u{1D422}\u{1D427}',
  'Ada adm1n',
  'Ada @dmin',
  'Ada Adm\u00edn',
  'Ada a d m i n',
  'Ada ad\u200bmin',
  'Ada, author',
  'Ada [maintainer]',
  'Ada \u2014 reviewer',
  'Ada - reviewer',
  'Ada \u00b7 author',
  'Ada / author',
  'Administrator',
  'Author',
  'Coherent',
  'Ada (confirmed)',
  'Deleted account',
])('%s claims an office', (name) => {
  expect(officeIn(name)).not.toBeNull()
})

test.each([
  'Reva Reviewer',
  'Ada Adler',
  "D'Arcy-Smith, Jr.",
  'Mod\u017eelewski',
  'Rudolf Root-Meyer'.replace('Root', 'Rot'),
  'J. R. R. Tolkien',
  'A. B. C. D. Chair-Maker',
])('%s claims none', (name) => {
  expect(officeIn(name)).toBeNull()
})

test('a role behind a name makes no other name of it', () => {
  expect(keysToCompare('Ada Adler Reviewer')).toContain(nameKey('Ada Adler'))
  expect(keysToCompare('Ada Adler')).toEqual([nameKey('Ada Adler')])
})

test('a word of two alphabets is found, two words of one each are not', () => {
  expect(mixesAlphabets('R\u0435va')).toBe(true)
  expect(mixesAlphabets('Reva \u0418\u0432\u0430\u043d')).toBe(false)
  expect(mixesAlphabets('\u674eReva')).toBe(false)
})

test.each([
  ['reva@example.org', true],
  ['Reva kernel.org', true],
  ['Reva (example.co.uk)', true],
  ['D.Knuth', false],
  ['Reva Reviewer, Ph.D.', false],
  ['J.R.R. Tolkien', false],
])('%s names an address: %s', (name, names) => {
  expect(namesAnAddress(name)).toBe(names)
})

test('any text has a key, the same one each time, and blanks around it do not count', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
      expect(nameKey(text)).toMatch(/^1:/)
      if (/[\p{L}\p{N}]/u.test(text)) expect(nameKey(`  ${text} `)).toBe(nameKey(text))
    }),
  )
})
