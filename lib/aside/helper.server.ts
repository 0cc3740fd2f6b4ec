import 'server-only'
import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { log, requestNumber } from '#lib/log.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { type Lane, Lanes } from './lanes.ts'
import type { FromHelper, ToHelper } from './messages.ts'
import type { NotNowWhy } from './not-now.ts'

/**
 * The side of the app of the process that works aside of it: what takes long is asked for here and done there, so that
 * nobody waits for it who did not ask for it.
 *
 * A process and not a thread: it runs at a low priority of its own, and where it runs out of memory the app does not.
 * It is asked again whatever became of it: one that ended is started anew, and what it was at has failed. Failures are
 * values: Next evaluates a class once for each of its bundles, and none would know the error of another.
 */
export type Failure =
  | { readonly kind: 'not-now'; readonly why: NotNowWhy }
  /** An error that callers know, as the other side packed it; null: a bug, which the log has. */
  | { readonly kind: 'error'; readonly packed: unknown }

export type Work<Name extends string> = {
  readonly name: string
  readonly lane: Name
  /** Of one call, or of one piece. */
  readonly limitMs: number
  /** Who asks for it, where their lane counts what is of one person. */
  readonly who?: string | null
}

type Answer = Result<FromHelper, Failure>
type Asked = (answer: Answer) => void

const notNow = (why: NotNowWhy) => err<Failure>({ kind: 'not-now', why })

/** A process, and what it was asked for. */
type Running = { readonly child: ChildProcess; readonly asked: Map<number, Asked> }

type HelperOptions<Name extends string> = {
  /** A module that calls `serve`. */
  readonly script: string
  readonly lanes: Readonly<Record<Name, Lane>>
  /** Megabytes of JavaScript values; beyond them the process ends. */
  readonly heapMb: number
}

/** One that dies as soon as it is started is not started without a pause. */
const PAUSE_BEFORE_ANOTHER_MS = 1000

export class Helper<Name extends string> {
  readonly #options: HelperOptions<Name>
  readonly #lanes: Lanes<Name>
  #running: Running | null = null
  #startedAt = Number.NEGATIVE_INFINITY
  #lastId = 0
  #isClosed = false

  constructor(options: HelperOptions<Name>) {
    this.#options = options
    this.#lanes = new Lanes(options.lanes, (work, ms) => {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    })
  }

  /** Starts it, so that the first who asks does not wait for that. */
  start(): void {
    this.#process()
  }

  /** For tests: the app's own end closes the channel, which ends the other process. */
  close(): void {
    this.#isClosed = true
    this.#running?.child.kill('SIGKILL')
  }

  async call(work: Work<Name>, args: readonly unknown[]): Promise<Result<unknown, Failure>> {
    const answer = await this.#inLane(work, { kind: 'call', ...this.#begun(work, args) })
    if (!answer.ok) return answer
    return ok(answer.value.kind === 'value' ? answer.value.value : undefined)
  }

  /**
   * Pieces of what is made there while they are taken here: nothing is made ahead of a reader who is slow, and between two
   * pieces nobody's turn is taken. A failure is the last of them.
   */
  async *open(work: Work<Name>, args: readonly unknown[]): AsyncGenerator<Result<Uint8Array, Failure>> {
    const begun = this.#begun(work, args)
    let opener: Running | null = null
    let message: ToHelper = { kind: 'open', ...begun }
    try {
      for (;;) {
        const answer = await this.#inLane(work, message)
        if (!answer.ok || answer.value.kind !== 'piece' || answer.value.piece === null) {
          opener = null // it is closed there as well
          if (!answer.ok) yield answer
          return
        }
        opener = this.#running
        message = { kind: 'next', id: begun.id }
        yield ok(answer.value.piece)
        // Another process knows nothing of what was opened in the one before.
        if (opener !== this.#running) return yield notNow('ended')
      }
    } finally {
      if (opener && opener === this.#running) send(opener, { kind: 'close', id: begun.id })
    }
  }

  #begun({ name }: Work<Name>, args: readonly unknown[]) {
    return { id: ++this.#lastId, name, args, request: requestNumber() }
  }

  async #inLane({ lane, limitMs, name, who = null }: Work<Name>, message: ToHelper): Promise<Answer> {
    const leave = await this.#lanes.enter(lane, who)
    if (!leave) return notNow('busy')
    try {
      return await this.#ask(message, limitMs, name)
    } finally {
      leave()
    }
  }

  async #ask(message: ToHelper, limitMs: number, name: string): Promise<Answer> {
    const running = this.#process() ?? (await this.#another())
    if (!running) return notNow('ended')
    const { child, asked } = running
    return new Promise<Answer>((done) => {
      const timer = setTimeout(() => {
        log.warn('work aside took too long and was ended', { work: name, limitMs })
        asked.get(message.id)?.(notNow('too-long'))
        // It may not come back to its messages at all. What else it was at can be asked for again, of another one.
        if (this.#running === running) this.#running = null
        child.kill('SIGKILL')
      }, limitMs)
      asked.set(message.id, (answer) => {
        clearTimeout(timer)
        asked.delete(message.id)
        done(answer)
      })
      send(running, message)
    })
  }

  /** The process as it runs; null: it has just ended, and another one is not started yet. */
  #process(): Running | null {
    if (this.#running || this.#isClosed) return this.#running
    const now = performance.now()
    if (now - this.#startedAt < PAUSE_BEFORE_ANOTHER_MS) return null
    this.#startedAt = now
    const { script, heapMb } = this.#options
    const child = fork(script, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--no-warnings', `--max-old-space-size=${heapMb}`],
    })
    const asked = new Map<number, Asked>()
    const running = { child, asked }
    this.#running = running
    let isGone = false
    const gone = (how: { code?: number | null; signal?: string | null }) => {
      if (isGone) return
      isGone = true
      if (this.#running === running) this.#running = null
      for (const one of [...asked.values()]) one(notNow('ended'))
      if (this.#isClosed) return
      log.error('the process for work aside ended, and is started anew', how)
      setTimeout(() => this.#process(), PAUSE_BEFORE_ANOTHER_MS).unref()
    }
    child.on('message', (given) => {
      const answer = given as FromHelper // `serve` sends nothing else
      asked.get(answer.id)?.(
        answer.kind === 'failed' ? err({ kind: 'error', packed: answer.error }) : ok(answer),
      )
    })
    child.on('exit', (code, signal) => gone({ code, signal }))
    child.on('error', () => gone({}))
    // It ends with this process; this one does not wait for it.
    child.unref()
    child.channel?.unref()
    return running
  }

  async #another(): Promise<Running | null> {
    await sleep(PAUSE_BEFORE_ANOTHER_MS)
    return this.#process()
  }
}

function send({ child, asked }: Running, message: ToHelper): void {
  child.send(message, (error) => {
    if (error) asked.get(message.id)?.(notNow('ended'))
  })
}
