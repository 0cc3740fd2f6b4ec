import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { draftName } from '#lib/review/batch/draft.ts'
import { draftsOf } from '#lib/review/batch/read-drafts.server.ts'
import { exportDiscussion, exportRevision } from '#lib/review/export/export.server.ts'
import { previewComment } from '#lib/review/export/preview-comment.server.ts'
import { threadsForMail } from '#lib/review/export/threads-for-mail.server.ts'
import { threadAsJson } from '#lib/review/feed/thread-json.server.ts'
import { importMail } from '#lib/review/incoming/import.server.ts'
import type { MailOutcome } from '#lib/review/incoming/outcome.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { stepOf } from '#lib/review/revision/see-step.server.ts'
import { stepModelOf } from '#lib/review/revision/simulation-of-revision.ts'
import { deriveAgain } from '#lib/review/thread/carry-threads.server.ts'
import { listThreads } from '#lib/review/thread/list-threads.server.ts'
import { pinningOf } from '#lib/review/thread/pin-choices.server.ts'
import { carriedWords } from '#lib/review/thread/port.ts'
import { discussionOf, findThread, linesAt } from '#lib/review/thread/read-threads.server.ts'
import { threadFilter } from '#lib/review/thread/thread-filter.ts'
import { placesOf } from '#lib/review/thread/thread-places.server.ts'
import { encodePermalink, modelFingerprint } from '#lib/simulation/permalink.ts'
import { lookAtSteps } from './look-at-steps.server.ts'
import { openThread } from './open-thread.server.ts'
import { pinThread } from './pin-thread.server.ts'
import { publishReview } from './publish-review.server.ts'
import { keepDraft } from './review-draft.server.ts'
import { type Edit, publishEdited } from './samples/revisions.server.ts'

let reva: NonNullable<Viewer>

beforeAll(async () => {
  const { id } = await db().person.create({ data: { name: 'Reva' }, select: { id: true } })
  reva = { personId: id, name: 'Reva', administrator: false }
})

const MODEL = `byte turn; bool held;
active proctype waker() {
  do
  :: turn = 1 - turn
  :: held = true; held = false
  od
}
`
/** The example with a model that runs beside its problem. */
const withModel: Edit = (path, source) =>
  path === 'cover.mdx'
    ? source.replace(
        'models: {}',
        'models:\n  turns:\n    file: models/turns.pml\n    title: Turns\n    variants:\n      two: {}\n      other:\n        OTHER: ""',
      )
    : path === 'problem.mdx'
      ? `${source}\n<Simulation id="turns-run" model="turns" caption="A waker that takes turns" />\n`
      : source
const publish = (slug: string, number: number, edit: Edit = withModel, model = MODEL) =>
  publishEdited(slug, number, edit, undefined, { 'models/turns.pml': model })

const said = (slug: string, blockKey: string) => ({
  ...{ slug, revision: 1, blockKey, body: `Something about ${blockKey}, ${randomUUID()}` },
  clientKey: randomUUID(),
})
async function opened(slug: string, blockKey: string): Promise<number> {
  const done = await openThread(reva, said(slug, blockKey))
  if (!done.ok) throw new Error(done.error.kind)
  return done.value.thread
}
async function headsOf(slug: string, number: number) {
  const revision = await loadRevision(null, slug, number)
  if (!revision) throw new Error('no such revision')
  return (await discussionOf(null, revision, null)).heads
}

test('a thread on a whole write-up and on the proposal stands at its head in every revision, whatever becomes of the text', async () => {
  const slug = 'whole-carried'
  await publish(slug, 1)
  const [whole, all] = [await opened(slug, 'whole:problem'), await opened(slug, 'whole:cover')]
  await publish(slug, 2, (path, source) =>
    path === 'problem.mdx'
      ? `${source.split('---').slice(0, 2).join('---')}---\n\n## Anew\n\nNothing of it is as it was.\n`
      : withModel(path, source).replace('This is an example of a proposal', 'Read this. It is a proposal'),
  )
  await publish(slug, 3)
  for (const revision of [1, 2, 3]) {
    const heads = await headsOf(slug, revision)
    expect(heads.map(({ number, blockKey }) => [number, blockKey])).toEqual([
      [whole, 'whole:problem'],
      [all, 'whole:cover'],
    ])
    for (const { carried } of heads)
      if (revision > 1) expect(carried).toMatchObject({ state: 'exact', about: 'whole', words: null })
    expect((await linesAt(null, slug, revision, 'whole:problem'))?.lines).toMatchObject([{ number: whole }])
    const first = (await loadRevision(null, slug, revision))?.bundle.blocks.find(
      ({ writeup }) => writeup === 'problem',
    )
    // It hangs on the first block, and is not about it.
    expect((await linesAt(null, slug, revision, first?.key ?? ''))?.lines).toEqual([])
  }
  const { places, now } = await placesOf(null, slug, whole)
  expect(now).toBeNull()
  expect(places.map(({ blockKey }) => blockKey)).toEqual(['whole:problem', 'whole:problem'])
  expect(places[0] && carriedWords(places[0].carried)).toBe('from v1, on the whole')
  const { id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug } })
  expect(await db().$transaction((tx) => deriveAgain(tx, proposalId, true))).toEqual([])
})

