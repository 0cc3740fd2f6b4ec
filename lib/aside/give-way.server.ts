import 'server-only'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/**
 * What takes long on the thread that answers readers and cannot be done aside (the drawing of a large page) is done in pieces,
 * and between two of them whoever asked for something light goes first. A light request asks the database several times; behind
 * pieces that follow each other at once it would wait for one of them each time, so it is waited for, for a short while.
 */

/** For one piece. With many light requests the large page is made all the same. */
const MOST_MS = 100
/** What takes longer than that is not light, or waits for its reader. */
const LIGHT_MS = 250
const LOOKS_MS = 2

// Next evaluates this module once for each of its bundles, and the server in front of it has its own.
const kept = globalThis as typeof globalThis & { coherentLight?: Set<number> }
kept.coherentLight ??= new Set()
const light = kept.coherentLight

/** A light request begins; what is called when it is answered. */
export function noteLight(): () => void {
  let began = performance.now()
  while (light.has(began)) began += 0.001
  light.add(began)
  return () => light.delete(began)
}

function isLightWaiting(): boolean {
  const now = performance.now()
  for (const began of light) {
    if (now - began < LIGHT_MS) return true
    light.delete(began) // the oldest come first
  }
  return false
}

/** Between two pieces. */
export async function giveWay(): Promise<void> {
  // Twice, so that what has arrived meanwhile is seen before it is asked whether there is anything.
  await nextTurn()
  await nextTurn()
  const until = performance.now() + MOST_MS
  while (isLightWaiting() && performance.now() < until) await sleep(LOOKS_MS)
}

/** For pieces that are all begun at once: each of the returned promises waits for the one before, and gives way. */
export function oneAfterAnother(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return () => {
    last = last.then(giveWay)
    return last
  }
}
