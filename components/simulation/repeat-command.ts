/**
 * The command line that repeats a result with Spin itself, for those who trust no page.
 *
 * The options switch off everything that would change the graph (statement merging, dead variables, partial
 * order reduction): only then are the numbers of states those of the page. For a violation the search is
 * breadth first, as ours, because only then is the counterexample a shortest one.
 */
import type { RecordedVerdict } from './simulation-data.ts'

/** Lines for a shell in the folder of the bundle. */
export function repeatCommand(
  main: string,
  defines: Readonly<Record<string, string>>,
  expected: RecordedVerdict['verdict'] | null,
): readonly string[] {
  const flags = Object.entries(defines).map(([name, value]) =>
    quoted(value === '' ? `-D${name}` : `-D${name}=${value}`),
  )
  const file = quoted(main)
  const spin = ['spin -a -o1 -o2 -o3', ...flags, file].join(' ')
  if (expected === 'violated') {
    const trail = quoted(`${main.split('/').at(-1) ?? main}.trail`)
    return [
      spin,
      'gcc -O2 -DSAFETY -DNOREDUCE -DBFS -o pan pan.c',
      './pan',
      ['spin -p -g -k', trail, ...flags, file].join(' '),
    ]
  }
  return [spin, 'gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c', './pan -m50000 -c0']
}

/** What may be expected of the commands: a search that stops early visits other states in another order. */
export function repeatPromise(expected: RecordedVerdict['verdict'] | null): string {
  if (expected === 'violated') {
    return 'The trail that it prints is a shortest one too. How many states were visited before it was found depends on the order of the search, so that number differs.'
  }
  return 'The options switch off all reductions: stored, matched and transitions are the numbers counted here.'
}

/** A word that a shell reads as it stands. */
function quoted(word: string): string {
  return /^[\w./=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
