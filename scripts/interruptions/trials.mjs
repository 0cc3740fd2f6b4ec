/**
 * One person who writes a text while something goes wrong, in a browser. `npm test` drives each way once, `npm run
 * interruptions` many of them at random.
 *
 * Whatever goes wrong, three things hold: the page or the browser's Back has the words, a text that was sent is in the
 * database once, and one that was not is in a form.
 */
const PROPOSAL = '/rfc/io-uring-futex/v1'
const FIELD = 'textarea[name="body"]'
const SEND = 'button[name="intent"][value="send"]'
/** Of a machine that has little time left, too: a wait ends with what it waits for. */
export const PATIENCE = 120_000

/**
 * @typedef {object} World
 * @property {ReturnType<typeof import('./flaky-proxy.mjs').openFlakyProxy> extends Promise<infer P> ? P : never} proxy
 * @property {import('pg').Client} database
 * @property {string} databaseUrl
 * @property {import('@playwright/test').BrowserContext} scripted
 * @property {import('@playwright/test').BrowserContext} plain
 * @property {{ email: string, password: string }} account
 * @property {readonly string[]} blocks passages that nobody else writes about in this run
 * @property {number} thread whose first comment is answered and edited
 * @property {null | (() => Promise<void>)} restart kills the app and starts it again; null where it is not ours
 */

/** What goes wrong, with scripts and without. `restart` only where the server is ours to kill. */
export const WAYS = {
  scripted: [
    'mute',
    'deaf',
    'away',
    'gateway',
    'sign-in',
    'offline',
    'expired',
    'reload',
    'back',
    'new-tab',
    'cancel',
    'restart',
  ],
  plain: ['mute', 'deaf', 'away', 'gateway', 'offline', 'expired', 'reload', 'back', 'restart'],
}
export const FORMS = ['in-place', 'page', 'reply', 'edit']

const expect = (holds, words) => {
  if (!holds) throw new Error(words)
}
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

export async function until(holds, words) {
  for (const end = Date.now() + PATIENCE; ; await sleep(150)) {
    if (await holds()) return
    if (Date.now() > end)
      throw new Error(
        `for ${PATIENCE / 1000} s it was not so: ${typeof words === 'string' ? words : words()}`,
      )
  }
}

/** How often a text is stored, as a comment or as an earlier text of one. */
export async function timesStored(database, words) {
  const { rows } = await database.query(
    `SELECT count(*)::int AS times FROM
       (SELECT body FROM comment UNION ALL SELECT body FROM comment_version) AS said WHERE body = $1`,
    [words],
  )
  return rows[0].times
}

/** Opens a form as a person does. */
async function open(page, world, form, block) {
  const { origin } = world.proxy
  if (form === 'in-place') {
    await page.goto(`${origin}${PROPOSAL}`, { waitUntil: 'load' })
    await ready(page)
    await page.locator(`a[data-compose="thread"][data-block="${block}"]`).first().click()
  } else if (form === 'page') await page.goto(`${origin}${PROPOSAL}?comment=${block}`)
  else
    await page.goto(`${origin}/rfc/io-uring-futex/t/${world.thread}?${form === 'reply' ? 'reply' : 'edit'}=1`)
  await page.locator(FIELD).waitFor()
  await ready(page)
}

/** Until the island has the forms: what is done earlier is the browser's own. */
async function ready(page) {
  await page
    .waitForFunction(() => document.querySelector('p[role="status"].visually-hidden') !== null, undefined, {
      timeout: 10_000,
    })
    .catch(() => {})
  await page.waitForLoadState('load')
}

/** Chromium: a second after a change, and the message to the process that keeps it. */
export const FIELDS_NOTED_MS = 2000

const typedIn = (page) => page.locator(FIELD).inputValue({ timeout: PATIENCE })

/** The draft comes back into a form that was opened anew. */
async function expectWords(page, words, where) {
  let seen = null
  await until(
    async () => {
      seen = (await page.locator(FIELD).count()) > 0 ? await typedIn(page) : null
      return seen === words
    },
    () =>
      `the words in the form ${where}; ${page.url()} has ${seen === null ? 'no form' : JSON.stringify(seen.slice(0, 60))}`,
  )
}

