import { expect, test } from 'vitest'
import { faultsOfLog } from './journeys-log.mjs'

const FIRST = '[ 44.9 s] Coherent is at http://localhost:1'
const request = (more: object) =>
  JSON.stringify({
    level: 'info',
    time: '2026-01-01T00:00:00.000Z',
    request: '0badcafe',
    msg: 'request',
    ...more,
  })
const faults = (lines: readonly string[], texts: readonly string[] = []) =>
  faultsOfLog([FIRST, ...lines, ''].join('\n'), texts)

test('a log of requests, and of the launcher, is as it should be', () => {
  const lines = [
    request({ method: 'GET', path: '/rfc/io-uring-futex/t/7', status: 404, ms: 12 }),
    request({ level: 'warn', mail: '0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f' }),
    '[  1.2 s] stopping',
  ]
  expect(faults(lines, ['nobody wrote this'])).toEqual([])
})

test('an error, a line of another hand, a token, an address and words of a person are each told', () => {
  const told = (line: string, texts: readonly string[] = []) =>
    faults([line], texts).map((one) => one.split(':')[0])
  expect(told(request({ level: 'error', msg: 'a request failed' }))).toEqual(['an error'])
  expect(told('Error: what failed\n    at work (a.js:1:1)')).toEqual([
    'a line that is none of the log',
    'a line that is none of the log',
  ])
  expect(told(request({ path: '/first-admin/wwrtOcpBoZsc6F3kk01Gjzi2HS' }))).toEqual([
    'something like a token',
  ])
  expect(told(request({ to: 'reva@example.org' }))).toEqual(['something like an address'])
  expect(told(request({ path: '/rfc/What frees "this"?' }), ['What frees "this"?'])).toEqual([
    'words of a person',
  ])
  expect(told('plain words of somebody', ['words of somebody'])).toContain('words of a person')
})
