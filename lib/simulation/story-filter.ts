/**
 * What of a story is looked at, as a value and as it stands in addresses: in the link to a state, where the page reads it,
 * and in the query of the model's own page, where a form without scripts puts it and the server reads it.
 */

/** `null`: all of them. */
export type StoryFilter = {
  /** By pid. */
  readonly processes: readonly number[] | null
  /** As `StoryChange` calls them. */
  readonly variables: readonly string[] | null
}

export const WHOLE_STORY: StoryFilter = { processes: null, variables: null }

/** An address is input from outside. A model has 255 processes at most; who chooses more variables than that means all. */
const MOST_CHOSEN = 255
const MOST_NAME = 200

/** `0.2`; in a link to a state. */
export function encodePids(pids: readonly number[]): string {
  return pids.join('.')
}

/** `null`: these are none. */
export function decodePids(text: string): readonly number[] | null {
  const pids = text === '' ? [] : text.split('.')
  if (pids.length > MOST_CHOSEN || !pids.every((pid) => /^\d{1,3}$/.test(pid))) return null
  return [...new Set(pids.map(Number))]
}

/** `hb_lock,waiter.uval`; in a link to a state. */
export function encodeNames(names: readonly string[]): string {
  return names.map(encodeURIComponent).join(',')
}

/** `null`: these are none. */
export function decodeNames(text: string): readonly string[] | null {
  try {
    return namesOnce(text === '' ? [] : text.split(',').map(decodeURIComponent))
  } catch {
    return null // a lone % is not an encoded name
  }
}

function namesOnce(names: readonly string[]): readonly string[] | null {
  const isRead = names.length <= MOST_CHOSEN && names.every((name) => name !== '' && name.length <= MOST_NAME)
  return isRead ? [...new Set(names)] : null
}

/** In a query, each as often as one is chosen. */
export const PROCESS_FIELD = 'process'
export const VARIABLE_FIELD = 'variable'

/** As fields of a form. Where none is chosen stands an empty one, since no field at all means all of them. */
export function filterFields({ processes, variables }: StoryFilter): readonly (readonly [string, string])[] {
  const fields = (name: string, chosen: readonly (number | string)[] | null) =>
    chosen === null ? [] : (chosen.length === 0 ? [''] : chosen).map((one) => [name, `${one}`] as const)
  return [...fields(PROCESS_FIELD, processes), ...fields(VARIABLE_FIELD, variables)]
}

/** What a query chooses. What cannot be read chooses nothing: the page is there all the same. */
export function filterOfFields(
  fields: Readonly<Record<string, string | readonly string[] | undefined>>,
): StoryFilter {
  const chosen = (name: string): readonly string[] | null => {
    const given = fields[name]
    return given === undefined ? null : [given].flat().filter((one) => one !== '')
  }
  const [pids, names] = [chosen(PROCESS_FIELD), chosen(VARIABLE_FIELD)]
  return {
    processes: pids && decodePids(pids.join('.')),
    variables: names && namesOnce(names),
  }
}
