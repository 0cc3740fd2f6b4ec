import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { invariant } from '#lib/result.ts'
import { cpuTable } from './cpu-table.ts'

/** The shortest counterexample of a model as a table. */
function tableOf(text: string): readonly string[] {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines: {},
  })
  invariant(program, diagnostics.map((item) => item.message).join('; '))
  const search = createSearch(program, {})
  while (!search.step(10_000).done);
  const verdict = search.verdict()
  invariant(verdict?.kind === 'violated', 'the model is wrong on purpose')
  return cpuTable(program, verdict.trace)
}

const LOCKS = `#define FREE 0
byte a; byte b; byte n; byte done[2];
inline spin_lock(lock) { atomic { lock == FREE -> lock = _pid + 1 } }
inline spin_unlock(lock) { atomic { assert(lock == _pid + 1); lock = FREE } }
`

it('a race becomes columns of plain text with the failing statement marked', () => {
  const lines = tableOf(`byte n;
active proctype reader() { byte t; t = n; assert(t == n) }
active proctype writer() { n = 1 }`)
  expect(lines).toEqual([
    'CPU0                                 CPU1',
    'reader                               writer',
    '-----------------------------------  -----------------------------------',
    't = n',
    '                                     n = 1',
    'assert(t == n)',
    '^^^ assertion violated: t == n',
  ])
})

it('a call is one row as it was written, an assertion that held none, an index a number', () => {
  const lines = tableOf(`${LOCKS}
active [1] proctype p() { spin_lock(a); done[_pid] = 1; assert(n == 0); spin_unlock(a); assert(n == 1) }`)
  expect(lines.slice(3)).toEqual([
    'spin_lock(a)',
    'done[0] = 1',
    'spin_unlock(a)',
    'assert(n == 1)',
    '^^^ assertion violated: n == 1',
  ])
})

it('a call in the middle of which somebody else ran is opened, and goes on with a mark', () => {
  const lines = tableOf(`${LOCKS}
inline add(slot) { t = n; done[slot] = t; n = t + 1 }
active proctype p() { byte t; add(_pid); assert(n == 1) }
active proctype q() { n == 0 && done[0] == 0 -> n = 7; n = 3 }`)
  expect(lines).toContain('add(0)')
  const opened = tableOf(`${LOCKS}
inline add(slot) { t = n; n = t + 1 }
active [2] proctype p() { byte t; add(_pid); done[_pid] = 1; done[0] + done[1] == 2 -> assert(n == 2) }`)
  const text = opened.join('\n')
  expect(text).toMatch(/^add\(0\)\n {2}t = n\n/m)
  expect(text).toMatch(/^\.\.\. add\(0\)\n {2}n = t \+ 1$/m)
})

it('what a call gives back keeps its name; what goes into it is a value', () => {
  const lines = tableOf(`byte word = 5;
inline get(slot, value) { value = word + slot }
active proctype p() { byte i = 3; byte v; get(i, v); assert(v == 0) }`)
  expect(lines[3]).toBe('get(3, v)')
})

it('a failure inside nested calls shows each of them', () => {
  const lines = tableOf(`${LOCKS}
inline leave(x) { n = x; spin_unlock(a) }
active proctype p() { byte k = 2; leave(k) }`)
  expect(lines.slice(3)).toEqual([
    'leave(2)',
    '  n = k',
    '  spin_unlock(a)',
    '    assert(a == _pid + 1)',
    '^^^ assertion violated: a == _pid + 1',
  ])
})

it('the same call in the next round of a loop is a row of its own', () => {
  const lines = tableOf(`byte n;
inline count() { n++ }
active proctype p() { do :: n < 3 -> count() :: else -> break od; assert(n == 0) }`)
  expect(lines.filter((line) => line === 'count()')).toHaveLength(3)
  const bare = tableOf(
    'byte n; inline count() { n++; assert(n < 3) } active proctype p() { do :: count() od }',
  )
  expect(bare.filter((line) => line === 'count()')).toHaveLength(3)
})

it.each([
  ['n != 1', 'n == 1'],
  ['n >= 1', 'n < 1'],
  ['!done', '!!done'.slice(2)],
  ['n > 3 && done', '!(n > 3 && done)'],
])('else beside %s is told as %s', (guard, told) => {
  const start = guard === '!done' ? 'true' : 'false'
  const n = guard === 'n != 1' ? 1 : 0
  const lines = tableOf(`byte n = ${n}; bool done = ${start};
active proctype p() { if :: ${guard} -> skip :: else -> assert(false) fi }`)
  expect(lines[3]).toBe(told)
})

it('statements of one atomic are one row, with the arrow where the author put it', () => {
  const lines = tableOf(`byte n; bool set;
active proctype p() { atomic { n == 0 -> set = true; n = 1 } assert(n == 0) }`)
  expect(lines[3]).toBe('n == 0 -> set = true; n = 1')
})

it('a deadlock shows the calls that wait for each other, and leaves out who never ran', () => {
  const lines = tableOf(`${LOCKS}
active proctype p() { spin_lock(a); spin_lock(b); b = 0; a = 0 }
active proctype q() { spin_lock(b); spin_lock(a); a = 0; b = 0 }
active proctype idle() { end: n == 9 }`)
  expect(lines.slice(3)).toEqual([
    'spin_lock(a)',
    '                                     spin_lock(b)',
    'spin_lock(b)',
    '  (waits for b == 0)',
    '                                     spin_lock(a)',
    '                                       (waits for a == 0)',
    '^^^ invalid end state: p:0, q:1 can never go on',
  ])
})

it('a long condition is broken at its operators and not inside brackets', () => {
  const lines = tableOf(`byte queue_length[2]; byte n;
active proctype p() { (queue_length[0] == 0 && queue_length[n + 1] == 0) || n == 3 -> n = 1; assert(false) }
active proctype q() { n == 1 -> n = 2 }`)
  expect(lines.length).toBeGreaterThan(6)
  for (const line of lines.slice(3, 6)) {
    expect(line.length).toBeLessThanOrEqual(72)
    expect(line).not.toMatch(/\[[^\]]*$/)
  }
})

it('many processes share one column, each line with its name, and no line is too wide', () => {
  const lines = tableOf(
    `byte n; active [8] proctype worker() { atomic { n++; if :: n == 8 -> assert(n != 8 && ${'n != 8 && '.repeat(12)} true) :: else fi } }`,
  )
  expect(lines[0]).toBe('worker:0  n++; n != 8')
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(72)
})
