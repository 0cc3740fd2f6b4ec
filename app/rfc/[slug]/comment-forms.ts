import { randomUUID } from 'node:crypto'
import { cookies, headers } from 'next/headers'
import type { z } from 'zod'
import { brokenPiece } from '#app/broken-piece.ts'
import { isScript, formPage as page, seeOther, wordsAgain } from '#app/form-answer.ts'
import { NOT_NOW_WORDS, orNotNow } from '#app/not-now.tsx'
import { type FormRefusal, postedForm, wordsAnyway } from '#app/posted-form.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { withinMinute } from '#app/write-limits.ts'
import {
  type CommentForm,
  type CommentFormKind,
  commentFormHtml,
  writerOf,
} from '#components/thread/comment-form-html.ts'
import type {
  ChangedAnswer,
  FormAgain,
  FormRefused,
  KeptAnswer,
  StoredAnswer,
} from '#components/thread/comment-form-state.ts'
import { commentItem, lineOf, threadHead, threadHtml, threadTitle } from '#components/thread/thread-html.ts'
import { type Html, html } from '#components/ui/html.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { log, requestNumber } from '#lib/log.server.ts'
import { FORM_LIMIT } from '#lib/request/body-limit.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { signIn } from '#lib/review/account/sign-in.server.ts'
import { SignInInput } from '#lib/review/account/sign-in.ts'
import type { KeptDraft } from '#lib/review/acts/review-draft.server.ts'
import type { PreviewPlace } from '#lib/review/export/preview-comment.server.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { viewerFrom } from '#lib/review/person/viewer.server.ts'
import { type CommentPlace, isSlug, revisionNumbered, site } from '#lib/review/proposal/address.ts'
import { suggestableAt } from '#lib/review/suggestion/read-suggestions.server.ts'
import { describeNoSuggestion } from '#lib/review/suggestion/suggest-on.ts'
import { MAX_SUGGESTED, NO_WORDS } from '#lib/review/suggestion/suggestion.ts'
import { withSuggestion } from '#lib/review/suggestion/suggestion-lines.ts'
import { findPlaced, openThreadsOn } from '#lib/review/thread/read-threads.server.ts'
import { isOpen } from '#lib/review/thread/state.ts'
import { describeFailure, isBesideParent, type ThreadFailure } from '#lib/review/thread/thread.ts'
import { MAX_QUOTE, MAX_STEP, ROW_FIELDS } from '#lib/review/thread/thread-input.ts'

/**
 * What the addresses that comment forms post to have in common. They are part of the product's addresses and not of a
 * build: a form that is open while the program is replaced posts to the next one. (A server action's name changes
 * with each build, and a form that was open would lose its words.)
 *
 * A browser without scripts gets the page of the comment (303), or a page with its words in the form and a status that
 * says what happened. A script (`Accept: application/json`) gets that comment's HTML alone, or that form's.
 */
export type Params = { params: Promise<{ slug: string }> }

const STATUS: Readonly<Record<ThreadFailure['kind'], number>> = {
  'signed-out': 401,
  forbidden: 403,
  'no-such-revision': 404,
  'no-such-comment': 404,
  'no-such-thread': 404,
  'block-gone': 409,
  'writeup-empty': 409,
  'step-not-there': 409,
  'stands-at-the-whole': 409,
  'quote-outside': 422,
  'quote-differs': 409,
  'comment-deleted': 409,
  'key-used': 409,
  'edited-meanwhile': 409,
  'thread-locked': 409,
  'other-kind': 409,
  'other-state': 409,
  'no-words': 422,
  'no-reason': 422,
  'reason-too-long': 422,
  'no-condition': 422,
  'no-points': 422,
  'not-silent': 409,
  'not-challenged': 409,
  'newer-revision': 409,
  'opened-here': 409,
  'words-not-once': 422,
  'no-suggestion': 422,
  'suggestion-moved-on': 409,
  'suggestion-in-text': 409,
  'too-fast': 429,
  'draft-kept-before': 409,
  'draft-gone': 409,
  'too-many-drafts': 409,
  'review-too-long': 409,
  'no-such-draft': 409,
}

