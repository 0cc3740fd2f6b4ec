import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { elementsIn } from '#components/ui/html.ts'
import { PAGE_BUDGET, partsOf } from '#lib/review/thread/page-plan.ts'
import type { ThreadReview } from '#lib/review/thread/review-shown.ts'
import { ACT_NAMES, rowFor, THREAD_KINDS } from '#lib/review/thread/state.ts'
import type { CommentShown, ThreadShown } from '#lib/review/thread/thread.ts'
import * as words from './comment-words.ts'
import { threadHtml, threadLine, WORDS_OF_PAGE } from './thread-html.ts'

const comment = (seq: number, over: Partial<CommentShown> = {}): CommentShown => ({
  id: `id-${seq}`,
  seq,
  parentId: seq === 1 ? null : 'id-1',
  author: { id: 'p', name: 'Reva', roles: [] },
  body: `words ${seq}`,
  at: '2026-11-29T12:00:00.000Z',
  editedAt: null,
  versions: 0,
  lockVersion: 0,
  deleted: null,
  mail: null,
  mayEdit: false,
  mayDelete: false,
  ...over,
})
const thread = (comments: readonly CommentShown[], over: Partial<ThreadShown> = {}): ThreadShown => ({
  id: 't',
  proposalTitle: 'Title',
  number: 7,
  kind: 'note',
  state: 'open',
  openedBy: { id: 'p', name: 'Reva', roles: [] },
  resolved: null,
  anchor: { revision: 1, blockKey: 'k', exact: 'e', prefix: '', suffix: '' },
  comments,
  named: { threads: 0, mails: [] },
  locked: null,
  acts: [],
  mayAdd: true,
  mayLock: false,
  ...over,
})
const inline = {
  ...{ slug: 'futex', signedIn: true, layout: 'inline' as const },
  broken: (_: string, error: unknown) => {
    throw error
  },
}

test('names, roles and words of anybody are text', () => {
  const hostile = '"><script>alert(1)</script>'
  const { text } = threadHtml(
    thread([comment(1, { author: { id: 'p', name: hostile, roles: [hostile] }, body: hostile })]),
    inline,
  )
  expect(text).not.toContain('<script')
  expect(text).not.toContain('"">')
})

test('a comment whose words cannot be printed is a line, and keeps what may be done to it', () => {
  const printer = vi.spyOn(words, 'commentWords').mockImplementation((text) => {
    if (text === 'words 2') throw new RangeError('Maximum call stack size exceeded')
    return words.printedWords(text)
  })
  const broken = vi.fn()
  const { text } = threadHtml(thread([comment(1), comment(2, { mayDelete: true }), comment(3)]), {
    ...inline,
    broken,
  })
  printer.mockRestore()
  expect(text).toContain('words 1')
  expect(text).toContain('words 3')
  expect(text).toContain('cannot be shown')
  expect(text).not.toContain('Maximum call stack')
  expect(broken.mock.calls).toEqual([['/rfc/futex/t/7:2', expect.any(RangeError)]])
  expect(text).toContain('name="comment" value="7.2"')
})

test('a thread that is shown by its ends says how much is between them, and leads there', () => {
  const { text } = threadHtml(thread([comment(1), comment(40)]), inline, 38)
  expect(text).toContain('href="/rfc/futex/t/7" data-piece="7">38 more</a>')
  expect(text.indexOf('words 1')).toBeLessThan(text.indexOf('38 more'))
})

test('comments that follow on another page are counted at the end, and lead there', () => {
  const { text } = threadHtml(thread([comment(1), comment(2)]), inline, 0, { comments: 300, first: 3 })
  expect(text).toContain('href="/rfc/futex/t/7?at=3">300 more')
  expect(text.indexOf('words 2')).toBeLessThan(text.indexOf('300 more'))
})

