import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { POST as postAnswer } from '#app/api/rfc/[slug]/answer/route.ts'
import { GET as getCopy, POST as postCopy } from '#app/api/rfc/[slug]/copy/route.ts'
import { POST as postPublish } from '#app/api/rfc/[slug]/publish/route.ts'
import { POST as postReply } from '#app/api/rfc/[slug]/reply/route.ts'
import { GET as getThreads } from '#app/api/rfc/[slug]/threads/route.ts'
import { db } from '#lib/db.server.ts'
import { changeEnvironment, testNumber } from '#lib/env.server.ts'
import { makeCommandToken, revokeCommandToken } from '#lib/review/account/command-token.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { saveFile } from '#lib/review/acts/save-copy.server.ts'
import { copyOf } from '#lib/review/copy/read-copies.server.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { check } from '../cli/check.ts'
import { newProposal } from '../cli/new.ts'
import { pull } from '../cli/pull.ts'
import { push } from '../cli/push.ts'
import { answer, reply } from '../cli/reply.ts'
import { threads } from '../cli/threads.ts'

/** The verbs of an author's command line, each with its request answered by the routes of the app. */
type Handler = (request: Request, params: { params: Promise<{ slug: string }> }) => Promise<Response>
const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET copy': getCopy,
  'POST copy': postCopy,
  'POST publish': postPublish,
  'POST reply': postReply,
  'POST answer': postAnswer,
  'GET threads': getThreads,
}

