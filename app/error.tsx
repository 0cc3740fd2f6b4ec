'use client'
import page from '#components/ui/page.module.css'

/** The world failed (a database that is away), or the program did. The server's log has the digest and the rest. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <div className={page.page}>
      <h1>The server could not answer</h1>
      <p role="alert">
        If you sent something, it is not known whether it was stored: look before you send it again. When it
        stays so, tell the operator the number <code>{error.digest ?? 'none'}</code>, which is in the server’s
        log.
      </p>
      <p>
        <button type="button" onClick={reset}>
          Try again
        </button>
      </p>
    </div>
  )
}
