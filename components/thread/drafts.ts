/** Words that were typed and not sent, by passage, for as long as the tab lives: another form or a reload loses none. */
const keyOf = (name: string) => `draft ${location.pathname} ${name}`

/** @param name of what is written about: `thread <block>`, `reply 7.2` */
export function readDraft(name: string): string {
  try {
    return sessionStorage.getItem(keyOf(name)) ?? ''
  } catch {
    return '' // storage is switched off: then a draft lives only in its form
  }
}

export function keepDraft(name: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(keyOf(name))
    else sessionStorage.setItem(keyOf(name), text)
  } catch {
    // as above, or full
  }
}
