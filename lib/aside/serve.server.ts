import 'server-only'
import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import { enterRequest, log } from '#lib/log.server.ts'
import type { FromHelper, ToHelper } from './messages.ts'

/** What can be asked for, by name: a value, or pieces of bytes. The arguments are those that the other side sent. */
export type Served = {
  readonly calls: Readonly<Record<string, (...args: never[]) => Promise<unknown>>>
  readonly streams: Readonly<Record<string, (...args: never[]) => AsyncGenerator<Uint8Array>>>
  /** An error that callers know, as a value; null: it is a bug. */
  readonly pack: (error: unknown) => unknown
}

/** Readers who opened something and went without a word. */
const MOST_OPEN = 64
const IDLE_MS = 120_000

/**
 * Bytes of a piece as it is sent. What makes a file yields what it has at a time, which outsiders can make long, and the app
 * takes a piece in one go.
 */
const MOST_OF_A_PIECE = 256 * 1024

async function* inSlices(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    // A copy of its own: what is sent of a part of a buffer is the whole buffer.
    for (let at = 0; at < piece.length; at += MOST_OF_A_PIECE) yield piece.slice(at, at + MOST_OF_A_PIECE)
  }
}

type Opened = { readonly pieces: AsyncGenerator<Uint8Array>; usedAt: number }

/** The other side of `Helper`: does what it is asked for, until the app is gone. */
export function serve({ calls, streams, pack }: Served): void {
  yieldToTheApp()
  process.on('disconnect', () => process.exit(0))
  // The app decides when it ends, and the channel closes with it: what runs is finished for who still waits.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})

  const opened = new Map<number, Opened>()
  const send = (answer: FromHelper) => {
    if (process.connected) process.send?.(answer)
  }
  const drop = (id: number) => {
    const one = opened.get(id)
    opened.delete(id)
    one?.pieces.return(undefined).catch((error: unknown) => log.error('work aside was not closed', { error }))
  }

  async function answer(message: Exclude<ToHelper, { kind: 'close' }>): Promise<void> {
    const { id } = message
    try {
      if (message.kind === 'next') return await piece(id)
      if (message.request !== null) enterRequest(message.request)
      const args = message.args as never[] // typed by the table that both sides share
      if (message.kind === 'call') {
        const call = calls[message.name]
        if (!call) throw new Error('nothing is called that')
        send({ kind: 'value', id, value: await call(...args) })
        return
      }
      const stream = streams[message.name]
      if (!stream) throw new Error('nothing is called that')
      for (const [old] of [...opened].slice(0, Math.max(0, opened.size + 1 - MOST_OPEN))) drop(old)
      opened.set(id, { pieces: inSlices(stream(...args)), usedAt: performance.now() })
      await piece(id)
    } catch (error) {
      const packed = pack(error)
      if (packed === null) log.error('work aside failed', { error })
      drop(id)
      send({ kind: 'failed', id, error: packed })
    }
  }

  async function piece(id: number): Promise<void> {
    const one = opened.get(id)
    if (!one) throw new Error('what was opened is closed')
    one.usedAt = performance.now()
    const { done, value } = await one.pieces.next()
    if (done) opened.delete(id)
    send({ kind: 'piece', id, piece: done ? null : value })
  }

  setInterval(() => {
    for (const [id, { usedAt }] of opened) if (performance.now() - usedAt > IDLE_MS) drop(id)
  }, IDLE_MS / 2).unref()

  process.on('message', (given) => {
    const message = given as ToHelper // `Helper` sends nothing else
    if (message.kind === 'close') drop(message.id)
    else void answer(message)
  })
}

/** Where the app and this have no room beside each other, the app goes first: its readers did not ask for this. */
const NICE = 10

function yieldToTheApp(): void {
  try {
    // On Linux each thread has a priority of its own, and those of the collector run already.
    for (const thread of process.platform === 'linux' ? readdirSync('/proc/self/task') : ['0'])
      setPriority(Number(thread), NICE)
  } catch (error) {
    log.warn('the priority of work aside could not be lowered', { error })
  }
}
