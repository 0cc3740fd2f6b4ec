/**
 * The word of a list that somebody may have meant: for the names of variables, verbs and options. Null when none is near,
 * because a wrong guess costs a reader more than none.
 */
export function nearestWord(given: string, known: readonly string[]): string | null {
  // A third of the word may be wrong (`--max-sates`), or its end be missing (`--max`).
  let best = { word: null as string | null, distance: Math.floor(given.length / 3) + 0.5 }
  for (const word of known) {
    const isBeginning = given.length > 2 && word.toLowerCase().startsWith(given.toLowerCase())
    const distance = isBeginning ? 0.5 : editDistance(given.toLowerCase(), word.toLowerCase())
    if (distance < best.distance) best = { word, distance }
  }
  return best.word
}

/** Letters to put in, take out, change, or exchange with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change)
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isExchange) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1)
      row.push(least)
    }
    ;[beforeLast, last] = [last, row]
  }
  return last[b.length] ?? 0
}
