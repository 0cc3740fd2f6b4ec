import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { mergeTexts } from '#lib/review/copy/merge-texts.ts'
import { copyAccess, copyOf, ownCopies, stateFiles, statesOf } from '#lib/review/copy/read-copies.server.ts'
import { textHash } from '#lib/review/copy/write-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { checkFilesWhole } from '#lib/writeup/bundle/read-bundle.server.ts'
import { msHere } from '../../../scripts/cpu-time.mjs'
import { beginProposal } from './begin-proposal.server.ts'
import { deleteCopy } from './delete-copy.server.ts'
import { publishEdited } from './samples/revisions.server.ts'
import { type FileSave, pushFiles, removeFile, restoreState, saveFile } from './save-copy.server.ts'

type Person = NonNullable<Viewer>
async function newPerson(name = 'Ada', administrator = false): Promise<Person> {
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  return { personId: id, name, administrator }
}
const begin = async (viewer: Viewer, title = `Words ${randomUUID().slice(0, 8)}`, clientKey = randomUUID()) =>
  beginProposal(viewer, {
    title,
    area: 'futex',
    authors: ['Ada <ada@example.org>'],
    to: [],
    questionnaire: 'futex@1',
    clientKey,
  })
async function begun(viewer: Viewer): Promise<string> {
  const made = await begin(viewer)
  if (!made.ok) throw new Error(made.error.kind)
  return made.value.slug
}
async function withRole(
  slug: string,
  role: 'author' | 'reviewer' | 'maintainer' | 'reader',
): Promise<Person> {
  const person = await newPerson(role)
  const { id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug } })
  await db().membership.create({ data: { proposalId, personId: person.personId, role } })
  return person
}
async function published(): Promise<string> {
  const slug = `draft-${randomUUID().slice(0, 8)}`
  await publishEdited(slug, 1, (_, text) => text)
  return slug
}
const textOf = async (viewer: Viewer, slug: string, path = 'problem.mdx') => {
  const file = (await copyOf(viewer, slug))?.files.find((one) => one.path === path)
  return file ? { text: Buffer.from(file.bytes).toString('utf8'), sha256: file.sha256 } : null
}
const save = (
  viewer: Viewer,
  slug: string,
  base: string | null,
  text: string,
  more: Partial<FileSave> = {},
) => saveFile(viewer, { slug, path: 'problem.mdx', base, text, tab: null, kind: 'saved', ...more })
const kindOf = (result: { ok: boolean; error?: { kind: string } }) =>
  result.ok ? 'done' : result.error?.kind

test('a proposal is begun from the template, once for each form, and is a folder that the check reads', async () => {
  const ada = await newPerson()
  const [title, key] = [`Waiting ${randomUUID().slice(0, 8)}`, randomUUID()]
  const [one, two] = await Promise.all([begin(ada, title, key), begin(ada, title, key)])
  expect(one.ok && two.ok && one.value.slug === two.value.slug).toBe(true)
  expect(kindOf(await begin(ada, 'Other words', key))).toBe('key-used')
  const slug = one.ok ? one.value.slug : ''
  const copy = await copyOf(ada, slug)
  expect(copy?.files.map(({ path }) => path)).toEqual([
    ...[
      'cover.mdx',
      'problem.mdx',
      'integration.mdx',
      'sys-futex.mdx',
      'lifetime.mdx',
      'models/hand-over.pml',
    ],
  ])
  const bundle = await checkFilesWhole(copy?.files ?? [], await instanceQuestionnaires())
  expect(bundle.ok && bundle.value.cover.title).toBe(title)
  expect((await ownCopies(ada)).map((own) => own.slug)).toEqual([slug])
  const again = await begin(ada, title)
  expect(again.ok && again.value.slug).toBe(`${slug}-2`)
})

