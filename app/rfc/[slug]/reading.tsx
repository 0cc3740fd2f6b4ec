import { randomUUID } from 'node:crypto'
import { brokenPiece } from '#app/broken-piece.ts'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { NewerRules } from '#components/reading/newer-rules.tsx'
import { passages } from '#components/reading/passages.tsx'
import { revisionContext } from '#components/reading/revision-context.ts'
import { RevisionPage } from '#components/reading/revision-page.tsx'
import { SinceRead } from '#components/reading/since-read.tsx'
import { UnreadableRevisionPage } from '#components/reading/unreadable-revision.tsx'
import { commentFormHtml, templates, writerOf } from '#components/thread/comment-form-html.ts'
import { Compose } from '#components/thread/compose.tsx'
import { discussionPieces } from '#components/thread/discussion-html.ts'
import { Follow } from '#components/thread/follow.tsx'
import { PinNotice } from '#components/thread/pin-form.tsx'
import { html } from '#components/ui/html.ts'
import { oneAfterAnother } from '#lib/aside/give-way.server.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { countDrafts } from '#lib/review/batch/read-drafts.server.ts'
import { lastEvent } from '#lib/review/feed/live.server.ts'
import { gateOfLoaded } from '#lib/review/gate/gate.server.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { codeOf } from '#lib/review/revision/compiled.server.ts'
import { newerRulesOn } from '#lib/review/revision/newer-rules.server.ts'
import { loadRevision, orUnreadable, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { drawnLines } from '#lib/review/revision/simulation-of-revision.ts'
import { roomForThreads } from '#lib/review/thread/page-plan.ts'
import { pinningOf } from '#lib/review/thread/pin-choices.server.ts'
import { goneFrom, writeupGoneFrom } from '#lib/review/thread/port.ts'
import { discussionOf } from '#lib/review/thread/read-threads.server.ts'
import { sinceRead } from '#lib/review/thread/since-read.server.ts'
import { MAX_STEP } from '#lib/review/thread/thread-input.ts'
import { wholeOf, writeupOfWhole } from '#lib/review/thread/whole.ts'
import { standingOf } from '#lib/review/turn/read-turns.server.ts'
import { stepSentence } from '#lib/simulation/step-shown.ts'
import { DOCUMENT_IDS, type DocumentId } from '#lib/writeup/parse/document-id.ts'

export type Asked = {
  /** A block whose form is open (without JavaScript, or in another tab). */
  readonly comment?: string
  /** `12-40`: UTF-16 offsets of the words in its text that the form is about. */
  readonly words?: string
  /** The fragment that leads to the step of its simulation that the form is about. */
  readonly step?: string
  /** The number of a thread that is to be placed by hand. */
  readonly move?: string
  /** Every comment, beyond the page's budget. */
  readonly all?: string
}

/** A revision as one page, with its threads; `number` null: the newest. `alone`: one of its write-ups and nothing else. */
export async function Reading({
  slug,
  number,
  alone = null,
  asked,
}: {
  slug: string
  number: number | null
  alone?: DocumentId | null
  asked: Asked
}) {
  const [viewer, now] = [await requestViewer(), Date.now()]
  const revision = await loadRevision(viewer, slug, number).catch(orUnreadable)
  if (!revision) return <NotThere />
  if (revision instanceof UnreadableRevision)
    return <UnreadableRevisionPage slug={slug} places={revision.places} />
  const { bundle } = revision
  // Before anything of it is read: what happens from here on is told.
  const after = await lastEvent(viewer, slug)
  const signedIn = viewer !== null
  const mayObject = await mayInProposal(viewer, 'open-objection', revision.proposalId)
  const documents = bundle.documents.filter(({ writeup }) => alone === null || writeup === alone)
  const blocks = bundle.blocks.filter(({ writeup }) => alone === null || writeup === alone)
  const [codes, gate] = await Promise.all([Promise.all(documents.map(codeOf)), gateOfLoaded(revision)])
  const room =
    asked.all === undefined
      ? roomForThreads({
          codes,
          modelLines: drawnLines(bundle),
          passages: blocks.length,
        })
      : null
  const writeupOf = new Map(bundle.blocks.map(({ key, writeup }) => [key, writeup]))
  const writeupAt = (key: string) =>
    writeupOf.get(key) ??
    writeupOfWhole(key) ??
    DOCUMENT_IDS.find((writeup) => writeup === writeupGoneFrom(key))
  const isHere = (key: string) => alone === null || writeupAt(key) === alone
  const discussion = await discussionOf(viewer, revision, room, isHere)
  const turn = oneAfterAnother()
  const pieces = await discussionPieces(discussion, {
    context: { slug, signedIn, layout: 'inline', broken: brokenPiece, now },
    revision: revision.number,
    room,
    turn,
  })
  const place = { slug, revision: revision.number }
  const form =
    asked.comment === undefined
      ? null
      : {
          blockKey: asked.comment,
          form: signedIn
            ? commentFormHtml({
                kind: 'thread',
                slug,
                fields: {
                  ...{ revision: String(revision.number), blockKey: asked.comment },
                  ...wordsAsked(blocks.find(({ key }) => key === asked.comment)?.text, asked.words),
                  ...(await stepAsked(viewer, { slug, revision: revision.number, ...asked })),
                  objects: mayObject ? 'yes' : '',
                },
                clientKey: randomUUID(),
                typed: '',
                writer: writerOf(viewer),
                cancelHref: site.block(slug, revision.number, asked.comment),
              })
            : html`<p><a href="${site.signIn(
                typeof asked.step === 'string'
                  ? site.stepForm(slug, revision.number, asked.comment, asked.step)
                  : site.commentForm(slug, revision.number, asked.comment),
              )}">Sign in</a> to comment on this ${writeupOfWhole(asked.comment) === null ? 'passage' : 'as a whole'}.</p>`,
        }
  const pinning = /^[1-9]\d{0,8}$/.test(asked.move ?? '')
    ? await pinningOf(viewer, slug, Number(asked.move))
    : null
  const newerRules = await newerRulesOn(viewer, revision)
  const since = await sinceRead(viewer, slug, revision.number)
  const still = await stillPieces()
  const known = new Set(bundle.blocks.flatMap(({ key }) => (bundle.undrawn.has(key) ? [] : [key])))
  const lost = pieces.places.filter(
    (key) => !known.has(key) && writeupGoneFrom(key) === null && writeupOfWhole(key) === null,
  )
  const { whole, ...around } = passages({
    ...{ ...place, blocks, heads: pieces.heads, threads: pieces.at, form },
  })
  const gone = new Map(
    documents.flatMap(({ writeup }) => {
      const key = goneFrom(writeup)
      const count = discussion.heads.filter(({ blockKey }) => blockKey === key).length
      return count === 0 ? [] : [[writeup, { count, threads: still(key, pieces.at(key)) }] as const]
    }),
  )
  const open = discussion.open.map(({ number, blockKey }) => ({ number, writeup: writeupAt(blockKey) }))
  return (
    <RevisionPage
      facts={{
        ...revision,
        standing: await standingOf(viewer, slug),
        title: bundle.cover.title,
        authors: bundle.cover.authors,
        openThreads: open,
        unread: discussion.unread.map(({ unread, blockKey }) => ({ unread, writeup: writeupAt(blockKey) })),
        gate,
        signedIn,
        mayEdit: await mayInProposal(viewer, 'edit-working-copy', revision.proposalId),
        drafts: await countDrafts(viewer, slug),
        isShortened: [...discussion.shares.values()].some((share) => share !== 'whole'),
      }}
      bundle={bundle}
      documents={documents}
      alone={alone}
      codes={codes}
      context={{
        ...{ broken: brokenPiece, still, ...revisionContext(revision, alone, still) },
        ...around,
      }}
      notice={
        <>
          {pinning?.newest === revision.number && (
            <PinNotice slug={slug} thread={Number(asked.move)} newest={pinning.newest} />
          )}
          <SinceRead
            slug={slug}
            number={revision.number}
            since={since.filter(({ writeup }) => alone === null || writeup === alone)}
            titles={new Map(bundle.documents.map(({ writeup, title }) => [writeup, title]))}
            now={now}
          />
          <NewerRules problems={newerRules} />
        </>
      }
      turn={turn}
      gone={gone}
      whole={
        new Map(documents.map(({ writeup }) => [writeup, still(wholeOf(writeup), whole(writeup))] as const))
      }
      lost={lost.length > 0 ? still('lost', html`${lost.map(pieces.at)}`) : null}
    >
      {/* Without an account there is nothing to send, but there may be threads to open in place. */}
      <Compose
        {...place}
        layout="inline"
        template={signedIn ? still('form', templates(slug, writerOf(viewer), mayObject)) : null}
      />
      {after !== null && (
        <Follow
          slug={slug}
          after={String(after)}
          page={{ layout: 'inline', revision: revision.number, thread: null }}
          marks={signedIn}
        />
      )}
    </RevisionPage>
  )
}

/** The form is about all of the simulation where nobody has the time to go to its step. */
function orNotNow(error: unknown): null {
  if (error instanceof NotNow) return null
  throw error
}

/** The fields of a form about a step, in the words that the model has for it; none where it is not there. */
async function stepAsked(
  viewer: Viewer,
  { slug, revision, comment = '', step }: { slug: string; revision: number } & Asked,
): Promise<Readonly<Record<string, string>>> {
  // A name may stand in an address twice.
  if (typeof step !== 'string' || step === '' || step.length > MAX_STEP) return {}
  const seen = await heavy.stepOf(viewer, { slug, revision, simulation: comment }, step).catch(orNotNow)
  return seen?.ok ? { step, exact: stepSentence(seen.value) } : {}
}

/** The fields of a form about words of a block; none: about all of it. */
function wordsAsked(text = '', asked = ''): Readonly<Record<string, string>> {
  const [, start = '', end = ''] = /^(\d{1,8})-(\d{1,8})$/.exec(asked) ?? []
  const exact = text.slice(Number(start), Number(end))
  return exact === '' ? {} : { start, end, exact }
}
