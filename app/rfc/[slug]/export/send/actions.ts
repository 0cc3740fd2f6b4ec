'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { requestViewer } from '#app/request-viewer.ts'
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
import { SLUG, site } from '#lib/review/proposal/address.ts'

const Wish = z.object({
  slug: z.string().regex(SLUG),
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
  if (!wish) redirect(site.problem())
  const done = await work(wish)
  const { slug } = wish
  const revision = wish.number ?? undefined
  if (!done.ok) redirect(site.sending(slug, { revision, problem: done.error.kind }))
  nudgeMail()
  revalidatePath(site.sending(slug))
  redirect(site.sending(slug, { revision, queued: done.value.recipients }, 'sent'))
}

export async function reflectAction(form: FormData): Promise<void> {
  await press(form, async (wish) => reflectSeries(await requestViewer(), wish))
}

export async function sendAction(form: FormData): Promise<void> {
  await press(form, async (wish) => sendSeries(await requestViewer(), wish))
}

const Decided = z.object({
  slug: z.string().regex(SLUG),
  id: z.string().regex(/^\d{1,18}$/),
  decision: z.enum(['again', 'arrived', 'drop']),
})

export async function decideAction(form: FormData): Promise<void> {
  const input = Decided.safeParse(Object.fromEntries(form.entries()))
  if (!input.success) redirect(site.problem())
  const { slug, id, decision } = input.data
  await decideMail(await requestViewer(), id, decision)
  nudgeMail()
  revalidatePath(site.sending(slug))
  redirect(site.sending(slug, {}, 'sent'))
}

const Switch = z.object({
  slug: z.string().regex(SLUG),
  on: z.enum(['yes', 'no']),
})

export async function switchAction(form: FormData): Promise<void> {
  const input = Switch.safeParse(Object.fromEntries(form.entries()))
  if (!input.success) redirect(site.problem())
  const { slug, on } = input.data
  await switchListReplies(await requestViewer(), slug, on === 'yes', new Date())
  revalidatePath(site.sending(slug))
  redirect(site.sending(slug, {}, 'comments'))
}
