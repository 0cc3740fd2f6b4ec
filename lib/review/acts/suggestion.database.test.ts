import { createHash, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { type Edit, publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import { copyOf } from '#lib/review/copy/read-copies.server.ts'
import type { Role, Viewer } from '#lib/review/person/permission.ts'
import { bundleOf } from '#lib/review/revision/revisions.server.ts'
import { applySuggestions } from '#lib/review/suggestion/apply-suggestions.ts'
import {
  acceptedSuggestions,
  suggestableAt,
  suggestionAt,
  suggestionsOf,
} from '#lib/review/suggestion/read-suggestions.server.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { acceptSuggestion, declineSuggestion } from './decide-suggestion.server.ts'
import { deleteComment } from './delete-comment.server.ts'
import { editComment } from './edit-comment.server.ts'
import { lockThread } from './lock-thread.server.ts'
import { openThread } from './open-thread.server.ts'
import { publishReview } from './publish-review.server.ts'
import { reply } from './reply.server.ts'
import { keepDraft } from './review-draft.server.ts'
import { saveFile } from './save-copy.server.ts'
import { takeInSuggestions } from './take-in-suggestions.server.ts'

async function newViewer(name: string, administrator = false): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name, administrator }, select: { id: true } })
  return { personId: id, name, administrator }
}

const same: Edit = (_, source) => source
const PROBLEM = 'This is an example of a proposal'

let reva: NonNullable<Viewer>
beforeAll(async () => {
  reva = await newViewer('Reva')
})

type Of = {
  slug: string
  bundle: Bundle
  author: NonNullable<Viewer>
  blockKey: string
  start: number
  end: number
}

/** A proposal of its own, with a person who writes it and the place of some words. */
async function proposalWith(slug: string, words = 'an example of a proposal'): Promise<Of> {
  const bundle = await publishEdited(slug, 1, same)
  const author = await withRole(slug, 'author')
  const block = bundle.blocks.find(({ kind, text }) => kind === 'paragraph' && text.includes(words))
  if (!block) throw new Error(`no such words: ${words}`)
  const start = block.text.indexOf(words)
  return { slug, bundle, author, blockKey: block.key, start, end: start + words.length }
}

async function withRole(slug: string, role: Exclude<Role, 'admin'>): Promise<NonNullable<Viewer>> {
  const person = await newViewer(`${role} of ${slug}`)
  const { id } = await db().proposal.findUniqueOrThrow({ where: { slug }, select: { id: true } })
  await db().membership.create({ data: { proposalId: id, personId: person.personId, role } })
  return person
}

const suggest = ({ slug, blockKey, start, end }: Of, suggestion: string, more: object = {}) =>
  openThread(reva, {
    ...{ slug, revision: 1, blockKey, start, end, suggestion },
    ...{ body: 'I would say it so.', clientKey: randomUUID(), ...more },
  })

async function suggested(of: Of, replacement = 'a worked example of one') {
  const made = await suggest(of, replacement)
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  return { ...made.value, id: await idOf(of.slug, made.value.thread) }
}

async function idOf(slug: string, thread: number, seq = 1): Promise<string> {
  const comment = await db().comment.findFirstOrThrow({
    where: { seq, thread: { number: thread, proposal: { slug } } },
    select: { id: true },
  })
  return comment.id
}

const rowOf = (commentId: string) => db().suggestion.findUnique({ where: { commentId } })
const eventsOf = async (slug: string, kind: string) =>
  (await db().event.findMany({ where: { kind, proposal: { slug } }, select: { subject: true } })).map(
    ({ subject }) => subject,
  )

