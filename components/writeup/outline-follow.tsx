'use client'
import { useEffect } from 'react'

/** Below the head of the window: a heading that has passed it is where the reader is. */
const READING_LINE = 120

/**
 * Marks in the outline where the reader is, and keeps that line in view: the last heading above the reading line. Without
 * JavaScript the outline is a list of links.
 */
export function OutlineFollow({ label }: { label: string }) {
  useEffect(() => {
    const outlines = [...document.querySelectorAll<HTMLElement>(`nav[aria-label="${label}"]`)]
    const links = outlines.flatMap((nav) => [...nav.querySelectorAll<HTMLAnchorElement>('a[href*="#"]')])
    const targets = new Map<Element, HTMLAnchorElement[]>()
    for (const link of links) {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)))
      if (!target || link.pathname !== location.pathname) continue
      targets.set(target, [...(targets.get(target) ?? []), link])
    }
    let current: Element | null = null
    let asked = 0
    const mark = () => {
      asked = 0
      let here: Element | null = null
      // In the order of the page: the last one that has begun.
      for (const target of targets.keys()) {
        if (target.getBoundingClientRect().top > READING_LINE) break
        here = target
      }
      if (here === current) return
      for (const link of (current && targets.get(current)) ?? []) link.removeAttribute('aria-current')
      current = here
      for (const link of (here && targets.get(here)) ?? []) {
        link.setAttribute('aria-current', 'true')
        keepInView(link)
      }
    }
    const onScroll = () => {
      if (asked === 0) asked = requestAnimationFrame(mark)
    }
    mark()
    addEventListener('scroll', onScroll, { passive: true })
    addEventListener('resize', onScroll)
    return () => {
      cancelAnimationFrame(asked)
      removeEventListener('scroll', onScroll)
      removeEventListener('resize', onScroll)
    }
  }, [label])
  return null
}

/** Scrolls the outline alone: `scrollIntoView` might move the page. */
function keepInView(link: HTMLElement): void {
  const box = link.closest<HTMLElement>('[data-outline]')
  if (!box) return
  const [inner, outer] = [link.getBoundingClientRect(), box.getBoundingClientRect()]
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top + outer.height / 4
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + outer.height / 4
}
