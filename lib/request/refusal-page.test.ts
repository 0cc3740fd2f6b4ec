import { describe, expect, test } from 'vitest'
import type { Refusal } from './admit.ts'
import { refusalAnswer } from './refusal-page.ts'
import { securityHeaders } from './security-headers.ts'

const refusal: Refusal = {
  status: 413,
  title: 'Too <large>',
  words: 'Split "it" & go on.',
  headers: { allow: 'GET' },
}

describe('a refusal is answered in the form that was asked for', () => {
  test('a browser gets a page, with every sign of the words escaped', () => {
    const { status, headers, body } = refusalAnswer(refusal, {
      target: '/sign-in',
      headers: { accept: 'text/html,application/xhtml+xml' },
    })
    expect(status).toBe(413)
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', allow: 'GET' })
    expect(body).toContain('<h1>Too &lt;large&gt;</h1>')
    expect(body).toContain('Split &quot;it&quot; &amp; go on.')
    expect(body).not.toMatch(/<script|<link|src=/)
  })

  test('a script of a form gets what it shows beside the form', () => {
    const { body } = refusalAnswer(refusal, {
      target: '/rfc/x/comment',
      headers: { accept: 'application/json' },
    })
    expect(JSON.parse(body)).toEqual({ kind: 'refused', words: 'Split "it" & go on.' })
  })

  test.each([
    ['/api/mail', 'text/html'],
    ['/rfc', '*/*'],
  ])('a program at %s gets a line', (target, accept) => {
    const { headers, body } = refusalAnswer(refusal, { target, headers: { accept } })
    expect(headers['content-type']).toContain('text/plain')
    expect(body).toBe('Too <large>. Split "it" & go on.\n')
  })
})

test('a site asks to be reached over TLS alone where its readers reach it so', () => {
  expect(securityHeaders('https://rfc.example.org')).toHaveProperty('strict-transport-security')
  expect(securityHeaders('http://localhost:3000')).not.toHaveProperty('strict-transport-security')
})
