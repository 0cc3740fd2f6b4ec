import { expect, test } from '@playwright/test'

// While it runs nobody else can sign in: by itself (playwright.config.ts).

test('sixteen sign-ins at once take turns: each is answered, and who reads meanwhile does not wait for all of them', async ({
  request,
}) => {
  const send = () =>
    request.post('/sign-in', {
      form: { email: 'nobody@example.org', password: 'x' },
      headers: { origin: new URL(process.env.BASE_URL ?? '').origin },
    })
  let answered = 0
  const sent = Array.from({ length: 16 }, async () => {
    const answer = await send()
    answered += 1
    return answer.status()
  })
  expect((await request.get('/rfc')).status()).toBe(200)
  expect(answered).toBeLessThan(16)
  expect(await Promise.all(sent)).not.toContain(429)
})
