'use client'
import { useEffect } from 'react'
import type { LivePage } from './live-words.ts'

/**
 * Follows what happens while the page is open, and what of it is read. Nothing of that is needed to read, so all of it comes
 * when the page is there; without scripts there is none.
 */
export function Follow(props: {
  slug: string
  /** The last event that the page knows. */
  after: string
  page: LivePage
  /** Somebody is signed in, who has marks of what was read. */
  marks: boolean
}) {
  const { slug, after, marks } = props
  const { layout, revision, thread } = props.page
  useEffect(() => {
    let stop: (() => void) | null = null
    let isHere = true
    void import('./follow-page.ts').then(({ followPage }) => {
      if (isHere) stop = followPage(slug, after, { layout, revision, thread }, marks)
    })
    return () => {
      isHere = false
      stop?.()
    }
  }, [slug, after, marks, layout, revision, thread])
  return null
}
