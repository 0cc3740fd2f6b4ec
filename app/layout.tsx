import './globals.css'
import type { Metadata, Viewport } from 'next'
import localFont from 'next/font/local'
import { cookies } from 'next/headers'
import { signOutAction } from '#app/sign-in/actions.ts'
import { Keys } from '#components/keys/keys.tsx'
import { SiteFooter } from '#components/site/site-footer.tsx'
import { SiteHeader } from '#components/site/site-header.tsx'
import { env } from '#lib/env.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { versionOf } from '#lib/version.server.ts'
import { requestViewer } from './request-viewer.ts'
import { setThemeAction } from './theme-action.ts'

// Named after the const: a family called "serif" is mistaken for the browser's own, and swapped in late.
const sourceSerif = localFont({
  variable: '--font-serif',
  // No face comes in the middle of reading: a first visit on a slow line is set in the fallback (globals.css), which has
  // the same metrics, and stays in it.
  display: 'optional',
  src: [
    {
      path: '../node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
      weight: '200 900',
      style: 'normal',
    },
    {
      path: '../node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-italic.woff2',
      weight: '200 900',
      style: 'italic',
    },
  ],
  adjustFontFallback: false,
})

const sourceCode = localFont({
  variable: '--font-mono',
  display: 'optional',
  preload: false,
  adjustFontFallback: false,
  src: '../node_modules/@fontsource-variable/source-code-pro/files/source-code-pro-latin-wght-normal.woff2',
  weight: '200 900',
})

/** Pages that a form leads to when its words did not arrive (components/ui/keep-words.ts). */
const NOWHERE = [site.signIn(), site.problem()].join(' ')

export const metadata: Metadata = {
  title: { default: 'Coherent', template: '%s · Coherent' },
  description: 'Design review for proposals that have to hold up.',
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fcfbf8' },
    { media: '(prefers-color-scheme: dark)', color: '#16171a' },
  ],
}

export default async function Layout({ children }: { children: React.ReactNode }) {
  const [viewer, jar] = await Promise.all([requestViewer(), cookies()])
  const stored = jar.get('theme')?.value
  const theme = stored === 'light' || stored === 'dark' ? stored : undefined
  return (
    <html lang="en" data-theme={theme} className={`${sourceSerif.variable} ${sourceCode.variable}`}>
      {/* Whose words a form keeps, where several people share a browser. */}
      <body data-writer={viewer?.personId.slice(0, 8)} data-nowhere={NOWHERE}>
        <a className="skip" href="#content">
          Skip to the content
        </a>
        <SiteHeader viewerName={viewer?.name ?? null} signOut={signOutAction} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
        <Keys />
        <SiteFooter version={versionOf(env.root)} theme={theme ?? 'system'} setTheme={setThemeAction} />
      </body>
    </html>
  )
}
