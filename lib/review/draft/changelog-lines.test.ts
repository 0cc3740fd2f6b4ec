import { expect, test } from 'vitest'
import { changelogLines } from './changelog-lines.ts'

test('a line for each write-up that differs, and one for each thread that is answered', () => {
  const none = { edited: 0, inserted: 0, deleted: 0, moved: 0 }
  const long = `Who frees it,\nand when? ${'x'.repeat(200)}`
  expect(
    changelogLines(
      [
        { writeup: 'problem', ...none, edited: 2, inserted: 1 },
        { writeup: 'lifetime', ...none, deleted: 1, moved: 3 },
      ],
      [
        { number: 7, kind: 'objection', words: long },
        { number: 9, kind: 'question', words: '' },
      ],
    ),
  ).toEqual([
    'problem: 2 passages edited, 1 new.',
    'lifetime: 1 deleted, 3 moved.',
    `Answers objection #7: ${long.replace('\n', ' ').slice(0, 80)}…`,
    'Answers question #9',
  ])
})