const REFUSALS: Readonly<Record<FormRefusal, { status: number; words: string }>> = {
  elsewhere: {
    status: 403,
    words:
      'This form was not sent from a page of this site, so nothing was done with it. Copy your text, and load the page by the address that its operator names.',
  },
  'too-large': {
    status: 413,
    words: `A form may have ${FORM_LIMIT / 1024} KB, and this one has more, so it was not read. Go back: the form is there with your text. Split it, and send the parts.`,
  },
  damaged: {
    status: 400,
    words: 'The form did not arrive whole. Go back: it is there with your text. Send it again.',
  },
}

const SIGNED_OUT =
  'You are not signed in any more. Your text stays here: sign in with this form, and it goes on with it.'

/** The form was opened by one account, and another one is signed in by now. Forms of earlier builds do not say it. */
const isOfAnother = (as: string, viewer: NonNullable<Viewer>) => as !== '' && as !== writerOf(viewer)

const otherAccount = ({ name }: NonNullable<Viewer>) =>
  `This form was opened under another account. You are signed in as ${name} now, so nothing was sent. Your text stays here: press the button again to send it as ${name}, or sign in as the other account first.`

/** An act that a form asks for. `null`: its input names nothing that exists. */
type Write<Input> = (viewer: Viewer, input: Input) => Promise<Result<CommentPlace, ThreadFailure>>

