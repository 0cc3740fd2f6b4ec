'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { requestViewer } from '#app/request-viewer.ts'
import { chooseDigest } from '#lib/review/outgoing/digest.server.ts'
import { SLUG, site } from '#lib/review/proposal/address.ts'

const Wish = z.object({
  slug: z.string().regex(SLUG),
  wish: z.enum(['daily', 'quiet', 'never']),
})

export async function digestAction(form: FormData): Promise<void> {
  const input = Wish.safeParse(Object.fromEntries(form.entries()))
  if (!input.success) redirect(site.problem())
  const { slug, wish } = input.data
  await chooseDigest(await requestViewer(), slug, wish, new Date())
  revalidatePath(site.digest(slug))
  redirect(site.digest(slug))
}
