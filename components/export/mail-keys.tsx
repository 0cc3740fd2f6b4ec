'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const KEYS: Readonly<Record<string, string>> = { j: 'next', k: 'prev', n: 'next', p: 'prev' }

/** j and k follow the links to the next and the previous mail, as in a mail reader; without them nothing is lost. */
export function MailKeys() {
  const router = useRouter()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const rel = KEYS[event.key]
      if (rel === undefined || event.ctrlKey || event.metaKey || event.altKey) return
      const { target } = event
      if (target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]'))
        return
      const href = document.querySelector(`a[rel="${rel}"]`)?.getAttribute('href')
      if (!href) return
      event.preventDefault()
      // Not the link's own jump: a new page would lose the keys that are pressed before it listens.
      router.push(href)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [router])
  return null
}
