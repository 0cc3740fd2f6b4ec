'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { formText } from '#app/form-text.ts'
import { NOT_NOW_WORDS, orNotNow } from '#app/not-now.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import type { DecideState, DropAllState } from '#components/incoming/decide-forms.tsx'
import type { DecideManyState } from '#components/incoming/decide-many-form.tsx'
import type { ImportFormState } from '#components/incoming/import-form-state.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { env } from '#lib/env.server.ts'
import type { Result } from '#lib/result.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import type { MailOutcome } from '#lib/review/incoming/outcome.ts'
import { site } from '#lib/review/proposal/address.ts'
import { DECIDED_AT_ONCE } from '#lib/review/queue/decide-many.server.ts'
import { dropAll } from '#lib/review/queue/drop-all.server.ts'
import { dropImported, dropMail } from '#lib/review/queue/queue.server.ts'
import { describeQueueFailure, type QueueFailure } from '#lib/review/queue/queue.ts'
import { UPLOAD_LIMIT, type UploadFailure } from '#lib/review/queue/upload.server.ts'

const words = (): Readonly<Record<UploadFailure, string>> => ({
  'signed-out': 'You are not signed in any more. Sign in, then choose the file again.',
  empty: 'Choose a file with something in it.',
  'too-large': `The file is larger than ${UPLOAD_LIMIT / 1_000_000} MB. Split it, or ask the operator to import it from the command line.`,
  'too-many': `You brought ${env.uploadsPerDay} files within a day. Wait until tomorrow, or ask the operator to import them from the command line.`,
  'no-mailbox': 'This is neither a mailbox nor a mail: it begins with neither a "From " line nor headers.',
})

export async function importAction(_: ImportFormState, form: FormData): Promise<ImportFormState> {
  const viewer = await requestViewer()
  const file = form.get('mailbox')
  const none = { fileName: '', outcomes: [] }
  if (!(file instanceof File)) return { ...none, error: words().empty }
  // Its size is known before its bytes are looked at.
  if (file.size > UPLOAD_LIMIT) return { ...none, error: words()['too-large'] }
  const bytes = new Uint8Array(await file.arrayBuffer())
  const uploaded = await heavy.uploadMails(viewer, bytes).catch(orNotNow)
  if (uploaded instanceof NotNow) return { ...none, error: BUSY_WORDS }
  if (!uploaded.ok) return { ...none, error: words()[uploaded.error] }
  for (const slug of new Set(uploaded.value.flatMap(({ comments }) => comments.map((c) => c.slug))))
    revalidatePath(site.proposal(slug), 'layout')
  return { error: null, fileName: file.name.slice(0, 200), outcomes: uploaded.value }
}

/** Mails that were read before stand, and are duplicates when the file comes again. */
const BUSY_WORDS =
  'Too much is asked of this site at the moment. Send the file again in a minute: what was taken of it already is not taken twice.'

/** To the comment that it became; else to the queue. */
function done(result: Result<MailOutcome | null, QueueFailure> | NotNow): DecideState {
  if (result instanceof NotNow) return NOT_NOW_WORDS
  if (!result.ok) return describeQueueFailure(result.error)
  const [place] = result.value?.comments ?? []
  if (!place) redirect(site.queue())
  revalidatePath(site.proposal(place.slug), 'layout')
  redirect(site.comment(place))
}

export async function releaseAction(_: DecideState, form: FormData): Promise<DecideState> {
  const viewer = await requestViewer()
  return done(await heavy.releaseMail(viewer, formText(form, 'id')).catch(orNotNow))
}

export async function placeAction(_: DecideState, form: FormData): Promise<DecideState> {
  const viewer = await requestViewer()
  const [part = '', block = ''] = formText(form, 'place').split(' ')
  const chosen = { slug: formText(form, 'slug'), revision: formText(form, 'revision'), part, block }
  return done(await heavy.placeMail(viewer, formText(form, 'id'), chosen).catch(orNotNow))
}

export async function dropAction(_: DecideState, form: FormData): Promise<DecideState> {
  const viewer = await requestViewer()
  return done(await dropMail(viewer, formText(form, 'id'), formText(form, 'reason')))
}

export async function dropImportedAction(_: DecideState, form: FormData): Promise<DecideState> {
  const viewer = await requestViewer()
  return done(await dropImported(viewer, formText(form, 'id'), formText(form, 'reason')))
}

export async function dropAllAction(_: DropAllState, form: FormData): Promise<DropAllState> {
  const typed = formText(form, 'reason')
  const by = formText(form, 'by') === 'sender' ? 'sender' : 'bringer'
  const what = { by, of: formText(form, 'of'), isUnprovedOnly: formText(form, 'unproved') === 'yes' } as const
  const dropped = await dropAll(await requestViewer(), what, typed)
  if (!dropped.ok) return { typed, error: describeQueueFailure(dropped.error), done: null }
  const { mails, comments, left } = dropped.value
  revalidatePath('/', 'layout')
  const rest = left === 0 ? '' : ` ${left} are left: press the button again.`
  return {
    typed: left === 0 ? '' : typed,
    error: null,
    done: `Dropped ${mails} mails with ${comments} comments.${rest}`,
  }
}

export async function decideManyAction(_: DecideManyState, form: FormData): Promise<DecideManyState> {
  const [typed, wish] = [formText(form, 'reason'), formText(form, 'wish')]
  const ids = form.getAll('mail').flatMap((id) => (typeof id === 'string' ? [id] : []))
  const refused = (error: string) => ({ typed, error, decided: null })
  if (ids.length === 0) return refused(`Choose some mails, ${DECIDED_AT_ONCE} at most.`)
  if (wish !== 'release' && wish !== 'drop') return refused('The form is damaged. Load the page again.')
  if (wish === 'drop' && typed.trim().length < 3) return refused(describeQueueFailure({ kind: 'no-reason' }))
  const decided = await heavy.decideMany(await requestViewer(), ids, wish, typed).catch(orNotNow)
  if (decided instanceof NotNow) return refused(NOT_NOW_WORDS)
  revalidatePath('/', 'layout')
  return { typed: decided.failed.length > 0 ? typed : '', error: null, decided }
}
