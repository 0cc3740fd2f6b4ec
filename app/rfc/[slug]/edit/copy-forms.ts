import {
  formNumber,
  isScript,
  formPage as page,
  REFUSED_STATUS,
  seeOther,
  wordsAgain,
} from '#app/form-answer.ts'
import { NOT_NOW_WORDS, orNotNow } from '#app/not-now.tsx'
import { postedForm } from '#app/posted-form.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { withinMinute } from '#app/write-limits.ts'
import { behindHtml, fileForm } from '#components/draft/edit-html.ts'
import { publishHtml } from '#components/draft/publish-html.ts'
import { html } from '#components/ui/html.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { log, requestNumber } from '#lib/log.server.ts'
import { COPY_FORM_LIMIT } from '#lib/request/body-limit.ts'
import { catchUpCopy } from '#lib/review/acts/catch-up-copy.server.ts'
import { deleteCopy } from '#lib/review/acts/delete-copy.server.ts'
import { describeCopyPublishFailure } from '#lib/review/acts/publish-copy.server.ts'
import { removeFile, restoreState, saveFile } from '#lib/review/acts/save-copy.server.ts'
import { type CopyFailure, describeCopyFailure } from '#lib/review/copy/copy-failure.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { isVisibility } from '#lib/review/person/visibility.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import { editedBy } from './edit-files.ts'
import { publishPageOf } from './publish/publish-page.ts'

/**
 * The forms of the editor. Their address outlives a build; a script that saves while somebody types gets JSON, and everybody
 * else the page again, or one with their text in the form and what is in the way.
 */

const NOT_READ =
  'This form was not sent whole from a page of this site, or is larger than 1 MB, so nothing was done with it. Go back: your text is there.'
const LOST = (number: string) =>
  `The server could not finish this, and it is not known whether it was done. Your text stays here; look at the history, and save again: that doubles nothing. Tell the operator the number ${number} when it stays so.`

export function statusOf({ kind }: Pick<CopyFailure, 'kind'>): number {
  switch (kind) {
    case 'signed-out':
      return 401
    case 'forbidden':
      return 403
    case 'no-such-copy':
    case 'no-such-state':
      return 404
    case 'file-too-large':
    case 'copy-too-large':
      return 413
    case 'bad-path':
    case 'bad-base':
    case 'not-text':
    case 'too-many-files':
    case 'fields':
      return 422
    default:
      return 409
  }
}

export async function answerCopyForm(request: Request, slug: string): Promise<Response> {
  const posted = await postedForm(request, COPY_FORM_LIMIT)
  if (!posted.ok) return refuse(request, REFUSED_STATUS[posted.error], NOT_READ, slug)
  const form = posted.value
  const text = (name: string) => form.get(name)?.toString() ?? ''
  // A browser sends CRLF, whatever was in the field; a script sends what is there, as a file.
  const sentText = form.get('text')
  const typed =
    sentText instanceof File
      ? await sentText.text()
      : (text('text') || text('changelog')).replace(/\r\n?/g, '\n')
  const failed = (failure: CopyFailure) =>
    refuse(request, statusOf(failure), describeCopyFailure(failure), slug, typed)
  if (!isSlug(slug)) return failed({ kind: 'no-such-copy' })
  try {
    const viewer = await requestViewer()
    if (!viewer) return failed({ kind: 'signed-out' })
    if (!(await withinMinute('copy', viewer.personId)))
      return refuse(
        request,
        429,
        'Too many saves in a short time. Wait a minute, then save again.',
        slug,
        typed,
      )
    switch (text('intent')) {
      case 'add': {
        const path = text('path').trim()
        const saved = await saveFile(viewer, {
          ...{ slug, path, base: null, text: path.endsWith('.mdx') ? '---\ntitle: Title\n---\n' : '' },
          ...{ tab: null, kind: 'saved' },
        })
        return saved.ok || saved.error.kind === 'conflict'
          ? seeOther(site.edit(slug, { file: path }))
          : failed(saved.error)
      }
      case 'remove': {
        const removed = await removeFile(viewer, { slug, path: text('path'), base: text('base') })
        return removed.ok ? seeOther(site.edit(slug, { done: 'removed' })) : failed(removed.error)
      }
      case 'restore': {
        const wish = { slug, state: formNumber(text('state')), seen: formNumber(text('seen')) }
        const restored = await restoreState(viewer, wish)
        return restored.ok ? seeOther(site.edit(slug, { done: 'restored' })) : failed(restored.error)
      }
      case 'delete': {
        if (text('sure') !== 'yes')
          return refuse(request, 422, 'Tick the box first: the draft goes with its history.', slug)
        const deleted = await deleteCopy(viewer, { slug, seen: formNumber(text('seen')) })
        return deleted.ok ? seeOther(site.newProposal()) : failed(deleted.error)
      }
      case 'take': {
        const taken = await heavy.takeInSuggestions(viewer, slug)
        return taken.ok ? seeOther(site.edit(slug, { done: 'taken' })) : failed(taken.error)
      }
      case 'catch-up': {
        const seen = formNumber(text('seen'))
        const chosen = (which: string) =>
          [...form.entries()].flatMap(([name, value]) =>
            name.startsWith('which ') && value === which ? [name.slice('which '.length)] : [],
          )
        const choice = { takePublished: chosen('published'), keepOwn: chosen('own') }
        const caught = await catchUpCopy(viewer, { slug, seen, ...choice })
        if (caught.ok) return seeOther(site.edit(slug, { done: 'caught-up' }))
        if (caught.error.kind !== 'moved') return failed(caught.error)
        const edited = await editedBy(viewer, slug)
        const newest = typeof edited === 'string' ? 0 : edited.newest
        const both = behindHtml(slug, { newest, seen, both: caught.error.files })
        const words = `You and v${newest} changed the same lines. Nothing was done: say of each file which text is to stand.`
        return await page(409, 'Both texts are here', html`<p role="alert">${words}</p>${both}${back(slug)}`)
      }
      case 'publish':
        return await answerPublish(viewer, slug, form)
      default:
        return await answerSave(request, viewer, slug, { form, typed })
    }
  } catch (error) {
    if (error instanceof NotNow) return refuse(request, 503, NOT_NOW_WORDS, slug, typed)
    const number = requestNumber() ?? ''
    log.error('a working copy could not be changed', { number, error })
    return refuse(request, 503, LOST(number), slug, typed)
  }
}