test('an answer to a comment in another part names it, and leads to that part', () => {
  const answer = comment(40, { parentId: 'id-2', answersElsewhere: 2 })
  const { text } = threadHtml(thread([answer]), { ...inline, layout: 'page' })
  expect(text).toContain('href="/rfc/futex/t/7?at=2#c2">in reply to 2</a>')
})

test('the fullest part of a thread stays within the budget of a page, whatever its comments are made of', () => {
  const kinds = [
    'a short word',
    `${'> quoted\n\nsaid\n\n'.repeat(40)}`,
    '<a@b> https://a.b/ '.repeat(2000).slice(0, 60_000),
    `@@ -1 +1 @@\n${'+x\n-x\n'.repeat(4000)}`,
    `${'|a'.repeat(200)}\n`.repeat(100),
  ]
  for (const body of kinds) {
    const bytes = Buffer.byteLength(body)
    const [first] = partsOf(Array.from({ length: 1000 }, (_, i) => ({ seq: i + 1, bytes })))
    const written = Array.from({ length: first?.to ?? 0 }, (_, i) =>
      comment(i + 1, {
        body,
        editedAt: '2026-11-29T12:00:00.000Z',
        mayEdit: true,
        mayDelete: true,
        author: { id: 'p', name: 'Reva', roles: ['reviewer', 'maintainer'] },
        parentId: i === 0 ? null : `id-${i}`,
      }),
    )
    const context = { ...inline, layout: 'page' as const, wordsLeft: { elements: WORDS_OF_PAGE } }
    const made = threadHtml(thread(written), context)
    expect(elementsIn(made), body.slice(0, 20)).toBeLessThan(PAGE_BUDGET.elements - 400)
    expect(gzipSync(made.text).length, body.slice(0, 20)).toBeLessThan(PAGE_BUDGET.bytes - 30_000)
    for (const { seq } of written) expect(made.text).toContain(`id="c${seq}"`)
  }
})

test('words of nothing but chance stay within the budget of a page as well', () => {
  const body = (seq: number) =>
    Array.from({ length: 500 }, (_, i) => createHash('sha256').update(`${seq} ${i}`).digest('base64')).join(
      '\n',
    )
  const bytes = Buffer.byteLength(body(1))
  const [first] = partsOf(Array.from({ length: 1000 }, (_, i) => ({ seq: i + 1, bytes })))
  const written = Array.from({ length: first?.to ?? 0 }, (_, i) => comment(i + 1, { body: body(i) }))
  const context = { ...inline, layout: 'page' as const, wordsLeft: { elements: WORDS_OF_PAGE } }
  expect(gzipSync(threadHtml(thread(written), context).text).length).toBeLessThan(PAGE_BUDGET.bytes - 30_000)
})

const onItsPage = { ...inline, layout: 'page' as const }

test('every act that the table allows has its button on the page of the thread, and one with words leads to its form', () => {
  for (const kind of THREAD_KINDS) {
    const { text } = threadHtml(thread([comment(1)], { kind, acts: ACT_NAMES }), onItsPage)
    for (const act of ACT_NAMES) {
      const button = new RegExp(`value="${act} 7">[A-Z][a-z ]+</button>`)
      if (rowFor(act, kind)?.needs === 'nothing') expect(text).toMatch(button)
      else expect(text).not.toMatch(button)
      const leads = text.includes(`href="/rfc/futex/t/7?act=${act}#act"`)
      expect(leads).toBe(rowFor(act, kind)?.needs !== 'nothing')
    }
  }
  expect(threadHtml(thread([comment(1)]), onItsPage).text).not.toContain('name="act"')
})

test('beside a passage stand the acts that most threads need', () => {
  const { text } = threadHtml(thread([comment(1)], { kind: 'objection', acts: ACT_NAMES }), inline)
  expect(text).toContain('value="resolve 7"')
  expect(text).toContain('?act=answer#act')
  expect(text).not.toContain('value="drop 7"')
  expect(text).not.toContain('?act=split#act')
})

