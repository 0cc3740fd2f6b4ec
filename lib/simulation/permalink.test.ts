import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodePermalink,
  decodeTrace,
  encodePermalink,
  encodeTrace,
  modelFingerprint,
  type Permalink,
} from './permalink.ts'

test.each([
  [[], ''],
  [[0], '0'],
  [[0, 1, 2], '0.1.2'],
  [[1, 1, 1], '1x3'],
  [[1, 1], '1x2'],
  [[0, 1, 1, 1, 1, 2], '0.1x4.2'],
  [[10, 10], '10x2'],
])('the schedule %j is written %s', (trace, text) => {
  expect(encodeTrace(trace).length).toBeLessThanOrEqual(trace.join('.').length)
  expect(decodeTrace(text)).toEqual(trace)
  expect(decodeTrace(encodeTrace(trace))).toEqual(trace)
})

test('every permalink is read back as it was written', () => {
  const trace = fc.array(fc.nat(30), { maxLength: 60 })
  const link = fc.record({
    variant: fc.string({ minLength: 1 }),
    model: fc.constantFrom('', '1x2y3z'),
    storeBuffers: fc.constantFrom(null, 1, 2),
    property: fc.constantFrom(null, 'safety', 'fair answered'),
    mutant: fc.constantFrom(null, 'call@models/m.pml:41:2', 'assign@a;b%.pml:1:1'),
    trace,
    filter: fc.constantFrom(
      undefined,
      { processes: [0, 2], variables: null },
      { processes: [], variables: ['hb_lock', 'waiter.uval', 'a;b%,c'] },
      { processes: null, variables: [] },
    ),
  })
  fc.assert(
    fc.property(link, fc.nat(60), (fields, at) => {
      const expected: Permalink = { ...fields, cursor: Math.min(at, fields.trace.length) }
      expect(decodePermalink('run-1', encodePermalink('run-1', expected))).toEqual({
        ok: true,
        value: expected,
      })
    }),
  )
})

test('a fragment of another simulation, or of a block, is not ours', () => {
  expect(decodePermalink('run', '#sim-run-2=v:a')).toBeNull()
  expect(decodePermalink('run', '#sim-run-L12')).toBeNull()
  expect(decodePermalink('run', '#b-run')).toBeNull()
  expect(decodePermalink('run', '')).toBeNull()
})

test.each([
  ['', 'no variant'],
  ['t:0.1', 'no variant'],
  ['v:%E0%A4%A', 'no variant'],
  ['v:a;w:0.x', 'shows of the story'],
  [`v:a;w:${Array.from({ length: 256 }, (_, pid) => pid).join('.')}`, 'shows of the story'],
  ['v:a;s:%E0%A4%A', 'shows of the story'],
  ['v:a;s:lock,,n', 'shows of the story'],
  [`v:a;s:${'n'.repeat(201)}`, 'shows of the story'],
  ['v:a;t:0.x', 'cannot be read'],
  ['v:a;t:0..1', 'cannot be read'],
  ['v:a;t:-1', 'cannot be read'],
  ['v:a;t:0x99999', 'cannot be read'],
  ['v:a;t:0x0', 'cannot be read'],
  ['v:a;t:0.1;c:3', 'behind the end'],
  ['v:a;t:0.1;c:-1', 'behind the end'],
  ['v:a;t:0.1;c:one', 'behind the end'],
  ['v:a;b:9', 'store buffers'],
  ['v:a;b:x', 'store buffers'],
])('the broken link %s is refused with a sentence', (fields, words) => {
  const decoded = decodePermalink('run', `#sim-run=${fields}`)
  expect(decoded).toMatchObject({ ok: false, error: expect.stringContaining(words) })
})

test('a field that a later version adds is passed over', () => {
  const decoded = decodePermalink('run', '#sim-run=v:a;z:later;t:0')
  expect(decoded).toEqual({
    ok: true,
    value: {
      variant: 'a',
      model: '',
      storeBuffers: null,
      property: null,
      mutant: null,
      trace: [0],
      cursor: 1,
    },
  })
})

test('the fingerprint follows text and defines, not the order of defines', () => {
  const files = [['a.pml', 'init { skip }']] as const
  const plain = modelFingerprint(files, {})
  expect(modelFingerprint([['a.pml', 'init { skip }\n']], {})).not.toBe(plain)
  expect(modelFingerprint(files, { N: '2' })).not.toBe(plain)
  expect(modelFingerprint(files, { A: '1', B: '2' })).toBe(modelFingerprint(files, { B: '2', A: '1' }))
})
