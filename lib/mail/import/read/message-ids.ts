/** Message-IDs out of raw header values, however they were decorated. */
import type { MessageId } from '#lib/mail/message/message.ts'

/** Longer ones are nobody's; a header may hold thousands. */
const MAX_ID = 998
const MAX_IDS = 1000

/**
 * Every `<id>` of a header value, in order, each once. `In-Reply-To: Your message of "Mon ..." <id>` is legal old
 * mail; an id without brackets is what some programs write.
 */
export function messageIdsOf(value: string): MessageId[] {
  const ids = new Set<string>()
  let open = value.indexOf('<')
  while (open >= 0 && ids.size < MAX_IDS) {
    const close = value.indexOf('>', open)
    if (close < 0) break
    // A `<` that never closed before this one: the id begins at the last.
    const start = value.lastIndexOf('<', close)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no id has them, and no database takes NUL.
    const id = value.slice(start + 1, close).replace(/[\s\u0000-\u001f\u007f]+/g, '')
    if (id !== '' && id.length <= MAX_ID) ids.add(id)
    open = value.indexOf('<', close)
  }
  if (ids.size === 0) {
    for (const word of value.split(/[\s,;]+/)) {
      if (/^[^\s<>"()@]+@[^\s<>"()@]+$/.test(word) && word.length <= MAX_ID) ids.add(word)
    }
  }
  // What stands there is somebody's id by definition; ours are checked where they are made.
  return [...ids].slice(0, MAX_IDS) as MessageId[]
}
