/** The browser's event as the table of keys takes it. */
import type { KeyboardEvent } from 'react'
import { type Command, commandForKey, focusKind } from '#lib/simulation/keys.ts'

/** `null`: not ours, or somebody inside has taken it already. */
export function commandOfEvent(event: KeyboardEvent): Command | null {
  if (event.defaultPrevented) return null
  const { key, ctrlKey, altKey, metaKey, target } = event
  const focus = focusKind(target instanceof Element ? target.tagName : '')
  return commandForKey({ key, ctrlKey, altKey, metaKey, focus })
}
