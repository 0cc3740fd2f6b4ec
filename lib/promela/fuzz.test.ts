import { expect, it } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { readSamples, readSemanticsCases } from '#lib/promela/shell/oracle/samples.ts'
import { cpuTable } from '#lib/promela/trace/cpu-table.ts'
import { cpuMs, msHere } from '../../scripts/cpu-time.mjs'
import { compileModel } from './compile.ts'

/** A small generator with a seed, so that a failure names the text that made it. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

const words = [
  'do',
  'od',
  'if',
  'fi',
  '::',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  '->',
  'atomic {',
  'd_step {',
  'goto L',
  'L:',
  'break',
  'else',
  'timeout',
  'run P()',
  '#define X X Y',
  '#define Y X',
  '#define F(a) a a',
  'F(F(F(x)))',
  '#if 1',
  '#endif',
  '#include "m.pml"',
  'inline f(a) { f(a) }',
  'f(x)',
  'inline g() { x = 1 }',
  'g()',
  '!!',
  '??',
  'chan c = [0] of { byte }',
  'c!1',
  'c?x',
  'c?[x]',
  'byte a[3]',
  'a[x]',
  'a[-1]',
  'x / 0',
  'typedef T { byte t }',
  'T t',
  't.t',
  'never {',
  'ltl p { [] x }',
  'unless',
  'select (x : 0 .. 3)',
  'for (x : 1 .. 2) {',
  '4294967296',
  '"',
  "'",
  '/*',
  '*/',
  '\\',
  '\0',
  'é',
  'c_code { x }',
  'byte z[1000000000]',
  'active [300] proctype Q() { skip }',
  'unsigned u : 77',
  'mtype = { m }',
  'hidden byte h',
  '-',
  '!',
  '~',
]

function mutate(text: string, random: () => number): string {
  const pick = (limit: number): number => Math.floor(random() * limit)
  let result = text
  for (let count = 1 + pick(4); count > 0; count--) {
    const at = pick(result.length + 1)
    const word = words[pick(words.length)] ?? ''
    switch (pick(5)) {
      case 0:
        result = result.slice(0, at) + result.slice(at + 1 + pick(12))
        break
      case 1:
        result = `${result.slice(0, at)} ${word} ${result.slice(at)}`
        break
      case 2: {
        const from = pick(result.length + 1)
        result = result.slice(0, at) + result.slice(from, from + pick(60)) + result.slice(at)
        break
      }
      case 3:
        result = `${result.slice(0, at)}\n${word}\n${result.slice(at)}`
        break
      default:
        result = result.slice(0, at) + String.fromCharCode(32 + pick(95)) + result.slice(at + 1)
    }
  }
  return result
}

const SAME_KIND = [
  ['==', '!=', '<', '>', '<=', '>='],
  ['&&', '||'],
  ['+', '-', '*', '/', '%'],
  ['0', '1', '2', '3', '200'],
]

/** Another number or operator in up to three places: of the other texts nearly all are refused, of these few. */
function nudge(text: string, random: () => number): string {
  const pick = (limit: number): number => Math.floor(random() * limit)
  let result = text
  for (let count = 1 + pick(3); count > 0; count--) {
    const places = [
      ...result.matchAll(/(?<=[\w)\]] ?)(?:[=!<>]=|&&|\|\||[-+*/%<>](?![-+>=]))(?= ?[\w(])|\b\d+\b/g),
    ]
    const place = places[pick(places.length)]
    const kinds = SAME_KIND.find((kind) => kind.includes(place?.[0] ?? '')) ?? ['1']
    if (!place) return result
    const end = place.index + place[0].length
    result = result.slice(0, place.index) + kinds[pick(kinds.length)] + result.slice(end)
  }
  return result
}

/** How far the text came. */
function tryText(text: string): 'refused' | 'searched' | 'shown' {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines: {},
  })
  expect(program === null).toBe(diagnostics.some((item) => item.severity === 'error'))
  for (const item of diagnostics) expect(item.line).toBeGreaterThan(0)
  if (!program) {
    expect(diagnostics.length).toBeGreaterThan(0)
    return 'refused'
  }
  const search = createSearch(program, { maxStates: 500 })
  search.step(2_000)
  const verdict = search.verdict() ?? search.stop('time')
  if (verdict.kind !== 'violated') return 'searched'
  const table = cpuTable(program, verdict.trace)
  expect(table.length).toBeGreaterThan(0)
  for (const line of table) expect(line).toMatch(/^[\x20-\x7e]{0,72}$/)
  return 'shown'
}

const count = testNumber('FUZZ_TEXTS', 1500)

it(`${count} mutated texts neither throw nor hang, and a text without a program says why`, () => {
  const random = mulberry(testNumber('RANDOM_SEED', 20260711))
  const seeds = [
    ...readSamples().map((sample) => sample.text),
    ...readSemanticsCases().map((item) => item.model),
  ]
  let slowest = { ms: 0, text: '' }
  const ends = { refused: 0, searched: 0, shown: 0 }
  for (let index = 0; index < count; index++) {
    const change = index % 2 === 0 ? mutate : nudge
    const text = change(seeds[Math.floor(random() * seeds.length)] ?? '', random)
    const began = cpuMs()
    try {
      ends[tryText(text)]++
    } catch (error) {
      throw new Error(`text ${index} fails:\n${text}`, { cause: error })
    }
    const ms = cpuMs() - began
    if (ms > slowest.ms) slowest = { ms, text }
  }
  expect(ends.searched).toBeGreaterThan(count / 10)
  expect(ends.refused).toBeGreaterThan(count / 10)
  expect(ends.shown).toBeGreaterThan(count / 50)
  expect(slowest.ms, slowest.text).toBeLessThan(msHere(2_000))
}, 600_000)

it.each([
  [
    'a body of 100,000 words times an argument of 40,000',
    `#define F(x) ${'x '.repeat(100_000)}\nactive proctype P() { F(${'skip; '.repeat(40_000)}) }`,
  ],
  [
    'three thousand macros within each other',
    `${Array.from({ length: 3000 }, (_, i) => `#define M${i} M${i + 1} M${i + 1}`).join('\n')}\nactive proctype P() { M0 }`,
  ],
])('%s is a diagnostic within three seconds', (_, text) => {
  const began = cpuMs()
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines: {},
  })
  expect(program).toBeNull()
  expect(diagnostics.length).toBeGreaterThan(0)
  expect(cpuMs() - began).toBeLessThan(msHere(3000))
})