describe('a suggestion is made', () => {
  test('on words of a passage, with the comment, and is shown with it', async () => {
    const of = await proposalWith('suggested')
    expect(await suggestableAt(reva, { ...of, revision: 1 })).toEqual({
      ok: true,
      value: 'an example of a proposal',
    })
    const { thread, id } = await suggested(of)
    const { documents } = await bundleOf((await rowOf(id))?.revisionId ?? '')
    const row = await rowOf(id)
    const source = documents.find(({ writeup }) => writeup === row?.writeup)?.source ?? ''
    expect(source.slice(row?.sourceStart, row?.sourceEnd)).toBe('an example of a proposal')
    const shown = await findThread(null, of.slug, thread)
    expect(shown?.comments[0]).toMatchObject({
      body: 'I would say it so.',
      suggestion: {
        ...{ old: 'an example of a proposal', replacement: 'a worked example of one' },
        ...{ state: 'open', acts: [], inText: null },
      },
    })
  })

  test('twice with one form is once; other words with the same comment are another one', async () => {
    const of = await proposalWith('suggested-twice')
    const clientKey = randomUUID()
    const [one, two] = await Promise.all([
      suggest(of, 'a worked example', { clientKey }),
      suggest(of, 'a worked example', { clientKey }),
    ])
    expect(one).toEqual(two)
    // A form that was written anew by the server has another key.
    expect(await suggest(of, 'a worked example')).toEqual(one)
    const other = await suggest(of, 'another example')
    expect(other.ok && one.ok && other.value.thread !== one.value.thread).toBe(true)
    expect(
      await db().suggestion.count({ where: { comment: { thread: { proposal: { slug: of.slug } } } } }),
    ).toBe(2)
  })

  test('the words as they stand are a comment and no suggestion', async () => {
    const of = await proposalWith('suggested-nothing')
    const made = await suggest(of, 'an example of a proposal')
    if (!made.ok) throw new Error(made.error.kind)
    expect(await rowOf(await idOf(of.slug, made.value.thread))).toBeNull()
    expect(await suggest(of, 'an example of a proposal', { body: 'Suggestion:' })).toMatchObject({
      error: { kind: 'no-suggestion' },
    })
  })

  test('what would break the passage or is too long is refused with a sentence, and nothing is stored', async () => {
    const of = await proposalWith('suggested-badly')
    const before = await db().comment.count()
    for (const replacement of ['one\n\n## Two', 'a <Claim id="x">b</Claim>', 'x'.repeat(20_001)]) {
      const made = await suggest(of, replacement)
      expect(made).toMatchObject({ ok: false, error: { kind: 'no-suggestion' } })
    }
    expect(await db().comment.count()).toBe(before)
  })

  test('by its lines at the end of a comment, a reply and a draft of a review', async () => {
    const of = await proposalWith('suggested-by-lines')
    const lines = (words: string) => `${words}\n\nSuggestion:\n- an example of a proposal\n+ a worked example`
    const opened = await openThread(reva, {
      ...{ slug: of.slug, revision: 1, blockKey: of.blockKey, body: lines('So.'), clientKey: randomUUID() },
    })
    if (!opened.ok) throw new Error(opened.error.kind)
    const first = await idOf(of.slug, opened.value.thread)
    expect(await rowOf(first)).toMatchObject({
      oldText: 'an example of a proposal',
      newText: 'a worked example',
    })
    const answered = await reply(reva, { commentId: first, body: lines('Or so.'), clientKey: randomUUID() })
    if (!answered.ok) throw new Error(answered.error.kind)
    const second = await idOf(of.slug, answered.value.thread, answered.value.comment)
    expect(await rowOf(second)).not.toBeNull()
    expect(await db().comment.findUnique({ where: { id: second }, select: { body: true } })).toEqual({
      body: 'Or so.',
    })
    const draft = await keepDraft(reva, {
      ...{ slug: of.slug, revision: 1, blockKey: of.blockKey, start: of.start, end: of.end },
      ...{ suggestion: 'one example', body: 'In a review.', clientKey: randomUUID() },
    })
    if (!draft.ok) throw new Error(draft.error.kind)
    const published = await publishReview(reva, {
      ...{ slug: of.slug, stance: null, clientKey: randomUUID() },
      drafts: [{ id: draft.value.id, lockVersion: 0 }],
    })
    expect(published.ok).toBe(true)
    const said = await db().comment.findFirst({
      where: { body: 'In a review.', thread: { proposal: { slug: of.slug } } },
      select: { suggestion: { select: { newText: true } } },
    })
    expect(said?.suggestion?.newText).toBe('one example')
  })

  test('lines that replace nothing there stay words', async () => {
    const of = await proposalWith('suggested-elsewhere')
    const body = 'So.\n\nSuggestion:\n- words that stand nowhere\n+ others'
    const made = await openThread(reva, {
      ...{ slug: of.slug, revision: 1, blockKey: of.blockKey, body, clientKey: randomUUID() },
    })
    if (!made.ok) throw new Error(made.error.kind)
    const shown = await findThread(null, of.slug, made.value.thread)
    expect(shown?.comments[0]).toMatchObject({ body, suggestion: null })
  })

  test('its comment may say other words later; the suggestion stays', async () => {
    const of = await proposalWith('suggested-edited')
    const { id } = await suggested(of)
    expect((await editComment(reva, { commentId: id, body: 'Rather so.', lockVersion: 0 })).ok).toBe(true)
    expect(await rowOf(id)).toMatchObject({ newText: 'a worked example of one', state: 'open' })
  })
})

