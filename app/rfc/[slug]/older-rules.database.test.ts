import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderToStaticMarkup } from 'react-dom/server'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { GET as form } from '#app/rfc/[slug]/[revision]/as/[form]/route.ts'
import { GET as mail } from '#app/rfc/[slug]/export/[revision]/[file]/route.ts'
import { NewerRules } from '#components/reading/newer-rules.tsx'
import { revisionContext } from '#components/reading/revision-context.ts'
import { WriteupDocument } from '#components/writeup/document.tsx'
import { db } from '#lib/db.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import { exportRevision } from '#lib/review/export/export.server.ts'
import { mailWindow } from '#lib/review/export/mail-window.server.ts'
import { importMail } from '#lib/review/incoming/import.server.ts'
import {
  olderFolder,
  publishOlder,
  withoutStoredParse,
} from '#lib/review/incoming/samples/older-rules.server.ts'
import { newProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { codeOf } from '#lib/review/revision/compiled.server.ts'
import { newerRulesOn } from '#lib/review/revision/newer-rules.server.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { checkStoredRevisions } from '../../../cli/check-stored.ts'
import { exportMail } from '../../../cli/export.ts'
import { publish } from '../../../cli/publish.ts'
import { upgrade } from '../../../cli/upgrade.ts'

// Who asks stands in the headers of a request, which a test has none of.
vi.mock('#app/request-viewer.ts', () => ({ requestViewer: async () => null }))

const revision = 'v1'
const request = new Request('http://localhost/')

/** By number of the rules: what the present ones say of the sample, what is in its mail, and in its page. */
const SAMPLES = {
  1: {
    refused: ['unknown-question', 'unknown-component', 'diagram'],
    inMail: ['click A'],
    onPage: ['&lt;Charts id=&quot;wakes&quot; caption=&quot;Wakes for each waiter&quot;&gt;'],
  },
  2: {
    refused: ['table', 'code-fence', 'heading'],
    inMail: ['A --> end', 'int left_open;', '##Glued words', '[some words][gone]'],
    onPage: ['int left_open;', '##Glued words', '[some words][gone]', '$O(n^2)$'],
  },
  3: { refused: ['front-matter'], inMail: ['int left_open;'], onPage: ['int left_open;'] },
} as const

describe.each([
  ['its parse was stored when it was published', 'older-stored', 'stored', 1],
  ['its parse is not stored yet', 'older-unstored', 'unstored', 1],
  ['its parse was stored by the upgrade', 'older-upgraded', 'upgraded', 1],
  ['by rules 2, its parse was stored when it was published', 'older-2-stored', 'stored', 2],
  ['by rules 2, its parse is not stored yet', 'older-2-unstored', 'unstored', 2],
  ['by rules 2, its parse was stored by the upgrade', 'older-2-upgraded', 'upgraded', 2],
  ['by rules 3, its parse was stored when it was published', 'older-3-stored', 'stored', 3],
  ['by rules 3, its parse is not stored yet', 'older-3-unstored', 'unstored', 3],
  ['by rules 3, its parse was stored by the upgrade', 'older-3-upgraded', 'upgraded', 3],
] as const)('a revision that newer rules refuse stands as it was: %s', (_, slug, how, rules) => {
  const { refused, inMail, onPage } = SAMPLES[rules]
  beforeAll(async () => {
    await publishOlder(slug, rules)
    if (how !== 'stored') await withoutStoredParse(slug)
    if (how === 'upgraded') expect(await upgrade([])).toBe(0)
  })

  test.each(['txt', 'mbox', 'threads.txt', 'threads.mbox'])('as .%s', async (name) => {
    const response = await form(request, { params: Promise.resolve({ slug, revision, form: name }) })
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(text).toContain('Two places to sleep, and one that wakes them.')
    expect(text).toContain('2 waiters  #####')
    expect(text).toContain('Wakes for each waiter')
    for (const words of inMail) expect(text).toContain(words)
  })

  test('as an archive of mails, and on the export page', async () => {
    const tar = await mail(request, { params: Promise.resolve({ slug, revision, file: 'mails.tar' }) })
    expect([tar.status, tar.headers.get('content-type')]).toEqual([200, 'application/x-tar'])
    expect((await mailWindow(null, slug, 1, { mail: null, page: 1 }))?.series.messages.length).toBe(5)
  })

  test('on its page, where what nothing draws any more is its source, with its threads', async () => {
    const loaded = await loadRevision(null, slug, 1)
    if (!loaded) throw new Error('not there')
    const context = {
      ...revisionContext(loaded),
      broken: (piece: string, error: unknown) => {
        throw new Error(piece, { cause: error })
      },
      afterBlock: (key: string) => `(${key})`,
    }
    const html: string[] = []
    for (const document of loaded.bundle.documents) {
      const { writeup, title } = document
      html.push(
        renderToStaticMarkup(WriteupDocument({ writeup, title, code: await codeOf(document), context })),
      )
    }
    const page = html.join('\n')
    expect(page).toContain('Two places to sleep, and one that wakes them.')
    expect(page).toContain('2 waiters  #####')
    for (const words of onPage) expect(page.replace(/<\/?span[^>]*>/g, '')).toContain(words)
    expect(page).toContain('(wakes)')
    expect(page).toContain('The counter ends at one.')
    expect([...loaded.bundle.undrawn]).toEqual([])
    expect(loaded.claims).toMatchObject([{ id: 'counts', report: { kind: 'holds' } }])
    if (how === 'upgraded')
      expect(loaded.bundle.warnings.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...refused]))
  })

  test('with what the rules of today say of it, for its authors and maintainers alone', async () => {
    const loaded = await loadRevision(null, slug, 1)
    if (!loaded) throw new Error('not there')
    const made = async (role: 'author' | 'maintainer' | 'reviewer' | null) => {
      const { id: personId } = await db().person.create({
        data: { name: `Has ${role}` },
        select: { id: true },
      })
      if (role) await db().membership.create({ data: { proposalId: loaded.proposalId, personId, role } })
      return { personId, name: 'Has', administrator: false }
    }
    for (const role of ['author', 'maintainer'] as const) {
      const problems = await newerRulesOn(await made(role), loaded)
      expect(problems.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...refused]))
      const page = renderToStaticMarkup(NewerRules({ problems }))
      expect(page).toContain('would be refused in a next revision')
      expect(page).toContain(problems[0]?.file)
    }
    for (const viewer of [null, await made('reviewer'), await made(null)])
      expect(await newerRulesOn(viewer, loaded)).toEqual([])
    expect(NewerRules({ problems: [] })).toBeNull()
  })

  test('with a comment on the page, and a reply from a list', async () => {
    const loaded = await loadRevision(null, slug, 1)
    const { id } = await db().person.create({ data: { name: `Reva ${slug}` }, select: { id: true } })
    const viewer = { personId: id, name: 'Reva', administrator: false }
    const opened = await openThread(viewer, {
      clientKey: crypto.randomUUID(),
      slug,
      revision: 1,
      blockKey: 'wakes',
      body: 'About what is gone.',
    })
    expect(opened).toMatchObject({ ok: true })
    const series = await exportRevision(null, slug, 1)
    const { mail: write } = await newProposal(`for-${slug}`)
    const to = series?.series.messages[1]?.messageId ?? ''
    const quoted = '> Two places to sleep, and one that wakes them.\n\nIs it one in each case?\n'
    expect(await importMail({ kind: 'lmtp' }, write(quoted, { to, id: `r@${slug}.example` }))).toMatchObject({
      status: 'imported',
    })
    const key = loaded?.bundle.blocks.find(({ text }) => text.startsWith('Two places to sleep'))?.key
    const anchors = await db().anchor.findMany({
      where: { revisionId: loaded?.revisionId ?? '' },
      orderBy: { thread: { number: 'asc' } },
      select: { blockKey: true },
    })
    expect(anchors).toEqual([{ blockKey: 'wakes' }, { blockKey: key }])
  })

  test('from the command line', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    expect(await exportMail([slug])).toBe(0)
    expect(await exportMail([slug, '--threads'])).toBe(0)
    vi.restoreAllMocks()
  })
})

