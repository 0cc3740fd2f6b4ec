import { randomUUID } from 'node:crypto'
import { cookies } from 'next/headers'
import type { z } from 'zod'
import { brokenPiece } from '#app/broken-piece.ts'
import { FORM_LIMIT, type FormRefusal, postedForm } from '#app/posted-form.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { answerPage } from '#components/thread/answer-page.ts'
import {
  type CommentForm,
  type CommentFormKind,
  commentFormHtml,
} from '#components/thread/comment-form-html.ts'
import type { FormAgain, FormRefused, StoredAnswer } from '#components/thread/comment-form-state.ts'
import { commentItem, threadHtml } from '#components/thread/thread-html.ts'
import { type Html, html } from '#components/ui/html.ts'
import { env } from '#lib/env.server.ts'
import { log, requestNumber } from '#lib/log.server.ts'
import { err, type Result } from '#lib/result.ts'
import { type PreviewPlace, previewComment } from '#lib/review/export/preview-comment.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { withinLimit } from '#lib/review/person/tries.server.ts'
import { type CommentPlace, isSlug, site } from '#lib/review/proposal/address.ts'
import { findPlaced, openThreadsOn } from '#lib/review/thread/read-threads.server.ts'
import { describeFailure, isBesideParent, type ThreadFailure } from '#lib/review/thread/thread.ts'

/**
 * What the addresses that comment forms post to have in common. They are part of the product's addresses and not of a
 * build: a form that is open while the program is replaced posts to the next one. (A server action's name changes
 * with each build, and a form that was open would lose its words.)
 *
 * A browser without scripts gets the page of the comment (303), or a page with its words in the form and a status that
 * says what happened. A script (`Accept: application/json`) gets that comment's HTML alone, or that form's.
 */
export type Params = { params: Promise<{ slug: string }> }

const MINUTE_MS = 60_000
/** Of each person, beside the comments that they send: more than a hand presses. */
const PREVIEWS_PER_MINUTE = 60
const PRESSES_PER_MINUTE = 60

const STATUS: Readonly<Record<ThreadFailure['kind'], number>> = {
  'signed-out': 401,
  forbidden: 403,
  'no-such-revision': 404,
  'no-such-comment': 404,
  'no-such-thread': 404,
  'block-gone': 409,
  'comment-deleted': 409,
  'key-used': 409,
  'edited-meanwhile': 409,
  'other-kind': 409,
  'other-state': 409,
  'too-fast': 429,
}

const REFUSALS: Readonly<Record<FormRefusal, { status: number; words: string }>> = {
  elsewhere: {
    status: 403,
    words:
      'This form was not sent from a page of this site, so it was not looked at. Go back, copy your text, and load the page by the address that its operator names.',
  },
  'too-large': {
    status: 413,
    words: `A form may have ${FORM_LIMIT / 1024} KB, and this one has more. Your text is still in the form: go back, and split it.`,
  },
  damaged: {
    status: 400,
    words: 'The form did not arrive whole. Your text is still in it: go back, and send it again.',
  },
}

/** An act that a form asks for. `null`: its input names nothing that exists. */
type Write<Input> = (viewer: Viewer, input: Input) => Promise<Result<CommentPlace, ThreadFailure>>

