'use client'
import { useEffect } from 'react'
import { areKeysOff, keyNamed } from './page-keys.ts'

/** Where letters are typed, and where a box has keys of its own. */
const FIELDS = 'input, textarea, select, dialog, [contenteditable], [role="application"], [data-own-keys]'

/** Listens for the keys; what they do comes with the first of them. */
export function Keys() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return
      const key = keyNamed(event.key)
      if (key === null || (event.target instanceof Element && event.target.closest(FIELDS)) || areKeysOff())
        return
      // A browser's own search begins with some of them.
      event.preventDefault()
      void import('./press-key.ts').then(({ pressKey }) => pressKey(key))
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
  return null
}
