import { KeptForm } from '#components/ui/kept-form.tsx'
import { site } from '#lib/review/proposal/address.ts'
import { SearchField } from './search-field.tsx'
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
        <a href={site.home()} className={styles.name}>
          Coherent
        </a>
        <a href={site.proposals()}>Proposals</a>
        {viewerName !== null && <a href={site.newProposal()}>Write</a>}
        {viewerName !== null && <a href={site.import()}>Import mail</a>}
      </nav>
      <SearchField />
      {viewerName === null ? (
        <nav aria-label="Account" className={styles.nav}>
          <a href={site.signIn()}>Sign in</a>
        </nav>
      ) : (
        <KeptForm action={signOut} className={styles.nav}>
          <a href={site.account()} className={styles.viewer}>
            {viewerName}
          </a>
          <button type="submit" className={styles.link}>
            Sign out
          </button>
        </KeptForm>
      )}
    </header>
  )
}
