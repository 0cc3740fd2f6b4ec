/**
 * The one place where a worker is made. Its file is bundled apart (scripts/bundle-checker.mjs) and has a policy
 * of its own: the checker makes WebAssembly, and no page may.
 */
export function createCheckerWorker(): Worker {
  return new Worker('/checker-worker.js', { type: 'module' })
}
