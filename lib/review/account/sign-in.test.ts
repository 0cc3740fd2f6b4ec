import { expect, test } from 'vitest'
import { SignUpInput, safeReturnPath } from './sign-in.ts'

test.each(['/', '/rfc/io-uring-futex/v1?comment=a#b-a', '/rfc?x=//y'])(
  '%s is a place of this site',
  (path) => {
    expect(safeReturnPath(path)).toBe(path)
  },
)

test.each([
  '//evil.example',
  '/\\evil.example',
  '/..//evil.example/x',
  '/.//evil.example/x',
  '/./\\evil.example',
  '/%2e%2e//evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  'rfc',
  '/a b',
  '/\u0000',
  '',
  null,
])('%s leads home', (path) => {
  expect(safeReturnPath(path)).toBe('/')
})

const named = (name: string) =>
  SignUpInput.safeParse({ name, email: 'reva@example.org', password: 'long enough, surely' })

test.each(['Reva Reviewer', '\u00dcnal Gr\u00f6\u00dfe', '\u674e\u56db', "D'Arcy-Smith, Jr.", 'R2'])(
  '%s is a name',
  (name) => {
    expect(named(name).success).toBe(true)
  },
)

test.each([
  ['a blank letter', '\u3164'],
  ['a blank Braille cell', '\u2800'],
  ['a direction mark', 'Reva \u202e reverse'],
  ['a line', 'Reva\nBcc: x'],
  ['odd blanks that imitate a label', 'Reva\u00a0\u2003author'],
  ['nothing but points', '...'],
  ['a letter under twenty marks', `A${'\u0301'.repeat(20)}`],
  ['a zero width space', 'Re\u200bva'],
])('%s is no name', (_, name) => {
  expect(named(name).success).toBe(false)
})

test('a name is stored in one form', () => {
  expect(named('U\u0308nal').data?.name).toBe('\u00dcnal')
})