test('it is listed, told to programs, and mailed as what it is', async () => {
  const slug = 'whole-told'
  await publish(slug, 1)
  const [whole, all, passage] = [
    await opened(slug, 'whole:problem'),
    await opened(slug, 'whole:cover'),
    await opened(slug, 'turns-run'),
  ]
  const listed = async (asked: Record<string, string>) =>
    (await listThreads(reva, slug, threadFilter({ order: 'number', ...asked })))?.threads.map(
      ({ number, about, writeup, quote }) => [number, about, writeup, quote],
    )
  expect(await listed({ about: 'whole' })).toEqual([
    [whole, 'whole', 'problem', ''],
    [all, 'whole', 'cover', ''],
  ])
  expect(await listed({ about: 'whole', in: 'cover' })).toEqual([[all, 'whole', 'cover', '']])
  expect(await listed({ about: 'passage' })).toEqual([
    [passage, 'passage', 'problem', 'A waker that takes turns'],
  ])
  expect((await listed({ about: 'nonsense' }))?.length).toBe(3)
  expect(await threadAsJson(reva, slug, whole, null)).toMatchObject({
    about: { revision: 1, block: 'whole:problem', quote: '', whole: 'problem' },
  })
  expect(await threadAsJson(reva, slug, all, null)).toMatchObject({ about: { whole: 'proposal' } })
  expect((await findThread(reva, slug, all))?.anchor).toMatchObject({ wholeOf: 'cover' })
  const preview = await previewComment(
    reva,
    { kind: 'thread', slug, revision: 1, blockKey: 'whole:problem' },
    'It never says what is measured.',
  )
  const mail = preview.ok ? preview.value.mail.text : preview.error
  expect(mail).toMatch(/^On the whole of “.+”:$/m)
  expect(mail).not.toMatch(/^>/m)
  const onCover = await previewComment(
    reva,
    { kind: 'thread', slug, revision: 1, blockKey: 'whole:cover' },
    'Too early.',
  )
  expect(onCover.ok && onCover.value.mail.text).toMatch(/^On the whole of this proposal:\n\nToo early\.$/m)
})

test('the same words on the whole are one thread, and others are another', async () => {
  const slug = 'whole-twice'
  await publish(slug, 1)
  const first = said(slug, 'whole:cover')
  const numbers: (number | null)[] = []
  const again = { ...first, clientKey: randomUUID() }
  for (const input of [
    first,
    first,
    again,
    { ...again, blockKey: 'whole:problem', clientKey: randomUUID() },
  ]) {
    const done = await openThread(reva, input)
    numbers.push(done.ok ? done.value.thread : null)
  }
  expect(numbers).toEqual([1, 1, 1, 2])
})

test('a whole that is not there is refused, and one that is there is not placed by hand', async () => {
  const slug = 'whole-refused'
  await publish(slug, 1)
  const refusal = async (input: Partial<Parameters<typeof openThread>[1]>) => {
    const done = await openThread(reva, { ...said(slug, 'whole:cover'), ...input })
    return done.ok ? null : done.error.kind
  }
  for (const blockKey of ['whole:', 'whole:elsewhere', 'whole:problem ', 'gone:problem'])
    expect(await refusal({ blockKey })).toBe('block-gone')
  expect(await refusal({ revision: 2 })).toBe('no-such-revision')
  const bare = 'whole-of-nothing'
  await publish(bare, 1, (path, source) =>
    path === 'lifetime.mdx' ? `${source.split('---').slice(0, 2).join('---')}---\n` : withModel(path, source),
  )
  expect(await refusal({ slug: bare, blockKey: 'whole:lifetime' })).toBe('writeup-empty')
  // A damaged quote means nothing where no words are meant.
  expect(await refusal({ start: 5, end: 1, exact: 'nothing' })).toBeNull()
  const number = await opened(slug, 'whole:lifetime')
  await publish(slug, 2)
  const { id } = await db().thread.findFirstOrThrow({ where: { number, proposal: { slug } } })
  const key = (await loadRevision(null, slug, 2))?.bundle.blocks[3]?.key ?? ''
  expect(await pinThread(reva, { threadId: id, revision: 2, blockKey: key })).toMatchObject({
    ok: false,
    error: { kind: 'stands-at-the-whole' },
  })
  expect(await pinningOf(reva, slug, number)).toBeNull()
  await db().proposal.update({ where: { slug }, data: { visibility: 'embargoed' } })
  expect(await linesAt(null, slug, 1, 'whole:lifetime')).toBeNull()
  expect(await refusal({})).toBe('no-such-revision')
})