/** One try of a comment form: preview, or parse and write. What was typed comes back whatever happens. */
export async function answerCommentForm<Input>(
  request: Request,
  { params }: Params,
  kind: CommentFormKind,
  /** A form that is one of several says in its fields which. */
  schema: z.ZodType<Input> | ((fields: Readonly<Record<string, string>>, intent: string) => z.ZodType<Input>),
  placeOf: (viewer: Viewer, input: Input) => Promise<PreviewPlace | null>,
  write: Write<Input>,
  /** Of an act that changes the thread beside its words: what happened, for who cannot see it. */
  saidOf: ((input: Input) => string) | null = null,
  /** Of a form whose words may wait in a review. */
  keep: ((viewer: Viewer, input: Input) => Promise<Result<KeptDraft, ThreadFailure>>) | null = null,
): Promise<Response> {
  const { slug } = await params
  const posted = await postedForm(request)
  if (!posted.ok) return refused(request, slug, posted.error)
  const form = posted.value
  const text = (name: string) => String(form.get(name) ?? '')
  const isWhole = text('whole') !== ''
  const fields: Record<string, string> = Object.fromEntries(
    FIELDS[kind].map((name) => [
      name,
      isWhole && QUOTE.has(name) ? '' : text(name).slice(0, LONGEST[name] ?? 300),
    ]),
  )
  // As the field shows it: a browser sends other line ends.
  const typed = text('body').replace(/\r\n?/g, '\n')
  let viewer: Viewer = null
  const again = (status: number, change: Partial<CommentForm>) =>
    formAgain(request, status, {
      ...{ kind, slug, fields, clientKey: text('clientKey'), typed, writer: writerOf(viewer) },
      // Of who is not signed in: whoever signs in somewhere else is told if that is another account.
      as: viewer ? writerOf(viewer) : text('as').slice(0, 8),
      cancelHref: cancelHref(kind, slug, fields),
      ...change,
    })

  const intent = text('intent')
  // Without scripts: the same form with one row more.
  if (intent === 'row') {
    fields.rows = String((Number(fields.rows) || 2) + 1)
    return again(200, {})
  }
  if (kind === 'thread' && intent === 'no-suggestion') {
    fields.suggests = ''
    fields.suggestion = ''
    return again(200, {})
  }
  if (kind === 'thread') fields.suggestion = (fields.suggestion ?? '').replace(/\r\n?/g, '\n')
  if (kind === 'thread' && fields.suggests !== 'yes' && (intent === 'suggest' || fields.suggestion !== '')) {
    try {
      viewer = await requestViewer()
      const opened = await withSource(viewer, slug, fields, intent === 'suggest')
      if (opened) return again(opened.status, opened)
    } catch (error) {
      return again(503, {
        error: `The text could not be read now. Your words stay here: try again in a moment, and tell the operator the number ${logged(error)} when it stays so.`,
      })
    }
  }
  // A suggestion may say all that there is to say.
  const words = fields.suggests === 'yes' && typed.trim() === '' ? NO_WORDS : typed
  const known = typeof schema === 'function' ? schema(fields, intent) : schema
  const input = known.safeParse({ ...fields, slug, intent, body: words, clientKey: text('clientKey') })
  if (!input.success) {
    const ours = input.error.issues.find(({ path }) => SAID_OF.has(String(path[0])))
    const error = ours?.message ?? 'The form is damaged. Copy your text and load the page again.'
    return again(422, { error })
  }
  let written: Result<CommentPlace, ThreadFailure>
  const signInAgain = {
    email: text('email').slice(0, 254),
    href: site.signIn(cancelHref(kind, slug, fields)),
  }
  // Everything that asks the database: whichever of it fails, the words are in the answer.
  try {
    viewer = await requestViewer()
    if (!viewer && (text('email') !== '' || text('password') !== '')) {
      const signedIn = await signedInWith(text('email'), text('password'))
      if (!signedIn.ok) return again(401, { error: signedIn.error, signIn: signInAgain })
      viewer = signedIn.value
    } else if (viewer && isOfAnother(text('as'), viewer)) return again(409, { error: otherAccount(viewer) })
    if (!viewer) return again(401, { error: SIGNED_OUT, signIn: signInAgain })
    const who = viewer
    if (intent === 'preview') {
      const { status, ...change } = await previewed(who, await withSuggested(who, slug, fields, words), () =>
        placeOf(who, input.data),
      )
      return again(status, change)
    }
    if (intent === 'draft' && keep) {
      const kept = (await isTooFast(who)) ? err({ kind: 'too-fast' } as const) : await keep(who, input.data)
      if (!kept.ok) return again(STATUS[kept.error.kind], afterFailure(kept.error, fields))
      const { id, count } = kept.value
      const address = site.review(slug, { draft: id })
      if (!isScript(request)) return seeOther(address)
      return Response.json({ kind: 'kept', count, address } satisfies KeptAnswer)
    }
    written = (await isTooFast(who)) ? err({ kind: 'too-fast' }) : await write(who, input.data)
  } catch (error) {
    // The log has the cause; the form keeps the words.
    const number = logged(error)
    return again(503, {
      error: `The server could not finish this, and it is not known whether your text was stored. It stays here: send it again, which makes no second comment, and tell the operator the number ${number} when it stays so.`,
    })
  }
  if (!written.ok) return again(STATUS[written.error.kind], afterFailure(written.error, fields))
  if (!isScript(request)) return seeOther(site.comment(written.value))
  const layout = form.get('layout') === 'page' ? 'page' : 'inline'
  return saidOf
    ? changed(viewer, written.value, { what: 'thread', layout, said: saidOf(input.data) })
    : stored(viewer, written.value, layout)
}

const pointedAt = (
  slug: string,
  { revision, blockKey = '', start, end }: Readonly<Record<string, string>>,
) => ({
  ...{ slug, revision: revisionNumbered(revision ?? '') ?? 0, blockKey },
  ...(start && end && /^\d{1,8}$/.test(start + end) ? { start: Number(start), end: Number(end) } : {}),
})

/**
 * The form with a field for other words, which begins with those that stand there, or with what was begun before; null: there is
 * nothing to suggest in it, and it goes on as it is.
 */
