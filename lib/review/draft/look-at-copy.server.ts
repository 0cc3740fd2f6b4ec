import 'server-only'
import { db } from '#lib/db.server.ts'
import { checkBundle } from '#lib/review/claim/check-bundle.server.ts'
import { copyOf } from '#lib/review/copy/read-copies.server.ts'
import { gateResult } from '#lib/review/gate/gate-item.ts'
import { lintsOf } from '#lib/review/gate/lints.ts'
import { examineBundle } from '#lib/review/gate/write-gate.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { applySuggestions } from '#lib/review/suggestion/apply-suggestions.ts'
import { acceptedSuggestions } from '#lib/review/suggestion/read-suggestions.server.ts'
import { mappedText, placesInText } from '#lib/review/thread/carry-threads.server.ts'
import { carriedWords } from '#lib/review/thread/port.ts'
import { OPEN_STATES } from '#lib/review/thread/state.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { checkFilesWhole } from '#lib/writeup/bundle/read-bundle.server.ts'
import type { ClaimSeen, CopyLook, ThreadSeen } from './copy-look.ts'

/**
 * What is still missing of a working copy: the check, the gate, the claims and the open threads, as publishing would find
 * them. Long or hostile texts make it long, so it is a job (`heavy/jobs.server.ts`).
 */
const MOST_PROBLEMS = 200
const MOST_LINTS = 100
const MOST_THREADS = 200
const SHOWN_OF_WORDS = 160

/** Without its claims, as often as somebody types. Null: there is none that is the viewer's. */
export const lookAtCopy = (viewer: Viewer, slug: string): Promise<CopyLook | null> =>
  look(viewer, slug, false)

/** With its claims, which takes minutes at most: it waits among those who publish, and nobody who types waits for it. */
export const checkCopy = (viewer: Viewer, slug: string): Promise<CopyLook | null> => look(viewer, slug, true)

async function look(viewer: Viewer, slug: string, claims: boolean): Promise<CopyLook | null> {
  const copy = await copyOf(viewer, slug)
  if (!copy) return null
  const bundle = await checkFilesWhole(copy.files, await instanceQuestionnaires())
  const taken = applySuggestions(copy.files, await acceptedSuggestions(viewer, slug))
  const accepted = { waiting: taken.applied.length, refused: taken.refused.length }
  const base = { version: copy.version, isChecked: claims, accepted }
  if (!bundle.ok) {
    const problems = bundle.error
      .slice(0, MOST_PROBLEMS)
      .map(({ file, line, column, message, rule }) => ({ file, line, column, message, rule }))
    const threads = await threadsIn(copy, null)
    const more = bundle.error.length - problems.length
    return { ...base, problems, more, gate: null, lints: [], claims: [], modelProblems: [], threads }
  }
  const checks = claims ? await checkBundle(bundle.value) : null
  const checked = checks?.ok ? checks.value : []
  const reports = checked.map(({ claim, report }) => ({ id: claim.id, report }))
  const gate = gateResult(await examineBundle(bundle.value, reports), [])
  const kinds = new Map(checked.map(({ claim, report }) => [claim.id, report]))
  return {
    ...base,
    problems: [],
    more: 0,
    gate,
    lints: lintsOf(bundle.value).slice(0, MOST_LINTS),
    claims: bundle.value.claims.map(({ id, file, line, expect, required }): ClaimSeen => {
      const report = kinds.get(id)
      return { id, file, line, expect, required, found: report?.kind ?? null, states: report?.states ?? 0 }
    }),
    modelProblems:
      checks && !checks.ok
        ? checks.error.diagnostics
            .slice(0, MOST_PROBLEMS)
            .map(({ file, line, column, message }) => ({ file, line, column, message, rule: 'model' }))
        : [],
    threads: await threadsIn(copy, bundle.value),
  }
}

/** `bundle` null: while the text cannot be read nothing is known of where they will stand. */
async function threadsIn(
  copy: { readonly proposalId: string | null; readonly baseRevision: number },
  bundle: Bundle | null,
): Promise<readonly ThreadSeen[]> {
  if (copy.proposalId === null) return []
  const { proposalId, baseRevision } = copy
  const open = await db().thread.findMany({
    where: { proposalId, state: { in: [...OPEN_STATES] } },
    orderBy: { number: 'asc' },
    take: MOST_THREADS,
    select: {
      ...{ id: true, number: true, kind: true, state: true, promisedAt: true },
      opener: { select: { name: true } },
      revision: { select: { number: true } },
      anchor: { select: { exact: true } },
      comments: { where: { seq: 1 }, select: { body: true, redactedAt: true } },
    },
  })
  const places = bundle
    ? new Map(
        (await placesInText(proposalId, baseRevision + 1, mappedText(bundle))).map((place) => [
          place.thread,
          place,
        ]),
      )
    : null
  return open.map((thread): ThreadSeen => {
    const place = places?.get(thread.id)
    const block = bundle?.blocks.find(({ key }) => key === place?.key)
    const [first] = thread.comments
    const carried = place && {
      // Written by the same code as in a row.
      state: place.state as Parameters<typeof carriedWords>[0]['state'],
      ...{ survival: place.survival, from: thread.revision.number, pinnedBy: null, words: null },
    }
    return {
      ...{ number: thread.number, kind: thread.kind, state: thread.state, by: thread.opener.name },
      words: first && !first.redactedAt ? first.body.slice(0, SHOWN_OF_WORDS) : '',
      quote: (thread.anchor?.exact ?? '').slice(0, SHOWN_OF_WORDS),
      isPromised: thread.promisedAt !== null,
      place: carried ? carriedWords(carried) : null,
      at: block ? { file: `${block.writeup}.mdx`, line: block.line } : null,
    }
  })
}
