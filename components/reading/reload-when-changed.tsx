'use client'
import { useEffect } from 'react'
import { site } from '#lib/review/proposal/address.ts'

/** How long it waits before it asks an app again that does not answer, as while it is started anew. */
const AGAIN_MS = 2_000

/** Loads the page anew when the folder that it shows has changed; the browser keeps the place. Draws nothing. */
export function ReloadWhenChanged({ version }: { version: string }) {
  useEffect(() => {
    const stop = new AbortController()
    const follow = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          const answer = await fetch(site.previewChanged(version), { signal: stop.signal })
          const { version: now } = (await answer.json()) as { version?: unknown }
          if (typeof now === 'string' && now !== version) {
            window.location.reload()
            return
          }
        } catch {
          await new Promise((done) => setTimeout(done, AGAIN_MS))
        }
      }
    }
    void follow()
    return () => stop.abort()
  }, [version])
  return null
}
