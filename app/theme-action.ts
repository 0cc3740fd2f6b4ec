'use server'
import { revalidatePath } from 'next/cache'
import { cookies } from 'next/headers'

/** Light, dark, or as the system says: kept in a cookie, so that the server sends the right one at once. */
export async function setThemeAction(form: FormData): Promise<void> {
  const jar = await cookies()
  const theme = form.get('theme')
  if (theme === 'light' || theme === 'dark') {
    jar.set('theme', theme, { path: '/', maxAge: 60 * 60 * 24 * 365, sameSite: 'lax', httpOnly: true })
  } else {
    jar.delete('theme')
  }
  revalidatePath('/', 'layout')
}
