'use client'
import { useEffect } from 'react'

function restoreFocus(): void {
  const focused = document.activeElement
  if (focused !== null && focused !== document.body) return
  const named = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null
  const target = named ?? document.querySelector<HTMLElement>('h1')
  if (!target) return
  if (!target.hasAttribute('tabindex')) target.setAttribute('tabindex', '-1')
  target.focus({ preventScroll: true })
}

/**
 * After a button of the page has done its work and is gone, the focus would fall back to the start of the document.
 * It goes to the place that the address names (the comment), else to the page's heading.
 *
 * @param of changes whenever what the page shows has changed: its states and texts, as one string
 */
export function KeepFocus({ of }: { of: string }) {
  useEffect(() => {
    const path = location.pathname
    const before = shownBefore
    shownBefore = { path, of }
    if (before === null || before.path !== path || before.of === of) return
    // The router moves the focus too, some time after the page has changed: look again until it is done.
    const looks = [0, 100, 400].map((ms) => setTimeout(restoreFocus, ms))
    return () => looks.forEach(clearTimeout)
  }, [of])
  return null
}

/** Outlives the component: an action that ends in a redirect to the same page mounts it anew. */
let shownBefore: { readonly path: string; readonly of: string } | null = null
