import { expect, test } from 'vitest'
import { databaseIsAway, programFailed } from './failure.ts'
import { refusalAnswer } from './refusal-page.ts'

const reader = { target: '/rfc', headers: { accept: 'text/html' } }

test('a page that cannot be made asks again by itself, and says so', () => {
  const { status, headers, body } = refusalAnswer(databaseIsAway('GET', '0badcafe'), reader)
  expect(status).toBe(503)
  expect(headers).toMatchObject({ 'retry-after': '10', refresh: '10', 'cache-control': 'no-store' })
  expect(body).toContain('<h1>The database does not answer at the moment</h1>')
  expect(body).toContain('0badcafe')
})

test('a form is never sent again by itself, and nothing is asserted of what it did', () => {
  for (const failure of [databaseIsAway('POST', null), programFailed('POST', null)]) {
    const { headers, body } = refusalAnswer(failure, reader)
    expect(headers).not.toHaveProperty('refresh')
    expect(body).toContain('It is not known whether what you sent was stored')
    expect(body).not.toMatch(/nothing was (?:stored|changed)/i)
  }
})

test('programs get a line or JSON, and the same status', () => {
  const failure = databaseIsAway('POST', null)
  const mail = refusalAnswer(failure, { target: '/api/mail', headers: {} })
  expect(mail).toMatchObject({ status: 503, headers: { 'content-type': 'text/plain; charset=utf-8' } })
  const script = refusalAnswer(failure, { target: '/rfc/x', headers: { accept: 'application/json' } })
  expect(JSON.parse(script.body)).toMatchObject({ words: failure.words })
})