let server: Server
let site = ''
let out = ''
let err = ''
let folder = ''

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const [, slug = '', what = ''] = /^\/api\/rfc\/([^/]+)\/([a-z]+)/.exec(request.url ?? '') ?? []
    const handler = HANDLERS[`${request.method} ${what}`]
    const asked = new Request(`${site}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization: request.headers.authorization ?? '' },
      ...(request.method === 'POST' ? { body: Buffer.concat(parts) } : {}),
    })
    const answered = handler
      ? await handler(asked, { params: Promise.resolve({ slug }) })
      : new Response('', { status: 404 })
    response.writeHead(answered.status).end(await answered.text())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((done) => server.close(done)))

beforeEach(async () => {
  ;[out, err] = ['', '']
  vi.spyOn(console, 'log').mockImplementation((line) => {
    out += `${line}\n`
  })
  vi.spyOn(console, 'error').mockImplementation((line) => {
    err += `${line}\n`
  })
  folder = await mkdtemp(join(tmpdir(), 'command-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  changeEnvironment({ COHERENT_TOKEN: undefined })
  await rm(folder, { recursive: true })
})

async function person(name: string) {
  const { id } = await db().person.create({ data: { name, administrator: false }, select: { id: true } })
  return { personId: id, name, administrator: false }
}
async function signIn(who: Awaited<ReturnType<typeof person>>): Promise<string> {
  const token = (await makeCommandToken(who, new Date())) ?? ''
  changeEnvironment({ COHERENT_TOKEN: token })
  return token
}
const at = (...path: string[]) => join(folder, ...path)
const read = (...path: string[]) => readFile(at(...path), 'utf8')
const here = () => ['--site', site]

/** What an author does between `new` and `push`: answers each prompt, mends the model, takes the template's words out. */
async function fillIn(dir: string): Promise<void> {
  const [questionnaire] = await instanceQuestionnaires()
  for (const id of ['cover', 'problem', 'integration', 'sys-futex', 'lifetime']) {
    const path = at(dir, `${id}.mdx`)
    let text = await readFile(path, 'utf8')
    for (const { id: question, needsClaim } of questionnaire?.questions ?? []) {
      const words = `Of ${question.replaceAll('-', ' ')} it is said here who does what, when, and under which lock.`
      const claim = needsClaim
        ? `\n\n<Claim id="c-${question}" model="hand-over" property="safety" expect="holds" required="yes">\n  What is said of ${question} holds in every order of steps.\n</Claim>`
        : ''
      text = text.replace(
        new RegExp(`(<Answer to="${question}">\\n)[\\s\\S]*?(\\n</Answer>)`),
        (_, open, close) => `${open}\n${words}${claim}\n${close}`,
      )
    }
    if (id === 'lifetime') text = text.slice(0, text.indexOf('## A claim to begin with'))
    if (id === 'cover')
      text = `${text.slice(0, text.lastIndexOf('---\n') + 4)}\nA ring waits for a word, and nobody sleeps.\n`
    await writeFile(path, text)
  }
  const model = at(dir, 'models/hand-over.pml')
  await writeFile(
    model,
    (await readFile(model, 'utf8'))
      .replace(':: !work ->\n', ':: atomic { !work ->\n')
      .replace('asleep = true;\n', 'asleep = true };\n'),
  )
}

test('from an empty folder to a published v1, its threads answered, and v2, by the command line alone', async () => {
  const ada = await person('Ada')
  await signIn(ada)
  const slug = `by-command-${randomUUID().slice(0, 8)}`
  const said = ['--area', 'io_uring', '--author', 'Ada <ada@example.org>', '--to', 'list@example.org']
  expect(await newProposal([at(slug), '--title', 'Ring waits', ...said])).toBe(0)
  expect(await check([at(slug)])).toBe(1)

  // An unfilled one is not published in silence.
  expect(await push([at(slug), '--publish', ...here()])).toBe(1)
  expect(err).toContain(`${at(slug)}/cover.mdx:`)
  expect(err).toContain('19 of 19 questions are open')
  expect(await db().proposal.findUnique({ where: { slug } })).toBeNull()

  await fillIn(slug)
  ;[out, err] = ['', '']
  expect(await check([at(slug)]), err).toBe(0)
  expect(await push([at(slug), '--publish', ...here()]), err).toBe(0)
  expect(out).toContain(`${slug} v1: published`)
  const v1 = await loadRevision(ada, slug, 1)
  expect(v1?.bundle.files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual(
    await Promise.all((v1?.bundle.files ?? []).map(async ({ path }) => [path, await read(slug, path)])),
  )

  const reva = await person('Reva')
  const { key: blockKey } = v1?.bundle.blocks.find(({ kind }) => kind === 'paragraph') ?? { key: '' }
  const opened = {
    slug,
    revision: 1,
    blockKey,
    body: 'Which lock?',
    clientKey: randomUUID(),
    kind: 'question',
  } as const
  expect((await openThread(reva, opened)).ok).toBe(true)
  ;[out, err] = ['', '']
  expect(await threads([slug, ...here()])).toBe(0)
  expect(out).toMatch(/^[* ] #1 question, open, v1 .*Reva: Which lock\?$/m)
  await writeFile(at('words.txt'), 'The one of the bucket.\n')
  expect(await reply([`${slug}#1`, at('words.txt'), ...here()]), err).toBe(0)
  expect(await answer([`${slug}#1`, '--in', 'v1', '--claim', 'no-such', ...here()])).toBe(1)
  expect(err).toContain('v1 has no claim no-such; it has c-')
  expect(
    await answer([`${slug}#1`, at('words.txt'), '--in', 'v1', '--claim', 'c-races', ...here()]),
    err,
  ).toBe(0)
  const comments = await db().comment.findMany({
    where: { thread: { proposal: { slug } } },
    orderBy: { seq: 'asc' },
  })
  expect(comments.map(({ body }) => body)).toEqual([
    'Which lock?',
    'The one of the bucket.',
    expect.stringMatching(
      /^The one of the bucket\.\n\nAnswered in v1 by the claim c-races \(holds\): http.*#b-c-races$/,
    ),
  ])
  expect(await db().thread.findFirst({ where: { proposal: { slug } } })).toMatchObject({ state: 'answered' })

  expect(await pull([slug, at('again'), '--threads', ...here()]), err).toBe(0)
  expect(await read('again', '.coherent/threads.txt')).toContain('Which lock?')
  const problem = await read('again', 'problem.mdx')
  await writeFile(at('again/problem.mdx'), `${problem}\nOne more paragraph, of the second revision.\n`)
  expect(await push([at('again'), '--publish', ...here()])).toBe(1)
  expect(err).toContain('Say what changed')
  expect(
    await push([at('again'), '--publish', '-m', 'A paragraph was added to the problem.', ...here()]),
    err,
  ).toBe(0)
  expect(await read('again', 'cover.mdx')).toMatch(/^revision: 2$/m)
  // The first folder has no changes of its own, so that what is new comes into it.
  expect(await pull([slug, at(slug), ...here()]), err).toBe(0)
  expect(await read(slug, 'problem.mdx')).toBe(await read('again', 'problem.mdx'))
}, 120_000)

