'use server'
import { randomUUID } from 'node:crypto'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import type { z } from 'zod'
import { requestViewer } from '#app/request-viewer.ts'
import type { CommentFormState } from '#components/thread/comment-form-state.ts'
import { env } from '#lib/env.server.ts'
import { log, requestNumber } from '#lib/log.server.ts'
import { err, type Result } from '#lib/result.ts'
import type { Place } from '#lib/review/acts/act.server.ts'
import { changeThread } from '#lib/review/acts/change-thread.server.ts'
import { deleteComment } from '#lib/review/acts/delete-comment.server.ts'
import { editComment } from '#lib/review/acts/edit-comment.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { type PreviewPlace, previewComment } from '#lib/review/export/preview-comment.server.ts'
import { withinLimit } from '#lib/review/person/tries.server.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import { describeFailure, type ThreadFailure } from '#lib/review/thread/thread.ts'
import {
  CommentInput,
  EditInput,
  OpenThreadInput,
  ReplyInput,
  ThreadInput,
} from '#lib/review/thread/thread-input.ts'

const fieldsOf = (form: FormData): Record<string, unknown> => Object.fromEntries(form.entries())

const MINUTE_MS = 60_000

/** More than a person types: a script with an account does not fill the review. Strangers are refused elsewhere. */
async function isTooFast(): Promise<boolean> {
  const viewer = await requestViewer()
  return (
    viewer !== null && !(await withinLimit(`comment:${viewer.personId}`, env.commentsPerMinute, MINUTE_MS))
  )
}

/**
 * One try of a comment form: preview, or parse and write. What was typed goes back into the form whatever happens.
 * With JavaScript the answer says where the comment is; without it the browser is sent there.
 */
async function tryForm<Input>(
  state: CommentFormState,
  form: FormData,
  schema: z.ZodType<Input>,
  placeOf: (input: Input) => PreviewPlace,
  write: (input: Input) => Promise<Result<Place, ThreadFailure>>,
): Promise<CommentFormState> {
  // What was typed, as the field shows it: a browser sends other line ends.
  const typed = String(form.get('body') ?? '').replace(/\r\n?/g, '\n')
  const again = { ...state, typed, error: null, preview: null, done: null }
  const input = schema.safeParse(fieldsOf(form))
  if (!input.success) {
    const ours = input.error.issues.find(({ path }) => path[0] === 'body' || path[0] === 'clientKey')
    return {
      ...again,
      error: ours?.message ?? 'The form is damaged. Copy your text and load the page again.',
    }
  }
  if (form.get('intent') === 'preview') {
    const preview = await previewComment(await requestViewer(), placeOf(input.data), typed)
    return preview.ok ? { ...again, preview: preview.value } : { ...again, error: preview.error }
  }
  let written: Result<Place, ThreadFailure>
  try {
    written = (await isTooFast()) ? err({ kind: 'too-fast' }) : await write(input.data)
  } catch (error) {
    // The error page would take the place of the form, and with it the words. The log has the cause.
    const number = requestNumber() ?? randomUUID().slice(0, 8)
    log.error('a comment could not be stored', { number, error })
    const message = `The server could not store this now; nothing was written and your text stays here. Try again, and tell the operator the number ${number} when it stays so.`
    return { ...again, error: message }
  }
  if (!written.ok) {
    const { error } = written
    return {
      ...again,
      error: describeFailure(error),
      clientKey: error.kind === 'key-used' ? randomUUID() : state.clientKey,
      theirs:
        error.kind === 'edited-meanwhile'
          ? { body: error.theirs, lockVersion: error.lockVersion }
          : state.theirs,
    }
  }
  const { slug, thread, comment } = written.value
  revalidatePath(site.proposal(slug), 'layout')
  if (form.get('scripted') === '1') {
    return { ...again, typed: '', clientKey: randomUUID(), done: { thread, comment } }
  }
  redirect(site.comment(written.value))
}

export async function openThreadAction(state: CommentFormState, form: FormData): Promise<CommentFormState> {
  return tryForm(
    state,
    form,
    OpenThreadInput,
    ({ slug, revision, blockKey }) => ({ kind: 'thread', slug, revision, blockKey }),
    async (input) => openThread(await requestViewer(), input),
  )
}

export async function replyAction(state: CommentFormState, form: FormData): Promise<CommentFormState> {
  return tryForm(
    state,
    form,
    ReplyInput,
    ({ commentId }) => ({ kind: 'reply', commentId }),
    async (input) => reply(await requestViewer(), input),
  )
}

export async function editAction(state: CommentFormState, form: FormData): Promise<CommentFormState> {
  return tryForm(
    state,
    form,
    EditInput,
    ({ commentId }) => ({ kind: 'edit', commentId }),
    async (input) => editComment(await requestViewer(), input),
  )
}

/** A button's action: back to the place it stood, or to the thread with the words of what went wrong. */
async function press(form: FormData, work: () => Promise<Result<Place, ThreadFailure>>): Promise<void> {
  const done = await work()
  if (done.ok) {
    revalidatePath(site.proposal(done.value.slug), 'layout')
    redirect(site.comment(done.value))
  }
  const slug = String(form.get('slug') ?? '')
  redirect(site.problem({ kind: done.error.kind, back: isSlug(slug) ? site.proposal(slug) : site.home() }))
}

export async function deleteCommentAction(form: FormData): Promise<void> {
  const viewer = await requestViewer()
  const input = CommentInput.safeParse(fieldsOf(form))
  const gone = err({ kind: 'no-such-comment' } as const)
  await press(form, async () => (input.success ? deleteComment(viewer, input.data.commentId) : gone))
}

export async function resolveAction(form: FormData): Promise<void> {
  const viewer = await requestViewer()
  const input = ThreadInput.safeParse(fieldsOf(form))
  const gone = err({ kind: 'no-such-thread' } as const)
  await press(form, async () => (input.success ? changeThread(viewer, input.data.threadId, 'resolve') : gone))
}

export async function reopenAction(form: FormData): Promise<void> {
  const viewer = await requestViewer()
  const input = ThreadInput.safeParse(fieldsOf(form))
  const gone = err({ kind: 'no-such-thread' } as const)
  await press(form, async () => (input.success ? changeThread(viewer, input.data.threadId, 'reopen') : gone))
}