test('a folder that stands published is unchanged, though newer rules refuse it', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const folder = mkdtempSync(join(tmpdir(), 'coherent-older-'))
  try {
    cpSync(olderFolder(1), join(folder, 'older-stored', 'v1'), { recursive: true })
    expect(await publish(['--shipped', folder])).toBe(0)
    expect(lines.join('\n')).toContain('older-stored v1: unchanged (newer rules would refuse it')
    // Not the same files: then the rules of today hold.
    writeFileSync(join(folder, 'older-stored', 'v1', 'models', 'counter.pml'), 'init { skip }\n')
    vi.spyOn(console, 'error').mockReturnValue()
    expect(await publish(['--shipped', folder])).toBe(1)
  } finally {
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  }
})

test('check-stored says what of it the rules of today would refuse, by file and line, and changes nothing', async () => {
  await publishEdited('undrawable', 1, (path, source) =>
    path === 'problem.mdx' ? `${source}\n\`\`\`mermaid\nflowchart TD\n  A --> end\n\`\`\`\n` : source,
  )
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const before = await db().revisionParsed.count()
  expect(await checkStoredRevisions([])).toBe(1)
  vi.restoreAllMocks()
  expect(await db().revisionParsed.count()).toBe(before)
  const said = lines.join('\n')
  expect(said).toMatch(/^older-stored v1$/m)
  expect(said).toMatch(/problem\.mdx:5:1: `renamed-since` is not a question/)
  expect(said).toMatch(/integration\.mdx:7:1: <Charts> is not a component/)
  expect(said).toMatch(/^older-2-stored v1$/m)
  expect(said).toMatch(/lifetime\.mdx:10:9: `end` is a word of the notation/)
  expect(said).toMatch(/^undrawable v1\n {2}problem\.mdx:\d+:9: `end` is a word of the notation/m)
  expect(said).toMatch(/They stand as they are\.$/)
})
