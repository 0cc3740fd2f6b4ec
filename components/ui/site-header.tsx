import styles from './site.module.css'

export function SiteHeader({
  viewerName,
  signOut,
}: {
  viewerName: string | null
  signOut: () => Promise<void>
}) {
  return (
    <header className={styles.header}>
      <nav aria-label="Site" className={styles.nav}>
        <a href="/" className={styles.name}>
          Coherent
        </a>
        <a href="/rfc">Proposals</a>
        {viewerName !== null && <a href="/import">Import mail</a>}
      </nav>
      {viewerName === null ? (
        <nav aria-label="Account" className={styles.nav}>
          <a href="/sign-in">Sign in</a>
        </nav>
      ) : (
        <form action={signOut} className={styles.nav}>
          <a href="/me" className={styles.viewer}>
            {viewerName}
          </a>
          <button type="submit" className={styles.link}>
            Sign out
          </button>
        </form>
      )}
    </header>
  )
}