/** The fragment of a link to a state, as a page makes it. */
async function linkTo(slug: string, trace: readonly number[], over: Record<string, unknown> = {}) {
  const revision = await loadRevision(null, slug, 1)
  const model = revision && stepModelOf(revision.bundle, 'turns-run')
  if (!model) throw new Error('no model')
  const link = {
    ...{ variant: 'two', model: modelFingerprint(model.files, {}), property: null, storeBuffers: null },
    ...{ mutant: null, trace, cursor: trace.length, ...over },
  }
  return encodePermalink('turns-run', link)
}
const seen = async (slug: string, link: string) =>
  stepOf(reva, { slug, revision: 1, simulation: 'turns-run' }, link)
async function stepAt(slug: string, trace: readonly number[]) {
  const found = await seen(slug, await linkTo(slug, trace))
  if (!found.ok) throw new Error(found.error.kind)
  return found.value
}

test('a thread on a step says the step in words and leads to it, and says whether later models still go there', async () => {
  const slug = 'step-carried'
  await publish(slug, 1)
  const step = await stepAt(slug, [1, 0])
  expect(step).toMatchObject({ step: 2, variant: 'two', schedule: '1.0', actor: 'P0 waker' })
  const done = await openThread(reva, { ...said(slug, 'turns-run'), step })
  expect(done).toMatchObject({ ok: true, value: { thread: 1 } })
  const thread = await findThread(reva, slug, 1)
  expect(thread?.anchor.step?.words).toMatch(/^Step 2 of “two”: P0 waker: held = false/)
  expect(thread?.anchor.step?.fragment).toBe(await linkTo(slug, [1, 0]))
  expect(thread?.anchor.step?.state).toContain('turn 0')

  const words = async (revision: number) => {
    const [head] = await headsOf(slug, revision)
    return head?.carried && [head.blockKey, carriedWords(head.carried)]
  }
  // The same model, below other words.
  await publish(slug, 2, (path, source) => withModel(path, source).replace('A waker that', 'One waker which'))
  expect(await words(2)).toEqual(['turns-run', 'from v1: the model is the same'])
  // Another model that goes the same way.
  await publish(slug, 3, withModel, MODEL.replace('byte turn', 'byte more; byte turn'))
  expect(await words(3)).toEqual([
    'turns-run',
    'from v1: the model changed, and its schedule still leads to this step',
  ])
  // The same choices lead to another step.
  await publish(slug, 4, withModel, MODEL.replace('held = true; held = false', 'held = true; turn = 0'))
  expect(await words(4)).toEqual([
    'turns-run',
    'from v1: the model changed, and its schedule does not lead to this step any more',
  ])
  // Neither simulation nor model.
  await publish(slug, 5, (_, source) => source)
  expect((await headsOf(slug, 5))[0]).toMatchObject({ blockKey: 'gone:problem', carried: { fate: 'gone' } })
  expect(await lookAtSteps()).toBe(0)
  const { id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug } })
  expect(await db().$transaction((tx) => deriveAgain(tx, proposalId, true))).toEqual([])
  expect(await words(3)).toContain('from v1: the model changed, and its schedule still leads to this step')

  const revision = await loadRevision(null, slug, 1)
  const [mailed] = await threadsForMail(reva, revision?.revisionId ?? '', { after: 0, take: 1 })
  expect(mailed?.anchor).toMatchObject({ blockKey: 'turns-run', step: { words: thread?.anchor.step?.words } })
  const preview = await previewComment(
    reva,
    { kind: 'thread', slug, revision: 1, blockKey: 'turns-run', step },
    'Who holds it here?',
  )
  expect(preview.ok && preview.value.mail.text).toMatch(/^> .*A waker that takes turns/m)
  expect(preview.ok && preview.value.mail.text).toMatch(/^Step 2 of “two”: P0 waker: held = false/m)
  const list = await listThreads(reva, slug, threadFilter({ about: 'step' }))
  expect(list?.threads).toMatchObject([{ number: 1, about: 'step', quote: thread?.anchor.step?.words }])
})

