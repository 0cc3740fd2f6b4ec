import { KeptForm } from '#components/ui/kept-form.tsx'
import { site } from '#lib/review/proposal/address.ts'
import styles from './site.module.css'

const THEMES = ['system', 'light', 'dark'] as const

export function SiteFooter(props: {
  version: string
  theme: (typeof THEMES)[number]
  setTheme: (form: FormData) => Promise<void>
}) {
  return (
    <footer className={styles.footer}>
      <p>
        Coherent {props.version}: design review for proposals that have to hold up.{' '}
        <a href={site.keys()}>Keys</a>
      </p>
      <KeptForm action={props.setTheme} className={styles.themes}>
        <span id="theme-label">Colours:</span>
        {THEMES.map((theme) => (
          <button
            key={theme}
            type="submit"
            name="theme"
            value={theme}
            aria-describedby="theme-label"
            aria-pressed={theme === props.theme}
            className={styles.link}
          >
            {theme}
          </button>
        ))}
      </KeptForm>
    </footer>
  )
}