test('a field that a cover would refuse is told with its name', async () => {
  const ada = await newPerson()
  const fields = {
    title: 'T',
    area: 'a',
    authors: ['Ada <ada@example.org>'],
    to: [],
    questionnaire: 'futex@1',
    clientKey: randomUUID(),
  }
  for (const [field, value] of [
    ['title', ''],
    ['title', 'x'.repeat(71)],
    ['area', 'x'.repeat(41)],
    ['authors', ['Ada']],
    ['to', ['no address']],
    ['questionnaire', 'none@1'],
  ] as const) {
    const refused = await beginProposal(ada, { ...fields, [field]: value })
    expect(refused.ok ? null : refused.error).toMatchObject({ kind: 'fields', problems: [{ field }] })
  }
  expect(await ownCopies(ada)).toEqual([])
})

test('what is no proposal yet is its maker’s; for everybody else, an administrator too, there is none', async () => {
  const ada = await newPerson()
  const slug = await begun(ada)
  const base = (await textOf(ada, slug))?.sha256 ?? ''
  for (const other of [null, await newPerson('Bob'), await newPerson('Admin', true)]) {
    expect((await copyAccess(other, slug)).kind).toBe('nothing')
    expect(await copyOf(other, slug)).toBeNull()
    expect(await statesOf(other, slug)).toBeNull()
    expect(await stateFiles(other, slug, 1)).toBeNull()
    const refused = other ? 'no-such-copy' : 'signed-out'
    expect(kindOf(await save(other, slug, base, 'mine now'))).toBe(refused)
    expect(kindOf(await removeFile(other, { slug, path: 'problem.mdx', base }))).toBe(refused)
    expect(kindOf(await restoreState(other, { slug, state: 1, seen: 1 }))).toBe(refused)
    expect(kindOf(await deleteCopy(other, { slug, seen: 1 }))).toBe(refused)
    if (other) expect(kindOf(await pushFiles(other, { slug, base: {}, files: [] }))).toBe('name-taken')
  }
  expect((await textOf(ada, slug))?.sha256).toBe(base)
})

test('a published proposal is edited by its authors, all in one copy that begins as its newest revision, byte for byte', async () => {
  const slug = await published()
  const [one, two] = [await withRole(slug, 'author'), await withRole(slug, 'author')]
  for (const role of ['reviewer', 'maintainer', 'reader'] as const) {
    const person = await withRole(slug, role)
    expect((await copyAccess(person, slug)).kind).toBe('forbidden')
    expect(kindOf(await save(person, slug, null, 'x'))).toBe('forbidden')
  }
  expect((await copyAccess(null, slug)).kind).toBe('signed-out')
  expect((await copyAccess(one, slug)).kind).toBe('begin')
  const files = await db().revisionFile.findMany({ where: { revision: { proposal: { slug } } } })
  const problem = files.find(({ path }) => path === 'problem.mdx')?.bytes ?? new Uint8Array()
  const [first, second] = await Promise.all([
    save(one, slug, textHash(problem), `${Buffer.from(problem)}\nMore by one.\n`),
    save(two, slug, null, 'bit x;\n', { path: 'models/new.pml' }),
  ])
  expect([first.ok, second.ok]).toEqual([true, true])
  const copy = await copyOf(two, slug)
  expect(copy?.baseRevision).toBe(1)
  for (const { path, bytes } of files)
    if (path !== 'problem.mdx') expect(copy?.files.find((file) => file.path === path)?.bytes).toEqual(bytes)
  expect((await textOf(two, slug))?.text).toContain('More by one.')
})

test('whose role was taken, or who was blocked, edits no more, also not what they began', async () => {
  const slug = await published()
  const author = await withRole(slug, 'author')
  await save(author, slug, null, 'bit x;\n', { path: 'models/new.pml' })
  await db().membership.deleteMany({ where: { personId: author.personId } })
  expect(kindOf(await save(author, slug, null, 'x', { path: 'models/two.pml' }))).toBe('forbidden')
  const ada = await newPerson()
  const own = await begun(ada)
  await db().person.update({
    where: { id: ada.personId },
    data: { blockedAt: new Date(), blockReason: 'spam' },
  })
  expect((await copyAccess(ada, own)).kind).toBe('nothing')
  expect(kindOf(await save(ada, own, null, 'x', { path: 'models/two.pml' }))).toBe('forbidden')
})

