import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts'
import { importByCommand, MAILED, mailbox, mailedParts, mailTo } from './mails.ts'
import { enter, newAccount, signUp } from './people.ts'

// What a maintainer or administrator does about mail that somebody sent in numbers; and what hangs on a mail.

const unique = () => `${process.pid}${Date.now().toString(36)}`

/** Many mails by the page of imports; what it says of them. */
async function upload(page: Page, mails: readonly { readonly text: string }[]) {
  await page.goto('/import')
  const file = { name: 'held.mbox', mimeType: 'application/mbox', buffer: Buffer.from(mailbox(mails)) }
  await page.getByLabel(/A mailbox/).setInputFiles(file)
  await page.getByRole('button', { name: 'Import', exact: true }).click()
}

for (const javaScriptEnabled of [true, false])
  test(`held mails are found by their sender, and many are let in or dropped at once (${javaScriptEnabled ? 'with' : 'without'} JavaScript)`, async ({
    browser,
    request,
  }) => {
    const bringer = await browser.newPage()
    const narrow = { javaScriptEnabled, viewport: { width: 390, height: 800 } }
    const page = await (await browser.newContext(narrow)).newPage()
    await signUp(bringer, newAccount('Bo'))
    const [, , part] = await mailedParts(request)
    const sender = `held-${unique()}@lister.example`
    const mails = ['one', 'two', 'three', 'four'].map((name) => ({
      subject: `Held ${name} ${sender}`,
      ...mailTo(part, `Words of ${name}, ${sender}`, {
        from: `Hella Held <${sender}>`,
        subject: `Held ${name} ${sender}`,
      }),
    }))
    await upload(bringer, mails)
    await expect(bringer.getByText('4 held until somebody looks at it.')).toBeVisible()
    await bringer.close()

    await enter(page, 'Ada', { isAdmin: true })
    await page.goto('/import/queue')
    await page.getByRole('textbox', { name: 'Sender' }).fill(sender)
    await page.getByRole('button', { name: 'Show' }).click()
    const boxes = page.getByRole('checkbox', { name: /^Choose Held/ })
    await expect(boxes).toHaveCount(4)
    await expectNoSidewaysScroll(page)
    if (javaScriptEnabled) await expectAccessible(page)
    const choose = async (...names: readonly string[]) => {
      for (const name of names) await page.getByRole('checkbox', { name: `Choose Held ${name}` }).check()
    }

    await page.getByRole('button', { name: 'Let them in' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Choose some mails' })).toBeVisible()
    await choose('one', 'two')
    await page.getByRole('button', { name: 'Drop them' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'why' })).toBeVisible()
    await expect(boxes, 'without a reason none is dropped').toHaveCount(4)
    await choose('one', 'two')
    await page.getByLabel('Why, if they are dropped').fill('advertises shoes')
    await page.getByRole('button', { name: 'Drop them' }).click()
    await expect(page.getByText('2 decided.')).toBeVisible()
    await expect(boxes).toHaveCount(2)
    await choose('three', 'four')
    await page.getByRole('button', { name: 'Let them in' }).click()
    // Those words stood there before; what was decided has gone, and they have not gone with it.
    await expect(boxes).toHaveCount(0)
    await expect(page.getByText('2 decided.')).toBeVisible()
    await page.goto(`/import/queue?sender=${encodeURIComponent(sender)}`)
    await expect(page.getByText('No mail that waits is like that.')).toBeVisible()

    // For everybody: who was let in stands in a thread, and who was dropped is nowhere.
    const reader = await browser.newPage()
    for (const [i, { id }] of mails.entries()) {
      const answer = await reader.goto(`/m/${id}`)
      expect(answer?.status()).toBe(i < 2 ? 404 : 200)
    }
    await expect(reader).toHaveURL(/\/t\/\d+/)
    await expect(reader.getByText(`Words of four, ${sender}`)).toBeVisible()
    await reader.close()
    await page.close()
  })

test('all mails of one sender are dropped at once: their words go, what others answered stays', async ({
  page,
  browser,
  request,
}) => {
  const parts = await mailedParts(request)
  const [sender, other] = [`flood-${unique()}@lister.example`, `good-${unique()}@lister.example`]
  const from = `Flo Flood <${sender}>`
  const flood = [1, 2, 3].map((n) => mailTo(parts[n], `Buy boots number ${n} of ${sender}`, { from }))
  const good = mailTo(parts[1], `A good question of ${other}`, { from: `Gus Good <${other}>` })
  // Somebody answers one of them, by mail.
  const answer = mailTo(
    { id: flood[0]?.id ?? '', line: `Buy boots number 1 of ${sender}` },
    `No boots for ${other}`,
    {
      from: `Gus Good <${other}>`,
    },
  )
  const imported = importByCommand(mailbox([...flood, good, answer]), '--json')
  expect(imported.stderr).toBe('')
  const statuses = JSON.parse(imported.stdout).messages.map(({ status }: { status: string }) => status)
  expect(statuses).toEqual(Array.from({ length: 5 }, () => 'imported'))

  const reader = await browser.newPage()
  await reader.goto(`/m/${flood[0]?.id}`)
  const thread = reader.url().replace(/#.*$/, '')
  await expect(reader.getByText(`Buy boots number 1 of ${sender}`).first()).toBeVisible()

  const ada = await enter(page, 'Ada', { isAdmin: true })
  await page.goto(`/m/${flood[0]?.id}?as=mail`)
  await page.getByText('Drop this mail with all that it brought').click()
  await page.getByRole('link', { name: 'Drop all mail from this address' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Drop all mail from ${sender}`)
  await expect(page.getByText('3 mails with 3 comments')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Why they are dropped').fill('a flood of boots')
  await page.getByRole('button', { name: 'Drop them all' }).click()
  await expect(page.getByText('Dropped 3 mails with 3 comments.')).toBeVisible()
  await page.reload()
  await expect(page.getByText('There is nothing to drop.')).toBeVisible()

  await reader.goto(thread)
  await expect(reader.getByText('a sender whose mail was dropped').first()).toBeVisible()
  await expect(reader.getByText(`No boots for ${other}`).first()).toBeVisible()
  const everything = `/rfc/${MAILED}/v1?all=1`
  for (const address of [
    thread,
    everything,
    `/rfc/${MAILED}/v1.threads.mbox`,
    `/rfc/${MAILED}/v1.threads.txt`,
  ]) {
    const text = await (await request.get(address)).text()
    // The answer quotes what it answers: those are the words of who answered.
    const without = text.replaceAll(new RegExp(`(&gt;|>) Buy boots number 1 of ${sender}`, 'g'), '')
    expect(without.includes('Flo Flood'), `${address} names the sender`).toBe(false)
    for (const n of [2, 3])
      expect(
        without.includes(`Buy boots number ${n} of ${sender}`),
        `${address} has words of mail ${n}`,
      ).toBe(false)
  }
  expect(await (await request.get(everything)).text()).toContain(`A good question of ${other}`)
  for (const { id } of flood) expect((await request.get(`/m/${id}?as=mail`)).status()).toBe(404)
  await page.goto('/admin/log')
  await expect(page.getByRole('row', { name: new RegExp(`${ada.name}.*dropped mail`) })).toBeVisible()
  await reader.close()
})

test('what is attached to a mail is named beside its words, and comes as a file that no browser runs', async ({
  page,
  browser,
  request,
}) => {
  const [, part] = await mailedParts(request)
  const bytes = Buffer.from('<script>document.title = "ran"</script>\n')
  const sender = `attached-${unique()}@lister.example`
  const words = `See the file, says ${sender}`
  const { id, text } = mailTo(part, words, {
    from: `Atta Ched <${sender}>`,
    attached: {
      head: `Content-Type: text/html; name="r"\nContent-Disposition: attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.html`,
      bytes,
    },
  })
  const imported = importByCommand(text, '--json')
  expect(imported.stderr).toBe('')
  expect(JSON.parse(imported.stdout).messages).toMatchObject([{ status: 'imported' }])

  await page.goto(`/m/${id}`)
  const comment = page.getByRole('article').filter({ hasText: words })
  await comment.getByRole('link', { name: /attach/i }).click()
  await expect(page).toHaveURL(/\?as=mail$/)
  const link = page.getByRole('link', { name: 'résumé.html' })
  await expect(link).toHaveAttribute('rel', 'nofollow')
  await expectAccessible(page)
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(download.suggestedFilename()).toBe('résumé.html')
  expect(readFileSync(await download.path())).toEqual(bytes)

  const address = (await link.getAttribute('href')) ?? ''
  const answer = await request.get(address)
  expect(answer.status()).toBe(200)
  expect(await answer.body()).toEqual(bytes)
  expect(answer.headers()).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="r_sum_.html"; filename*=UTF-8''r%C3%A9sum%C3%A9.html`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  })
  for (const wrong of [address.replace(/\d+$/, '7'), address.replace(/\d+$/, '-1')])
    expect((await request.get(wrong)).status()).toBe(404)

  // Of a mail that is held only who may look at it gets the file.
  const bringer = await browser.newPage()
  await signUp(bringer, newAccount('Bo'))
  const held = mailTo(part, `Held, says ${sender}`, {
    from: `Atta Ched <held-${sender}>`,
    subject: `Held with a file ${sender}`,
    attached: {
      head: 'Content-Type: text/plain; name="held.txt"\nContent-Disposition: attachment; filename="held.txt"',
      bytes,
    },
  })
  await upload(bringer, [held])
  await expect(bringer.getByText('1 held until somebody looks at it.')).toBeVisible()
  await enter(page, 'Ada', { isAdmin: true })
  await page.goto(`/import/queue?sender=${encodeURIComponent(`held-${sender}`)}`)
  await page.getByRole('link', { name: /^Held with a file/ }).click()
  const own = (await page.getByRole('link', { name: 'held.txt' }).getAttribute('href')) ?? ''
  expect((await page.request.get(own)).status()).toBe(200)
  for (const stranger of [bringer.request, request]) expect((await stranger.get(own)).status()).toBe(404)
  await bringer.close()
})
