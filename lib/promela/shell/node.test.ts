import { expect, it } from 'vitest'
import { checkModel } from './node.ts'

const endless = new Map([['m.pml', 'int x; active proctype P() { do :: x++ od }']])
const model = (text: string) => ({ files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} })

it('a model is checked from text to verdict', async () => {
  const checked = await checkModel(model('byte x; active [2] proctype P() { x++ ; assert(x < 2) }'))
  expect(checked).toMatchObject({ kind: 'checked', verdict: { kind: 'violated', error: 'assertion' } })
})

it('a text that is no model is rejected with its diagnostics', async () => {
  expect(await checkModel(model('active proctype P() { x = 1 }'))).toMatchObject({
    kind: 'rejected',
    diagnostics: [{ code: 'unknown-name' }],
  })
})

it('the time limit is the clock that is passed in, and says so in the verdict', async () => {
  let clock = 0
  const now = () => (clock += 10)
  const checked = await checkModel({
    files: endless,
    main: 'm.pml',
    defines: {},
    limits: { maxMs: 200 },
    now,
  })
  expect(checked).toMatchObject({ kind: 'checked', verdict: { kind: 'unfinished', bound: 'time' } })
})

it('other work of the process goes on during a search, and hears of its progress', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const heard: number[] = []
  await checkModel({
    files: endless,
    main: 'm.pml',
    defines: {},
    limits: { maxStates: 150_000 },
    onProgress: (progress) => heard.push(progress.states),
  })
  clearInterval(timer)
  expect(turns).toBeGreaterThan(0)
  expect(heard.length).toBeGreaterThan(0)
  expect([...heard].sort((a, b) => a - b)).toEqual(heard)
})

it('a memory limit makes the verdict unfinished', async () => {
  const checked = await checkModel({
    files: endless,
    main: 'm.pml',
    defines: {},
    limits: { maxMemoryBytes: 2 ** 20 },
  })
  expect(checked).toMatchObject({ kind: 'checked', verdict: { kind: 'unfinished', bound: 'memory' } })
})
