'use server'
import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { Result } from '#lib/result.ts'
import { switchListReplies } from '#lib/review/outgoing/list-replies.server.ts'
import type { Queued } from '#lib/review/outgoing/outbox.server.ts'
import {
  reflectSeries,
  type SendingFailure,
  type SendingWish,
  sendSeries,
} from '#lib/review/outgoing/sending.server.ts'
import { decideMail } from '#lib/review/outgoing/sent-mail.server.ts'
import { nudgeMail } from '#lib/review/outgoing/start-mail.server.ts'
import { viewerFrom } from '#lib/review/person/viewer.server.ts'

const Wish = z.object({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{1,79}$/),
  number: z.coerce.number().int().min(1).max(999),
  chosen: z.array(z.string().max(320)).max(200),
  further: z.string().max(4000),
})

function wishOf(form: FormData): SendingWish | null {
  const wish = Wish.safeParse({
    slug: form.get('slug'),
    number: form.get('revision'),
    chosen: form.getAll('chosen'),
    further: form.get('further') ?? '',
  })
  return wish.success ? wish.data : null
}

async function press(
  form: FormData,
  work: (wish: SendingWish) => Promise<Result<Queued, SendingFailure>>,
): Promise<void> {
  const wish = wishOf(form)
  if (!wish) redirect('/problem')
  const done = await work(wish)
  const page = `/rfc/${wish.slug}/export/send?revision=${wish.number}`
  if (!done.ok) redirect(`${page}&problem=${done.error.kind}`)
  nudgeMail()
  revalidatePath(`/rfc/${wish.slug}/export/send`)
  redirect(`${page}&queued=${done.value.recipients}#sent`)
}

export async function reflectAction(form: FormData): Promise<void> {
  await press(form, async (wish) => reflectSeries(await viewerFrom(await headers()), wish))
}

export async function sendAction(form: FormData): Promise<void> {
  await press(form, async (wish) => sendSeries(await viewerFrom(await headers()), wish))
}

const Decided = z.object({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{1,79}$/),
  id: z.string().regex(/^\d{1,18}$/),
  decision: z.enum(['again', 'arrived', 'drop']),
})

export async function decideAction(form: FormData): Promise<void> {
  const input = Decided.safeParse(Object.fromEntries(form.entries()))
  if (!input.success) redirect('/problem')
  const { slug, id, decision } = input.data
  await decideMail(await viewerFrom(await headers()), id, decision)
  nudgeMail()
  revalidatePath(`/rfc/${slug}/export/send`)
  redirect(`/rfc/${slug}/export/send#sent`)
}

const Switch = z.object({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{1,79}$/),
  on: z.enum(['yes', 'no']),
})

export async function switchAction(form: FormData): Promise<void> {
  const input = Switch.safeParse(Object.fromEntries(form.entries()))
  if (!input.success) redirect('/problem')
  const { slug, on } = input.data
  await switchListReplies(await viewerFrom(await headers()), slug, on === 'yes', new Date())
  revalidatePath(`/rfc/${slug}/export/send`)
  redirect(`/rfc/${slug}/export/send#comments`)
}