test('a site that moved refuses a push, names the files, and the three-way result stands beside; nobody’s text is gone', async () => {
  const ada = await person('Ada')
  await signIn(ada)
  const slug = `moved-${randomUUID().slice(0, 8)}`
  expect(await newProposal([at(slug)])).toBe(0)
  expect(await push([at(slug), ...here()]), err).toBe(0)
  const before = await read(slug, 'problem.mdx')
  const onSite = async (path: string, text: string) => {
    const file = (await copyOf(ada, slug))?.files.find((one) => one.path === path)
    const saved = { slug, path, base: file?.sha256 ?? null, text, tab: null, kind: 'saved' } as const
    expect((await saveFile(ada, saved)).ok).toBe(true)
  }
  await onSite('problem.mdx', before.replace('## Scope', '## Scope of it'))
  await onSite('lifetime.mdx', (await read(slug, 'lifetime.mdx')).replace('## Owners', '## Owners there'))
  const mine = before.replace('## Alternatives', '## Alternatives to it')
  await writeFile(at(slug, 'problem.mdx'), mine)
  await writeFile(
    at(slug, 'lifetime.mdx'),
    (await read(slug, 'lifetime.mdx')).replace('## Owners', '## Owners here'),
  )
  ;[out, err] = ['', '']
  expect(await push([at(slug), ...here()])).toBe(1)
  const beside = `${slug}.merged`
  expect(err).toContain('lifetime.mdx')
  expect(err).toContain(`${at(beside)}/problem.mdx:1:1: changed here and on the site, merged`)
  expect(err).toContain(`${at(beside)}/lifetime.mdx:1:1: changed here and on the site; both texts are there`)
  expect(await read(slug, 'problem.mdx')).toBe(mine)
  expect(await read(beside, 'problem.mdx')).toBe(mine.replace('## Scope', '## Scope of it'))
  for (const words of ['## Owners here', '## Owners there'])
    expect(await read(beside, 'lifetime.mdx')).toContain(words)
  // What stands beside is looked at, and pushed.
  await writeFile(at(beside, 'lifetime.mdx'), await read(slug, 'lifetime.mdx'))
  expect(await push([at(beside), ...here()]), err).toBe(0)
  const now = (await copyOf(ada, slug))?.files.find(({ path }) => path === 'problem.mdx')
  expect(Buffer.from(now?.bytes ?? []).toString()).toBe(mine.replace('## Scope', '## Scope of it'))
})

test('a token that is none, revoked, over or of nobody any more opens nothing, and no proposal of others', async () => {
  const ada = await person('Ada')
  const slug = `token-${randomUUID().slice(0, 8)}`
  const token = await signIn(ada)
  expect(await newProposal([at(slug)])).toBe(0)
  expect(await push([at(slug), ...here()]), err).toBe(0)
  const refused = async (words: string) => {
    err = ''
    const code = await push([at(slug), ...here()])
    expect(err).toContain(words)
    return code
  }
  changeEnvironment({ COHERENT_TOKEN: undefined })
  expect(await refused('there is no token')).toBe(3)
  changeEnvironment({ COHERENT_TOKEN: `${token}x` })
  expect(await refused('does not work')).toBe(2)
  changeEnvironment({ COHERENT_TOKEN: token })
  await db().commandToken.update({
    where: { personId: ada.personId },
    data: { createdAt: new Date(Date.now() - 2000), expiresAt: new Date(Date.now() - 1000) },
  })
  expect(await refused('does not work')).toBe(2)
  await signIn(ada)
  expect(await push([at(slug), ...here()]), err).toBe(0)
  expect(await revokeCommandToken(ada)).toBe(true)
  expect(await refused('does not work')).toBe(2)
  await signIn(ada)
  await db().person.update({
    where: { id: ada.personId },
    data: { blockedAt: new Date(), blockReason: 'spam' },
  })
  expect(await refused('does not work')).toBe(2)

  await signIn(await person('Mallory'))
  err = ''
  expect(await pull([slug, at('theirs'), ...here()])).toBe(1)
  expect(err).toContain('There is no such proposal of yours.')
  expect(await push([at(slug), '--slug', slug, ...here()])).toBe(1)
  expect(existsSync(at('theirs'))).toBe(false)
  // A folder that says of itself where it is from decides nothing: it may come from anybody.
  await signIn(await person('Ada'))
  await mkdir(at('given/.coherent'), { recursive: true })
  const elsewhere = { site: 'https://evil.example', slug: 'given', base: {} }
  await writeFile(at('given/.coherent/origin.json'), JSON.stringify(elsewhere))
  err = ''
  expect(await push([at('given')])).toBe(3)
  expect(await pull(['given', at('given'), ...here()])).toBe(3)
  expect(err).toContain('pulled from https://evil.example')
  // Nor does it go where somebody listens on the way, or to a site that leads on.
  expect(await push([at(slug), '--site', 'http://rfc.example.org'])).toBe(3)
  expect(err).toContain('not reached over https')
})