describe('an author decides', () => {
  test('one by one, and takes it back; the log says both', async () => {
    const of = await proposalWith('decided')
    const { id, thread } = await suggested(of)
    expect((await acceptSuggestion(of.author, id)).ok).toBe(true)
    expect((await acceptSuggestion(of.author, id)).ok).toBe(true)
    expect(await rowOf(id)).toMatchObject({
      state: 'accepted',
      decidedBy: of.author.personId,
      appliedIn: null,
    })
    expect((await acceptedSuggestions('program', of.slug)).map((one) => one.id)).toEqual([id])
    expect((await declineSuggestion(of.author, id)).ok).toBe(true)
    expect(await acceptedSuggestions('program', of.slug)).toEqual([])
    expect((await acceptSuggestion(of.author, id)).ok).toBe(true)
    expect(await eventsOf(of.slug, 'suggestion-accepted')).toEqual([
      { thread, comment: id },
      { thread, comment: id },
    ])
    expect(await eventsOf(of.slug, 'suggestion-declined')).toEqual([{ thread, comment: id }])
  })

  test('and nobody else does, whoever they are', async () => {
    const of = await proposalWith('decided-by-others')
    const { id } = await suggested(of)
    const others = [
      null,
      reva,
      await newViewer('Stranger'),
      await newViewer('Administrator', true),
      await withRole(of.slug, 'reader'),
      await withRole(of.slug, 'reviewer'),
      await withRole(of.slug, 'maintainer'),
    ]
    for (const who of others) {
      const kind = who === null ? 'signed-out' : 'forbidden'
      expect(await acceptSuggestion(who, id)).toMatchObject({ ok: false, error: { kind } })
      expect(await declineSuggestion(who, id)).toMatchObject({ ok: false, error: { kind } })
    }
    expect(await rowOf(id)).toMatchObject({ state: 'open', decidedBy: null })
  })

  test('in a locked thread too; not on what was deleted', async () => {
    const of = await proposalWith('decided-locked')
    const { id, thread } = await suggested(of)
    const maintainer = await withRole(of.slug, 'maintainer')
    const { id: threadId } = await db().thread.findFirstOrThrow({
      where: { number: thread, proposal: { slug: of.slug } },
      select: { id: true },
    })
    expect((await lockThread(maintainer, threadId, 'lock')).ok).toBe(true)
    expect((await acceptSuggestion(of.author, id)).ok).toBe(true)
    expect((await deleteComment(reva, id)).ok).toBe(true)
    expect(await rowOf(id)).toMatchObject({ state: 'withdrawn', oldText: '', newText: '' })
    expect(await acceptSuggestion(of.author, id)).toMatchObject({ error: { kind: 'other-state' } })
    expect((await suggestionsOf(null, of.slug))?.list.entries).toEqual([])
    expect(await acceptedSuggestions('program', of.slug)).toEqual([])
  })

  test('of two at once one is recorded', async () => {
    const of = await proposalWith('decided-at-once')
    const { id } = await suggested(of)
    const both = await Promise.all([acceptSuggestion(of.author, id), acceptSuggestion(of.author, id)])
    expect(both.map(({ ok }) => ok)).toEqual([true, true])
    expect(await eventsOf(of.slug, 'suggestion-accepted')).toHaveLength(1)
  })
})

