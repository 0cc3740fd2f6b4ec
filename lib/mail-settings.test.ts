import { expect, test } from 'vitest'
import { parseMailSettings } from './mail-settings.ts'

const from = { COHERENT_MAIL_FROM: 'bounces@example.org' }

test('without anything sending is off, and half a configuration is an error', () => {
  expect(parseMailSettings({})).toEqual({ ok: true, value: null })
  expect(parseMailSettings({ COHERENT_SMTP_URL: ' ', COHERENT_MAIL_FROM: '' })).toEqual({
    ok: true,
    value: null,
  })
  expect(parseMailSettings(from)).toMatchObject({ ok: false })
  expect(parseMailSettings({ COHERENT_SMTP_URL: 'smtp://localhost' })).toMatchObject({ ok: false })
})

test.each([
  ['smtp://localhost', { host: 'localhost', port: 25, security: 'plain', login: null }],
  ['smtp://[::1]:2525', { host: '::1', port: 2525, security: 'plain', login: null }],
  ['smtp://mx.example.org', { host: 'mx.example.org', port: 587, security: 'starttls', login: null }],
  [
    'smtps://me%40example.org:p%23w%2F@mx.example.org',
    {
      host: 'mx.example.org',
      port: 465,
      security: 'tls',
      login: { user: 'me@example.org', password: 'p#w/' },
    },
  ],
])('%s is understood, and never without TLS outside this machine', (COHERENT_SMTP_URL, server) => {
  const parsed = parseMailSettings({ ...from, COHERENT_SMTP_URL })
  expect(parsed).toMatchObject({
    ok: true,
    value: { server, bounceAddress: 'bounces@example.org', perMinute: 30 },
  })
})

test.each([
  [{ COHERENT_SMTP_URL: 'localhost:25' }, 'smtp://'],
  [{ COHERENT_SMTP_URL: 'http://x' }, 'smtp://'],
  [{ COHERENT_SMTP_URL: 'smtp://' }, 'COHERENT_SMTP_URL'],
  [{ COHERENT_SMTP_URL: 'smtp://u:secret#x@host' }, 'COHERENT_SMTP_URL'],
  [{ COHERENT_SMTP_URL: 'smtp://u:secret%zz@host' }, '%25'],
  [{ COHERENT_MAIL_FROM: 'Me <me@example.org>' }, 'bounces'],
  [{ COHERENT_MAIL_FROM: 'me' }, 'bounces'],
  [{ COHERENT_MAIL_PER_MINUTE: '-1' }, 'not a number'],
  [{ COHERENT_MAIL_ARCHIVES: 'list@x=https://a/b' }, '{id}'],
  [{ COHERENT_MAIL_ARCHIVES: 'https://a/{id}' }, 'list@host'],
])('%j is refused in a sentence that helps, without the password', (wrong, words) => {
  const parsed = parseMailSettings({ ...from, COHERENT_SMTP_URL: 'smtp://localhost', ...wrong })
  if (parsed.ok) throw new Error('taken')
  expect(parsed.error.join(' ')).toContain(words)
  expect(parsed.error.join(' ')).not.toContain('secret')
})

test('archives are kept by the address of their list', () => {
  const parsed = parseMailSettings({
    ...from,
    COHERENT_SMTP_URL: 'smtp://localhost',
    COHERENT_MAIL_ARCHIVES: 'LKML@x.example=https://a.example/lkml/{id}/  b@x.example=http://127.0.0.1/{id}',
  })
  expect(parsed.ok && parsed.value?.archives.get('lkml@x.example')).toBe('https://a.example/lkml/{id}/')
})
