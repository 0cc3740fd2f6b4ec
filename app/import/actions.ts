'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { requestViewer } from '#app/request-viewer.ts'
import type { DecideState } from '#components/incoming/decide-forms.tsx'
import type { ImportFormState } from '#components/incoming/import-form-state.ts'
import type { Result } from '#lib/result.ts'
import type { MailOutcome } from '#lib/review/incoming/outcome.ts'
import { dropImported, dropMail, placeMail, releaseMail } from '#lib/review/incoming/queue.server.ts'
import { describeQueueFailure, type QueueFailure } from '#lib/review/incoming/queue.ts'
import { UPLOAD_LIMIT, type UploadFailure, uploadMails } from '#lib/review/incoming/upload.server.ts'
import { site } from '#lib/review/proposal/address.ts'

const WORDS: Readonly<Record<UploadFailure, string>> = {
  'signed-out': 'You are not signed in any more. Sign in, then choose the file again.',
  empty: 'Choose a file with something in it.',
  'too-large': `The file is larger than ${UPLOAD_LIMIT / 1_000_000} MB. Split it, or ask the operator to import it from the command line.`,
  'no-mailbox': 'This is neither a mailbox nor a mail: it begins with neither a "From " line nor headers.',
}

export async function importAction(_: ImportFormState, form: FormData): Promise<ImportFormState> {
  const viewer = await requestViewer()
  const file = form.get('mailbox')
  const none = { fileName: '', outcomes: [] }
  if (!(file instanceof File)) return { ...none, error: WORDS.empty }
  // Its size is known before its bytes are looked at.
  if (file.size > UPLOAD_LIMIT) return { ...none, error: WORDS['too-large'] }
  const uploaded = await uploadMails(viewer, new Uint8Array(await file.arrayBuffer()))
  if (!uploaded.ok) return { ...none, error: WORDS[uploaded.error] }
  for (const slug of new Set(uploaded.value.flatMap(({ comments }) => comments.map((c) => c.slug))))
    revalidatePath(site.proposal(slug), 'layout')
  return { error: null, fileName: file.name.slice(0, 200), outcomes: uploaded.value }
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '')

/** To the comment that it became; else to the queue. */
function done(result: Result<MailOutcome | null, QueueFailure>): DecideState {
  if (!result.ok) return describeQueueFailure(result.error)
  const [place] = result.value?.comments ?? []
  if (!place) redirect(site.queue())
  revalidatePath(site.proposal(place.slug), 'layout')
  redirect(site.comment(place))
}

export async function releaseAction(_: DecideState, form: FormData): Promise<DecideState> {
  const viewer = await requestViewer()
  return done(await releaseMail(viewer, text(form, 'id')))
}

export async function placeAction(_: DecideState, form: FormData): Promise<DecideState> {
  const viewer = await requestViewer()
  const [part = '', block = ''] = text(form, 'place').split(' ')
  const chosen = { slug: text(form, 'slug'), revision: text(form, 'revision'), part, block }
  return done(await placeMail(viewer, text(form, 'id'), chosen))
}

export async function dropAction(_: DecideState, form: FormData): Promise<DecideState> {
  const viewer = await requestViewer()
  return done(await dropMail(viewer, text(form, 'id'), text(form, 'reason')))
}

export async function dropImportedAction(_: DecideState, form: FormData): Promise<DecideState> {
  const viewer = await requestViewer()
  return done(await dropImported(viewer, text(form, 'id'), text(form, 'reason')))
}
