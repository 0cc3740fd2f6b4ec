import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isSlug, parseTarget, revisionNamed, revisionNumbered, site, under } from './address.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** One call of each address; the compiler refuses the table while one is missing. */
function everyAddress(slug: string, id: string): Record<keyof typeof site, string> {
  const place = { slug, thread: 7, comment: 2 }
  return {
    home: site.home(),
    proposals: site.proposals(),
    proposal: site.proposal(slug),
    revision: site.revision(slug, 3),
    reading: site.reading(slug, null),
    revisionAsText: site.revisionAsText(slug, 3),
    revisionAsMailbox: site.revisionAsMailbox(slug, 3),
    discussionAsMailbox: site.discussionAsMailbox(slug, 3),
    discussionAsText: site.discussionAsText(slug, 3),
    file: site.file(slug, 3, `models/${id}.pml`),
    block: site.block(slug, 3, id),
    blockAnchor: site.blockAnchor(id),
    whole: site.whole(slug, 3),
    commentForm: site.commentForm(slug, 3, id),
    model: site.model(slug, id, { revision: 3, variant: id }),
    thread: site.thread(slug, 7),
    comment: site.comment(place),
    replyForm: site.replyForm(place),
    editForm: site.editForm(place),
    versions: site.versions(place),
    threadPiece: site.threadPiece(slug, 7),
    postComment: site.postComment(slug),
    postReply: site.postReply(slug),
    postEdit: site.postEdit(slug),
    postDeletion: site.postDeletion(slug),
    postState: site.postState(slug),
    export: site.export(slug, { revision: 3, mail: id }),
    mailFile: site.mailFile(slug, 3, 0),
    mailFiles: site.mailFiles(slug, 3),
    mailFilesToOneself: site.mailFilesToOneself(slug, 3),
    digest: site.digest(slug),
    sending: site.sending(slug, { revision: 3, problem: id }, 'sent'),
    message: site.message(id),
    mail: site.mail(id),
    import: site.import(),
    queue: site.queue(),
    queued: site.queued(id, slug),
    signIn: site.signIn(site.thread(slug, 7)),
    signUp: site.signUp(site.thread(slug, 7)),
    firstAdmin: site.firstAdmin(id),
    account: site.account(),
    confirmation: site.confirmation(id),
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

test('nobody else builds an address, or says what a slug or a revision’s name is', () => {
  const sources = ['app', 'components', 'lib', 'cli'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|\/samples\//.test(name)),
  )
  expect(sources.length).toBeGreaterThan(300)
  expect(sources).toContain(THIS)
  const found = sources
    .filter((name) => name !== THIS)
    .flatMap((name) =>
      readFileSync(join(ROOT, name), 'utf8')
        .split('\n')
        .map((line, i) => ({ line: line.trim(), at: `${name}:${i + 1}` }))
        .filter(({ line }) => !/^(\/?\*|\/\/|import )/.test(line) && !line.includes(" from '"))
        .filter(({ line }) => HAND_BUILT.some((pattern) => pattern.test(line))),
    )
  expect(found).toEqual([])
})
