/**
 * How a reader gets the same from Spin itself. The commands are those of the command line (`spin-command.ts`); here
 * stands what the page knows: the folder of the bundle, and what to expect.
 */

import type { ErrorKind } from '#lib/promela/machine/verdict.ts'
import type { Property } from '#lib/promela/search/property.ts'
import { mentionsClaims, type SpinOptions, spinCommand } from '#lib/promela/spin/spin-command.ts'
import type { RecordedVerdict, SimulationData } from './simulation-data.ts'

/** Lines for a shell in the folder of the bundle; `error`: what was found, `null` for nothing. */
export function repeatLines(
  { main, files }: Pick<SimulationData, 'main' | 'files'>,
  defines: Readonly<Record<string, string>>,
  error: ErrorKind | null,
  property: Property = 'safety',
): readonly string[] {
  const options: SpinOptions = {
    lossy: false,
    channelsEmpty: false,
    unless: 'outer-first',
    allErrors: false,
    claims: mentionsClaims(files.map(([, text]) => text)),
    property,
  }
  return spinCommand(main, defines, options, error)
}

/** What a recorded verdict found, as far as the commands depend on it. */
export function recordedError(
  recorded: Pick<RecordedVerdict, 'verdict' | 'property' | 'summary'> | null,
): ErrorKind | null {
  if (recorded?.verdict !== 'violated') return null
  if (recorded.property !== 'safety') return 'claim'
  return /^invalid end state/.test(recorded.summary) ? 'invalid-end-state' : 'assertion'
}

/** What may be expected of the commands: a search that stops early visits other states in another order. */
export function repeatPromise(error: ErrorKind | null, property: Property = 'safety'): string {
  if (property !== 'safety') {
    return 'Spin searches for cycles depth first, and counts what that search visits: the verdict can be compared, the numbers cannot.'
  }
  if (error === 'invalid-end-state') {
    return 'Spin searches depth first here, because its breadth-first search overlooks some deadlocks: the trail that it prints is a longer one, and the number of states differs.'
  }
  if (error !== null) {
    return 'The trail that it prints is a shortest one too. How many states were visited before it was found depends on the order of the search, so that number differs.'
  }
  return 'The options switch off all reductions: stored, matched and transitions are the numbers counted here.'
}