/** @returns {Promise<string>} `sent` or `unsent`; throws when something was lost or doubled */
export async function trial(world, { scripts, way, form, block, words, isLeft = false }) {
  const context = scripts ? world.scripted : world.plain
  let page = await context.newPage()
  try {
    await open(page, world, form, block)
    await page.locator(FIELD).fill(words)
    // A browser notes what stands in the fields of a page for Back once a second, and this is typed in no time.
    if (!scripts) await page.waitForTimeout(FIELDS_NOTED_MS)
    page = await interrupt(page, world, { scripts, way, form, block, words, context })
    if (isLeft && (await timesStored(world.database, words)) === 0) {
      expect((await typedIn(page)) === words, 'a text that was not sent is in its form')
      return 'unsent'
    }
    await finish(page, { scripts, words })
    const times = await timesStored(world.database, words)
    expect(times === 1, `it is stored once, and was ${times} times`)
    return 'sent'
  } finally {
    world.proxy.be('pass')
    await context.setOffline(false)
    await page.close()
  }
}

/** Sends what is in the form, if it is not sent already, until the form is gone. */
async function finish(page, { scripts, words }) {
  if (!scripts) {
    if ((await page.locator(FIELD).count()) > 0) {
      expect((await typedIn(page)) === words, 'the words are in the form')
      await page.locator(SEND).click()
    }
    await page.waitForURL(/\/t\/\d+.*#c\d+$/, { timeout: PATIENCE })
    return
  }
  // In one look: the form may go at any moment.
  const isThere = async () =>
    (await page.evaluate((field) => document.querySelector(field)?.value, FIELD)) === words
  let isPressed = false
  /** Once; what is in the way of it (a form that goes, a page that is slow) is looked at again. */
  const press = async () => {
    if (isPressed || (await page.locator('[data-sending], [data-offer]').count()) > 0) return
    isPressed = await page
      .locator(SEND)
      .click({ timeout: 5000 })
      .then(
        () => true,
        () => false,
      )
  }
  await until(async () => {
    if (!(await isThere())) return true
    await press()
    return false
  }, 'the form is gone once its words are stored')
}

async function interrupt(page, world, { scripts, way, form, block, words, context }) {
  const { proxy, database, account } = world
  const send = () => page.locator(SEND).click({ noWaitAfter: true })
  /** With scripts the page stays and says what is known; without them the browser's Back has the form. */
  const meets = async () => {
    await send()
    if (scripts) {
      await page.locator('form [role="alert"]').waitFor({ timeout: PATIENCE })
      expect((await typedIn(page)) === words, 'the words stay in the form')
      const said = (await page.locator('form [role="alert"]').textContent()) ?? ''
      expect(/not known whether|not sent yet/.test(said), `it says what is known, and said: ${said}`)
      return
    }
    const isGone = async () => (await page.locator(FIELD).count()) === 0
    await until(isGone, 'the browser shows that nothing came')
    // Shown, it may not be in the browser's history yet, and Back would leave out the form.
    await page.waitForLoadState('load')
    await sleep(1500)
  }
  const backAgain = async () => {
    if (scripts) return
    // The page that says that nothing came may be about to take its place: there is nothing to go back from in that moment.
    const goBack = () =>
      page.goBack({ waitUntil: 'load' }).then(
        () => true,
        (error) => {
          if (!/Not attached to an active page/.test(error.message)) throw error
          return false
        },
      )
    await until(goBack, 'the browser goes back')
    await expectWords(page, words, 'after Back')
  }
  switch (way) {
    case 'mute':
    case 'deaf':
      // Until told otherwise: a browser tries again by itself, once for each connection that it kept.
      proxy.be(way)
      await meets()
      proxy.be('pass')
      await backAgain()
      return page
    case 'gateway':
    case 'away':
      proxy.be(way)
      await meets()
      await sleep(300)
      proxy.be('pass')
      await backAgain()
      return page
    case 'sign-in':
      proxy.be('sign-in')
      await meets()
      proxy.be('pass')
      await page.getByRole('button', { name: 'Try again now' }).click()
      return page
    case 'offline':
      await context.setOffline(true)
      await meets()
      await context.setOffline(false)
      await backAgain()
      return page
    case 'restart': {
      const back = world.restart()
      await sleep(200)
      await meets()
      await back
      await backAgain()
      return page
    }
    case 'expired':
      await database.query(
        'DELETE FROM auth_session WHERE user_id = (SELECT id FROM auth_user WHERE email = $1)',
        [account.email],
      )
      await send()
      await page.locator('input[name="password"]').waitFor({ timeout: PATIENCE })
      expect((await typedIn(page)) === words, 'the words are in the form that asks who it is')
      await page.locator('form[data-comment-form] input[name="email"]').fill(account.email)
      await page.locator('form[data-comment-form] input[name="password"]').fill(account.password)
      // The other browser of the same person has a session to lose, too.
      await signInBeside(world, scripts ? world.plain : world.scripted)
      return page
    case 'reload':
      // Without scripts Chromium forgets a field on a reload; the page that answers a preview has its words.
      if (!scripts) {
        await page.locator('button[name="intent"][value="preview"]').click()
        await page.getByRole('region', { name: 'Preview' }).waitFor()
      }
      await page.reload({ waitUntil: 'load' })
      if (form === 'in-place') await reopen(page, block, scripts)
      await expectWords(page, words, 'after a reload')
      return page
    case 'back':
      await page.goto(`${proxy.origin}/rfc`)
      await page.goBack({ waitUntil: 'load' })
      if (form === 'in-place' && scripts) await reopen(page, block, scripts)
      await expectWords(page, words, 'after Back')
      return page
    case 'new-tab': {
      await page.close()
      const other = await context.newPage()
      await open(other, world, form, block)
      await expectWords(other, words, 'in another tab')
      return other
    }
    case 'cancel': {
      // Closed during a send whose answer is lost, opened again.
      proxy.be('mute', 1)
      await send()
      await open(page, world, form, block)
      proxy.be('pass')
      if ((await timesStored(database, words)) === 0 || (await typedIn(page)) !== '')
        await expectWords(page, words, 'opened again')
      return page
    }
    default:
      throw new Error(`there is no way ${way}`)
  }
}

async function reopen(page, block, scripts) {
  await ready(page)
  if (scripts && (await page.locator(FIELD).count()) === 0)
    await page.locator(`a[data-compose="thread"][data-block="${block}"]`).first().click()
  await page.locator(FIELD).waitFor()
}

export async function signInBeside({ proxy, account }, context) {
  const page = await context.newPage()
  await page.goto(`${proxy.origin}/sign-in`)
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor({ timeout: PATIENCE })
  await page.close()
}

/** A person with two browsers, a thread of theirs, and passages to write about. */
export async function makeWorld({ browser, proxy, database, databaseUrl = '', restart = null }) {
  const account = {
    // Nobody takes the name of somebody who wrote here.
    name: `Inter ${[...String(Date.now())].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`,
    email: `inter-${process.pid}-${Date.now()}@example.org`,
    password: `correct horse ${Date.now()}`,
  }
  const scripted = await browser.newContext()
  const plain = await browser.newContext({ javaScriptEnabled: false })
  for (const context of [scripted, plain]) context.setDefaultTimeout(PATIENCE)
  const page = await scripted.newPage()
  await page.goto(`${proxy.origin}/sign-up`)
  await page.getByLabel('Name').fill(account.name)
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor({ timeout: PATIENCE })
  await page.goto(`${proxy.origin}${PROPOSAL}`)
  const blocks = await page
    .locator('section a[data-compose="thread"][aria-label]')
    .evaluateAll((links) => links.map((link) => link.getAttribute('data-block') ?? ''))
  const world = { proxy, database, databaseUrl, account, scripted, plain, restart, thread: 0, blocks }
  await signInBeside(world, plain)
  await page.goto(`${proxy.origin}${PROPOSAL}?comment=${blocks[0]}`)
  await ready(page)
  const first = `To be answered and edited ${Date.now()}`
  await page.locator(FIELD).fill(first)
  await page.locator(SEND).click()
  await until(async () => (await timesStored(database, first)) === 1, 'the first comment is stored')
  const { rows } = await database.query(
    'SELECT number FROM thread JOIN comment ON comment.thread_id = thread.id WHERE comment.body = $1',
    [first],
  )
  await page.close()
  return { ...world, thread: rows[0].number, blocks: blocks.slice(1) }
}

/** Whether a browser with scripts still has a text that was left in a form. */
export async function isKept(world, { form, block, words }) {
  const page = await world.scripted.newPage()
  try {
    await open(page, world, form, block)
    await expectWords(page, words, 'at the end')
    return true
  } finally {
    await page.close()
  }
}