test('what a hostile site sends is written nowhere, and what a hostile folder holds is not sent', async () => {
  await signIn(await person('Ada'))
  let files: { path: string; bytes: string; sha256?: string }[] = []
  const hostile = createServer((_, response) => {
    const told = files.map(({ path, bytes, sha256 }) => ({
      path,
      sha256: sha256 ?? createHash('sha256').update(bytes).digest('hex'),
      base64: Buffer.from(bytes).toString('base64'),
    }))
    response.end(JSON.stringify({ slug: 'futex', version: 1, revision: 0, files: told }))
  })
  await new Promise<void>((done) => hostile.listen(0, '127.0.0.1', done))
  const theirs = ['--site', `http://127.0.0.1:${(hostile.address() as AddressInfo).port}`]
  try {
    for (const path of [
      '../evil.mdx',
      '/etc/evil',
      'models/../../evil',
      '.coherent/origin.json',
      '.git/hooks/x',
      'models/.x',
      'a\\..\\b',
      '',
    ]) {
      files = [{ path, bytes: 'x' }]
      expect(await pull(['futex', at('into'), ...theirs]), path).toBe(2)
    }
    files = [{ path: 'cover.mdx', bytes: 'x', sha256: '0'.repeat(64) }]
    expect(await pull(['futex', at('into'), ...theirs])).toBe(2)
    expect(err).toContain('damaged')
    files = [{ path: 'cover.mdx', bytes: 'x'.repeat(17 * 1024 * 1024) }]
    expect(await pull(['futex', at('into'), ...theirs])).toBe(2)
    expect(existsSync(at('into'))).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  } finally {
    await new Promise((done) => hostile.close(done))
  }

  await newProposal([at('linked')])
  await writeFile(at('secret'), 'secret')
  await symlink(at('secret'), at('linked/models/secret.pml'))
  ;[out, err] = ['', '']
  expect(await push([at('linked'), ...here()])).toBe(1)
  expect(err).toContain(`${at('linked/models/secret.pml')}:1:1: Links are not allowed`)
  await rm(at('linked/models/secret.pml'))
  await mkdir(at('linked/data'))
  await writeFile(at('linked/data/huge.csv'), 'x'.repeat(9 * 1024 * 1024))
  expect(await push([at('linked'), ...here()])).toBe(1)
  expect(err).toContain('does not fit')
})

test('of generated bundles (FUZZ_RUNS=1000 asks that many) each comes back as it was pushed, byte for byte', async () => {
  const token = await signIn(await person('Ada'))
  const slug = `bytes-${randomUUID().slice(0, 8)}`
  const headers = { authorization: `Bearer ${token}` }
  const params = { params: Promise.resolve({ slug }) }
  let base: Record<string, string> = {}
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('\ufeff---\r\n', 'a\r\nb\rc\n', '\u0000', ' \n\n\n', '', '𝄞\u0301'),
  )
  const name = fc.constantFrom(
    'cover.mdx',
    'problem.mdx',
    'models/a.pml',
    'models/b-1.pml',
    'figures/x.txt',
    'data/d.csv',
  )
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, text, { minKeys: 1, noNullPrototype: true }), async (bundle) => {
      const files = Object.entries(bundle).map(([path, words]) => ({
        path,
        base64: Buffer.from(words, 'utf8').toString('base64'),
      }))
      const body = JSON.stringify({ base, files })
      // More than anybody pushes in a minute.
      await db().$executeRaw`DELETE FROM tries WHERE key LIKE 'push:%'`
      const pushed = await postCopy(new Request(`${site}/`, { method: 'POST', headers, body }), params)
      expect(pushed.status, await pushed.clone().text()).toBe(200)
      const pulled = await (await getCopy(new Request(`${site}/`, { headers }), params)).json()
      const back = pulled.files.map(({ path, base64 }: { path: string; base64: string }) => ({
        path,
        base64,
      }))
      const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1)
      expect(back.sort(byPath)).toEqual(files.sort(byPath))
      base = Object.fromEntries(
        pulled.files.map((file: { path: string; sha256: string }) => [file.path, file.sha256]),
      )
    }),
    { numRuns: testNumber('FUZZ_RUNS', 120) },
  )
}, 180_000)

