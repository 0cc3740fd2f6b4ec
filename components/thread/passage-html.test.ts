import { expect, test } from 'vitest'
import { foldedThreads, moreHeads } from './passage-html.ts'
import { moreThreads } from './thread-html.ts'

test('what is folded is "more" only beside a thread that is shown', () => {
  const rest = (isAlone: boolean) =>
    foldedThreads('more-a', 3, [], [], moreThreads(3, '/all', '/lines', isAlone), isAlone).text
  expect(rest(false)).toContain('<summary>3 more threads</summary>')
  expect(rest(false)).toContain('>3 more threads</a>')
  expect(rest(true)).toContain('<summary>3 threads</summary>')
  expect(rest(true)).toContain('>3 threads</a>')
  expect(moreHeads('more-a', 1, false).text).toContain('>1 more</a>')
  expect(moreHeads('more-a', 1, true).text).toContain('>1 thread</a>')
})
