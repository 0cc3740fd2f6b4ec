/** A helper with something of each kind to go wrong. */
import 'server-only'
import { getPriority } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { serve } from '#lib/aside/serve.server.ts'

class Known extends Error {}

const calls = {
  echo: async (value: unknown) => value,
  process: async () => ({ pid: process.pid, priority: getPriority() }),
  wait: async (ms: number) => setTimeout(ms, ms),
  spin: async (): Promise<never> => {
    for (;;);
  },
  hoard: async (): Promise<never> => {
    const kept: string[][] = []
    for (;;) kept.push(Array.from({ length: 1e5 }, (_, i) => `${kept.length} ${i}`))
  },
  crash: async (): Promise<never> => process.exit(7),
  known: async (): Promise<never> => {
    throw new Known('of a known kind')
  },
  bug: async (): Promise<never> => {
    throw new Error('of an unknown kind')
  },
}

let made = 0
let closed = 0
async function* count(upTo: number): AsyncGenerator<Uint8Array> {
  try {
    for (let i = 0; i < upTo; i++) {
      made++
      yield new TextEncoder().encode(String(i))
    }
  } finally {
    closed++
  }
}
async function* large(bytes: number): AsyncGenerator<Uint8Array> {
  yield Uint8Array.from({ length: bytes }, (_, i) => i % 251)
}
const state = async () => ({ made, closed })

serve({
  calls: { ...calls, state },
  streams: { count, large },
  pack: (error) => (error instanceof Known ? { known: error.message } : null),
})
