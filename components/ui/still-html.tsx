'use client'
import { useEffect, useRef } from 'react'
import { heldHtml } from './held-html.ts'

/**
 * HTML that stands still: React puts it into the page on the server and does not look at it again. See `held-html.ts`
 * for why. Links and forms in it work by themselves, and an island may change it in place.
 *
 * `html` is given where there is no HTML to leave alone: when the browser moves here within the site, or when an
 * action renders the page anew. Then it is in React's data, once. In a page that comes out of the router's memory
 * there is neither, and the page is loaded anew.
 */
export function StillHtml({
  request,
  piece,
  html,
  className,
}: {
  request: string
  piece: string
  html?: string | undefined
  className?: string | undefined
}) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (html === undefined && place.current?.childNodes.length === 0) location.reload()
  }, [html])
  return (
    <div
      ref={place}
      className={className}
      suppressHydrationWarning
      // biome-ignore lint/security/noDangerouslySetInnerHtml: made by `html`, which escapes what it is given
      dangerouslySetInnerHTML={{ __html: html ?? heldHtml(request, piece) }}
    />
  )
}
