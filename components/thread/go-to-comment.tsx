'use client'
import { useEffect } from 'react'
import { site } from '#lib/review/proposal/address.ts'

/**
 * An address of a comment that is in another part of its thread: the server did not see the fragment, so the browser asks
 * for that part. Without JavaScript the parts are named above and below.
 */
export function GoToComment({ slug, number }: { slug: string; number: number }) {
  useEffect(() => {
    const go = () => {
      const comment = /^#c([1-9]\d{0,8})$/.exec(location.hash)?.[1]
      if (comment === undefined || document.getElementById(`c${comment}`)) return
      // Of a comment that is nowhere this is the address already.
      if (new URLSearchParams(location.search).get('at') === comment) return
      location.replace(`${site.threadPart(slug, number, Number(comment))}${location.hash}`)
    }
    go()
    addEventListener('hashchange', go)
    return () => removeEventListener('hashchange', go)
  }, [slug, number])
  return null
}