test('a step on an older revision is looked at in those that came since', async () => {
  const slug = 'step-late'
  await publish(slug, 1)
  await publish(slug, 2, withModel, MODEL.replace('byte turn', 'byte more; byte turn'))
  await openThread(reva, { ...said(slug, 'turns-run'), step: await stepAt(slug, [0, 0]) })
  expect((await headsOf(slug, 2))[0]?.carried).toMatchObject({ about: 'step', fate: null })
  expect(await lookAtSteps()).toBe(1)
  expect((await headsOf(slug, 2))[0]?.carried).toMatchObject({ fate: 'replays' })
})

test('a step that is not there, of another model, or too far away is refused with a sentence', async () => {
  const slug = 'step-refused'
  await publish(slug, 1)
  const refusal = async (link: string, simulation = 'turns-run') => {
    const found = await stepOf(reva, { slug, revision: 1, simulation }, link)
    return found.ok ? null : found.error
  }
  const far = Array.from({ length: 10_000 }, () => 0)
  expect(await refusal(await linkTo(slug, [0, 7]))).toEqual({ kind: 'no-step', at: 2 })
  expect(await refusal(await linkTo(slug, []))).toEqual({ kind: 'at-start' })
  expect(await refusal(await linkTo(slug, far))).toEqual({ kind: 'too-long' })
  expect(await refusal(await linkTo(slug, far.slice(0, 5000)))).toBeNull()
  expect(await refusal(await linkTo(slug, [0], { model: 'zzz' }))).toEqual({ kind: 'other-model' })
  expect(await refusal(await linkTo(slug, [0], { variant: 'none' }))).toMatchObject({ kind: 'no-variant' })
  expect(await refusal(await linkTo(slug, [0], { variant: 'other' }))).toEqual({ kind: 'other-model' })
  expect(await refusal(await linkTo(slug, [0], { mutant: 'x' }))).toEqual({ kind: 'changed-by-hand' })
  expect(await refusal(await linkTo(slug, [0], { storeBuffers: 2 }))).toEqual({ kind: 'no-buffers' })
  expect(await refusal('#sim-turns-run=v:two;t:9x99999999')).toEqual({ kind: 'damaged' })
  expect(await refusal('\u202e')).toEqual({ kind: 'damaged' })
  expect(await refusal(await linkTo(slug, [0]), 'elsewhere')).toEqual({ kind: 'no-simulation' })
  expect(await stepOf(reva, { slug, revision: 9, simulation: 'turns-run' }, await linkTo(slug, [0]))).toEqual(
    {
      ok: false,
      error: { kind: 'no-such-revision' },
    },
  )
  // A step is of its own simulation, whatever passage a form names.
  const step = await stepAt(slug, [0])
  const key = (await loadRevision(null, slug, 1))?.bundle.blocks[0]?.key ?? ''
  expect(await openThread(reva, { ...said(slug, key), step })).toMatchObject({
    ok: false,
    error: { kind: 'step-not-there' },
  })
  await db().proposal.update({ where: { slug }, data: { visibility: 'embargoed' } })
  expect(await refusal('#sim-turns-run=v:two;t:0')).toEqual({ kind: 'no-such-revision' })
})

test('a review says something of the whole, of a step and of a passage, each with what it is about', async () => {
  const slug = 'whole-review'
  await publish(slug, 1)
  const step = await stepAt(slug, [1])
  const inputs = [said(slug, 'whole:cover'), { ...said(slug, 'turns-run'), step }, said(slug, 'turns-run')]
  for (const input of inputs) expect(await keepDraft(reva, input)).toMatchObject({ ok: true })
  await publish(slug, 2, withModel, MODEL.replace('byte turn', 'byte more; byte turn'))
  const review = await draftsOf(reva, slug)
  const drafts = review?.drafts ?? []
  expect(drafts.map(draftName)).toEqual([
    'Draft 1, on the whole of this proposal',
    expect.stringMatching(/^Draft 2, on step 1 of “two”: P0 waker: held = true.* in problem$/),
    'Draft 3, on “A waker that takes turns” in problem',
  ])
  expect(
    await publishReview(reva, {
      ...{ slug, stance: null, clientKey: randomUUID() },
      drafts: drafts.map(({ id, lockVersion }) => ({ id, lockVersion })),
    }),
  ).toMatchObject({ ok: true })
  expect((await headsOf(slug, 1)).map(({ blockKey }) => blockKey)).toEqual([
    'whole:cover',
    'turns-run',
    'turns-run',
  ])
  await lookAtSteps()
  expect((await headsOf(slug, 2)).map(({ carried }) => carried?.about)).toEqual(['whole', 'step', undefined])
  const second = await loadRevision(null, slug, 2)
  const mailed = await threadsForMail(reva, second?.revisionId ?? '', { after: 0, take: 9 })
  expect(mailed.map(({ anchor }) => [anchor.blockKey, anchor.step !== undefined])).toEqual([
    ['whole:cover', false],
    ['turns-run', true],
    ['turns-run', false],
  ])
})

