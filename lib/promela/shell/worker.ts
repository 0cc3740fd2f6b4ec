/**
 * The checker as a Web Worker. A large model is searched by WebAssembly, which the policy of this script's own response
 * allows (`wasm-unsafe-eval`) and that of the pages does not; where it is forbidden the interpreter does it. JavaScript
 * is never generated here. The messages are those of `messages.ts`.
 *
 * Between slices it yields through a message channel, not a timer: nested timers are held back to 4 ms, which
 * would cost as much as the search of a small model.
 */
import { compileModel } from '#lib/promela/compile.ts'
import { claimDiagnostics } from '#lib/promela/search/check-property.ts'
import { driveSearch } from './drive.ts'
import { wasmHost } from './instantiate.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { createEngineSearch } from './search-engine.ts'

/** The part of a worker's global scope that is used here; the DOM library types a window instead. */
type Scope = {
  postMessage(message: FromWorker): void
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void
}

const scope = globalThis as unknown as Scope

const REPORT_EVERY_MS = 80

/** The job that runs; another number means that it was replaced or cancelled. */
let current = 0
let cancelled = false

scope.addEventListener('message', ({ data }) => {
  if (data.kind === 'cancel') {
    if (data.job === current) cancelled = true
    return
  }
  current = data.job
  cancelled = false
  void check(data)
})

async function check(order: ToWorker & { kind: 'check' }): Promise<void> {
  const { job, limits } = order
  const began = performance.now()
  try {
    const { program, diagnostics } = compileModel({ ...order, files: new Map(order.files) })
    if (!program) {
      scope.postMessage({ kind: 'rejected', job, diagnostics })
      return
    }
    const options = { ...order.limits, order: order.order ?? 'bfs' }
    const search = createEngineSearch(program, order.property, options, 'auto', [wasmHost])
    if (!search.ok) {
      scope.postMessage({ kind: 'rejected', job, diagnostics: claimDiagnostics(program, search.error) })
      return
    }
    const verdict = await driveSearch(search.value, {
      now: () => performance.now(),
      pause: nextTurn,
      maxMs: limits?.maxMs,
      reportEveryMs: REPORT_EVERY_MS,
      onProgress: (progress, elapsedMs) => scope.postMessage({ kind: 'progress', job, progress, elapsedMs }),
      cancelled: () => cancelled || job !== current,
    })
    if (job === current) {
      const { engine } = search.value
      const elapsedMs = performance.now() - began
      scope.postMessage({ kind: 'verdict', job, verdict, engine, diagnostics, elapsedMs })
    }
  } catch (error) {
    scope.postMessage({
      kind: 'failed',
      job,
      message: error instanceof Error ? error.message : String(error),
    })
  }
}

const turns = new MessageChannel()
let resume: (() => void) | null = null
turns.port1.onmessage = () => resume?.()

/** After the messages that are already waiting. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    resume = resolve
    turns.port2.postMessage(null)
  })
}
