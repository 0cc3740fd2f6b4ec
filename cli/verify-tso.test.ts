import path from 'node:path'
import { expect, it } from 'vitest'
import { verify } from './verify.ts'

const model = path.join(import.meta.dirname, '../lib/promela/samples/futex-fast-path/model.pml')

async function run(...args: string[]) {
  let out = ''
  let err = ''
  const code = await verify([model, ...args], {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    watched: false,
    interrupt: new AbortController().signal,
  })
  return { code, out, err }
}

it('the verdict names the memory order', async () => {
  const plain = await run()
  expect(plain.code).toBe(0)
  expect(plain.out).toContain('under sequential consistency')
  const buffered = await run('--tso', '2')
  expect(buffered.code).toBe(0)
  expect(buffered.out.replace(/\s+/g, ' ')).toContain(
    'under x86-TSO, buffers of 2, for uval, waiters, hb_lock, queued, for these parameters',
  )
  expect(JSON.parse((await run('--tso', '1', '--json')).out).memoryOrder).toBe(
    'x86-TSO, buffers of 1, for uval, waiters, hb_lock, queued',
  )
  expect(JSON.parse((await run('--json')).out)).not.toHaveProperty('memoryOrder')
})

it('a missing barrier is found with store buffers, and its race shows the store that arrives late', async () => {
  expect((await run('-DNO_MB')).code).toBe(0)
  const { code, out } = await run('-DNO_MB', '-DNW=1', '--tso', '2')
  expect(code).toBe(1)
  expect(out).toContain('violated: invalid end state')
  expect(out.replace(/\s+/g, ' ')).toContain('store buffer of waker drains: uval = 1')
  expect(out).not.toContain('-k model.pml.trail')
})

it('taking the barrier away is noticed with store buffers, and only with them', async () => {
  const mutants = async (...args: string[]) => {
    const { out } = await run('--mutate', '--json', ...args)
    const report = JSON.parse(out)
    return report.mutants.find((item: { text: string }) => item.text === 'smp_mb()').status
  }
  expect(await mutants()).toBe('equivalent')
  expect(await mutants('--tso', '2')).toBe('noticed')
})

it('a model without annotation is bad input', async () => {
  const { code, err } = await (async () => {
    let said = ''
    const file = path.join(import.meta.dirname, '../lib/promela/samples/mcs/model.pml')
    const exit = await verify([file, '--tso', '2'], {
      out: () => {},
      err: (text) => {
        said += text
      },
      watched: false,
      interrupt: new AbortController().signal,
    })
    return { code: exit, err: said }
  })()
  expect(code).toBe(3)
  expect(err).toContain('no variable has a store buffer')
})
