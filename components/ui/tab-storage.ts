/** Values that outlive a page in its tab. Where storage is switched off or full nothing is kept: they live in their form alone. */

/** @param value as JSON; null: it is not kept any more */
export function keepInTab(name: string, value: object | null): void {
  try {
    if (value === null) sessionStorage.removeItem(name)
    else sessionStorage.setItem(name, JSON.stringify(value))
  } catch {
    // switched off, or full
  }
}

/** Null: there is none, or none that can be read. Somebody else's program may have written it. */
export function keptInTab(name: string): object | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(name) ?? 'null')
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

export function namesInTab(): readonly string[] {
  try {
    return Object.keys(sessionStorage)
  } catch {
    return []
  }
}

/** A list of texts, as it may stand in what was kept; null: it is none. */
export const textsOf = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null
