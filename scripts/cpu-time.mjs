/**
 * Milliseconds of processor that this process has had. What a limit in a test means is work, and the clock runs on while
 * others have the processor.
 */
export function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** What {@link yardstick} takes, in milliseconds, on the machine on which the limits of the tests were set. */
const YARDSTICK_MS = 45

/** Slower than that is no machine: what seems so has hung, and a limit still ends it. */
const MOST = 8

/**
 * A limit of the machine on which the tests were written, in milliseconds, as it is here and now: a processor that is slower, or
 * that is shared with others, takes longer for the same work, and has as much more time. Never less than the limit itself. Call
 * it after the work that is measured, beside it in time: `expect(cpuMs() - began).toBeLessThan(msHere(2000))`.
 */
export function msHere(/** @type {number} */ ms) {
  if (performance.now() - measured.at > 2000) measured = { at: performance.now(), slower: slower() }
  return ms * measured.slower
}

/** How many times slower this processor is now: tables of cases ask often, and the moment is the same. */
let measured = { at: Number.NEGATIVE_INFINITY, slower: 1 }

function slower() {
  yardstick()
  const tries = Array.from({ length: 5 }, () => {
    const began = performance.now()
    const cpu = cpuMs()
    yardstick()
    // What others take from this process counts as well: some limits are of the clock.
    return Math.max(cpuMs() - cpu, performance.now() - began)
  }).sort((a, b) => a - b)
  return Math.min(MOST, Math.max(1, (tries[2] ?? 0) / YARDSTICK_MS))
}

/** A piece of work of the kind the tests measure: words are taken apart, counted, ordered and put together again. */
function yardstick() {
  let kept = 0
  for (let round = 0; round < 6; round++) {
    const words = Array.from(
      { length: 6000 },
      (_, index) => `w${(index * 7919 + round) % 4001} x${index % 97}`,
    )
    const counts = new Map()
    for (const word of words.join('\n').split(/\s+/)) counts.set(word, (counts.get(word) ?? 0) + 1)
    const rows = [...counts].map(([word, count]) => ({ word, count }))
    rows.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    kept += JSON.stringify(rows).replace(/w(\d+)/g, '$1').length
  }
  return kept
}
