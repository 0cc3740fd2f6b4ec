import { describe, expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import type { ErrorKind, Verdict } from '#lib/promela/machine/verdict.ts'
import { propertyOf } from '#lib/promela/shell/oracle/beside-spin.ts'
import { readSemanticsCases } from '#lib/promela/shell/oracle/samples.ts'
import { replay } from '#lib/promela/trace/trail.ts'
import { createPropertySearch } from './check-property.ts'
import { parseProperty, propertyWords } from './property.ts'
import type { SearchOptions } from './search.ts'

function compile(text: string) {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines: {},
  })
  return { program, codes: diagnostics.filter((item) => item.severity === 'error').map((item) => item.code) }
}

function check(
  text: string,
  words: string,
  options: SearchOptions = {},
): { verdict: Verdict; states: number[][] } {
  const { program, codes } = compile(text)
  const property = parseProperty(words)
  if (!program || !property) throw new Error(`no model or no property: ${words} ${codes}`)
  const search = createPropertySearch(program, property, options)
  if (!search.ok) throw new Error(search.error)
  while (!search.value.step(50).done);
  const verdict = search.value.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  const trace = verdict.kind === 'violated' ? verdict.trace : []
  const replayed = replay(program, trace)
  expect(replayed.diverged).toBeUndefined()
  return {
    verdict,
    states: [replayed.start, ...replayed.steps.map(({ state }) => state)].map((state) => [...state]),
  }
}

const kinds: Readonly<Record<string, ErrorKind>> = {
  'acceptance cycle': 'acceptance-cycle',
  'non-progress cycle': 'non-progress-cycle',
  'end state in claim reached': 'claim',
}

describe('liveness cases agree with spin', () => {
  for (const item of readSemanticsCases().filter(({ mode }) => mode !== 'safety')) {
    it(`${item.id}: ${item.rule}`, () => {
      if (item.verdict === 'rejected') {
        expect(compile(item.model).codes).toContain('syntax')
        return
      }
      const { verdict, states } = check(item.model, propertyWords(propertyOf(item)))
      // Spin#38: it forgets that a run that ended is fair to everybody.
      const expected = item.id === 'fair-terminated-38' || item.verdict !== 'ok' ? 'violated' : 'holds'
      expect(verdict.kind).toBe(expected)
      if (verdict.kind !== 'violated') return
      const kind = kinds[item.verdict]
      if (kind) expect(verdict.error).toBe(kind)
      // A lasso closes: its last state is the one where the cycle begins.
      if (verdict.cycleStart !== undefined) expect(states.at(-1)).toEqual(states[verdict.cycleStart])
    })
  }
})

describe('formulas of a model', () => {
  const model = (formula: string) =>
    `byte x, y; active proctype A() { do :: x = 1 :: x = 0; y = 1 od }\nltl p { ${formula} }`
  for (const [formula, holds] of [
    ['[] (x < 2 && y < 2)', true],
    ['always (x == 1 -> eventually (x == 0))', false],
    ['((x == 0) U (x == 1 || y == 1)) || [] (x == 0)', true],
    ['[]<>(y == 0)\n -> <>(x == 1)', true],
    ['!<>(y == 1) -> (x == 0 implies <>(x == 1))', true],
    ['[] ((y == 1) -> [] (y == 1))', true],
    ['<> [] (x == 1)', false],
  ] as const) {
    it(`${formula.replace('\n', ' ')} ${holds ? 'holds' : 'is broken'}`, () => {
      expect(check(model(formula), 'p').verdict.kind).toBe(holds ? 'holds' : 'violated')
    })
  }

  // The operator takes `x` alone, and a truth value of the future is no number.
  for (const formula of ['[] x < 2', '<> x == 3', '(<>(x == 1)) + 1']) {
    it(`${formula} is refused: a temporal operator under an arithmetic one`, () => {
      expect(compile(model(formula)).codes).toEqual(['syntax'])
    })
  }

  it('a claim does not look inside an atomic', () => {
    const text = 'byte x; active proctype A() { do :: atomic { x = 1; x = 0 } od } ltl p { [] (x == 0) }'
    expect(check(text, 'p').verdict.kind).toBe('holds')
  })

  it('an assertion that fails is reported beside a claim', () => {
    const text = 'byte x; active proctype A() { do :: x = 1; assert(x == 0) od } ltl p { [] (x < 2) }'
    expect(check(text, 'p').verdict).toMatchObject({ kind: 'violated', error: 'assertion' })
  })

  it('a cycle through an accept label of a process is a violation', () => {
    const text = 'byte x; active proctype A() { accept: do :: x = 1 - x od } ltl p { [] (x < 2) }'
    expect(check(text, 'p').verdict).toMatchObject({ kind: 'violated', error: 'acceptance-cycle' })
  })

  it('stops at its bound and then proves nothing', () => {
    const text = 'byte x; active proctype A() { do :: x++ od } ltl p { [] (x < 256) }'
    expect(check(text, 'p', { maxStates: 20 }).verdict).toMatchObject({ kind: 'unfinished', bound: 'states' })
  })
})
