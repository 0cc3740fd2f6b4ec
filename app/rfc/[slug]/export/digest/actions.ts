'use server'
import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { chooseDigest } from '#lib/review/outgoing/digest.server.ts'
import { viewerFrom } from '#lib/review/person/viewer.server.ts'

const Wish = z.object({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{1,79}$/),
  wish: z.enum(['daily', 'quiet', 'never']),
})

export async function digestAction(form: FormData): Promise<void> {
  const input = Wish.safeParse(Object.fromEntries(form.entries()))
  if (!input.success) redirect('/problem')
  const { slug, wish } = input.data
  await chooseDigest(await viewerFrom(await headers()), slug, wish, new Date())
  revalidatePath(`/rfc/${slug}/export/digest`)
  redirect(`/rfc/${slug}/export/digest`)
}
