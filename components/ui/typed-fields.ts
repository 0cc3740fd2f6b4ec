/** What a person may change in a form, and what the server put there. */
export type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

const CHOSEN = ['checkbox', 'radio']
export const isChosen = (field: Field): field is HTMLInputElement => CHOSEN.includes(field.type)

export const typedIn = (field: Field): string => (isChosen(field) ? String(field.checked) : field.value)

/** Whatever was typed since, or given back by the browser. */
export function defaultOf(field: Field): string {
  if (isChosen(field)) return String(field.defaultChecked)
  if (!(field instanceof HTMLSelectElement)) return field.defaultValue
  const chosen = [...field.options].find(({ defaultSelected }) => defaultSelected) ?? field.options[0]
  return chosen?.value ?? ''
}

/** What the browser gave back by itself is newer, and stays. */
export function giveBack(fields: readonly Field[], values: readonly string[]): void {
  for (const [at, field] of fields.entries()) {
    const value = values[at] ?? ''
    if (typedIn(field) !== defaultOf(field)) continue
    if (isChosen(field)) field.checked = value === 'true'
    else field.value = value
  }
}
