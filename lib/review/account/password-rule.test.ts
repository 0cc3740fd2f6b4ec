import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { passwordProblem } from './password-rule.ts'

const reva = { name: 'Reva Reviewer', address: 'reva.mail@lists.example.org' }

test.each([
  ['the most used of ten signs', '1234567890'],
  ['a row of keys', 'qwertyuiop'],
  ['one from a breach', 'basketball'],
  ['in capitals', 'BasketBall'],
  ['with a number behind it', 'basketball99'],
  ['with a year and a sign', 'Password2026!'],
  ['with signs for letters', 'P@ssw0rd1234'],
  ['one sign over and over', 'aaaaaaaaaaaa'],
  ['four signs over and over', 'abcdabcdabcd'],
  ['letters in order', 'abcdefghijkl'],
  ['digits backwards', '9876543210987'],
  ['the name of this service', 'coherent2026'],
  ['the name of the service in disguise', 'c0h3rent!!'],
  ['their name', 'RevaReviewer'],
  ['their surname with a number', 'reviewer1234'],
  ['their address', 'reva.mail@lists.example.org'],
  ['a part of it', 'lists.example1'],
])('%s is refused', (_, password) => {
  expect(passwordProblem(password, reva)).toMatch(/^This password /)
})

test.each([
  'correct horse 4711 battery',
  'long enough, surely',
  'mvgE7-tnrQ2',
  'four words make one',
  'reva likes her seven lighthouses',
  '\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e',
])('%s may be taken', (password) => {
  expect(passwordProblem(password, reva)).toBeNull()
})

test('the longest password is judged within a moment', () => {
  const began = cpuMs()
  for (const sign of ['a', 'ab', 'abc', 'qwer', '1', 'x9-'])
    passwordProblem(sign.repeat(128).slice(0, 128), reva)
  expect(cpuMs() - began).toBeLessThan(msHere(500))
})
