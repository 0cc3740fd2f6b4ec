import styles from './site.module.css'

const THEMES = ['system', 'light', 'dark'] as const

export function SiteFooter(props: {
  theme: (typeof THEMES)[number]
  setTheme: (form: FormData) => Promise<void>
}) {
  return (
    <footer className={styles.footer}>
      <p>Coherent: design review for proposals that have to hold up.</p>
      <form action={props.setTheme} className={styles.themes}>
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
      </form>
    </footer>
  )
}
