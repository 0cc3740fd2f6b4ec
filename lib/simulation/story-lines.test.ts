import { expect, test } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { namingOf } from '#lib/promela/trace/naming.ts'
import { NO_WORDS } from '#lib/promela/trace/vocabulary.ts'
import { invariant } from '#lib/result.ts'
import { choices, startRun, takeStep } from './run.ts'
import { tellStory } from './story.ts'
import { storyLines } from './story-lines.ts'

const SOURCE = `byte waiters, word;
bool gone;
inline queue() { waiters++; assert(!gone) }
active proctype waiter() { byte seen; seen = word; seen == 0; queue() }
active proctype waker() { word = 1; atomic { waiters == 0 -> gone = true } }
`

function linesOf(pids: readonly number[], width: number, source = SOURCE) {
  const { program } = compileModel({ files: new Map([['m.pml', source]]), main: 'm.pml', defines: {} })
  invariant(program, 'it compiles')
  const run = pids.reduce((now, pid) => {
    const step = choices(now).find((one) => one.pid === pid)
    invariant(step, 'it can move')
    return takeStep(now, step.index)
  }, startRun(program))
  const naming = namingOf(program, {
    ...NO_WORDS,
    processes: [{ of: 'waiter', words: 'thread' }],
    variables: [
      { of: 'waiters', words: 'hb->waiters', holder: false, values: [] },
      { of: 'word', words: 'the word', holder: false, values: [{ of: '1', words: 'changed' }] },
    ],
    assertions: [{ of: '!gone', words: 'Nobody queues behind a wake that has returned.' }],
  })
  return storyLines(tellStory(run, { naming, property: 'safety' }), width)
}

test('a story goes by mail in columns, with what all can see and what changed of it below each row', () => {
  expect(linesOf([0, 1, 1, 1, 0, 0, 0], 72)).toEqual([
    'CPU0                                 CPU1',
    'thread                               waker',
    '-----------------------------------  -----------------------------------',
    'seen = word',
    '  sees the word is 0',
    '                                     word = 1',
    '                                       the word: 0 -> changed',
    '                                     hb->waiters == 0 -> gone = true',
    '                                       sees hb->waiters is 0',
    '                                       gone false -> true',
    '                                       waker ended',
    'seen == 0',
    'queue()',
    '  hb->waiters++',
    '    hb->waiters: 0 -> 1',
    '  assert(!gone)',
    '    thread ended',
    '^^^ Step 7, thread: this does not hold: Nobody queues behind a wake that',
    '  has returned (the assertion !gone, line 3).',
  ])
})

test('each column is called by its own process, whoever the sentence at the end is about', () => {
  const lines = linesOf([0, 1, 1, 1, 0, 0, 0], 72)
  expect(lines[1]).toMatch(/^thread +waker$/)
  const stuck = 'byte n; active proctype waiter() { n = 1; n == 3 } active proctype waker() { n = 2; n == 3 }'
  const ended = linesOf([0, 1], 72, stuck)
  expect(ended[1]).toMatch(/^thread +waker$/)
  expect(ended.join(' ')).toContain('^^^ After step 2 nothing can move any more: thread waits for n == 3')
})

test('no line is wider than it may be, and none has other signs than ASCII', () => {
  for (const width of [40, 60, 72, 80]) {
    for (const line of linesOf([0, 1, 1, 1, 0, 0, 0], width)) {
      expect(line.length).toBeLessThanOrEqual(width)
      expect(line).toMatch(/^[\x20-\x7e]*$/)
      expect(line).toBe(line.trimEnd())
    }
  }
})