/** One try of a comment form: preview, or parse and write. What was typed comes back whatever happens. */
export async function answerCommentForm<Input>(
  request: Request,
  { params }: Params,
  kind: CommentFormKind,
  schema: z.ZodType<Input>,
  placeOf: (viewer: Viewer, input: Input) => Promise<PreviewPlace | null>,
  write: Write<Input>,
): Promise<Response> {
  const { slug } = await params
  const posted = await postedForm(request)
  if (!posted.ok) return refused(request, slug, posted.error)
  const form = posted.value
  const text = (name: string) => String(form.get(name) ?? '')
  const fields = Object.fromEntries(FIELDS[kind].map((name) => [name, text(name).slice(0, 300)]))
  // As the field shows it: a browser sends other line ends.
  const typed = text('body').replace(/\r\n?/g, '\n')
  const again = (status: number, change: Partial<CommentForm>) =>
    formAgain(request, status, {
      ...{ kind, slug, fields, clientKey: text('clientKey'), typed },
      cancelHref: cancelHref(kind, slug, fields),
      ...change,
    })

  const input = schema.safeParse({ ...fields, slug, body: typed, clientKey: text('clientKey') })
  if (!input.success) {
    const ours = input.error.issues.find(({ path }) => path[0] === 'body' || path[0] === 'clientKey')
    const error = ours?.message ?? 'The form is damaged. Copy your text and load the page again.'
    return again(422, { error })
  }
  let viewer: Viewer
  let written: Result<CommentPlace, ThreadFailure>
  // Everything that asks the database: whichever of it fails, the words are in the answer.
  try {
    viewer = await requestViewer()
    if (text('intent') === 'preview') {
      const { status, ...change } = await previewed(viewer, typed, () => placeOf(viewer, input.data))
      return again(status, change)
    }
    written = (await isTooFast(viewer)) ? err({ kind: 'too-fast' }) : await write(viewer, input.data)
  } catch (error) {
    // The log has the cause; the form keeps the words.
    const number = logged(error)
    return again(503, {
      error: `The server could not do this now; your text stays here. Try again, which makes no second comment, and tell the operator the number ${number} when it stays so.`,
    })
  }
  if (!written.ok) return again(STATUS[written.error.kind], afterFailure(written.error, fields))
  return isScript(request)
    ? stored(viewer, written.value, form.get('layout') === 'page' ? 'page' : 'inline')
    : seeOther(site.comment(written.value))
}

/** A preview renders a mail, which costs more than a comment: it has a limit of its own, and takes none of theirs. */
async function previewed(
  viewer: Viewer,
  typed: string,
  placeOf: () => Promise<PreviewPlace | null>,
): Promise<{ status: number } & Partial<CommentForm>> {
  if (!viewer) return { status: 401, error: describeFailure({ kind: 'signed-out' }) }
  if (!(await withinLimit(`preview:${viewer.personId}`, PREVIEWS_PER_MINUTE, MINUTE_MS)))
    return {
      status: 429,
      error:
        'Too many previews in a short time. Your text stays here: wait a minute, or send it without a preview.',
    }
  const place = await placeOf()
  if (!place) return { status: 404, error: describeFailure({ kind: 'no-such-comment' }) }
  const preview = await previewComment(viewer, place, typed)
  return preview.ok ? { status: 200, preview: preview.value } : { status: 422, error: preview.error }
}

/** The number by which the operator finds it. */
function logged(error: unknown): string {
  const number = requestNumber() ?? randomUUID().slice(0, 8)
  log.error('a form could not be answered', { number, error })
  return number
}

/** A button of a thread: to the thread, or a page with the words of what went wrong. */
export async function answerButton<Input>(
  request: Request,
  { params }: Params,
  schema: z.ZodType<Input>,
  press: (viewer: Viewer, input: Input) => Promise<Result<CommentPlace, ThreadFailure>>,
): Promise<Response> {
  const { slug } = await params
  const posted = await postedForm(request)
  if (!posted.ok) return refused(request, slug, posted.error)
  const input = schema.safeParse({ ...Object.fromEntries(posted.value.entries()), slug })
  const unchanged = (status: number, words: string) =>
    page(
      status,
      'Nothing was changed',
      html`<p role="alert">${words}</p><p><a href="${proposalOf(slug)}">Back to the proposal</a></p>`,
    )
  if (!input.success) return unchanged(STATUS['no-such-thread'], describeFailure({ kind: 'no-such-thread' }))
  let done: Result<CommentPlace, ThreadFailure>
  try {
    const viewer = await requestViewer()
    if (viewer && !(await withinLimit(`press:${viewer.personId}`, PRESSES_PER_MINUTE, MINUTE_MS)))
      return unchanged(429, 'Too many changes in a short time. Wait a minute, then press the button again.')
    done = await press(viewer, input.data)
  } catch (error) {
    const number = logged(error)
    return unchanged(
      503,
      `The server could not do this now. Go back and try again, and tell the operator the number ${number} when it stays so.`,
    )
  }
  if (done.ok) return seeOther(site.comment(done.value))
  return unchanged(STATUS[done.error.kind], describeFailure(done.error))
}

/** Who reloads the answer to a form by its address has not sent one. */
export async function toProposal(_request: Request, { params }: Params): Promise<Response> {
  return seeOther(proposalOf((await params).slug))
}

const FIELDS = {
  thread: ['revision', 'blockKey'],
  reply: ['thread', 'comment'],
  edit: ['thread', 'comment', 'lockVersion'],
} as const satisfies Record<CommentFormKind, readonly string[]>

