'use client'
import { useEffect, useRef } from 'react'

/**
 * After a button of the page has done its work and is gone, the focus would fall back to the start of the document.
 * It goes to the place that the address names (the comment), else to the page's heading.
 *
 * @param of changes whenever what the page shows has changed: its states and texts, as one string
 */
export function KeepFocus({ of }: { of: string }) {
  const shown = useRef(of)
  useEffect(() => {
    if (shown.current === of) return
    shown.current = of
    if (document.activeElement !== document.body && document.activeElement !== null) return
    const named = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null
    const target = named ?? document.querySelector<HTMLElement>('h1')
    if (!target) return
    if (!target.hasAttribute('tabindex')) target.setAttribute('tabindex', '-1')
    target.focus({ preventScroll: true })
  }, [of])
  return null
}