describe('the text moves on', () => {
  test('an accepted one is kept, fits the new text, and is in the one that has it', async () => {
    const of = await proposalWith('moved-on')
    const { id, thread } = await suggested(of)
    const other = await suggested(of, 'a thing')
    expect((await acceptSuggestion(of.author, id)).ok).toBe(true)
    const moved: Edit = (_, source) => source.replace(PROBLEM, `Read this first. ${PROBLEM}`)
    const second = await publishEdited(of.slug, 2, moved)
    const [kept, open] = (await suggestionsOf(null, of.slug))?.list.entries ?? []
    expect(kept).toMatchObject({ id, state: 'accepted', inText: null, placed: { kind: 'fits' } })
    expect(open).toMatchObject({ id: other.id, state: 'open', placed: { kind: 'fits' } })
    const made = applySuggestions(second.files, await acceptedSuggestions('program', of.slug))
    expect(made).toMatchObject({ refused: [], inText: [] })
    const file = `${made.applied[0]?.at.writeup}.mdx`
    const textIn = (files: Bundle['files']) =>
      new TextDecoder().decode(files.find(({ path }) => path === file)?.bytes)
    expect(textIn(second.files)).toContain('an example of a proposal')
    expect(textIn(made.files)).toBe(
      textIn(second.files).replace('an example of a proposal', 'a worked example of one'),
    )

    await publishEdited(of.slug, 3, (path, source) =>
      moved(path, source).replace('an example of a proposal', 'a worked example of one'),
    )
    expect(await rowOf(id)).toMatchObject({ state: 'accepted', appliedIn: expect.any(String) })
    expect(await eventsOf(of.slug, 'suggestion-in-text')).toEqual([{ thread, comment: id, revision: 3 }])
    expect(await declineSuggestion(of.author, id)).toMatchObject({ error: { kind: 'suggestion-in-text' } })
    expect(await acceptedSuggestions('program', of.slug)).toEqual([])
  })

  test('where others changed the same words an author brings the words, from the text as it is', async () => {
    const of = await proposalWith('moved-away')
    const { id, thread } = await suggested(of)
    const changed: Edit = (_, source) =>
      source.replace('an example of a proposal', 'one sample of such a text')
    await publishEdited(of.slug, 2, changed)
    expect(await acceptSuggestion(of.author, id)).toMatchObject({ error: { kind: 'suggestion-moved-on' } })
    const beside = await suggestionAt(null, { slug: of.slug, thread, comment: 1 })
    const placed = beside?.entry.placed
    if (placed?.kind !== 'conflict' || !placed.at) throw new Error('it does not fit')
    expect(placed.at.old).toContain('one sample of such a text')
    const there = placed.at.old
    const words = there.replace('one sample', 'a worked sample')
    const by = (hand: { revision?: number; there?: string; words?: string }) =>
      acceptSuggestion(of.author, id, { revision: 2, there, words, ...hand })
    expect(await by({ revision: 1 })).toMatchObject({ error: { kind: 'newer-revision', newest: 2 } })
    expect(await by({ there: 'other words' })).toMatchObject({ error: { kind: 'other-state' } })
    expect(await by({ words: there })).toMatchObject({ error: { kind: 'no-suggestion' } })
    expect(await by({ words: 'one\n\ntwo' })).toMatchObject({ error: { kind: 'no-suggestion' } })
    expect((await by({})).ok).toBe(true)
    const [kept] = await acceptedSuggestions('program', of.slug)
    expect(kept?.suggested).toMatchObject({ old: there, replacement: words })
    await publishEdited(of.slug, 3, (path, source) =>
      changed(path, source).replace('one sample', 'a worked sample'),
    )
    expect(await rowOf(id)).toMatchObject({ appliedIn: expect.any(String) })
  })

  test('what the text says already is in it when it is accepted', async () => {
    const of = await proposalWith('moved-in')
    const { id } = await suggested(of)
    await publishEdited(of.slug, 2, (_, source) =>
      source.replace('an example of a proposal', 'a worked example of one'),
    )
    expect(await rowOf(id)).toMatchObject({ appliedIn: null })
    expect((await acceptSuggestion(of.author, id)).ok).toBe(true)
    expect(await rowOf(id)).toMatchObject({ state: 'accepted', appliedIn: expect.any(String) })
  })
})

