import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bodyLimit, IMPORT_FORM_LIMIT } from '#lib/request/body-limit.ts'
import { refusalAnswer } from '#lib/request/refusal-page.ts'
import { isSlug, parseTarget, revisionNamed, revisionNumbered, site, slugOfFolder, under } from './address.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** One call of each address; the compiler refuses the table while one is missing. */
function everyAddress(slug: string, id: string): Record<keyof typeof site, string> {
  const place = { slug, thread: 7, comment: 2 }
  return {
    home: site.home(),
    keys: site.keys(),
    proposals: site.proposals(),
    proposal: site.proposal(slug),
    revision: site.revision(slug, 3),
    part: site.part(slug, 3, id),
    reading: site.reading(slug, null),
    interdiff: site.interdiff(slug, 2, 3, { view: 'side' }),
    interdiffAsText: site.interdiffAsText(slug, 2, 3),
    revisionAsText: site.revisionAsText(slug, 3),
    revisionAsMailbox: site.revisionAsMailbox(slug, 3),
    discussionAsMailbox: site.discussionAsMailbox(slug, 3),
    discussionAsText: site.discussionAsText(slug, 3),
    file: site.file(slug, 3, `models/${id}.pml`),
    block: site.block(slug, 3, id),
    blockAnchor: site.blockAnchor(id),
    whole: site.whole(slug, 3),
    commentForm: site.commentForm(slug, 3, id),
    stepForm: site.stepForm(slug, 3, id, '#sim-run-1=v:two;t:0.1'),
    model: site.model(slug, id, { revision: 3, variant: id }),
    modelItself: site.modelItself(slug, id),
    threads: site.threads(slug, { kind: id }),
    threadsAsJson: site.threadsAsJson(slug, { kind: id }),
    newProposal: site.newProposal(),
    edit: site.edit(slug, { file: `models/${id}.pml`, line: 12 }),
    postCopy: site.postCopy(slug),
    copyLook: site.copyLook(slug),
    copyPreview: site.copyPreview(slug, id),
    copyHistory: site.copyHistory(slug, { state: 3, file: id }),
    copyPublish: site.copyPublish(slug),
    thread: site.thread(slug, 7),
    comment: site.comment(place),
    replyForm: site.replyForm(place),
    editForm: site.editForm(place),
    versions: site.versions(place),
    threadPart: site.threadPart(slug, 7, 101),
    partOfComment: site.partOfComment(place),
    threadPiece: site.threadPiece(slug, 7),
    search: site.search(`${id} "&`, { page: 2 }),
    searchAsJson: site.searchAsJson(id, { page: 2 }),
    searchAsFeed: site.searchAsFeed(id),
    proposalsAsJson: site.proposalsAsJson(),
    proposalAsJson: site.proposalAsJson(slug),
    proposalAsFeed: site.proposalAsFeed(slug),
    revisionAsJson: site.revisionAsJson(slug, 3),
    threadAsJson: site.threadAsJson(slug, 7, { at: 101 }),
    threadLines: site.threadLines(slug, 3, id),
    editFormPiece: site.editFormPiece(place),
    postComment: site.postComment(slug),
    postReply: site.postReply(slug),
    postEdit: site.postEdit(slug),
    postDeletion: site.postDeletion(slug),
    postState: site.postState(slug),
    postLock: site.postLock(slug),
    pinForm: site.pinForm(slug, 7),
    pinOnPage: site.pinOnPage(slug, 2, 7, id),
    postPin: site.postPin(slug),
    postAct: site.postAct(slug),
    postRead: site.postRead(slug),
    live: site.live(slug, '7'),
    livePieces: site.livePieces(slug, 2),
    ownTurnsAsFeed: site.ownTurnsAsFeed(),
    reviewState: site.reviewState(slug, { done: id }),
    postReviewAct: site.postReviewAct(slug),
    review: site.review(slug, { draft: id }),
    postDraft: site.postDraft(slug),
    postReview: site.postReview(slug),
    suggestions: site.suggestions(slug),
    suggestionsAsText: site.suggestionsAsText(slug),
    suggestionsAsJson: site.suggestionsAsJson(slug),
    suggestionsAsPatch: site.suggestionsAsPatch(slug),
    suggestion: site.suggestion(place),
    postSuggestion: site.postSuggestion(slug),
    postTakeIn: site.postTakeIn(slug),
    objections: site.objections(slug),
    objectionsAsText: site.objectionsAsText(slug),
    objectionsAsJson: site.objectionsAsJson(slug),
    postAway: site.postAway(),
    actForm: site.actForm(slug, 7, 'answer'),
    actFormPiece: site.actFormPiece(slug, 7, 'answer'),
    gate: site.gate(slug, 3, id),
    gateAsText: site.gateAsText(slug, null),
    gateAsJson: site.gateAsJson(slug, 3),
    people: site.people(slug, { done: id }),
    invitation: site.invitation(id),
    export: site.export(slug, { revision: 3, mail: id }),
    mailFile: site.mailFile(slug, 3, 0),
    mailFiles: site.mailFiles(slug, 3),
    mailFilesToOneself: site.mailFilesToOneself(slug, 3),
    digest: site.digest(slug),
    endOfMail: site.endOfMail(id),
    sending: site.sending(slug, { revision: 3, problem: id }, 'sent'),
    message: site.message(id),
    attachment: site.attachment(id, 3),
    mail: site.mail(id),
    import: site.import(),
    queue: site.queue({ sender: id, rfc: slug }),
    dropAll: site.dropAll({ sender: id }),
    queued: site.queued(id, slug),
    signIn: site.signIn(site.thread(slug, 7)),
    signUp: site.signUp(site.thread(slug, 7)),
    firstAdmin: site.firstAdmin(id),
    finishSignUp: site.finishSignUp(id),
    askReset: site.askReset(),
    resetPassword: site.resetPassword(id),
    account: site.account(),
    auditLog: site.auditLog({ person: id }),
    accounts: site.accounts({ address: id }),
    ownPassword: site.ownPassword(),
    ownSessions: site.ownSessions(),
    deleteAccount: site.deleteAccount(),
    person: site.person(id),
    confirmation: site.confirmation(id),
    preview: site.preview(),
    previewChanged: site.previewChanged(id),
    problem: site.problem({ kind: id, back: site.proposal(slug) }),
  }
}

