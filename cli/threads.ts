import { z } from 'zod'
import { ok, type Result } from '#lib/result.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { openSite, type Refused, SITE_OPTION, type Site, shown, tellRefused } from './ask-site.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

const Listed = z.object({
  number: z.int(),
  kind: z.string(),
  state: z.string(),
  opener: z.string(),
  words: z.string(),
  comments: z.int(),
  revision: z.int(),
  writeup: z.string().nullable(),
  quote: z.string(),
  waitsForViewer: z.boolean(),
  address: z.string(),
})
const Page = z.object({
  title: z.string(),
  found: z.int(),
  next: z.int().nullable(),
  threads: z.array(Listed),
})
type Listed = z.output<typeof Listed>

const Part = z.object({
  comments: z.array(
    z.object({
      number: z.int(),
      author: z.object({ name: z.string() }),
      at: z.string(),
      body: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
})

/** YES: told. What is open is for their readers to judge, and no NO. */
export const threads = defineVerb(
  {
    name: 'threads',
    operands: 'SLUG',
    least: 1,
    most: 1,
    about: `The threads of a proposal, one line each: number, kind, state, where it stands, who opened it, how it begins; those that wait
for you have a star. Without --all those that are open. The token is in COHERENT_TOKEN (made at My account).`,
    options: {
      all: { type: 'boolean', says: 'closed ones, too' },
      json: { type: 'boolean', says: 'as JSON' },
      ...SITE_OPTION,
    },
  },
  async ({ values, operands: [slug = ''] }) => {
    if (!isSlug(slug)) return wrongUse('threads', `${slug} is no name of a proposal`)
    const opened = openSite(values.site)
    if (!opened.ok) return wrongUse('threads', opened.error)
    const list = await allThreads(opened.value, slug)
    if (!list.ok) return tellRefused('threads', list.error)
    const told = values.all ? list.value : list.value.filter(isOpen)
    if (values.json) console.log(JSON.stringify(told, null, 2))
    else for (const thread of told) console.log(lineOf(thread))
    return exitCode.YES
  },
)

const isOpen = ({ state }: Listed) => state === 'open' || state === 'answered'

/** More than any proposal has; a site that pages for ever is not followed for ever. */
const MOST_PAGES = 400

async function allThreads(site: Site, slug: string): Promise<Result<Listed[], Refused>> {
  const all: Listed[] = []
  let page: number | null = 1
  while (page !== null && page <= MOST_PAGES) {
    const found: Result<z.output<typeof Page>, Refused> = await site.ask(
      `/api/rfc/${slug}/threads?page=${page}`,
      Page,
    )
    if (!found.ok) return found
    all.push(...found.value.threads)
    page = found.value.next
  }
  return ok(all)
}

const onOneLine = (text: string) => shown(text).replace(/\s+/g, ' ').trim()

function lineOf({ number, kind, state, opener, words, revision, writeup, waitsForViewer }: Listed): string {
  const place = `v${revision}${writeup === null ? '' : ` ${onOneLine(writeup)}`}`
  return `${waitsForViewer ? '*' : ' '} #${number} ${onOneLine(kind)}, ${onOneLine(state)}, ${place}, ${onOneLine(opener)}: ${onOneLine(words)}`
}

/** Every thread with every comment, as plain text. */
export async function threadsAsText(site: Site, slug: string): Promise<Result<string, Refused>> {
  const list = await allThreads(site, slug)
  if (!list.ok) return list
  const parts: string[] = []
  for (const thread of list.value) {
    parts.push(`${lineOf(thread).trim()}\n`)
    if (thread.quote !== '') parts.push(`> ${onOneLine(thread.quote)}\n`)
    let at: string | null = ''
    while (at !== null) {
      const found: Result<z.output<typeof Part>, Refused> = await site.ask(
        `/api/rfc/${slug}/threads?thread=${thread.number}${at}`,
        Part,
      )
      if (!found.ok) return found
      for (const { number, author, at: when, body } of found.value.comments)
        parts.push(
          `#${thread.number}.${number} ${onOneLine(author.name)}, ${onOneLine(when)}:\n${body ?? '(deleted)'}\n`,
        )
      const from: string | undefined = /[?&]at=(\d{1,7})/.exec(found.value.next ?? '')?.[1]
      at = from === undefined ? null : `&at=${from}`
    }
  }
  return ok(`${parts.join('\n')}`)
}
