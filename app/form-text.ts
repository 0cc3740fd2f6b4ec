/**
 * What was typed into a field of a form; nothing, or a file where a text is expected, is ''. Without NUL, for which no keyboard
 * has a key and Postgres no room: what looks it up would fail instead of finding nothing.
 */
export function formText(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.replaceAll('\0', '') : ''
}
