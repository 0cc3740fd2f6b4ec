import './globals.css'
import type { Metadata, Viewport } from 'next'
import localFont from 'next/font/local'
import { cookies } from 'next/headers'
import { signOutAction } from '#app/sign-in/actions.ts'
import { SiteFooter } from '#components/site/site-footer.tsx'
import { SiteHeader } from '#components/site/site-header.tsx'
import { requestViewer } from './request-viewer.ts'
import { setThemeAction } from './theme-action.ts'

const serif = localFont({
  variable: '--font-serif',
  display: 'swap',
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
  adjustFontFallback: 'Times New Roman',
})

const mono = localFont({
  variable: '--font-mono',
  display: 'swap',
  preload: false,
  src: '../node_modules/@fontsource-variable/source-code-pro/files/source-code-pro-latin-wght-normal.woff2',
  weight: '200 900',
})

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
    <html lang="en" data-theme={theme} className={`${serif.variable} ${mono.variable}`}>
      <body>
        <a className="skip" href="#content">
          Skip to the content
        </a>
        <SiteHeader viewerName={viewer?.name ?? null} signOut={signOutAction} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
        <SiteFooter theme={theme ?? 'system'} setTheme={setThemeAction} />
      </body>
    </html>
  )
}
