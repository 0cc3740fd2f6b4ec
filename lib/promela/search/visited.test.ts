import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { Machine } from '#lib/promela/machine/machine.ts'
import { Packer } from '#lib/promela/machine/pack.ts'
import { createSearch } from './search.ts'
import { VisitedSet } from './visited.ts'

it('keeps apart whatever differs in one word, and knows again what it has, far beyond one chunk', () => {
  const set = new VisitedSet()
  const words = new Int32Array(8)
  const count = 200_000
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < count; index++) {
      words[index & 7] = index
      words[7] = index
      const added = set.add(words, 8, -1, 0)
      expect(added).toBe(round === 0 ? index : -1)
      words[index & 7] = 0
    }
  }
  expect(set.size).toBe(count)
  expect(set.chunkOf(count - 1)[set.offsetOf(count - 1) + 7]).toBe(count - 1)
  // Eight words, eight bytes of table at a load of at least 30 %, twelve bytes of index with room to grow.
  expect(set.bytes / count).toBeLessThan(32 + 27 + 18 + 21)
})

it('packing and unpacking gives back every type of cell, frame and message', () => {
  const text = `bit b = 1; short s = -3; int i = -70000; unsigned u : 5 = 17; bool f[3] = true; mtype = { m, n }; mtype k = n;
chan c = [2] of { short, bit }; hidden byte h = 9;
proctype Q(byte q) { chan l = [1] of { int }; int w = -1; l!w; false }
init { atomic { run Q(200); run Q(7); c!-5,1 }; false }`
  const { program } = compileModel({ files: new Map([['m', text]]), main: 'm', defines: {} })
  if (!program) throw new Error('compiles')
  const search = createSearch(program)
  while (!search.step(1_000).done);
  const machine = new Machine(program)
  machine.reset()
  machine.addProcess(0, [200], 1)
  const packer = new Packer(machine, program)
  const before = machine.save()
  const count = packer.pack()
  const packed = packer.words.slice(0, count)
  machine.reset()
  packer.unpack(packed, 0)
  const hidden = program.globals.find((variable) => variable.name === 'h')
  const after = machine.save()
  // A hidden variable is no part of the state: it comes back as 0.
  after[3 + (hidden?.offset ?? 0)] = 9
  expect(after).toEqual(before)
})
