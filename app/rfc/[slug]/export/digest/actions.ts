'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { requestViewer } from '#app/request-viewer.ts'
import { chooseDigest } from '#lib/review/outbox/digest-setting.server.ts'
import { SLUG, site } from '#lib/review/proposal/address.ts'

const Wish = z.object({
  slug: z.string().regex(SLUG),
  wish: z.enum(['daily', 'quiet', 'never']),
  /** The page on which it was pressed. */
  back: z.literal('account').optional(),
})

export async function digestAction(form: FormData): Promise<void> {
  const input = Wish.safeParse(Object.fromEntries(form.entries()))
  if (!input.success) redirect(site.problem())
  const { slug, wish } = input.data
  await chooseDigest(await requestViewer(), slug, wish, new Date())
  const back = input.data.back === 'account' ? `${site.account()}#mail` : site.digest(slug)
  revalidatePath(site.digest(slug))
  redirect(back)
}
