/** What is said once, and in which words, where a model is nearly one; and what newer spins than Debian's accept. */
import { describe, expect, it } from 'vitest'
import { createSearch } from '#lib/promela/search/search.ts'
import { compileModel } from './compile.ts'

const compile = (text: string, more: Record<string, string> = {}) =>
  compileModel({ files: new Map([['m.pml', text], ...Object.entries(more)]), main: 'm.pml', defines: {} })

const messages = (text: string): readonly string[] => compile(text).diagnostics.map(({ message }) => message)
const codes = (text: string): readonly string[] => compile(text).diagnostics.map(({ code }) => code)

function verdict(text: string) {
  const { program, diagnostics } = compile(text)
  expect(diagnostics).toEqual([])
  if (!program) return null
  const search = createSearch(program, { allErrors: true })
  while (!search.step(100_000).done);
  return search.verdict()?.kind ?? null
}

const inProcess = (statements: string): string =>
  `byte x; byte a[2];\nactive proctype P() {\n${statements}\n}`

describe('words of other languages get the Promela word', () => {
  it.each([
    ['while (x < 3) { x++ }', /no while: .*do ::.*break od/],
    ['float f = 1', /no float: there are no fractions/],
    ['u32 n', /no u32: whole numbers are .*int/],
    ['boolean b = true', /no boolean: .*bool/],
    ['string s', /no string: .*mtype/],
    ['if (x) { x = 1 }', /'::' after if, not '\(': a choice is if ::/],
    ['do { x = 1 } while (x)', /'::' after do, not '\{': a loop is do ::/],
    ['switch (x) { }', /no switch: a choice is if ::/],
    [
      'for (int i = 0; i < 3; i++) { x++ }',
      /counter is declared before its loop.*for \(i : first \.\. last\)/,
    ],
    ['for (x = 0; x < 3; x++) { skip }', /for \(i : first \.\. last\)/],
    ['x += 1', /write x = x \+ …/],
    ['(x == 0) and (a[0] == 0)', /between conditions it is &&/],
  ])('%s', (statement, wanted) => {
    expect(messages(inProcess(statement))[0]).toMatch(wanted)
  })

  it('at the top of a model, too', () => {
    expect(messages('void f() { }')[0]).toMatch(/no void: .*proctype NAME.*inline NAME/)
    expect(messages('struct s { int x; };')[0]).toMatch(/no struct: a structure is typedef/)
  })

  it('and stay names for who has variables of that name', () => {
    expect(
      codes('byte until, loop, string;\nactive proctype P() { until = 1; loop\n(until) -> string++ }'),
    ).toEqual([])
    expect(codes('inline while(e) { e }\nactive proctype P() { while(true) }')).toEqual([])
    expect(codes('typedef string { byte f };\nstring s;\nactive proctype P() { s.f = 1 }')).toEqual([])
  })
})

describe('one mistake is one message', () => {
  it('a file that is not there, however much it would have declared', () => {
    const text = '#include "kernel.h"\nLOCK l;\nactive proctype P() { take(l); n = MAX; run Q(n) }'
    expect(codes(text)).toEqual(['include-not-found'])
  })

  it('an undeclared length, which is named, and its array is declared all the same', () => {
    const text = 'byte a[WAITERS];\nactive proctype P() { a[0] = 1; a[1] = a[0] }'
    expect(messages(text)).toEqual([
      'WAITERS is not declared here, and the length of an array must be a constant: #define it, or give -D WAITERS=…',
    ])
    expect(codes('byte n = 2, m; byte a[n + m];\nactive proctype P() { a[0] = 1 }')).toEqual([
      'constant-expected',
    ])
  })

  it.each([
    ['c_decl { typedef struct { int x; } T; }\nactive proctype A() { skip }', 1],
    ['c_state "int x" "Global"\nactive proctype A() { skip }', 1],
    ['c_track "&x" "sizeof(int)";\nactive proctype A() { skip }', 1],
    [inProcess('c_code [x > 0] { do { if (now.x) { now.x--; } } while (now.x); }\n x = 1'), 1],
    [inProcess('if :: c_expr { now.x == 1 } -> x = 1 :: else fi'), 1],
    [inProcess('c_code { now.x = 1; } ; c_code { now.x = 2; }'), 2],
  ])('embedded C is refused as a whole, by its braces: %s', (text, count) => {
    expect(codes(text)).toEqual(Array.from({ length: count }, () => 'embedded-c'))
  })
})

it.each([
  'byte q byte r\nactive proctype P() { skip }',
  'typedef T { byte f byte g };\nactive proctype P() { skip }',
  'proctype P(byte v\n byte w) { skip }\ninit { run P(1, 2) }',
])('wants something between two declarations, as spin does: %s', (text) => {
  expect(codes(text)).toEqual(['missing-separator'])
  expect(codes(text.replace(/ byte (?=[rgw])/, '; byte '))).toEqual([])
})

describe('newer spins than that of December 2019', () => {
  it('let an inline take the name of an array (nimble-code/Spin#41)', () => {
    const fill = 'inline fill(row, v) { row[0] = v; row[2] = v + 1 }\n'
    expect(
      verdict(`byte t[3];\n${fill}active proctype A() { fill(t, 4); assert(t[0] == 4 && t[2] == 5) }`),
    ).toBe('holds')
    const fields = 'typedef T { byte f; byte g[3] };\nT u[2];\n'
    expect(verdict(`${fields}${fill}active proctype A() { fill(u[1].g, 1); assert(u[1].g[2] == 2) }`)).toBe(
      'holds',
    )
    const inner = 'inline both(r) { fill(r, 1); fill(r, 2) }\n'
    expect(verdict(`byte t[3];\n${fill}${inner}active proctype A() { both(t); assert(t[2] == 3) }`)).toBe(
      'holds',
    )
    const channels = 'chan q[2] = [1] of { byte }; byte x;\ninline put(qs, i) { qs[i]!5 }\n'
    expect(verdict(`${channels}active proctype A() { put(q, 1); q[1]?x; assert(x == 5) }`)).toBe('holds')
  })

  it('and still want an index where the body gives none', () => {
    expect(codes('byte t[3], n;\ninline f(r) { n = r }\nactive proctype A() { f(t) }')).toEqual([
      'array-needs-index',
    ])
    expect(codes('byte t[3], n;\nactive proctype A() { n = t }')).toEqual(['array-needs-index'])
  })

  it('count over the array of a structure (nimble-code/Spin#21)', () => {
    const node = 'typedef Node { byte children[4] };\nNode nodes[2];\n'
    const loop = 'init { byte i, n; for (i in nodes[0].children) { n++ } assert(n == 4) }'
    expect(verdict(node + loop)).toBe('holds')
    expect(codes(`${node}init { byte i, n; for (i in nodes[0]) { n++ } }`)).toEqual(['not-an-array'])
  })
})

it('asks a process that waits for enabled() of itself only once', () => {
  expect(verdict('active proctype P() { enabled(0) }')).toBe('violated')
  expect(verdict('active proctype P() { enabled(1) }\nactive proctype Q() { enabled(0) }')).toBe('violated')
})
