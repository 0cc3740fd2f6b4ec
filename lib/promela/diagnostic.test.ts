import { describe, expect, it } from 'vitest'
import { compileModel, includeClosure } from './compile.ts'
import { type DiagnosticCode, diagnosticCodes } from './diagnostic.ts'

const files = (text: string, more: Record<string, string> = {}) =>
  new Map([['m.pml', text], ...Object.entries(more)])

function codes(text: string, more: Record<string, string> = {}) {
  const { program, diagnostics } = compileModel({ files: files(text, more), main: 'm.pml', defines: {} })
  expect(program === null).toBe(diagnostics.some((item) => item.severity === 'error'))
  return diagnostics
}

const body = (statements: string): string =>
  `byte x; byte a[2]; chan c = [1] of { byte };\nactive proctype P() { ${statements} }`
const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ')

/** One text for each code; the place is the line of the complaint. */
const provoked: Record<
  Exclude<DiagnosticCode, 'no-main-file' | 'unknown-claim'>,
  readonly [text: string, line: number]
> = {
  'file-too-large': [`/* ${'x'.repeat(2_000_001)} */`, 1],
  'include-not-found': ['#include "other.h"\nactive proctype P() { skip }', 1],
  'include-outside': ['\n#include "../../etc/passwd"\nactive proctype P() { skip }', 2],
  'include-depth': ['#include "m.pml"\nactive proctype P() { skip }', 1],
  'bad-directive': ['#frobnicate\nactive proctype P() { skip }', 1],
  'error-directive': ['#error WAITERS is missing\nactive proctype P() { skip }', 1],
  'unbalanced-conditional': ['active proctype P() { skip }\n#if 1', 2],
  'bad-condition': ['#if 1 +\n#endif\nactive proctype P() { skip }', 1],
  'macro-arguments': ['#define F(a, b) a\nbyte x = F(1);\nactive proctype P() { skip }', 2],
  'macro-recursion': [
    `${many(45, (index) => `#define M${index} M${index + 1} M${index + 1}\n`)}#define M45\n${body('x = M0')}`,
    48,
  ],
  'bad-character': [body('x = 1 \u00a7 2'), 2],
  'unterminated-comment': [`${body('skip')}\n/* no end`, 3],
  'unterminated-string': [body('printf("no end)'), 2],
  'number-too-large': [body('x = 99999999999'), 2],
  syntax: [body('x = = 1'), 2],
  'missing-separator': [body('if :: x == 0 fi assert(x == 0)'), 2],
  'nesting-too-deep': [body(`x = ${'('.repeat(400)}1${')'.repeat(400)}`), 2],
  'inline-arguments': [`inline f(v) { v = 1 }\n${body('f(x, x)')}`, 3],
  'inline-recursion': [`inline f() { f() }\n${body('f()')}`, 1],
  'unknown-name': [body('y = 1'), 2],
  redeclared: [body('byte x'), 2],
  'unknown-proctype': [body('run Q()'), 2],
  'unknown-label': [body('goto nowhere'), 2],
  'duplicate-label': [body('L: x = 1; L: x = 2'), 2],
  'unknown-field': ['typedef T { byte t }\nT t;\nactive proctype P() { t.u = 1 }', 3],
  'unknown-type': ['mtype:fruit f;\nactive proctype P() { skip }', 1],
  'recursive-type': ['typedef T { T t }\nactive proctype P() { skip }', 1],
  'not-a-variable': [body('_pid = 1'), 2],
  'not-an-array': [body('x[1] = 1'), 2],
  'misplaced-declaration': [body('x = 1; chan d = [1] of { byte }; d!1'), 2],
  'misplaced-run': [`proctype Q() { skip }\n${body('run Q() > 0')}`, 3],
  'channel-as-number': [body('x = c + 1'), 2],
  'repeated-variable': [body('c?x,x'), 2],
  'self-index': [body('a[a[0]] = 1'), 2],
  'cannot-be-hidden': [body('hidden byte h; h = 1'), 2],
  'bad-priority': ['\nactive proctype P() priority 256 { skip }', 2],
  'unless-in-d_step': [body('d_step { { x = 1 } unless { x == 1 } }'), 2],
  'goto-cycle': [body('L: goto M; M: goto L'), 2],
  'array-needs-index': [body('x = a'), 2],
  'not-a-channel': [body('x!1'), 2],
  'struct-as-value': ['typedef T { byte t }\nT t; byte x;\nactive proctype P() { x = t }', 3],
  'wrong-argument-count': [`proctype Q(byte q) { skip }\n${body('run Q()')}`, 3],
  'wrong-field-count': [body('c!1,2'), 2],
  'constant-expected': ['byte n = 2;\nbyte z[n + 1];\nactive proctype P() { skip }', 2],
  'bad-array-length': ['byte z[0];\nactive proctype P() { skip }', 1],
  'bad-bit-width': ['unsigned u : 32;\nactive proctype P() { skip }', 1],
  'bad-channel': ['chan d = [300] of { byte };\nactive proctype P() { skip }', 1],
  'duplicate-else': [body('if :: else :: x == 1 :: else fi'), 2],
  'break-outside-loop': [body('break'), 2],
  'jump-into-d_step': [body('goto L; d_step { x = 1; L: x = 2 }'), 2],
  'too-many-processes': ['active [300] proctype P() { skip }', 1],
  'too-many-cells': ['int z[60000];\nint w[60000];\nactive proctype P() { skip }', 2],
  'duplicate-init': ['proctype P() { skip }\nproctype P() { skip }\ninit { skip }', 2],
  'no-process': ['proctype P() { skip }', 1],
  'empty-range': [body('select (x : 3 .. 1)'), 2],
  'embedded-c': [body('c_code { x = 1; }'), 2],
  'in-claim': [`${body('skip')}\nnever { x = 1 }`, 3],
  'misplaced-label': [body('atomic { L: x = 1; x = 2 }'), 2],
  'mtype-mismatch': ['mtype:f = { p };\nmtype:g = { q };\nmtype:f m;\nactive proctype P() { m = q }', 4],
  'not-supported': [body('d_step { x = 1; { x = 2 } unless { x == 1 } }'), 2],
}