/** A mail to the part of a series, as the command line brings it. */
async function mailed(to: string, body: string, headers = ''): Promise<MailOutcome> {
  const bytes = Buffer.from(
    `From: Mia <mia@example.org>\nTo: list@example.org\nSubject: Re: it\nDate: Tue, 15 Dec 2026 09:00:00 +0100\n` +
      `Message-ID: <${randomUUID()}@example.org>\nIn-Reply-To: <${to}>\nReferences: <${to}>\n${headers}` +
      `MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\n${body}\n`,
  )
  return importMail({ kind: 'command' }, bytes)
}

test('a mail without a quote is on the whole of what it answers, and one that names a step on that', async () => {
  const slug = 'whole-by-mail'
  await publish(slug, 1)
  const parts = (await exportRevision(null, slug, 1))?.series.messages ?? []
  const problem = parts.find(({ body }) => body.includes('A waker that takes turns'))
  const [cover] = parts
  if (!cover || !problem) throw new Error('no parts')
  await mailed(problem.messageId, 'I miss what it costs.')
  await mailed(cover.messageId, 'On the whole of this proposal:\n\nToo early for me.')
  const link = (await linkTo(slug, [1, 0])).slice(1)
  const note = (step: string) =>
    `X-RFC-Coherent: thread=9; block=turns-run; step=${encodeURIComponent(step)}\n`
  await mailed(problem.messageId, 'Who holds it here?', note(link))
  // A step that the model does not have is not believed: the words are about the simulation.
  await mailed(problem.messageId, 'And here?', note(link.replace('t:1.0', 't:1.7')))
  const revision = await loadRevision(null, slug, 1)
  const heads = await headsOf(slug, 1)
  expect(heads.map(({ blockKey, words }) => [blockKey, words])).toEqual([
    ['whole:problem', 'I miss what it costs.'],
    ['whole:cover', 'Too early for me.'],
    ['turns-run', 'Who holds it here?'],
    ['turns-run', 'And here?'],
  ])
  expect((await findThread(reva, slug, 3))?.anchor.step?.words).toMatch(/^Step 2 of “two”/)
  expect((await findThread(reva, slug, 4))?.anchor.step).toBeUndefined()

  // They leave as what they are, and come back as what is here.
  const [, , third] = await threadsForMail(reva, revision?.revisionId ?? '', { after: 0, take: 9 })
  expect(third?.anchor.step?.link).toBe(link)
  const before = await db().comment.count()
  const exported = await exportDiscussion(null, slug, 1)
  for await (const replies of exported?.replies ?? [])
    for (const message of replies)
      expect(await importMail({ kind: 'command' }, Buffer.from(writeMessage(message)))).toMatchObject({
        status: 'duplicate',
      })
  expect(await db().comment.count()).toBe(before)
})

test('what was typed here on a whole and on a step is known when it comes back without its header', async () => {
  const slug = 'whole-comes-back'
  await publish(slug, 1)
  await opened(slug, 'whole:problem')
  await openThread(reva, { ...said(slug, 'turns-run'), step: await stepAt(slug, [1, 0]) })
  const before = await db().comment.count()
  const exported = await exportDiscussion(null, slug, 1)
  let came = 0
  for await (const replies of exported?.replies ?? [])
    for (const message of replies) {
      const text = writeMessage({ ...message, note: null })
      expect(text).toMatch(/^(?:On the whole of “.*”:|Step 2 of “two”: .*)$/m)
      expect(await importMail({ kind: 'command' }, Buffer.from(text))).toMatchObject({ status: 'duplicate' })
      came += 1
    }
  expect(came).toBe(2)
  expect(await db().comment.count()).toBe(before)
})