async function withSource(
  viewer: Viewer,
  slug: string,
  fields: Readonly<Record<string, string>>,
  isAsked: boolean,
): Promise<({ status: number } & Partial<CommentForm>) | null> {
  const source = await suggestableAt(viewer, pointedAt(slug, fields))
  const begun = fields.suggestion ?? ''
  if (!source.ok) {
    return isAsked || begun !== '' ? { status: 422, error: describeNoSuggestion(source.error) } : null
  }
  if (!isAsked && begun === source.value) return null
  return {
    status: isAsked ? 200 : 409,
    fields: { ...fields, suggests: 'yes', suggestion: begun === '' ? source.value : begun },
    error: isAsked
      ? null
      : 'You had begun to suggest other words here, and they were kept: they are below again. Look at them, then send it, or leave them out.',
  }
}

/** The words as they leave, for a preview of the mail. */
async function withSuggested(
  viewer: Viewer,
  slug: string,
  fields: Readonly<Record<string, string>>,
  words: string,
): Promise<string> {
  if (fields.suggests !== 'yes') return words
  const source = await suggestableAt(viewer, pointedAt(slug, fields))
  const replacement = (fields.suggestion ?? '').trim()
  if (!source.ok || source.value === replacement) return words
  return withSuggestion(words, { old: source.value, replacement })
}

/**
 * Who types their address and password into a form that met an ended session. The session begins with this answer, so it
 * is read from the cookies that go out with it.
 */
async function signedInWith(email: string, password: string): Promise<Result<Viewer, string>> {
  const input = SignInInput.safeParse({ email, password })
  if (!input.success) return err(input.error.issues[0]?.message ?? 'Type your address and your password.')
  const signedIn = await signIn(input.data, await headers())
  if (!signedIn.ok)
    return err(
      signedIn.error === 'wrong-password'
        ? 'No account has this address and password. Your text stays here.'
        : 'Too many tries to sign in. Your text stays here: wait a while, then try again.',
    )
  return ok(await viewerFrom(new Headers({ cookie: (await cookies()).toString() })))
}

/** A preview renders a mail, which costs more than a comment: it has a limit of its own, and takes none of theirs. */
async function previewed(
  viewer: NonNullable<Viewer>,
  typed: string,
  placeOf: () => Promise<PreviewPlace | null>,
): Promise<{ status: number } & Partial<CommentForm>> {
  if (!(await withinMinute('preview', viewer.personId)))
    return {
      status: 429,
      error:
        'Too many previews in a short time. Your text stays here: wait a minute, or send it without a preview.',
    }
  const place = await placeOf()
  if (!place) return { status: 404, error: describeFailure({ kind: 'no-such-comment' }) }
  const preview = await heavy.previewComment(viewer, place, typed).catch(orNotNow)
  if (preview instanceof NotNow) return { status: 503, error: NOT_NOW_WORDS }
  return preview.ok ? { status: 200, preview: preview.value } : { status: 422, error: preview.error }
}

/** The number by which the operator finds it. */
function logged(error: unknown): string {
  const number = requestNumber() ?? randomUUID().slice(0, 8)
  log.error('a form could not be answered', { number, error })
  return number
}

/**
 * A button of a thread: to the thread, or a page with the words of what went wrong. A script gets what changed, to put it
 * in its place.
 */