test('an embargoed proposal is not there for who has no role in it', async () => {
  const slug = await published()
  const author = await withRole(slug, 'author')
  await save(author, slug, null, 'bit x;\n', { path: 'models/new.pml' })
  await db().proposal.update({ where: { slug }, data: { visibility: 'embargoed' } })
  const bob = await newPerson('Bob')
  expect((await copyAccess(bob, slug)).kind).toBe('nothing')
  expect(kindOf(await save(bob, slug, null, 'x'))).toBe('no-such-copy')
  expect((await copyAccess(author, slug)).kind).toBe('edit')
})

test('the same save twice is one, and one from an old text brings both together or keeps both', async () => {
  const ada = await newPerson()
  const slug = await begun(ada)
  const base = await textOf(ada, slug)
  const [hash, text] = [base?.sha256 ?? '', base?.text ?? '']
  const mine = text.replace('## Who needs it', '## Who needs this')
  const [a, b] = await Promise.all([save(ada, slug, hash, mine), save(ada, slug, hash, mine)])
  expect(a.ok && b.ok && a.value.sha256 === b.value.sha256).toBe(true)
  expect((await statesOf(ada, slug))?.length).toBe(2)

  const other = await save(ada, slug, hash, `${text}\n## Last words\n`)
  expect(other.ok && other.value.merged).toBe(mergeTexts(text, `${text}\n## Last words\n`, mine))
  expect((await textOf(ada, slug))?.text).toContain('## Who needs this')

  const lost = text.replace('## Who needs it', '## For whom')
  const conflict = await save(ada, slug, hash, lost)
  expect(conflict.ok ? null : conflict.error).toMatchObject({
    kind: 'conflict',
    path: 'problem.mdx',
    by: 'Ada',
  })
  if (conflict.ok || conflict.error.kind !== 'conflict') throw new Error('no conflict')
  expect(conflict.error.theirs).toBe((await textOf(ada, slug))?.text)
  await save(ada, slug, hash, lost)
  const states = (await statesOf(ada, slug)) ?? []
  expect(states.map(({ kind }) => kind)).toEqual(['aside', 'merged', 'saved', 'begun'])
  const kept = await stateFiles(ada, slug, states[0]?.version ?? 0)
  expect(kept?.find(({ path }) => path === 'problem.mdx')?.sha256).toBe(textHash(Buffer.from(lost)))
  // Decided by hand, from what is there.
  expect((await save(ada, slug, conflict.error.sha256, lost)).ok).toBe(true)
  expect((await textOf(ada, slug))?.text).toBe(lost)
})

test('what a page saved is its own to replace when its answer was lost, and nobody else’s', async () => {
  const ada = await newPerson()
  const slug = await begun(ada)
  const base = (await textOf(ada, slug))?.sha256 ?? ''
  const tab = randomUUID()
  const typed = (text: string, from = base, by = tab) =>
    save(ada, slug, from, text, { tab: by, kind: 'typed' })
  expect((await typed('a line')).ok).toBe(true)
  expect((await typed('a line, longer')).ok).toBe(true)
  expect((await typed('a line, longer still')).ok).toBe(true)
  expect(kindOf(await typed('another page', base, randomUUID()))).toBe('conflict')
  expect((await textOf(ada, slug))?.text).toBe('a line, longer still')
})