describe('the working copy', () => {
  const fileOf = async (who: Viewer, slug: string, path: string) => {
    const file = (await copyOf(who, slug))?.files.find((one) => one.path === path)
    return new TextDecoder().decode(file?.bytes)
  }

  test('takes in what fits, once, as one saved state; what does not fit is named', async () => {
    const of = await proposalWith('taken-in')
    const { id } = await suggested(of)
    const other = await suggested(of, 'a thing')
    const file = `${(await rowOf(id))?.writeup}.mdx`
    expect(await takeInSuggestions(of.author, of.slug)).toEqual({
      ok: true,
      value: { changed: [], applied: [], refused: [] },
    })
    expect(await copyOf(of.author, of.slug)).toBeNull()
    for (const one of [id, other.id]) expect((await acceptSuggestion(of.author, one)).ok).toBe(true)
    const taken = await takeInSuggestions(of.author, of.slug)
    expect(taken).toEqual({ ok: true, value: { changed: [file], applied: [id], refused: [other.id] } })
    expect(await fileOf(of.author, of.slug, file)).toContain('a worked example of one')
    const again = await takeInSuggestions(of.author, of.slug)
    expect(again).toMatchObject({ ok: true, value: { changed: [], applied: [] } })
    // It is in no revision yet, so it is kept.
    expect(await rowOf(id)).toMatchObject({ state: 'accepted', appliedIn: null })
  })

  test('goes on from what its authors wrote in it meanwhile', async () => {
    const of = await proposalWith('taken-in-later')
    const { id } = await suggested(of)
    const file = `${(await rowOf(id))?.writeup}.mdx`
    const published = of.bundle.files.find(({ path }) => path === file)
    const before = new TextDecoder().decode(published?.bytes)
    const text = before.replace(PROBLEM, `Words of an author. ${PROBLEM}`)
    const base = createHash('sha256').update(before).digest('hex')
    const saved = await saveFile(of.author, {
      slug: of.slug,
      path: file,
      base,
      text,
      tab: null,
      kind: 'saved',
    })
    expect(saved.ok).toBe(true)
    expect((await acceptSuggestion(of.author, id)).ok).toBe(true)
    expect((await takeInSuggestions(of.author, of.slug)).ok).toBe(true)
    expect(await fileOf(of.author, of.slug, file)).toBe(
      text.replace('an example of a proposal', 'a worked example of one'),
    )
  })

  test('is nobody else’s to change', async () => {
    const of = await proposalWith('taken-in-by-others')
    const { id } = await suggested(of)
    expect((await acceptSuggestion(of.author, id)).ok).toBe(true)
    expect(await takeInSuggestions(null, of.slug)).toMatchObject({ error: { kind: 'signed-out' } })
    for (const who of [reva, await withRole(of.slug, 'maintainer'), await newViewer('Administrator', true)])
      expect(await takeInSuggestions(who, of.slug)).toMatchObject({ error: { kind: 'forbidden' } })
    expect(await copyOf(of.author, of.slug)).toBeNull()
  })
})

test('who may not know of a proposal finds none of its suggestions', async () => {
  const of = await proposalWith('suggested-hidden')
  const { id, thread } = await suggested(of)
  await db().proposal.update({ where: { slug: of.slug }, data: { visibility: 'embargoed' } })
  const stranger = await newViewer('Stranger')
  expect(await suggestionsOf(stranger, of.slug)).toBeNull()
  expect(await suggestionAt(stranger, { slug: of.slug, thread, comment: 1 })).toBeNull()
  expect(await acceptedSuggestions(stranger, of.slug)).toEqual([])
  expect(await acceptSuggestion(stranger, id)).toMatchObject({ error: { kind: 'no-such-comment' } })
  expect((await suggestableAt(stranger, { ...of, revision: 1 })).ok).toBe(false)
})
