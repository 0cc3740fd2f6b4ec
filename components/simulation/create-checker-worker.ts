/**
 * The one place where a worker is made. The address must be written exactly like this, relative and in one
 * expression: bundlers look for this form and give the worker a file of its own. It is served from our origin,
 * so `worker-src 'self'` is all that a content security policy has to allow.
 */
export function createCheckerWorker(): Worker {
  return new Worker(new URL('../../lib/promela/shell/worker.ts', import.meta.url), { type: 'module' })
}
