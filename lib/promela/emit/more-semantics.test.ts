/** Both back ends on the small models of `more-semantics.json`: the same answer as the interpreter's, or refused. */
import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch, type Search } from '#lib/promela/search/search.ts'
import { javaScriptHost, wasmHost } from '#lib/promela/shell/instantiate.ts'
import { readMoreSemanticsCases } from '#lib/promela/shell/oracle/samples.ts'
import { createEmittedSearch } from './engine.ts'

function answer(search: Search) {
  while (!search.step(50_000).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  const { bytes: _, ...counts } = verdict.counts
  return { ...verdict, counts }
}

const known =
  /priorities|hidden|_last|enabled|pc_value|another process|np_|get_priority|more than 64 processes/

it.each([javaScriptHost, wasmHost])(
  '$engine: all small models have the same counts, verdict and trace',
  (host) => {
    let emitted = 0
    for (const item of readMoreSemanticsCases()) {
      const { program } = compileModel({
        files: new Map([['model.pml', item.model]]),
        main: 'model.pml',
        defines: Object.fromEntries(
          (item.spinFlags ?? []).flatMap((flag) => {
            const [, name, value] = /^-D(\w+)(?:=(.*))?$/.exec(flag) ?? []
            return name ? [[name, value ?? '']] : []
          }),
        ),
        unless: item.panFlags?.includes('-J') ? 'inner-first' : 'outer-first',
      })
      if (!program) continue
      const options = {
        allErrors: true,
        lossy: item.spinFlags?.includes('-m') ?? false,
        channelsEmpty: item.panFlags?.includes('-q') ?? false,
      }
      const made = createEmittedSearch(program, options, host)
      if (!made.ok) {
        expect(made.error, item.id).toMatch(known)
        continue
      }
      emitted++
      expect(answer(made.value), item.id).toEqual(answer(createSearch(program, options)))
    }
    expect(emitted).toBeGreaterThan(400)
  },
  240_000,
)