const TAB = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

async function answerSave(
  request: Request,
  viewer: Viewer,
  slug: string,
  { form, typed }: { readonly form: FormData; readonly typed: string },
): Promise<Response> {
  const text = (name: string) => form.get(name)?.toString() ?? ''
  const [path, base, tab] = [text('path'), text('base'), text('tab')]
  const saved = await saveFile(viewer, {
    ...{ slug, path, base: base === '' ? null : base, text: typed },
    ...(TAB.test(tab) ? { tab, kind: 'typed' as const } : { tab: null, kind: 'saved' as const }),
  })
  if (saved.ok) {
    if (isScript(request)) return Response.json({ kind: 'saved', ...saved.value })
    return seeOther(site.edit(slug, { file: path, done: saved.value.merged === null ? 'saved' : 'merged' }))
  }
  const { error } = saved
  const words = describeCopyFailure(error)
  if (isScript(request)) {
    const theirs = error.kind === 'conflict' ? { theirs: error.theirs, sha256: error.sha256 } : {}
    return Response.json({ kind: error.kind, words, ...theirs }, { status: statusOf(error) })
  }
  if (error.kind !== 'conflict') return refuse(request, statusOf(error), words, slug, typed)
  // The form again, now made from what is there: saving it says that both were looked at.
  const again = fileForm(slug, { path, text: typed, base: error.sha256 }, { error: words, theirs: error })
  return page(409, 'Your text is still here', html`${again}${back(slug)}`)
}

async function answerPublish(viewer: NonNullable<Viewer>, slug: string, form: FormData): Promise<Response> {
  const text = (name: string) => form.get(name)?.toString().slice(0, 40_000) ?? ''
  const changelog = text('changelog').replace(/\r\n?/g, '\n')
  const visibility = text('visibility')
  const typed = {
    ...{ changelog, isUnfinishedMeant: text('unfinished') === 'yes' },
    visibility: isVisibility(visibility) ? visibility : 'public',
  } as const
  const again = async (status: number, words: string) => {
    const title = 'Nothing was published'
    // Not with its claims: what is in the way is known, and the words of the form are to be back at once.
    const shown = await publishPageOf(viewer, slug, { ...typed, error: words }, { claims: false }).catch(
      orNotNow,
    )
    if (!shown || shown instanceof NotNow)
      return page(status, title, html`<p role="alert">${words}</p>${wordsAgain(changelog)}${back(slug)}`)
    return page(status, title, html`${publishHtml(shown)}${back(slug)}`)
  }
  if (!(await withinMinute('publish-copy', viewer.personId)))
    return again(429, 'Too many tries in a short time. Wait a minute, then publish again.')
  const published = await heavy
    .publishCopy(viewer, {
      ...{ slug, seen: formNumber(text('seen')) },
      changelog: changelog
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
      ...{ visibility: typed.visibility, isUnfinishedMeant: typed.isUnfinishedMeant },
    })
    .catch(orNotNow)
  if (published instanceof NotNow)
    return again(
      503,
      'Claims of others are being checked just now. Nothing was done: send it again in a minute.',
    )
  if (published.ok) return seeOther(site.revision(slug, published.value.number))
  const { error } = published
  const status =
    error.kind === 'signed-out'
      ? 401
      : error.kind === 'forbidden'
        ? 403
        : error.kind === 'no-such-copy'
          ? 404
          : 409
  return again(status, describeCopyPublishFailure(error))
}

const back = (slug: string) =>
  html`<p><a href="${isSlug(slug) ? site.edit(slug) : site.home()}">The editor</a></p>`

/** With the text that came, to be copied. */
function refuse(
  request: Request,
  status: number,
  words: string,
  slug: string,
  typed = '',
): Promise<Response> | Response {
  if (isScript(request)) return Response.json({ kind: 'refused', words }, { status })
  return page(
    status,
    typed === '' ? 'Nothing was done' : 'Your text is still here',
    html`<p role="alert">${words}</p>${wordsAgain(typed)}${back(slug)}`,
  )
}