describe('each complaint has a place', () => {
  for (const [code, [text, line]] of Object.entries(provoked)) {
    it(`${code}: ${diagnosticCodes[code as DiagnosticCode]}`, () => {
      const found = codes(text).find((item) => item.code === code)
      expect(found, JSON.stringify(codes(text).map((item) => item.message))).toMatchObject({
        file: 'm.pml',
        line,
      })
    })
  }

  it('a main file that is not there is named', () => {
    const { program, diagnostics } = compileModel({ files: new Map(), main: 'no.pml', defines: {} })
    expect(program).toBeNull()
    expect(diagnostics[0]).toMatchObject({ code: 'no-main-file', file: 'no.pml' })
  })
})

it('one run names several mistakes, each in its line', () => {
  const found = codes(
    'byte x;\nactive proctype P() {\n  x = = 1;\n  y = 2;\n  x = 1\n}\nactive proctype Q() {\n  z = 3\n}',
  )
  expect(found.map((item) => [item.code, item.line])).toEqual([
    ['syntax', 3],
    ['unknown-name', 4],
    ['unknown-name', 8],
  ])
})

it('a mistake inside an inline has its own line and the calls that led there', () => {
  const found = codes(
    'inline inner(v) {\n  v = nothing\n}\ninline outer() {\n  inner(x)\n}\nbyte x;\nactive proctype P() {\n  outer()\n}',
  )
  expect(found[0]).toMatchObject({ code: 'unknown-name', line: 2 })
  expect(found[0]?.origin.map((frame) => [frame.name, frame.call.line])).toEqual([
    ['inner', 5],
    ['outer', 9],
  ])
})

it('a mistake in a macro names the macro and the line that uses it', () => {
  const found = codes('#define SET(v) v = nothing\nbyte x;\nactive proctype P() {\n  SET(x)\n}')
  expect(found[0]).toMatchObject({ line: 1, origin: [{ kind: 'macro', name: 'SET', call: { line: 4 } }] })
})

it('the include closure has each file once, main first, whatever the conditions say', () => {
  const all = files('#if 0\n#include "lib/a.h"\n#endif', {
    'lib/a.h': '#include "b.h"\n#include "../m.pml"\n',
    'lib/b.h': '',
    'c.h': '',
  })
  expect(includeClosure(all, 'm.pml')).toEqual(['m.pml', 'lib/a.h', 'lib/b.h'])
})
