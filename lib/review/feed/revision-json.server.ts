import 'server-only'
import { db } from '#lib/db.server.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findReadable, readableBy } from '#lib/review/person/readable.server.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import {
  listProposals,
  loadRevision,
  orUnreadable,
  UnreadableRevision,
} from '#lib/review/revision/revisions.server.ts'
import { discussionOf } from '#lib/review/thread/read-threads.server.ts'

/**
 * Proposals and revisions as programs read them. Names in these answers stay what they are; new ones may be added.
 */
const THREADS = 5000
const NOTHING_SHOWN = { elements: 0, bytes: 0 }

/** Each that the viewer meets in a list, the newest first. */
export async function proposalsAsJson(viewer: Viewer): Promise<object> {
  const proposals = await listProposals(viewer)
  return {
    proposals: proposals.map((proposal) => ({
      ...proposal,
      url: site.proposal(proposal.slug),
      json: site.proposalAsJson(proposal.slug),
    })),
  }
}

/** Null: there is none for this viewer. */
export async function proposalAsJson(viewer: Viewer, slug: string): Promise<object | null> {
  const proposal = isSlug(slug) ? await findReadable(viewer, slug) : null
  if (!proposal) return null
  const revisions = await db().revision.findMany({
    where: { proposal: { id: proposal.id, ...readableBy(viewer) } },
    orderBy: { number: 'asc' },
    select: { number: true, publishedAt: true, changelog: true },
  })
  const { title, state, visibility } = proposal
  return {
    ...{ slug, title, state, visibility, url: site.proposal(slug), feed: site.proposalAsFeed(slug) },
    revisions: revisions.map(({ number, publishedAt, changelog }) => ({
      ...{ number, publishedAt: momentOf(publishedAt), changelog },
      url: site.revision(slug, number),
      json: site.revisionAsJson(slug, number),
      text: site.revisionAsText(slug, number),
      mbox: site.revisionAsMailbox(slug, number),
    })),
  }
}

/** With the text of each block, the claims with their verdicts, and a line of each thread. Null as above. */
export async function revisionAsJson(viewer: Viewer, slug: string, number: number): Promise<object | null> {
  const revision = await loadRevision(viewer, slug, number).catch(orUnreadable)
  if (!revision || revision instanceof UnreadableRevision) return null
  const { bundle, claims } = revision
  const { heads } = await discussionOf(viewer, revision, NOTHING_SHOWN)
  return {
    ...{ slug, number: revision.number, title: revision.title, area: revision.area },
    ...{ state: revision.state, visibility: revision.visibility, publishedAt: revision.publishedAt },
    url: site.revision(slug, revision.number),
    revisions: revision.numbers,
    textVersion: bundle.textVersion,
    blocks: bundle.blocks.map(({ key, kind, writeup, text }) => ({
      ...{ key, kind, writeup, text },
      url: site.block(slug, revision.number, key),
    })),
    claims: claims.map(({ id, model, variant, property, expect, required, sentence, blockKey, report }) => ({
      ...{ id, model, variant, property, expect, required, sentence, block: blockKey, verdict: report.kind },
    })),
    threads: heads
      .slice(0, THREADS)
      .map(({ number: n, kind, state, blockKey, opener, comments, words, carried }) => ({
        ...{ number: n, kind, state, block: blockKey, opener, comments, words },
        // Of a thread that was opened on an earlier revision: how it came to stand here.
        carried: carried && {
          ...{ from: carried.from, state: carried.state, survival: carried.survival },
          // Of one on a step: whether the model still goes there.
          ...(carried.about === 'step' ? { step: carried.fate ?? null } : {}),
        },
        url: site.thread(slug, n),
        json: site.threadAsJson(slug, n),
      })),
    moreThreads: Math.max(0, heads.length - THREADS),
  }
}
