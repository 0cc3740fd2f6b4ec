import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { db } from '#lib/db.server.ts'
import { copyOf, stateFiles, statesOf } from '#lib/review/copy/read-copies.server.ts'
import { lookAtCopy } from '#lib/review/draft/look-at-copy.server.ts'
import { changelogOf } from '#lib/review/draft/propose-changelog.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { beginProposal } from './begin-proposal.server.ts'
import { catchUpCopy } from './catch-up-copy.server.ts'
import { changeThread } from './change-thread.server.ts'
import { acceptSuggestion } from './decide-suggestion.server.ts'
import { openThread } from './open-thread.server.ts'
import { type CopyWish, publishCopy } from './publish-copy.server.ts'
import { publishEdited } from './samples/revisions.server.ts'
import { saveFile } from './save-copy.server.ts'
import { takeInSuggestions } from './take-in-suggestions.server.ts'

type Person = NonNullable<Viewer>
async function newPerson(name = 'Ada'): Promise<Person> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  return { personId: id, name, administrator: false }
}
async function newAuthor(slug: string, name = 'Ada'): Promise<Person> {
  const person = await newPerson(name)
  const { id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug } })
  await db().membership.create({ data: { proposalId, personId: person.personId, role: 'author' } })
  return person
}
async function published(edit: (path: string, text: string) => string = (_, text) => text): Promise<string> {
  const slug = `become-${randomUUID().slice(0, 8)}`
  await publishEdited(slug, 1, edit)
  return slug
}
async function textOf(viewer: Viewer, slug: string, path: string) {
  const file = (await copyOf(viewer, slug))?.files.find((one) => one.path === path)
  return { text: Buffer.from(file?.bytes ?? []).toString('utf8'), sha256: file?.sha256 ?? null }
}
/** With words of its own, so that it is another text than before. */
async function change(viewer: Person, slug: string, edit: (text: string) => string, path = 'problem.mdx') {
  // The first write begins the copy.
  await saveFile(viewer, { slug, path: 'data/begun.csv', base: null, text: 'a\n', tab: null, kind: 'saved' })
  const { text, sha256 } = await textOf(viewer, slug, path)
  const saved = await saveFile(viewer, {
    slug,
    path,
    base: sha256,
    text: edit(text),
    tab: null,
    kind: 'saved',
  })
  if (!saved.ok) throw new Error(saved.error.kind)
  return saved.value.version
}
const wish = (slug: string, seen: number, more: Partial<CopyWish> = {}): CopyWish => ({
  ...{ slug, seen, changelog: ['A paragraph was added to the problem.'], visibility: 'public' },
  ...{ isUnfinishedMeant: true, ...more },
})
const MORE = '\nOne more paragraph, which says what was not said.\n'
const kindOf = (result: { ok: boolean; error?: { kind: string } }) =>
  result.ok ? 'done' : result.error?.kind
const numberOf = async (slug: string) =>
  (await db().proposal.findUnique({ where: { slug } }))?.currentRevision ?? 0