const review: ThreadReview = {
  ...{ clearsWhen: 'A model in which the waker <dies>.', owesCondition: false, waitsFor: 'author' },
  ...{ answer: null, promisedAt: null, challenges: [], overrideReason: null, splitFrom: null, points: [] },
}
const objection = (over: Partial<ThreadReview> = {}, state: ThreadShown['state'] = 'open') =>
  threadHtml(thread([comment(1)], { kind: 'objection', state, review: { ...review, ...over } }), onItsPage)
    .text

test('an objection that stands says that it blocks, what would clear it, and for whom it waits', () => {
  expect(objection()).toContain('objection, open, blocks')
  expect(objection()).toContain(
    '<strong>Blocks.</strong> Cleared when: A model in which the waker &lt;dies&gt;.',
  )
  expect(objection()).toContain('It waits for the authors, who answer in words or with a revision.')
  expect(objection({ promisedAt: '2026-11-29T12:00:00.000Z' })).toContain('It waits for the next revision')
  expect(objection({ waitsFor: 'opener' }, 'answered')).toContain(
    'It waits for Reva, who confirms the answer',
  )
  expect(objection({ clearsWhen: null })).toContain(
    'It does not say yet what would clear it; Reva was asked.',
  )
  expect(objection({ waitsFor: null }, 'resolved')).not.toMatch(/blocks|waits/i)
})

test('its answer is linked, and a challenge and an override say why', () => {
  const answer = { by: 'Ann', at: '2026-11-29T12:00:00.000Z', comment: 2, revision: null }
  expect(objection({ answer }, 'answered')).toContain('Answered <a href="#c2">in comment 2</a> by Ann')
  expect(objection({ answer })).toContain('Kept open after it was answered')
  expect(objection({ answer: { ...answer, comment: null, revision: 3 } }, 'answered')).toContain(
    '<a href="/rfc/futex/v3">in v3</a>',
  )
  const challenges = [{ by: 'Max', at: answer.at, reason: 'Silent since June.' }]
  expect(objection({ challenges })).toContain('Challenged by Max')
  expect(objection({ challenges })).toContain('A second maintainer has to challenge it')
  expect(objection({ overrideReason: 'Met in v2.' }, 'overridden')).toContain(
    'Overridden because: Met in v2.',
  )
  expect(objection({ points: [8, 9] }, 'superseded')).toContain('<a href="/rfc/futex/t/8">#8</a>')
})

test('to resolve what was answered is to confirm it', () => {
  const answered = thread([comment(1)], { kind: 'question', state: 'answered', acts: ['resolve', 'keep'] })
  expect(threadHtml(answered, inline).text).toContain('value="resolve 7">Confirm</button>')
})

test('who has no account gets no way to write', () => {
  const { text } = threadHtml(thread([comment(1)]), { ...inline, signedIn: false })
  expect(text).not.toContain('<form')
  expect(text).not.toContain('reply')
})

test('a plain comment costs at most a dozen elements, and a line of a thread two', () => {
  const [one, two] = [[comment(1)], [comment(1), comment(2)]].map((all) =>
    elementsIn(threadHtml(thread(all), inline)),
  )
  expect((two ?? 0) - (one ?? 0)).toBeLessThanOrEqual(13)
  const line = threadLine(
    {
      number: 7,
      kind: 'note',
      state: 'open',
      opener: 'Reva',
      comments: 12,
      words: `a <b> ${'x '.repeat(90)}`,
    },
    'futex',
  )
  expect(elementsIn(line)).toBe(2)
  expect(line.text).toContain('Reva: a &lt;b&gt; x x')
  expect(line.text).toMatch(/#7 □ open · 12 comments · Reva: a .* …</)
})

test('a moment that is none is said as it stands', () => {
  expect(threadHtml(thread([comment(1, { at: 'infinity' })]), inline).text).toContain('>infinity</time>')
})
