/** How the draining of a store buffer is told, and told apart from what the author wrote. */

const START = 'store buffer of '

/** "store buffer of waker drains: uval = 1" */
export function drainWords(process: string, cell: string, value: string): string {
  return `${START}${process} drains: ${cell} = ${value}`
}

export function emptyWords(process: string): string {
  return `${START}${process} is empty`
}

/** A step of a store buffer: no statement of the model, so nothing that a process waits for. */
export function isStoreBufferStep(text: string): boolean {
  return text.startsWith(START)
}
