import { expect, it, vi } from 'vitest'
import type { FromWorker, ToWorker } from './messages.ts'

type Listener = (event: { data: ToWorker }) => void

/** The worker's script in this process, with its global scope played by the test. */
async function startWorker() {
  const heard: FromWorker[] = []
  const listeners: Listener[] = []
  vi.stubGlobal('addEventListener', (_: string, listener: Listener) => listeners.push(listener))
  vi.stubGlobal('postMessage', (message: FromWorker) => heard.push(structuredClone(message)))
  vi.resetModules()
  await import('./worker.ts')
  const tell = (data: ToWorker): void => {
    for (const listener of listeners) listener({ data: structuredClone(data) })
  }
  const answer = (kind: FromWorker['kind'], job: number) =>
    vi.waitUntil(() => heard.find((message) => message.kind === kind && message.job === job), {
      timeout: 10_000,
    })
  return { heard, tell, answer }
}

const order = (job: number, text: string, limits = {}): ToWorker => ({
  kind: 'check',
  job,
  files: [['m.pml', text]],
  main: 'm.pml',
  defines: {},
  property: 'safety',
  limits,
})

const endless = 'int x; active proctype P() { do :: x++ od }'

it('a check ends with a verdict that is plain data', async () => {
  const { tell, answer } = await startWorker()
  tell(order(1, 'byte x; active proctype P() { x = 1; assert(x == 2) }'))
  expect(await answer('verdict', 1)).toMatchObject({ verdict: { kind: 'violated', trace: [0, 0] } })
})

it('a text that is no model is rejected', async () => {
  const { tell, answer } = await startWorker()
  tell(order(1, 'nonsense'))
  expect(await answer('rejected', 1)).toMatchObject({ diagnostics: [{ code: 'syntax' }] })
})

it('a model is searched broken, and with store buffers, when that is asked for', async () => {
  const { tell, answer } = await startWorker()
  const text = `byte x, y, r, s; /* coherent: tso x, y */
    active proctype judge() { _nr_pr == 1 -> assert(r || s) }
    active proctype P() { x = 1; r = y } active proctype Q() { y = 1; s = x }`
  tell(order(1, text))
  expect(await answer('verdict', 1)).toMatchObject({ verdict: { kind: 'holds' } })
  tell({ ...order(2, text), storeBuffers: 1 } as ToWorker)
  expect(await answer('verdict', 2)).toMatchObject({ verdict: { kind: 'violated', error: 'assertion' } })
  const broken = 'byte x; active proctype P() { x = 1; assert(x) }'
  tell({ ...order(3, broken), mutant: 'assign@m.pml:1:31' } as ToWorker)
  expect(await answer('verdict', 3)).toMatchObject({ verdict: { kind: 'violated' } })
})

it('a long search reports progress and can be cancelled', async () => {
  const { tell, answer, heard } = await startWorker()
  tell(order(1, endless))
  await answer('progress', 1)
  tell({ kind: 'cancel', job: 1 })
  expect(await answer('verdict', 1)).toMatchObject({ verdict: { kind: 'unfinished', bound: 'cancelled' } })
  const times = heard.flatMap((message) => (message.kind === 'progress' ? [message.elapsedMs] : []))
  expect(times.length).toBeGreaterThan(0)
})

it('a new check replaces the one that runs, which is never heard of again', async () => {
  const { tell, answer, heard } = await startWorker()
  tell(order(1, endless))
  await answer('progress', 1)
  tell(order(2, 'active proctype P() { skip }'))
  expect(await answer('verdict', 2)).toMatchObject({ verdict: { kind: 'holds' } })
  const after = heard.length
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(heard.slice(after)).toEqual([])
  expect(heard.filter((message) => message.kind === 'verdict').map((message) => message.job)).toEqual([2])
})