test('what was begun becomes a proposal with its maker as author, and the copy is that revision, byte for byte', async () => {
  const ada = await newPerson()
  const title = `Waits ${randomUUID().slice(0, 8)}`
  const fields = { title, area: 'futex', authors: ['Ada <ada@example.org>'], to: ['list@example.org'] }
  const made = await beginProposal(ada, { ...fields, questionnaire: 'futex@1', clientKey: randomUUID() })
  const slug = made.ok ? made.value.slug : ''
  const refused = await publishCopy(ada, wish(slug, 1, { isUnfinishedMeant: false }))
  expect(kindOf(refused)).toBe('incomplete')
  expect(await numberOf(slug)).toBe(0)
  const done = await publishCopy(ada, wish(slug, 1, { changelog: [], visibility: 'unlisted' }))
  expect(done.ok && [done.value.number, done.value.gate?.passes]).toEqual([1, false])
  expect(done.ok && done.value.claims).toMatchObject([{ expect: 'holds', kind: 'violated' }])
  expect(await publishCopy(ada, wish(slug, 1))).toMatchObject({ ok: true, value: { number: 1 } })
  const revision = await loadRevision(ada, slug, 1)
  const copy = await copyOf(ada, slug)
  expect(revision?.bundle.files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual(
    copy?.files
      .map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  )
  expect(copy).toMatchObject({ baseRevision: 1, proposalId: expect.any(String) })
  const roles = await db().membership.findMany({ where: { proposal: { slug } } })
  expect(roles).toMatchObject([{ personId: ada.personId, role: 'author' }])
  expect(await db().proposal.findUnique({ where: { slug } })).toMatchObject({ visibility: 'unlisted', title })
  expect(kindOf(await publishCopy(ada, wish(slug, 2)))).toBe('nothing-changed')
})

test('the next revision has the number, the changelog and the date in its cover, and what nobody touched as it was', async () => {
  const slug = await published()
  const ada = await newAuthor(slug)
  const seen = await change(ada, slug, (text) => `${text}${MORE}`)
  expect(kindOf(await publishCopy(ada, wish(slug, seen, { changelog: ['Too short.'] })))).toBe('no-changelog')
  const now = new Date(Date.UTC(2026, 10, 30, 9))
  const done = await publishCopy(ada, wish(slug, seen), now)
  expect(done.ok && done.value.number).toBe(2)
  const revision = await loadRevision(ada, slug, 2)
  expect(revision?.bundle.cover).toMatchObject({
    ...{ revision: 2, changelog: ['A paragraph was added to the problem.'], date: '2026-11-30T09:00:00Z' },
  })
  expect((await statesOf(ada, slug))?.[0]).toMatchObject({ kind: 'published', by: 'Ada' })
})

test('what is wrong with the text is told with its place, and the draft stays', async () => {
  const slug = await published()
  const ada = await newAuthor(slug)
  const seen = await change(ada, slug, (text) => `${text}\n<Claim id="x">\n`)
  const refused = await publishCopy(ada, wish(slug, seen))
  expect(refused.ok ? null : refused.error).toMatchObject({
    kind: 'problems',
    problems: [{ file: 'problem.mdx', line: expect.any(Number) }],
  })
  const cover = await change(ada, slug, () => 'no front matter', 'cover.mdx')
  expect(kindOf(await publishCopy(ada, wish(slug, cover)))).toBe('problems')
  expect(await numberOf(slug)).toBe(1)
  expect((await textOf(ada, slug, 'cover.mdx')).text).toBe('no front matter')
})

test('of two who publish at once one does, and the other is told; nothing of either is lost', async () => {
  const slug = await published()
  const [ada, bob] = [await newAuthor(slug), await newAuthor(slug, 'Bob')]
  const seen = await change(ada, slug, (text) => `${text}${MORE}`)
  const results = await Promise.all([
    publishCopy(ada, wish(slug, seen, { changelog: ['Ada says what changed in it.'] })),
    publishCopy(bob, wish(slug, seen, { changelog: ['Bob says what changed in it.'] })),
  ])
  expect(results.map(kindOf).sort()).toEqual(['done', 'published-meanwhile'])
  expect(await numberOf(slug)).toBe(2)
  expect((await textOf(bob, slug, 'problem.mdx')).text).toContain(MORE.trim())
})

test('who saves while it is published keeps what they saved, and the other publishes nothing that nobody looked at', async () => {
  const slug = await published()
  const [ada, bob] = [await newAuthor(slug), await newAuthor(slug, 'Bob')]
  const seen = await change(ada, slug, (text) => `${text}${MORE}`)
  await change(bob, slug, (text) => `${text}\nBob was here and wrote this.\n`, 'lifetime.mdx')
  expect(kindOf(await publishCopy(ada, wish(slug, seen)))).toBe('stale')
  expect(await numberOf(slug)).toBe(1)
})

test('where a revision came by another way meanwhile, the copy is behind and says so', async () => {
  const slug = await published()
  const ada = await newAuthor(slug)
  const seen = await change(ada, slug, (text) => `${text}${MORE}`)
  await publishEdited(slug, 2, (path, text) => (path === 'lifetime.mdx' ? `${text}${MORE}` : text))
  expect(kindOf(await publishCopy(ada, wish(slug, seen)))).toBe('published-meanwhile')
  expect((await textOf(ada, slug, 'problem.mdx')).text).toContain(MORE.trim())
  // What changed there comes in, and what was written here stays.
  expect(kindOf(await catchUpCopy(ada, { slug, seen: 1, takePublished: [], keepOwn: [] }))).toBe('stale')
  expect(await catchUpCopy(ada, { slug, seen, takePublished: [], keepOwn: [] })).toEqual({
    ok: true,
    value: { baseRevision: 2 },
  })
  expect((await textOf(ada, slug, 'problem.mdx')).text).toContain(MORE.trim())
  expect((await textOf(ada, slug, 'lifetime.mdx')).text).toContain(MORE.trim())
  const done = await publishCopy(ada, wish(slug, seen + 1))
  expect(done.ok && done.value.number).toBe(3)
})

test('where both changed the same lines the author says which text stands, and theirs is in the history', async () => {
  const slug = await published()
  const ada = await newAuthor(slug)
  const seen = await change(ada, slug, (text) => text.replace(/^title: .*$/m, 'title: As Ada has it'))
  await publishEdited(slug, 2, (path, text) =>
    path === 'problem.mdx' ? text.replace(/^title: .*$/m, 'title: As it was published') : text,
  )
  const both = await catchUpCopy(ada, { slug, seen, takePublished: [], keepOwn: [] })
  expect(both.ok ? null : both.error).toMatchObject({
    kind: 'moved',
    files: [{ path: 'problem.mdx', theirs: expect.stringContaining('As it was published'), merged: null }],
  })
  expect((await textOf(ada, slug, 'problem.mdx')).text).toContain('As Ada has it')
  expect((await catchUpCopy(ada, { slug, seen, takePublished: ['problem.mdx'], keepOwn: [] })).ok).toBe(true)
  expect((await textOf(ada, slug, 'problem.mdx')).text).toContain('As it was published')
  const before = await stateFiles(ada, slug, seen)
  const kept = before?.find(({ path }) => path === 'problem.mdx')
  expect(Buffer.from(kept?.bytes ?? []).toString()).toContain('As Ada has it')
})

test('a name that somebody else’s proposal took meanwhile is told, and no more than that', async () => {
  const ada = await newPerson()
  const title = `Taken ${randomUUID().slice(0, 8)}`
  const fields = { title, area: 'futex', authors: ['Ada <ada@example.org>'], to: [] }
  const made = await beginProposal(ada, { ...fields, questionnaire: 'futex@1', clientKey: randomUUID() })
  const slug = made.ok ? made.value.slug : ''
  await publishEdited(slug, 1, (_, text) => text)
  await db().proposal.update({ where: { slug }, data: { visibility: 'embargoed' } })
  expect(kindOf(await publishCopy(ada, wish(slug, 1)))).toBe('name-taken')
  expect((await copyOf(ada, slug))?.version).toBe(1)
})

/** Somebody publishes, and is held where they write; `meanwhile` is done then. */
async function heldAt(
  table: 'proposal' | 'working_copy',
  slug: string,
  publish: () => ReturnType<typeof publishCopy>,
  meanwhile: () => Promise<unknown>,
) {
  let publishing: ReturnType<typeof publishCopy> | null = null
  await db().$transaction(
    async (tx) => {
      await (table === 'proposal'
        ? tx.$executeRaw`SELECT 1 FROM proposal WHERE slug = ${slug} FOR UPDATE`
        : tx.$executeRaw`SELECT 1 FROM working_copy WHERE slug = ${slug} FOR UPDATE`)
      publishing = publish()
      await vi.waitFor(
        async () => {
          const [row] = await db().$queryRaw<{ waiting: number }[]>`
            SELECT count(*)::int AS waiting FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'`
          expect(row?.waiting).toBeGreaterThan(0)
        },
        { timeout: 30_000, interval: 50 },
      )
      await meanwhile()
    },
    { timeout: 60_000 },
  )
  return publishing ?? publish()
}

test('whose role goes while the claims are checked publishes nothing', async () => {
  const slug = await published()
  const ada = await newAuthor(slug)
  const seen = await change(ada, slug, (text) => `${text}${MORE}`)
  const late = await heldAt(
    'working_copy',
    slug,
    () => publishCopy(ada, wish(slug, seen)),
    () => db().membership.deleteMany({ where: { personId: ada.personId } }),
  )
  expect(kindOf(late)).toBe('forbidden')
  expect(await numberOf(slug)).toBe(1)
  expect(kindOf(await publishCopy(ada, wish(slug, seen)))).toBe('forbidden')
})

test('who is blocked while the claims are checked publishes nothing, of a proposal that is new neither', async () => {
  const ada = await newPerson()
  const fields = {
    title: `Late ${randomUUID().slice(0, 8)}`,
    area: 'futex',
    authors: ['Ada <ada@example.org>'],
  }
  const made = await beginProposal(ada, {
    ...fields,
    to: [],
    questionnaire: 'futex@1',
    clientKey: randomUUID(),
  })
  const slug = made.ok ? made.value.slug : ''
  const late = await heldAt(
    'working_copy',
    slug,
    () => publishCopy(ada, wish(slug, 1, { changelog: [] })),
    () =>
      db().person.update({
        where: { id: ada.personId },
        data: { blockedAt: new Date(), blockReason: 'spam' },
      }),
  )
  expect(kindOf(late)).toBe('forbidden')
  expect(await numberOf(slug)).toBe(0)
})

test('who saves while another’s claims are checked keeps what they saved, and nothing is published that nobody saw', async () => {
  const slug = await published()
  const [ada, bob] = [await newAuthor(slug), await newAuthor(slug, 'Bob')]
  const seen = await change(ada, slug, (text) => `${text}${MORE}`)
  const late = await heldAt(
    'proposal',
    slug,
    () => publishCopy(ada, wish(slug, seen)),
    () => change(bob, slug, (text) => `${text}\nBob wrote this meanwhile.\n`, 'lifetime.mdx'),
  )
  expect(kindOf(late)).toBe('stale')
  expect(await numberOf(slug)).toBe(1)
  expect((await textOf(ada, slug, 'lifetime.mdx')).text).toContain('Bob wrote this meanwhile.')
})

test('what an author accepted comes into the draft, once, and what its words do not let in is counted', async () => {
  const slug = await published()
  const [ada, reva] = [await newAuthor(slug), await newPerson('Reva')]
  const words = 'an example of a proposal'
  const block = (await loadRevision(ada, slug, 1))?.bundle.blocks.find(
    ({ kind, text }) => kind === 'paragraph' && text.includes(words),
  )
  const start = block?.text.indexOf(words) ?? 0
  const made = await openThread(reva, {
    ...{ slug, revision: 1, blockKey: block?.key ?? '', start, end: start + words.length },
    ...{ body: 'I would say it so.', suggestion: 'a worked example of one', clientKey: randomUUID() },
  })
  if (!made.ok) throw new Error(made.error.kind)
  const comment = await db().comment.findFirstOrThrow({ where: { thread: { proposal: { slug } } } })
  expect((await acceptSuggestion(ada, comment.id)).ok).toBe(true)
  const seen = await change(ada, slug, (text) => `${text}${MORE}`)
  expect((await lookAtCopy(ada, slug))?.accepted).toEqual({ waiting: 1, refused: 0 })
  const taken = await takeInSuggestions(ada, slug)
  expect(taken).toMatchObject({ ok: true, value: { applied: [comment.id], refused: [] } })
  expect((await textOf(ada, slug, `${block?.writeup}.mdx`)).text).toContain('a worked example of one')
  expect((await lookAtCopy(ada, slug))?.accepted).toEqual({ waiting: 0, refused: 0 })
  expect((await statesOf(ada, slug))?.[0]?.kind).toBe('accepted')
  const done = await publishCopy(ada, wish(slug, seen + 1))
  expect(done.ok && done.value.number).toBe(2)
})

/** A source of chance that a failure can be repeated with. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test('where the editor says that threads will stand is where publishing puts them, and a promise is an answer', async () => {
  const slug = await published()
  const ada = await newAuthor(slug)
  const quinn = await newPerson('Quinn')
  const blocks = (await loadRevision(ada, slug, 1))?.bundle.blocks ?? []
  const asked = blocks.filter(({ kind }) => kind === 'paragraph')
  for (const { key } of asked)
    await openThread(quinn, {
      ...{ slug, revision: 1, blockKey: key, kind: 'question' },
      ...{ body: `What of ${key}?`, clientKey: randomUUID() },
    })
  const first = await db().thread.findFirstOrThrow({ where: { proposal: { slug }, number: 1 } })
  expect((await changeThread(ada, first.id, 'answer', { isPromise: true })).ok).toBe(true)
  const random = randomFrom(11)
  let seen = 0
  for (const path of ['problem.mdx', 'lifetime.mdx', 'integration.mdx', 'cover.mdx'])
    seen = await change(
      ada,
      slug,
      (text) => {
        const parts = text.split('\n\n')
        const edited = parts.flatMap((part, at) => {
          if (at < 2 || /[<[|`#]/.test(part)) return [part]
          const what = random()
          if (what < 0.2) return ['Other words stand in its place, since it was not true.']
          if (what < 0.5) return [part, 'A paragraph that was not there before, and says so.']
          return what < 0.7 ? [part.replace(/\b(the|a|of)\b/g, 'this')] : [part]
        })
        return edited.join('\n\n')
      },
      path,
    )
  const look = await lookAtCopy(ada, slug)
  expect(look?.problems).toEqual([])
  const proposed = await changelogOf(ada, slug)
  expect(proposed).toMatch(/^problem: /m)
  expect(proposed).toMatch(/^Answers question #1: What of /m)
  const shown = new Map(look?.threads.map(({ number, place, at }) => [number, { place, at }]))
  expect(shown.size).toBe(asked.length)
  const done = await publishCopy(ada, wish(slug, seen))
  expect(done.ok && done.value.number).toBe(2)
  const ports = await db().anchorPort.findMany({
    where: { thread: { proposal: { slug } } },
    select: { state: true, blockKey: true, survival: true, thread: { select: { number: true } } },
  })
  const now = (await loadRevision(ada, slug, 2))?.bundle.blocks ?? []
  expect(ports).toHaveLength(asked.length)
  for (const { blockKey, thread, state, survival } of ports) {
    const block = now.find(({ key }) => key === blockKey)
    const { place, at } = shown.get(thread.number) ?? {}
    // Publishing writes three lines into the cover.
    const line = block && block.writeup !== 'cover' ? block.line : at?.line
    expect([thread.number, at]).toEqual([
      thread.number,
      block ? { file: `${block.writeup}.mdx`, line } : null,
    ])
    if (state === 'edited') expect(place).toContain(`${Math.round(survival * 100)} %`)
  }
  expect(await db().thread.findUniqueOrThrow({ where: { id: first.id } })).toMatchObject({
    state: 'answered',
  })
}, 60_000)

test.each([
  ['deeply nested', `${'> '.repeat(1000)}deep\n`],
  ['components in components', `${'<Note>\n\n'.repeat(1000)}x\n\n${'</Note>\n\n'.repeat(1000)}`],
  ['500 components', '<Note>\n\nA note.\n\n</Note>\n\n'.repeat(500)],
  [
    'code that would run',
    '{process.exit(1)}\n\n<script>alert(1)</script>\n\n<img src="x" onerror="alert(1)">\n',
  ],
  ['one line without an end', 'x'.repeat(500_000)],
])('what is %s is looked at within two seconds, and told or drawn', async (_, hostile) => {
  const slug = await published()
  const ada = await newAuthor(slug)
  await change(ada, slug, (text) => `${text}\n\n${hostile}`)
  // In time of the processor: what else this machine does is no part of it.
  const began = cpuMs()
  const look = await lookAtCopy(ada, slug)
  expect(cpuMs() - began).toBeLessThan(msHere(2000))
  expect(look).not.toBeNull()
})