test('what a page saves within two minutes is one state of the history, and a thousand saves stay within their room', async () => {
  const ada = await newPerson()
  const slug = await begun(ada)
  const tab = randomUUID()
  let base = (await textOf(ada, slug))?.sha256 ?? ''
  for (let n = 0; n < 12; n++) {
    const at = new Date(Date.UTC(2026, 10, 23) + n * 30_000)
    const saved = await saveFile(
      ada,
      { slug, path: 'problem.mdx', base, text: `words ${n}`, tab, kind: 'typed' },
      at,
    )
    if (!saved.ok) throw new Error(saved.error.kind)
    base = saved.value.sha256
  }
  const states = (await statesOf(ada, slug)) ?? []
  expect(states.length).toBeLessThanOrEqual(5)
  expect((await textOf(ada, slug))?.text).toBe('words 11')
  const texts = await db().workingText.count({ where: { copy: { slug } } })
  expect(texts).toBeLessThanOrEqual(6 + 5)
})

test('a name that leads out, 5 MB, and what is not text are refused with what they are', async () => {
  const ada = await newPerson()
  const slug = await begun(ada)
  const began = performance.now()
  expect(kindOf(await save(ada, slug, null, 'x', { path: '../x.mdx' }))).toBe('bad-path')
  expect(kindOf(await save(ada, slug, null, 'x', { path: '__proto__' }))).toBe('bad-path')
  expect(kindOf(await save(ada, slug, null, 'x'.repeat(5_000_000)))).toBe('file-too-large')
  expect(kindOf(await save(ada, slug, 'no hash', 'x'))).toBe('bad-base')
  expect(kindOf(await save(ada, slug, null, 'x', { path: 'Cover.mdx' }))).toBe('bad-path')
  expect(kindOf(await save(ada, slug, null, 'x', { path: 'models/Hand-over.pml' }))).toBe('bad-path')
  expect(performance.now() - began).toBeLessThan(msHere(2000))
  expect((await statesOf(ada, slug))?.length).toBe(1)
})

test('a state of the history comes back whole, and what stood meanwhile is in the history', async () => {
  const ada = await newPerson()
  const slug = await begun(ada)
  const first = await textOf(ada, slug)
  await save(ada, slug, first?.sha256 ?? '', 'other words')
  await save(ada, slug, null, 'bit x;\n', { path: 'models/new.pml' })
  expect(kindOf(await restoreState(ada, { slug, state: 1, seen: 2 }))).toBe('stale')
  expect(kindOf(await restoreState(ada, { slug, state: 77, seen: 3 }))).toBe('no-such-state')
  expect(await restoreState(ada, { slug, state: 1, seen: 3 })).toEqual({ ok: true, value: { version: 4 } })
  expect(await textOf(ada, slug)).toEqual(first)
  expect(await textOf(ada, slug, 'models/new.pml')).toBeNull()
  const before = await stateFiles(ada, slug, 3)
  expect(before?.map(({ path }) => path)).toContain('models/new.pml')
})

test('a file is taken out by who saw it as it is, and deleting all of it asks for the same', async () => {
  const ada = await newPerson()
  const slug = await begun(ada)
  const file = await textOf(ada, slug, 'models/hand-over.pml')
  const path = 'models/hand-over.pml'
  expect(kindOf(await removeFile(ada, { slug, path, base: '0'.repeat(64) }))).toBe('stale')
  expect((await removeFile(ada, { slug, path, base: file?.sha256 ?? '' })).ok).toBe(true)
  expect((await removeFile(ada, { slug, path, base: file?.sha256 ?? '' })).ok).toBe(true)
  const gone = await save(ada, slug, file?.sha256 ?? '', 'bit mine;\n', { path })
  expect(gone.ok ? null : gone.error).toMatchObject({ kind: 'conflict', theirs: null, sha256: null })
  const seen = (await copyOf(ada, slug))?.version ?? 0
  expect(kindOf(await deleteCopy(ada, { slug, seen: 1 }))).toBe('stale')
  expect(await deleteCopy(ada, { slug, seen })).toEqual({ ok: true, value: null })
  expect(await db().workingText.count({ where: { copy: { slug } } })).toBe(0)
})

