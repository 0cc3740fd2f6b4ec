import { expect, test, vi } from 'vitest'
import { elementsIn } from '#components/ui/html.ts'
import { ACT_NAMES } from '#lib/review/thread/state.ts'
import type { CommentShown, ThreadShown } from '#lib/review/thread/thread.ts'
import * as words from './comment-words.ts'
import { threadHtml, threadLine } from './thread-html.ts'

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
  acts: [],
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

test('every act that the table allows now has its button', () => {
  const { text } = threadHtml(thread([comment(1)], { acts: ACT_NAMES }), inline)
  for (const act of ACT_NAMES) expect(text).toMatch(new RegExp(`value="${act} 7">[A-Z][a-z ]+</button>`))
  expect(threadHtml(thread([comment(1)]), inline).text).not.toContain('name="act"')
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
  expect(line.text).toContain('… · 12 comments')
})

test('a moment that is none is said as it stands', () => {
  expect(threadHtml(thread([comment(1, { at: 'infinity' })]), inline).text).toContain('>infinity</time>')
})