export async function answerButton<Input>(
  request: Request,
  { params }: Params,
  {
    schema,
    what,
    said,
    again = null,
  }: {
    schema: z.ZodType<Input>
    what: ChangedAnswer['what']
    said: (input: Input) => string
    /** Of a press that brings words: the form with them, below what went wrong. */
    again?: ((viewer: Viewer, input: Input, error: string) => Promise<Html | null>) | null
  },
  press: (viewer: Viewer, input: Input) => Promise<Result<CommentPlace, ThreadFailure>>,
): Promise<Response> {
  const { slug } = await params
  const posted = await postedForm(request)
  if (!posted.ok) return refused(request, slug, posted.error)
  const input = schema.safeParse({ ...Object.fromEntries(posted.value.entries()), slug })
  const unchanged = (status: number, words: string, title = 'This press changed nothing') =>
    isScript(request)
      ? Response.json({ kind: 'refused', words } satisfies FormRefused, { status })
      : page(
          status,
          title,
          html`<p role="alert">${words}</p><p><a href="${proposalOf(slug)}">Back to the proposal</a></p>`,
        )
  if (!input.success) return unchanged(STATUS['no-such-thread'], describeFailure({ kind: 'no-such-thread' }))
  let done: Result<CommentPlace, ThreadFailure>
  let viewer: Viewer
  try {
    viewer = await requestViewer()
    if (viewer && !(await withinMinute('press', viewer.personId)))
      return unchanged(429, 'Too many changes in a short time. Wait a minute, then press the button again.')
    done = await press(viewer, input.data)
  } catch (error) {
    const number = logged(error)
    return unchanged(
      503,
      `The server could not finish this, and it is not known whether it was done. Go back and look; twice is the same as once. Tell the operator the number ${number} when it stays so.`,
      'Not known whether it was done',
    )
  }
  if (done.ok && isScript(request)) {
    const layout = posted.value.get('layout') === 'page' ? 'page' : 'inline'
    return changed(viewer, done.value, { what, layout, said: said(input.data) })
  }
  if (done.ok) return seeOther(site.comment(done.value))
  const [status, words] = [STATUS[done.error.kind], describeFailure(done.error)]
  const kept = isScript(request) ? null : await again?.(viewer, input.data, words)
  return kept ? page(status, TITLES[status] ?? 'Your text is still here', kept) : unchanged(status, words)
}

/** Who reloads the answer to a form by its address has not sent one. */
export async function toProposal(_request: Request, { params }: Params): Promise<Response> {
  return seeOther(proposalOf((await params).slug))
}

const FIELDS = {
  thread: [
    ...['revision', 'blockKey', 'start', 'end', 'exact', 'step', 'kind', 'clearsWhen', 'objects'],
    ...['suggests', 'suggestion'],
  ],
  reply: ['thread', 'comment'],
  edit: ['thread', 'comment', 'lockVersion'],
  act: ['thread', 'act', 'rows', ...ROW_FIELDS],
} as const satisfies Record<CommentFormKind, readonly string[]>

/** In UTF-16 units; a quote that is too long comes back with a sentence, cut where that is known. */
const LONGEST: Readonly<Record<string, number>> = {
  exact: MAX_QUOTE + 1,
  step: MAX_STEP + 1,
  // Of what somebody typed all comes back that can be too long by mistake.
  ...Object.fromEntries(['clearsWhen', 'suggestion', ...ROW_FIELDS].map((name) => [name, 3 * MAX_SUGGESTED])),
}
/** Emptied where a comment is about the whole passage after all. */
const QUOTE: ReadonlySet<string> = new Set(['start', 'end', 'exact', 'step'])
/** Fields that a person can mend. */
const SAID_OF: ReadonlySet<string> = new Set([
  ...['body', 'clientKey', 'start', 'end', 'exact', 'step', 'clearsWhen', 'suggestion'],
  ...ROW_FIELDS,
])

const proposalOf = (slug: string) => (isSlug(slug) ? site.proposal(slug) : site.home())

function cancelHref(kind: CommentFormKind, slug: string, fields: Readonly<Record<string, string>>): string {
  if (!isSlug(slug)) return site.home()
  if (kind === 'act') return site.thread(slug, Number(fields.thread) || 1)
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
    case 'draft-kept-before':
    case 'draft-gone':
      return { error, clientKey: randomUUID() }
    case 'edited-meanwhile':
      return {
        error,
        theirs: failure.theirs,
        fields: { ...fields, lockVersion: String(failure.lockVersion) },
      }
    case 'no-condition':
      return { error, wrong: 'clearsWhen' }
    case 'no-suggestion':
      return { error, wrong: 'suggestion' }
    default:
      return { error }
  }
}

/** More than a person types: a script with an account does not fill the review. Strangers are refused elsewhere. */
async function isTooFast(viewer: NonNullable<Viewer>): Promise<boolean> {
  return !(await withinMinute('comment', viewer.personId))
}

