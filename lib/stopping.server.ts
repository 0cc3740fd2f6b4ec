import 'server-only'

/**
 * The end of the process, in order: what is told to stop takes no new work and ends what runs. Who has work beside the
 * requests (a listener, a queue, a timer that writes) names it here when it begins.
 */
type End = () => Promise<void>

// Next evaluates this module once for each of its bundles: there is one end for all of them.
const kept = globalThis as typeof globalThis & {
  coherentStopping?: { begun: boolean; readonly ends: Map<string, End> }
}
kept.coherentStopping ??= { begun: false, ends: new Map() }
const state = kept.coherentStopping

/** What is named again replaces what was (`next dev` evaluates modules anew). */
export function onStop(name: string, end: End): void {
  state.ends.set(name, end)
}

/** From the first signal on: no new work is begun. */
export const isStopping = (): boolean => state.begun

/** Tells all of them, and waits for all, at most so long. Names those that did not end. */
export async function stopAll(patienceMs: number): Promise<readonly string[]> {
  state.begun = true
  const running = new Set(state.ends.keys())
  const ends = [...state.ends].map(async ([name, end]) => {
    // One that fails has ended as well; the others are not to suffer from it.
    await Promise.resolve()
      .then(end)
      .catch(() => {})
    running.delete(name)
  })
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((done) => {
    timer = setTimeout(done, patienceMs)
  })
  await Promise.race([Promise.all(ends), patience])
  clearTimeout(timer)
  return [...running]
}