test('files of any bytes come from the folder that was pushed into the one that is pulled', async () => {
  await signIn(await person('Ada'))
  const slug = `folder-${randomUUID().slice(0, 8)}`
  await newProposal([at(slug)])
  const odd: Record<string, string> = {
    'problem.mdx': '\ufeff---\r\ntitle: x\r\n---\r\n\r\ntrailing blanks  \r\n\t\r\nno end',
    'data/d.csv': '\u0000,\u2028',
    'figures/empty.txt': '',
  }
  for (const [path, bytes] of Object.entries(odd)) {
    await mkdir(at(slug, path, '..'), { recursive: true })
    await writeFile(at(slug, path), bytes)
  }
  expect(await push([at(slug), ...here()]), err).toBe(0)
  expect(await pull([slug, at('other'), ...here()]), err).toBe(0)
  for (const path of readdirSync(at(slug), { recursive: true, encoding: 'utf8' }).filter(
    (one) => /\.[a-z]+$/.test(one) && !one.startsWith('.coherent'),
  ))
    expect(await readFile(at('other', path)), path).toEqual(await readFile(at(slug, path)))
})

/** What a stranger sends to `copy` by hand; the folder of `push` would refuse it before. */
async function sendCopy(slug: string, token: string, body: string | Uint8Array<ArrayBuffer>) {
  const headers = { authorization: `Bearer ${token}` }
  const params = { params: Promise.resolve({ slug }) }
  const answer = await postCopy(new Request(`${site}/`, { method: 'POST', headers, body }), params)
  const said: { error?: string } = await answer.json()
  return { status: answer.status, says: said.error ?? '' }
}
const file = (path: string, bytes: string | Uint8Array = 'x') => ({
  path,
  base64: Buffer.from(bytes).toString('base64'),
})

test('a push of names and bytes that no bundle has is refused with what it is, and begins nothing', async () => {
  const ada = await person('Ada')
  const token = await signIn(ada)
  const slug = `odd-${randomUUID().slice(0, 8)}`
  const send = (files: readonly object[], base: object = {}) =>
    sendCopy(slug, token, JSON.stringify({ base, files }))
  const names = ['__proto__', 'constructor', 'models/../cover.mdx', 'models/a\u0000', 'models/', 'COVER.MDX']
  for (const name of names) {
    const refused = await send([file(name)])
    expect(refused, name).toMatchObject({ status: 422 })
    expect(refused.says, name).toContain('cannot be called')
  }
  const many = await send(Array.from({ length: 300 }, (_, n) => file(`data/${n}.csv`)))
  expect(many).toEqual({ status: 422, says: 'There would be 300 files; at most 200 are kept.' })
  expect((await send([file('problem.mdx', new Uint8Array([0xff, 0xfe, 0]))])).says).toContain('not UTF-8')
  expect((await send([file('problem.mdx', 'x'.repeat(5 * 1024 * 1024))])).says).toContain('5242880 bytes')
  expect((await send([file('models/a.pml'), file('models/A.pml')])).status).toBe(422)
  // A name that every object has is no file of it, in what was pulled neither.
  const hash = 'a'.repeat(64)
  const raw = `{"base":{"__proto__":"${hash}","constructor":"${hash}"},"files":[]}`
  for (const body of [raw, 'null', '[]', '{}', '{"base":1,"files":[{}]}', new Uint8Array([0xff])])
    expect([200, 422]).toContain((await sendCopy(`${slug}-raw`, token, body)).status)
  expect(await copyOf(ada, slug)).toBeNull()
})

test('of a person so many pushes, publishes and answers are taken in a minute, and the rest is told to wait', async () => {
  const ada = await person('Ada')
  const token = await signIn(ada)
  const counted = async (key: string, count: number) =>
    db()
      .$executeRaw`INSERT INTO tries (key, count, expires_at) VALUES (${`${key}:${ada.personId}`}, ${count}, now() + interval '1 minute')`
  const request = (body: object) =>
    new Request(`${site}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
  const params = { params: Promise.resolve({ slug: 'any-name' }) }
  for (const [key, handler] of [
    ['push', postCopy],
    ['publish-copy', postPublish],
    ['comment', postReply],
  ] as const) {
    expect((await handler(request({}), params)).status, key).not.toBe(429)
    await db().$executeRaw`DELETE FROM tries WHERE key = ${`${key}:${ada.personId}`}`
    await counted(key, 100_000)
    expect((await handler(request({}), params)).status, key).toBe(429)
  }
  expect((await postAnswer(request({}), params)).status).toBe(429)
})