const proposalOf = (slug: string) => (isSlug(slug) ? site.proposal(slug) : site.home())

function cancelHref(kind: CommentFormKind, slug: string, fields: Readonly<Record<string, string>>): string {
  if (!isSlug(slug)) return site.home()
  if (kind === 'thread') return site.block(slug, Number(fields.revision) || 1, fields.blockKey ?? '')
  return site.comment({ slug, thread: Number(fields.thread) || 1, comment: Number(fields.comment) || 1 })
}

/** What the form needs for another try: a key that is not used up, the version that is there now. */
function afterFailure(
  failure: ThreadFailure,
  fields: Readonly<Record<string, string>>,
): Partial<CommentForm> {
  const error = describeFailure(failure)
  switch (failure.kind) {
    case 'key-used':
      return { error, clientKey: randomUUID() }
    case 'edited-meanwhile':
      return {
        error,
        theirs: failure.theirs,
        fields: { ...fields, lockVersion: String(failure.lockVersion) },
      }
    default:
      return { error }
  }
}

/** More than a person types: a script with an account does not fill the review. Strangers are refused elsewhere. */
async function isTooFast(viewer: Viewer): Promise<boolean> {
  return (
    viewer !== null && !(await withinLimit(`comment:${viewer.personId}`, env.commentsPerMinute, MINUTE_MS))
  )
}

const isScript = (request: Request) => request.headers.get('accept')?.includes('application/json') ?? false

async function stored(viewer: Viewer, place: CommentPlace, layout: 'inline' | 'page'): Promise<Response> {
  try {
    return Response.json(await storedAnswer(viewer, place, layout))
  } catch (error) {
    // It is stored, whatever can be shown of it now: without HTML the browser goes to its page.
    logged(error)
    const nothing = { html: '', ancestors: [], isBeside: false, openThreads: null }
    return Response.json({
      ...{ kind: 'stored', thread: place.thread, comment: place.comment, address: site.comment(place) },
      ...nothing,
    } satisfies StoredAnswer)
  }
}

async function storedAnswer(
  viewer: Viewer,
  place: CommentPlace,
  layout: 'inline' | 'page',
): Promise<StoredAnswer> {
  const found = await findPlaced(viewer, place)
  const context = { slug: place.slug, signedIn: viewer !== null, layout, broken: brokenPiece }
  const isBeside = found !== null && isBesideParent(found.ancestors.length)
  const inReplyTo = isBeside ? (found.ancestors[0] ?? null) : null
  const made =
    found &&
    (found.ancestors.length === 0
      ? threadHtml(found.thread, context)
      : commentItem({ ...found.comment, replies: [], inReplyTo }, found.thread, context))
  const isNewThread = place.comment === 1
  return {
    kind: 'stored',
    thread: place.thread,
    comment: place.comment,
    html: made?.text ?? '',
    ancestors: found?.ancestors ?? [],
    isBeside,
    openThreads:
      isNewThread && found ? await openThreadsOn(viewer, place.slug, found.thread.anchor.revision) : null,
    address: site.comment(place),
  }
}

async function formAgain(request: Request, status: number, form: CommentForm): Promise<Response> {
  if (isScript(request)) {
    const answer: FormAgain = { kind: 'form', html: commentFormHtml({ ...form, typed: '' }).text }
    return Response.json(answer, { status })
  }
  return page(status, form.preview ? 'Not sent yet' : 'Your comment was not stored', commentFormHtml(form))
}

async function refused(request: Request, slug: string, refusal: FormRefusal): Promise<Response> {
  const { status, words } = REFUSALS[refusal]
  if (isScript(request)) {
    const answer: FormRefused = { kind: 'refused', words }
    return Response.json(answer, { status })
  }
  return page(
    status,
    'Your comment was not stored',
    html`<p role="alert">${words}</p><p><a href="${proposalOf(slug)}">The proposal</a></p>`,
  )
}

async function page(status: number, title: string, content: Html): Promise<Response> {
  const theme = (await cookies()).get('theme')?.value
  const known = theme === 'light' || theme === 'dark' ? theme : undefined
  return new Response(answerPage(title, content, known), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  })
}

/** After a form: the browser asks for that page, and a reload of it sends nothing again. */
const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })
