/**
 * The forms of acts, interrupted: an answer, a hold, a stance, a weak answer, a role, a draft of a review and its stance, what
 * becomes of a proposal. As with comments (`trials.mjs`): the words stay, in the form or behind the browser's Back, and what was
 * sent, however often, is done once.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '../child-environment.mjs'
import { FIELDS_NOTED_MS, PATIENCE, signInBeside, sleep, until } from './trials.mjs'

const ROOT = join(import.meta.dirname, '../..')

let made = 0
/** A proposal of this run, in which its person has these roles. @returns its slug */
async function newProposal(world, roles) {
  made += 1
  const slug = `acts-${process.pid}-${Date.now().toString(36)}-${made}`
  const folder = mkdtempSync(join(tmpdir(), 'coherent-acts-'))
  try {
    const bundle = join(folder, slug, 'v1')
    cpSync(join(ROOT, 'content/io-uring-futex/v1'), bundle, { recursive: true })
    const cover = join(bundle, 'cover.mdx')
    const text = readFileSync(cover, 'utf8')
    writeFileSync(cover, text.replace(/^change-id: .*$/m, `change-id: 20261123-${slug}-0a0b0c0d`))
    const { status, stderr } = spawnSync(process.execPath, ['dist/coherent.mjs', 'publish', folder], {
      cwd: ROOT,
      env: childEnvironment({ DATABASE_URL: world.databaseUrl }),
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`no proposal of our own: ${stderr}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const role of roles)
    await world.database.query(
      `INSERT INTO membership (proposal_id, person_id, role) SELECT p.id, u.person_id, $3::role
       FROM proposal p, auth_user u WHERE p.slug = $1 AND u.email = $2`,
      [slug, world.account.email, role],
    )
  return slug
}

/** What a form of comments does by hand: a thread of the world's person. @returns its number */
async function newThread(world, slug, kind, intent = 'send') {
  const { request } = world.scripted
  const { origin } = world.proxy
  const page = await (await request.get(`${origin}/rfc/${slug}/v1`)).text()
  const blockKey = /data-block="(lifetime-[0-9a-f]{8})"/.exec(page)?.[1] ?? ''
  const body = `To be acted on ${crypto.randomUUID()}`
  const form = { revision: '1', blockKey, clientKey: crypto.randomUUID(), body, kind, intent }
  const answer = await request.post(`${origin}/rfc/${slug}/comment`, {
    form,
    maxRedirects: 0,
    headers: { origin },
  })
  if (answer.status() !== 303) throw new Error(`no ${kind}: ${answer.status()}`)
  return { number: Number(/\/t\/(\d+)/.exec(answer.headers().location ?? '')?.[1]), body }
}

const count = (sql) => async (world, words) => (await world.database.query(sql, [words])).rows[0].times

/**
 * Each: makes what it acts on and says where its form is, which field has its words, how it is filled in besides, which button
 * sends it, and how often it is done.
 */
export const ACTS = {
  answer: {
    prepare: async (world) => {
      const { number } = await newThread(world, world.asked, 'question')
      return {
        path: `/rfc/${world.asked}/t/${number}?act=answer`,
        field: 'form[data-comment-form] textarea[name="body"]',
      }
    },
    button: 'form[data-comment-form] button[name="intent"][value="send"]',
    done: count(`SELECT count(*)::int AS times FROM comment WHERE body = $1`),
  },
  hold: {
    // Whoever holds one is shown the way to end it, and no form for a second.
    prepare: async (world) => ({
      path: `/rfc/${await newProposal(world, ['reviewer'])}/state`,
      field: '#hold-reason',
    }),
    button: 'button[value="place-hold"]',
    done: count(`SELECT count(*)::int AS times FROM hold WHERE reason = $1 AND lifted_at IS NULL`),
  },
  stance: {
    prepare: async (world) => ({ path: `/rfc/${world.reviewed}/state`, field: '#stance-words' }),
    fill: (page) => page.locator('#stance-value').selectOption('tested_by'),
    button: 'button[value="take-stance"]',
    done: count(`SELECT count(*)::int AS times FROM stance WHERE words = $1`),
  },
  weak: {
    prepare: async (world) => {
      const path = `/rfc/${world.reviewed}/gate`
      const question = world.questions.pop() ?? ''
      return { path, field: `[id="why-${question}"]` }
    },
    open: async (page, { field }) => {
      const isOpen = await page.locator(field).isVisible()
      if (!isOpen)
        await page
          .locator('details', { has: page.locator(field) })
          .locator('summary')
          .click()
    },
    button: 'button[type="submit"]',
    ownPage: true,
    done: count(`SELECT count(*)::int AS times FROM weak_answer WHERE reason = $1`),
  },
  role: {
    prepare: async (world, words) => {
      await world.database.query(
        `WITH made AS (INSERT INTO person (name) VALUES ($1) RETURNING id)
         INSERT INTO person_address (address, person_id, confirmed_at) SELECT $2, id, now() FROM made`,
        [`Given ${crypto.randomUUID().replace(/[^a-f]/g, '')}`, words],
      )
      return { path: `/rfc/${world.reviewed}/people`, field: '#address' }
    },
    words: (n) => `given-${n}@example.org`,
    button: 'button[name="intent"][value="give"]',
    ownPage: true,
    done: count(
      `SELECT count(*)::int AS times FROM membership m JOIN person_address a USING (person_id) WHERE a.address = $1`,
    ),
  },
  draft: {
    prepare: async (world) => {
      const { body } = await newThread(world, world.reviewed, 'note', 'draft')
      const { rows } = await world.database.query('SELECT id FROM review_draft WHERE body = $1', [body])
      return { path: `/rfc/${world.reviewed}/review`, field: `[id="body-${rows[0].id}"]` }
    },
    // It is saved while it is typed, so that it may be there before anything is pressed.
    savesItself: true,
    button: 'button[name="intent"][value="save"]',
    done: count(`SELECT count(*)::int AS times FROM review_draft WHERE body = $1`),
  },
  publish: {
    prepare: async (world) => {
      await newThread(world, world.reviewed, 'note', 'draft')
      return { path: `/rfc/${world.reviewed}/review`, field: '[data-review-publish] #words' }
    },
    fill: (page) => page.locator('[data-review-publish] #value').selectOption('tested_by'),
    button: 'button[name="intent"][value="send"]',
    /** It has an address and a page of its own for each answer. */
    leaves: true,
    done: count(`SELECT count(*)::int AS times FROM stance WHERE words = $1`),
  },
  change: {
    prepare: async (world) => ({
      path: `/rfc/${await newProposal(world, ['maintainer'])}/state`,
      field: '#reject-reason',
    }),
    button: 'button[value="reject"]',
    done: count(
      `SELECT count(*)::int AS times FROM event WHERE kind = 'state-changed' AND subject->>'reason' = $1`,
    ),
  },
}

export const ACT_WAYS = {
  scripted: ['mute', 'deaf', 'away', 'gateway', 'offline', 'expired', 'reload', 'back', 'restart'],
  plain: ['mute', 'deaf', 'away', 'gateway', 'offline', 'expired', 'back', 'restart'],
}

/** The world of `makeWorld`, with proposals in which its person may do all this. */
export async function makeActWorld(world) {
  const asked = await newProposal(world, ['author'])
  const reviewed = await newProposal(world, ['reviewer', 'maintainer'])
  const page = await (await world.scripted.request.get(`${world.proxy.origin}/rfc/${reviewed}/gate`)).text()
  const questions = [...new Set([...page.matchAll(/id="why-([^"]+)"/g)].map(([, question]) => question))]
  if (questions.length === 0) throw new Error('nobody may call an answer weak')
  return { ...world, asked, reviewed, questions }
}

/** Throws when something was lost, or done twice. */
export async function actTrial(world, { scripts, way, act, n }) {
  const form = ACTS[act]
  const words = form.words?.(n) ?? `Interrupted ${n} in ${act} by ${way}, in so many words.`
  const { path, field } = await form.prepare(world, words)
  const context = scripts ? world.scripted : world.plain
  const page = await context.newPage()
  // Within its form: `has` looks below it.
  const own = page.locator('form', {
    has: page.locator(field.replace(/^(?:form\S*|\[data-review-publish\]) /, '')),
  })
  const typed = () => page.locator(field).inputValue({ timeout: PATIENCE })
  const isDone = async () => (await form.done(world, words)) > 0
  const isThere = async () => (await page.locator(field).count()) > 0 && (await typed()) === words
  const press = () =>
    own
      .locator(form.button.replace(/^form\S* /, ''))
      .first()
      .click({ noWaitAfter: true, timeout: 30_000 })
  const open = async () => {
    await page.goto(`${world.proxy.origin}${path}`, { waitUntil: 'load' })
    await page.locator(field).waitFor({ state: 'attached' })
    if (scripts) await page.waitForLoadState('networkidle')
    await form.open?.(page, { field })
  }
  const back = async () => {
    await sleep(1500)
    await until(
      () =>
        page.goBack({ waitUntil: 'load' }).then(
          () => true,
          () => false,
        ),
      'the browser goes back',
    )
    await until(async () => (await isThere()) || (await isDone()), 'the words are there after Back')
  }
  /**
   * A form that is sent to its own page gives its place in the browser's history to the browser's page that nothing came: Back
   * leads behind it. That page itself has the words, and sends them again when it is loaded again, as its button does.
   */
  const again = async () => {
    const isBrowsers = page.url().startsWith('chrome-error:')
    if (!form.ownPage || !isBrowsers) return back()
    await until(async () => {
      await page.reload({ waitUntil: 'load' }).catch(() => {})
      return (await isDone()) || (await isThere())
    }, 'it is done when the page is loaded again')
  }
  /** The page stays and says what is known, or the browser's own page comes, and Back leads to the words. */
  const meets = async () => {
    await press()
    if (scripts && !form.leaves) {
      const said = form.savesItself
        ? own.locator('[data-draft-said]:not(:empty)')
        : own.locator('[role="alert"]')
      await Promise.race([
        said.first().waitFor({ timeout: PATIENCE }),
        page.waitForEvent('framenavigated').catch(() => {}),
      ])
    }
    await sleep(1500)
  }
  try {
    await open()
    await page.locator(field).fill(words)
    await form.fill?.(page)
    if (!scripts) await sleep(FIELDS_NOTED_MS)
    switch (way) {
      case 'mute':
      case 'deaf':
      case 'away':
      case 'gateway':
        world.proxy.be(way)
        await meets()
        world.proxy.be('pass')
        if (!(await isThere())) await again()
        break
      case 'offline':
        await context.setOffline(true)
        await meets()
        await context.setOffline(false)
        if (!(await isThere())) await again()
        break
      case 'restart': {
        const restarted = world.restart()
        await sleep(200)
        await meets()
        await restarted
        if (!(await isThere())) await again()
        break
      }
      case 'expired':
        await world.database.query(
          'DELETE FROM auth_session WHERE user_id = (SELECT id FROM auth_user WHERE email = $1)',
          [world.account.email],
        )
        await press()
        await sleep(2500)
        await signInBeside(world, context)
        await signInBeside(world, scripts ? world.plain : world.scripted)
        // A comment's form asks who it is by itself, and the words are in it.
        if (act === 'answer') {
          await own.locator('input[name="email"]').fill(world.account.email)
          await own.locator('input[name="password"]').fill(world.account.password)
        } else if (!(await isThere())) await back()
        break
      case 'reload':
        await sleep(300)
        await page.reload({ waitUntil: 'load' })
        await until(async () => (await isThere()) || (await isDone()), 'the words are there after a reload')
        break
      case 'back':
        await sleep(300)
        await page.goto(`${world.proxy.origin}/rfc`)
        await back()
        break
      default:
        throw new Error(`there is no way ${way}`)
    }
    // Whoever does not know sends it again, and more than once.
    for (let tries = 0; tries < 3; tries++) {
      if (!(await isThere())) break
      // What was unfolded is folded again after Back, and its words are in it.
      await form.open?.(page, { field })
      if (scripts) await page.waitForLoadState('networkidle')
      if ((await own.locator(form.button.replace(/^form\S* /, '')).count()) > 0) await press().catch(() => {}) // a form that sends itself again may be gone by now
      await until(async () => (await isDone()) || !(await isThere()), 'it is done').catch(() => {})
      await sleep(1200)
    }
    await until(
      isDone,
      `it is done; ${page.url()} has ${(await isThere()) ? 'the words' : 'no form with the words'}`,
    )
    const times = await form.done(world, words)
    if (times !== 1) throw new Error(`it is done ${times} times`)
  } finally {
    world.proxy.be('pass')
    await context.setOffline(false)
    await page.close()
  }
}
