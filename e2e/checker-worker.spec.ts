import { expect, test } from '@playwright/test'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'

/** 40 · 60 · 70 states and more: large enough to be worth code. */
const COUNTERS = `byte a, b, c;
active proctype A() { do :: a < 40 -> a++ :: else -> break od }
active proctype B() { do :: b < 60 -> b++ :: else -> break od }
active proctype C() { do :: c < 70 -> c++ :: else -> break od }`

test('only the response of the checker’s worker allows WebAssembly, and no text is evaluated anywhere', async ({
  request,
}) => {
  const worker = await request.get('/checker-worker.js')
  expect(worker.headers()['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
  )
  for (const path of ['/', '/rfc/io-uring-futex/v1', '/rfc/io-uring-futex/models/wake-order']) {
    const policy = (await request.get(path)).headers()['content-security-policy'] ?? ''
    expect(policy).toContain("script-src 'self' 'nonce-")
    expect(policy).not.toContain('unsafe-eval')
  }
})

test('a large model is searched as WebAssembly in the page, with the counts of the interpreter', async ({
  page,
}) => {
  await page.goto('/rfc/io-uring-futex/models/wake-order')
  const answer = await page.evaluate(
    (model) =>
      new Promise<{ engine: string; verdict: { kind: string; counts: object } }>((resolve, reject) => {
        const worker = new Worker('/checker-worker.js', { type: 'module' })
        worker.onerror = (event) => reject(new Error(event.message))
        worker.onmessage = ({ data }) => {
          if (data.kind === 'progress') return
          worker.terminate()
          if (data.kind === 'verdict') resolve(data)
          else reject(new Error(JSON.stringify(data)))
        }
        const files = [['m.pml', model]]
        worker.postMessage({ kind: 'check', job: 1, files, main: 'm.pml', defines: {}, property: 'safety' })
      }),
    COUNTERS,
  )
  const { program } = compileModel({ files: new Map([['m.pml', COUNTERS]]), main: 'm.pml', defines: {} })
  if (!program) throw new Error('the model compiles')
  const search = createSearch(program)
  while (!search.step(100_000).done);
  const { states, matched, transitions, depth } = search.verdict()?.counts ?? {}
  expect(states).toBeGreaterThan(150_000)
  expect(answer).toMatchObject({
    engine: 'wasm',
    verdict: { kind: 'holds', counts: { states, matched, transitions, depth } },
  })
})
