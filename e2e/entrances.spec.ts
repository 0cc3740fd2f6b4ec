import { randomUUID } from 'node:crypto'
import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import { type Opens, ROUTES } from '#app/entrances.ts'
import { can, type Relation, type Role, type Viewer } from '#lib/review/person/permission.ts'
import { newAccount, signUp } from './people.ts'
import { sql } from './sql.ts'

// Each route of the table, as each kind of person asks for it with a session of their own: pages answer, or look as if they
// were not there; forms act, or say why not. What is right is asked of the one table of permissions.

const SLUG = 'io-uring-futex'
const KINDS = [
  'signed out',
  'stranger',
  'reader',
  'author',
  'reviewer',
  'maintainer',
  'admin',
  'blocked',
] as const
type Kind = (typeof KINDS)[number]

function rolesOf(kind: Kind): readonly Role[] {
  return kind === 'reader' || kind === 'author' || kind === 'reviewer' || kind === 'maintainer' ? [kind] : []
}

function mayDo(kind: Kind, opens: Opens, relations: readonly Relation[] = []): boolean {
  const isNobody = kind === 'signed out' || kind === 'blocked'
  const viewer: Viewer = isNobody ? null : { personId: kind, name: kind, administrator: kind === 'admin' }
  if (opens === 'everybody' || opens === 'secret') return true
  if (opens === 'account') return viewer !== null
  return can(viewer, opens, { roles: rolesOf(kind), relations })
}

/** The person of an account, with what makes them of this kind. */
async function become(kind: Kind, email: string): Promise<void> {
  const [row] = await sql('SELECT person_id FROM auth_user WHERE email = $1', email)
  const person = row?.person_id
  if (kind === 'admin') await sql('UPDATE person SET administrator = true WHERE id = $1', person)
  const [role] = kind === 'blocked' ? ['maintainer'] : rolesOf(kind)
  if (role)
    await sql(
      'INSERT INTO membership (proposal_id, person_id, role) SELECT id, $1, $2 FROM proposal WHERE slug = $3',
      person,
      role,
      SLUG,
    )
  // As when somebody is blocked whose browser has its cookie still.
  if (kind === 'blocked')
    await sql(`UPDATE person SET blocked_at = now(), block_reason = 'a test' WHERE id = $1`, person)
}

const origin = new URL(process.env.BASE_URL ?? 'http://localhost').origin
const post = (request: APIRequestContext, path: string, form: Record<string, string>) =>
  request.post(path, { form, maxRedirects: 0, headers: { origin, 'sec-fetch-site': 'same-origin' } })

/** A thread of the page's person: its number. */
async function newThread(page: Page, block: string, kind = 'note', suggestion?: string): Promise<number> {
  let address = ''
  const opened = async () => {
    const answer = await post(page.request, `/rfc/${SLUG}/comment`, {
      ...{ revision: '1', blockKey: block, clientKey: randomUUID(), body: `Entrance ${randomUUID()}`, kind },
      ...(suggestion === undefined ? {} : { suggests: 'yes', suggestion }),
    })
    address = answer.headers().location ?? ''
    return answer.status()
  }
  // One person opens them all, faster than anybody may type: they are told to wait, and do.
  await expect.poll(opened, { timeout: 70_000, intervals: [0, 5000] }).toBe(303)
  return Number(/\/t\/(\d+)/.exec(address)?.[1])
}

