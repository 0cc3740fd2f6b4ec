import { describe, expect, it } from 'vitest'
import { createSearch } from '#lib/promela/search/search.ts'
import {
  readIdioms,
  readMoreSemanticsCases,
  readSemanticsCases,
  type SemanticsCase,
} from '#lib/promela/shell/oracle/samples.ts'
import { compileModel } from './compile.ts'

/** Constructs that are reported as missing: each with the code that says so. Everything else must agree with spin. */
const notBuilt: Readonly<Record<string, string>> = {
  'c-code': 'embedded-c',
}

function compileCase(item: SemanticsCase) {
  const defines: Record<string, string> = {}
  for (const flag of item.spinFlags ?? []) {
    const define = /^-D(\w+)(?:=(.*))?$/.exec(flag)
    if (define?.[1]) defines[define[1]] = define[2] ?? ''
  }
  const files = new Map([['model.pml', item.model], ...Object.entries(item.files ?? {})])
  // spin's own -J changes its simulator only; the order in a search is a flag of pan.
  const unless = item.panFlags?.includes('-J') ? 'inner-first' : 'outer-first'
  return compileModel({ files, main: 'model.pml', defines, unless })
}

function check(item: SemanticsCase) {
  const { program, diagnostics } = compileCase(item)
  if (!program) return { kind: 'rejected' as const, codes: diagnostics.map((entry) => entry.code) }
  const search = createSearch(program, {
    allErrors: true,
    lossy: item.spinFlags?.includes('-m') ?? false,
    channelsEmpty: item.panFlags?.includes('-q') ?? false,
  })
  while (!search.step(100_000).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  return verdict
}

const cases = [...readSemanticsCases(), ...readIdioms(), ...readMoreSemanticsCases()]

describe('safety cases agree with spin', () => {
  for (const item of cases.filter((entry) => entry.mode === 'safety' && !notBuilt[entry.id])) {
    it(`${item.id}: ${item.rule}`, () => {
      const found = check(item)
      if (item.normative.verdict) {
        const wanted = item.verdict === 'rejected' ? 'rejected' : item.verdict === 'ok' ? 'holds' : 'violated'
        expect(found.kind).toBe(wanted)
      }
      if (item.normative.states && found.kind !== 'rejected') {
        expect({ stored: found.counts.states, matched: found.counts.matched }).toEqual({
          stored: item.stored,
          matched: item.matched,
        })
      }
    })
  }
})

describe('what is not built says so', () => {
  for (const [id, code] of Object.entries(notBuilt)) {
    it(`${id} is refused with ${code}`, () => {
      const item = cases.find((entry) => entry.id === id)
      if (!item) throw new Error(`no case ${id}`)
      expect(check(item)).toMatchObject({ kind: 'rejected', codes: expect.arrayContaining([code]) })
    })
  }
})