async function stored(viewer: Viewer, place: CommentPlace, layout: 'inline' | 'page'): Promise<Response> {
  try {
    return Response.json(await storedAnswer(viewer, place, layout))
  } catch (error) {
    // It is stored, whatever can be shown of it now: without HTML the browser goes to its page.
    logged(error)
    const nothing = {
      ...{ html: '', head: '', blockKey: '' },
      ancestors: [],
      isBeside: false,
      lockVersion: 0,
      openThreads: null,
    }
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
  const context = {
    ...{ slug: place.slug, signedIn: viewer !== null, layout, broken: brokenPiece },
    ...{ unfolded: true, now: Date.now() },
  }
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
    head: found ? threadHead(lineOf(found.thread, found.total - 1)).text : '',
    blockKey: found?.thread.anchor.blockKey ?? '',
    ancestors: found?.ancestors ?? [],
    isBeside,
    lockVersion: found?.comment.lockVersion ?? 0,
    openThreads:
      isNewThread && found ? await openThreadsOn(viewer, place.slug, found.thread.anchor.revision) : null,
    address: site.comment(place),
  }
}

/** What a button changed, as the page shows it. */
async function changed(
  viewer: Viewer,
  place: CommentPlace,
  { what, layout, said }: Pick<ChangedAnswer, 'what' | 'said'> & { layout: 'inline' | 'page' },
): Promise<Response> {
  const { slug, thread, comment } = place
  const at = { thread, comment, address: site.comment(place) }
  const nothing = { html: '', head: '', title: '', openThreads: null }
  const answer = { kind: 'changed', what, said, ...at } as const
  try {
    const found = await findPlaced(viewer, place)
    if (!found) return Response.json({ ...answer, ...nothing } satisfies ChangedAnswer)
    const context = {
      ...{ slug, signedIn: viewer !== null, layout, broken: brokenPiece, now: Date.now() },
      ...{ justChanged: true, unfolded: isOpen(found.thread.state) },
    }
    const made =
      what === 'thread'
        ? threadHtml(found.thread, context, found.total - 1)
        : commentItem({ ...found.comment, replies: [], inReplyTo: null }, found.thread, context)
    return Response.json({
      ...answer,
      html: made.text,
      head: threadHead(lineOf(found.thread, found.total - 1)).text,
      title: threadTitle(found.thread),
      ...(what === 'thread' && comment > 1 ? { added: await storedAnswer(viewer, place, layout) } : {}),
      openThreads: await openThreadsOn(viewer, slug, found.thread.anchor.revision),
    } satisfies ChangedAnswer)
  } catch (error) {
    // It is done, whatever can be shown of it now.
    logged(error)
    return Response.json({ ...answer, ...nothing } satisfies ChangedAnswer)
  }
}

async function formAgain(request: Request, status: number, form: CommentForm): Promise<Response> {
  if (isScript(request)) {
    const answer: FormAgain = { kind: 'form', html: commentFormHtml({ ...form, typed: '' }).text }
    return Response.json(answer, { status })
  }
  return page(
    status,
    form.preview ? 'Preview' : (TITLES[status] ?? 'Your text is still here'),
    commentFormHtml(form),
  )
}

/** Of the page that answers a form. An earlier send of it may have been stored, so none says that nothing is. */
const TITLES: Readonly<Record<number, string>> = {
  401: 'Sign in, and go on with your text',
  429: 'Wait a moment: your text is still here',
  503: 'It is not known whether your text arrived',
}

async function refused(request: Request, slug: string, refusal: FormRefusal): Promise<Response> {
  const { status, words } = REFUSALS[refusal]
  if (isScript(request)) {
    const answer: FormRefused = { kind: 'refused', words }
    return Response.json(answer, { status })
  }
  // To be copied, and in no form: whoever made another site's page may have chosen these words.
  const typed = refusal === 'elsewhere' ? await wordsAnyway(request, 'body') : null
  return page(
    status,
    'This form was refused',
    html`<p role="alert">${words}</p>${wordsAgain(typed ?? '')}<p><a href="${proposalOf(slug)}">The proposal</a></p>`,
  )
}