test('a push writes all or nothing: a server that moved says which files, with what diff3 makes of them', async () => {
  const ada = await newPerson()
  const slug = `push-${randomUUID().slice(0, 8)}`
  const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text) })
  const files = [file('cover.mdx', '---\n'), file('problem.mdx', 'a\nb\nc\n')]
  const first = await pushFiles(ada, { slug, base: {}, files })
  if (!first.ok) throw new Error(first.error.kind)
  expect(await pushFiles(ada, { slug, base: {}, files })).toEqual(first)
  const base = first.value.files
  await save(ada, slug, base['problem.mdx'] ?? '', 'a\nb\nC\n')
  const mine = [file('cover.mdx', '---\n'), file('problem.mdx', 'A\nb\nc\n'), file('data/x.csv', '1\n')]
  const moved = await pushFiles(ada, { slug, base, files: mine })
  expect(moved.ok ? null : moved.error).toMatchObject({
    kind: 'moved',
    files: [{ path: 'problem.mdx', theirs: 'a\nb\nC\n', merged: 'A\nb\nC\n' }],
  })
  expect((await copyOf(ada, slug))?.files.map(({ path }) => path)).toEqual(['cover.mdx', 'problem.mdx'])
  expect(kindOf(await pushFiles(ada, { slug, base, files: [file('../x', 'x')] }))).toBe('bad-path')
  const other = await pushFiles(await newPerson('Bob'), { slug, base: {}, files })
  expect(kindOf(other)).toBe('name-taken')
})

/** A source of chance that a failure can be repeated with. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test('200 interleavings of two authors: what diff3 says, or both texts; no character is lost', async () => {
  const slug = await published()
  const [one, two] = [await withRole(slug, 'author'), await withRole(slug, 'author')]
  await save(one, slug, null, 'bit x;\n', { path: 'models/new.pml' })
  let conflicts = 0
  let merges = 0
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomFrom(seed)
    const base = await textOf(one, slug)
    const lines = (base?.text ?? '').split('\n').slice(0, 30)
    const edited = (name: string) => {
      const made = [...lines]
      for (let n = Math.ceil(random() * 3); n > 0; n--) {
        const at = Math.floor(random() * made.length)
        if (random() < 0.5) made.splice(at, 0, `${name} ${seed}.${n}`)
        else made[at] = `${name} ${seed}.${n} ${made[at]}`
      }
      return made.join('\n')
    }
    const [a, b] = [edited('one'), edited('two')]
    const order = random() < 0.5
    const [first, second] = order ? ([one, two] as const) : ([two, one] as const)
    const [ofFirst, ofSecond] = order ? ([a, b] as const) : ([b, a] as const)
    expect((await save(first, slug, base?.sha256 ?? '', ofFirst)).ok).toBe(true)
    const saved = await save(second, slug, base?.sha256 ?? '', ofSecond)
    const expected = mergeTexts(base?.text ?? '', ofSecond, ofFirst)
    const now = (await textOf(one, slug))?.text
    if (saved.ok) {
      merges++
      expect([seed, now]).toEqual([seed, expected])
    } else {
      conflicts++
      expect([seed, expected, now]).toEqual([seed, null, ofFirst])
      expect(saved.error).toMatchObject({ kind: 'conflict', theirs: ofFirst })
      const [aside] = (await statesOf(one, slug, { take: 1 })) ?? []
      const kept = await stateFiles(one, slug, aside?.version ?? 0)
      expect(Buffer.from(kept?.find(({ path }) => path === 'problem.mdx')?.bytes ?? []).toString()).toBe(
        ofSecond,
      )
    }
  }
  expect(merges).toBeGreaterThan(20)
  expect(conflicts).toBeGreaterThan(20)
}, 120_000)