test('every address is what links, mails and other sites have', () => {
  expect(everyAddress('futex', 'a-1')).toMatchSnapshot()
})

test('slugs and ids that want to be another address are encoded', () => {
  const slug = '../x?a=b#c/"<>\u0000'
  const hostile = everyAddress(slug, '\ud800/../"><b>?#&=%\n')
  expect(hostile).toMatchSnapshot()
  for (const [name, address] of Object.entries(hostile)) {
    expect(address, name).not.toMatch(/["<>\s]/)
    const url = new URL(address, 'http://here.invalid')
    expect(url.origin, name).toBe('http://here.invalid')
    // Nothing of what was handed in climbs out of its place in the path.
    expect(url.pathname, name).toBe(address.replace(/[?#].*$/, '') || '/')
  }
})

test('a comment far into a thread asks for its part, in links and in mails', () => {
  expect(site.comment({ slug: 'futex', thread: 7, comment: 100 })).toBe('/rfc/futex/t/7#c100')
  expect(site.comment({ slug: 'futex', thread: 7, comment: 101 })).toBe('/rfc/futex/t/7?at=101#c101')
  expect(under.comment('https://a.example/rfc/futex', 7, 101)).toBe(
    'https://a.example/rfc/futex/t/7?at=101#c101',
  )
})

test('a mail names threads and comments under the proposal’s whole address', () => {
  const url = 'https://host.example/rfc/futex'
  expect([under.thread(url, 7), under.comment(url, 7, 2), under.digest(url)]).toEqual([
    `${url}/t/7`,
    `${url}/t/7#c2`,
    `${url}/export/digest`,
  ])
})

test('a slug has small letters, digits and hyphens', () => {
  for (const good of ['ab', 'io-uring-futex', '0a', 'a'.repeat(80)]) expect(isSlug(good), good).toBe(true)
  for (const bad of ['', 'a', '-a', 'A1', 'a b', 'a/b', 'a\n', 'a\u0000', 'ä1', 'a'.repeat(81)])
    expect(isSlug(bad), bad).toBe(false)
})

test('a revision is named v1 to v999', () => {
  expect(revisionNamed('v3')).toBe(3)
  expect(revisionNamed('v999')).toBe(999)
  for (const bad of ['3', 'v0', 'v01', 'v1000', 'V1', 'v1 ', 'v1\n', 'v'])
    expect(revisionNamed(bad)).toBe(null)
  expect(revisionNumbered('12')).toBe(12)
  for (const bad of ['v1', '0', '', '-1', '1e2', '1\n']) expect(revisionNumbered(bad)).toBe(null)
})

test('the command line names a proposal with or without a revision', () => {
  expect(parseTarget('futex')).toEqual({ slug: 'futex', revision: null })
  expect(parseTarget('futex/v2')).toEqual({ slug: 'futex', revision: 2 })
  for (const bad of ['', 'futex/', 'futex/v0', 'futex/2', './futex', 'futex/v2/x'])
    expect(parseTarget(bad), bad).toBe(null)
})

test('a folder is called as its proposal', () => {
  expect(slugOfFolder('/home/x/content/futex/v2')).toBe('futex')
  expect(slugOfFolder('ring-waits/')).toBe('ring-waits')
  for (const bad of ['', '/', '../..', '/v2', 'Ring waits', 'x/A/v1'])
    expect(slugOfFolder(bad), bad).toBe(null)
})

/** Addresses and patterns that somebody wrote out elsewhere. Comments may say them; tests and samples have to. */
const HAND_BUILT = [
  /[`'"}]\/(rfc|import|me|m|sign-in|sign-up|first-admin|problem)(?=[/?#`'"])/,
  /\/t\/\$\{/,
  /\bexport\/(send|digest)\b/,
  /\?(next|revision|comment|reply|edit|versions)=/,
  /\[a-z0-9\]\[a-z0-9-\]/,
  /v\(\[1-9\]/,
]
const THIS = 'lib/review/proposal/address.ts'
/** A table of files by their names; and a leaf that refuses requests before any of this runs, compared below. */
const OTHERS = /^(app\/entrances\.ts$|lib\/request\/)/

test('nobody else builds an address, or says what a slug or a revision’s name is', () => {
  const sources = ['app', 'components', 'lib', 'cli'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|\/samples\//.test(name)),
  )
  expect(sources.length).toBeGreaterThan(300)
  expect(sources).toContain(THIS)
  const found = sources
    .filter((name) => name !== THIS && !OTHERS.test(name))
    .flatMap((name) =>
      readFileSync(join(ROOT, name), 'utf8')
        .split('\n')
        .map((line, i) => ({ line: line.trim(), at: `${name}:${i + 1}` }))
        .filter(({ line }) => !/^(\/?\*|\/\/|import )/.test(line) && !line.includes(" from '"))
        .filter(({ line }) => HAND_BUILT.some((pattern) => pattern.test(line))),
    )
  expect(found).toEqual([])
})

test('the leaf that refuses requests by their head means these addresses', () => {
  expect(bodyLimit(site.import()).bytes).toBe(IMPORT_FORM_LIMIT)
  const refusal = { status: 400, title: 'T', words: 'W' } as const
  expect(refusalAnswer(refusal, { target: '/', headers: { accept: 'text/html' } }).body).toContain(
    `href="${site.proposals()}"`,
  )
})