test('each route answers each kind of person as the table of permissions says', async ({ browser, page }) => {
  test.setTimeout(240_000)
  await signUp(page, newAccount('Opal Opener'))
  const html = await (await page.request.get(`/rfc/${SLUG}`)).text()
  const block = /data-block="([^"]+)"/.exec(html)?.[1] ?? ''
  // Words that authors write: a caption or a whole write-up has none to be suggested otherwise.
  const paragraph = /<p[^>]* data-block="([^"]+)"/.exec(html)?.[1] ?? ''
  const number = String(await newThread(page, block))

  const paths: Readonly<Record<string, string>> = {
    '[slug]': SLUG,
    '[revision]': 'v1',
    '[writeup]': 'lifetime',
    '[form]': 'txt',
    '[...path]': 'cover.mdx',
    '[file]': 'series.mbox',
    '[model]': 'no-such-model',
    '[number]': number,
    '[token]': 'x'.repeat(32),
    '[...id]': 'nothing@example.org',
    '[id]': randomUUID(),
    '[mail]': randomUUID(),
    '[n]': '1',
  }
  const forms: Readonly<Record<string, () => Promise<{ form: Record<string, string> }>>> = {
    'POST /rfc/[slug]/comment': async () => ({
      form: { revision: '1', blockKey: block, clientKey: randomUUID(), body: `Words ${randomUUID()}` },
    }),
    'POST /rfc/[slug]/reply': async () => ({
      form: { thread: number, comment: '1', clientKey: randomUUID(), body: `Words ${randomUUID()}` },
    }),
    'POST /rfc/[slug]/edit-comment': async () => ({
      form: {
        thread: number,
        comment: '1',
        lockVersion: '0',
        clientKey: randomUUID(),
        body: 'Words of another',
      },
    }),
    'POST /rfc/[slug]/delete-comment': async () => ({
      form: { comment: `${await newThread(page, block)}.1` },
    }),
    'POST /rfc/[slug]/resolve': async () => ({ form: { act: `resolve ${await newThread(page, block)}` } }),
    'POST /rfc/[slug]/act': async () => ({
      form: {
        ...{ thread: String(await newThread(page, block, 'question')), act: 'answer', intent: 'send' },
        ...{ clientKey: randomUUID(), body: `An answer ${randomUUID()}` },
      },
    }),
    'POST /rfc/[slug]/review-act': async () => ({
      form: { act: 'take-stance', value: 'tested_by', revision: '1', writeups: 'lifetime', words: '' },
    }),
    'POST /rfc/[slug]/read': async () => ({ form: { until: new Date().toISOString(), back: 'threads' } }),
    'POST /rfc/[slug]/edit/save': async () => ({
      form: { path: `data/${randomUUID().slice(0, 8)}.csv`, base: '', text: 'a,b', intent: 'save' },
    }),
    'POST /rfc/[slug]/review/draft': async () => ({ form: { intent: 'delete', id: randomUUID() } }),
    'POST /rfc/[slug]/review/publish': async () => ({ form: { revision: '1', clientKey: randomUUID() } }),
    'POST /me/away': async () => ({ form: { act: 'back' } }),
    'POST /unsubscribe/[token]': async () => ({ form: { 'List-Unsubscribe': 'One-Click' } }),
    // Where it was opened it stands: who may place it is told so.
    'POST /rfc/[slug]/pin': async () => ({ form: { thread: number, revision: '1', blockKey: block } }),
    'POST /rfc/[slug]/suggestion': async () => ({
      form: { act: `decline ${await newThread(page, paragraph, 'note', 'Entirely other words.')}.1` },
    }),
    'POST /rfc/[slug]/suggestions/take-in': async () => ({ form: { go: 'yes' } }),
    'POST /rfc/[slug]/lock': async () => ({ form: { act: `lock ${await newThread(page, block)}` } }),
  }

  // What these are about stands in the query.
  const queries: Readonly<Record<string, string>> = {
    '/search.json': '?q=futex',
    '/search.atom': '?q=futex',
    '/rfc/[slug]/[revision]/threads': `?at=${block}`,
    '/import/drop': `?sender=${(await sql("SELECT address FROM person_address WHERE address LIKE '%@example.org' LIMIT 1"))[0]?.address}`,
  }

  // There is a working copy, so that its pages are there for its authors.
  const writer = await browser.newContext()
  const own = await writer.newPage()
  const author = newAccount('Ada Author')
  await signUp(own, author)
  await become('author', author.email)
  const begun = { path: 'data/begun.csv', base: '', text: 'a,b', intent: 'save' }
  expect((await post(own.request, `/rfc/${SLUG}/edit/save`, begun)).status()).toBe(303)
  await writer.close()

  const wrong: string[] = []
  for (const kind of KINDS) {
    const context = await browser.newContext()
    if (kind !== 'signed out') {
      const account = newAccount(
        `Kim ${kind[0]?.toUpperCase()}${kind.slice(1)}`.replace(/Admin|Maintainer/, 'Somebody'),
      )
      const own = await context.newPage()
      await signUp(own, account)
      await own.close()
      await become(kind, account.email)
    }
    for (const [route, { opens, denied }] of Object.entries(ROUTES)) {
      const [method = '', folder = ''] = route.split(' ')
      // These are there as JSON alone.
      const isJson = folder === '/rfc/[slug]/as/[form]' || folder === '/rfc/[slug]/t/[number]/as/[form]'
      const path =
        folder.replace(/\[[^\]]+\]/g, (part) =>
          part === '[form]' && isJson ? 'json' : (paths[part] ?? part),
        ) + (queries[folder] ?? '')
      const is = mayDo(kind, opens)
      const about = `${kind}: ${method} ${path}`
      if (method === 'GET') {
        const answer = await context.request.get(path, { maxRedirects: 0 })
        const status = answer.status()
        // By a token, which no browser shows; and what is of an app that shows a folder.
        if (opens === 'secret' || folder.startsWith('/preview')) {
          const expected = opens === 'secret' ? 401 : 404
          if (status !== expected) wrong.push(`${about} answered ${status}, not ${expected}`)
        } else if (status >= 500) wrong.push(`${about} answered ${status}`)
        else if (!is && denied === 404 && status !== 404) wrong.push(`${about} answered ${status}, not 404`)
        else if (!is && denied === 200 && status !== 200 && status !== 307 && status !== 303)
          wrong.push(`${about} answered ${status}, not a page that says what is missing`)
        // What is asked for by a made-up name is not there for anybody.
        else if (is && !/\[(?:model|token|\.\.\.id|id|mail|file|n)\]/.test(folder) && status >= 400)
          wrong.push(`${about} answered ${status}`)
      } else {
        const made = await forms[route]?.()
        const answer = await post(context.request, path, made?.form ?? {})
        const status = answer.status()
        const expected =
          opens === 'secret' ? [401, 404] : is ? [opens === 'pin-thread' ? 409 : 303] : [401, 403]
        if (!expected.includes(status))
          wrong.push(`${about} answered ${status}, not ${expected.join(' or ')}`)
      }
    }
    await context.close()
  }
  expect(wrong).toEqual([])
})
