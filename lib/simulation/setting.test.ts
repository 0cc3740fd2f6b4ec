import { expect, test } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import {
  annotatedIn,
  dataIn,
  inputIn,
  isPublished,
  mutantsIn,
  mutantWords,
  propertiesIn,
  propertyOf,
  publishedSetting,
  recordedProperty,
  type Setting,
  settingKey,
  settingWords,
} from './setting.ts'
import type { SimulationData } from './simulation-data.ts'

const TEXT = `byte x; /* coherent: tso x */
inline lock() { atomic { x == 0 -> x = 1 } }
active proctype P() {
	lock();
	x = N
}
`

const data: SimulationData = {
  id: 'run',
  slug: 's',
  revision: 1,
  model: 'm',
  variant: 'one',
  variants: [
    { name: 'one', defines: { N: '0' } },
    { name: 'two', defines: { N: '2' } },
  ],
  files: [['m.pml', TEXT]],
  main: 'm.pml',
  recorded: [],
}

const plain = publishedSetting('one')
const call = mutantsIn(data, plain).find(({ kind }) => kind === 'call') ?? null
const edited: Setting = { ...plain, edited: [['m.pml', TEXT.replace('lock();', '')]] }

test('what was published is named by its variant; anything else has a name of its own', () => {
  const settings: readonly Setting[] = [
    plain,
    publishedSetting('two'),
    { ...plain, storeBuffers: 2 },
    { ...plain, mutant: call },
    edited,
  ]
  expect(settingKey(plain)).toBe('one')
  expect(new Set(settings.map(settingKey)).size).toBe(settings.length)
  expect(settings.map(isPublished)).toEqual([true, true, true, false, false])
})

test('what can be asked is what the program has, and of fair runs, too', () => {
  const text = 'bool x; active proctype P() { do :: x = 1; progress: skip od } ltl p { <> x }'
  const recorded = ['fair p', 'gone'].map((property) => ({
    variant: 'one',
    property,
    verdict: 'holds' as const,
    summary: '',
    states: 1,
    depth: 1,
    checkerVersion: '1',
  }))
  const claimed = { ...data, files: [['m.pml', text]] as const, recorded }
  const { program } = compileModel(inputIn(claimed, plain))
  expect(program && propertiesIn(program)).toEqual(['safety', 'p', 'fair p', 'progress', 'fair progress'])
  expect(recordedProperty(claimed, 'one')).toBe('fair p')
  expect(recordedProperty(claimed, 'two')).toBe('safety')
  expect(propertyOf({ ...plain, property: 'fair p' })).toEqual({ kind: 'ltl', name: 'p', fair: true })
  expect(settingKey({ ...plain, property: 'p' })).not.toBe(settingKey(plain))
})

test('words say what is different from the published model', () => {
  expect(call && mutantWords(call)).toBe('without lock() in line 4')
  expect(settingWords({ ...edited, storeBuffers: 2, mutant: call })).toBe(
    'one, x86-TSO, with your changes, without lock() in line 4',
  )
  const inside = mutantsIn(data, plain).find(({ kind }) => kind === 'guard')
  expect(inside && mutantWords(inside)).toBe('x == 0 always lets pass in line 2 (in each lock)')
})

test('what is compiled is what was chosen', () => {
  expect(inputIn(data, plain)).toEqual({ files: new Map(data.files), main: 'm.pml', defines: { N: '0' } })
  expect(inputIn(data, { ...edited, storeBuffers: 2, mutant: call })).toMatchObject({
    files: new Map(edited.edited ?? []),
    storeBuffers: 2,
    mutant: 'call@m.pml:4:2',
  })
  const size = (setting: Setting) => compileModel(inputIn(data, setting)).program?.transitions.length
  expect(size({ ...plain, mutant: call })).not.toBe(size(plain))
  expect(size({ ...plain, storeBuffers: 2 })).not.toBe(size(plain))
})

test('a text with mistakes has no mutants, and one without annotation nothing to buffer', () => {
  const wrong: Setting = { ...plain, edited: [['m.pml', 'active proctype {']] }
  expect(mutantsIn(data, wrong)).toEqual([])
  expect(annotatedIn(data)).toEqual(['x'])
  expect(annotatedIn(dataIn(data, wrong))).toEqual([])
})
