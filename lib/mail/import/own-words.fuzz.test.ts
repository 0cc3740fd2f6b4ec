import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { NOW, POLICY, type ReplySpelling, reply, sampleSeries } from '#lib/mail/import/samples/reply.ts'
import rfc from '#lib/mail/import/samples/rfc.json'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { lettersOf } from './squeeze.ts'

// Whatever a reviewer writes between, above and below quotes, in whatever mailer, is in the text of some comment.
// OWN_WORDS_MAILS=20000 for the long run, FUZZ_SEED for other mails; a failure prints what repeats it.
const COUNT = testNumber('OWN_WORDS_MAILS', 400)
const SEED = testNumber('FUZZ_SEED', 1)

const series = sampleSeries(rfc)
const QUOTABLE =
  series.parts[4]?.passages.map(({ start, end }) => series.parts[4]?.text.slice(start, end) ?? '') ?? []

// Ordinary words, and those that make a line look like something that nobody says.
const WORDS =
  'the a this that waker lock queue task futex bucket race lost wake returns frees holds drops owns must may cannot if when because before after under only both CPU0 CPU1 hb->lock io_futex_wait() -EAGAIN 42 0x10 NULL'.split(
    ' ',
  )
const LURES = [
  'On 2020-03-02 Thomas wrote',
  'as Linus said in 2006',
  'On Monday at 10:00 it broke',
  'in the mail of tglx@example.org',
  'at 10:00 on 14 June 2021',
  'From: 5.10 To: 5.13 Date: last week',
  'sent from the waker',
  'Sent via IPI',
  'this message is privileged',
  'confidential guests',
  'notify the sender',
  'the linux-api mailing list',
  'unsubscribe and release',
  'https://example.org/a',
  'Thanks',
  'regards the lock',
  'Hi-res timers',
  'best case',
  'Original Message',
  'forwarded',
  'snip',
  '[...]',
  '>= 4',
  'Reviewed-by',
  'wrote',
  'said',
]

const word = fc.constantFrom(...WORDS)
const piece = fc.oneof({ weight: 5, arbitrary: word }, { weight: 1, arbitrary: fc.constantFrom(...LURES) })
const line = fc
  .tuple(fc.array(piece, { minLength: 2, maxLength: 11 }), fc.constantFrom('.', '', ':', '?', ',', '!', '.'))
  .map(([pieces, end]) => {
    const text = pieces.join(' ') + end
    return (text[0] ?? '').toUpperCase() + text.slice(1)
  })
const indent = fc.constantFrom('', '', '', '  ', '    ', '\t', '- ', '* ', '1. ')

/** Less may be a name or a heading of the mail that it stands in. */
const TELLING_LETTERS = 20

type Block = { readonly kind: 'own' | 'quote' | 'rule'; readonly lines: readonly string[] }

const own: fc.Arbitrary<Block> = fc
  .tuple(indent, fc.array(line, { minLength: 1, maxLength: 4 }))
  .map(([before, lines]) => ({ kind: 'own', lines: withoutLead(lines.map((text) => before + text)) }))
/** A name, a day and a word for writing, and a colon right above a quote: what everybody takes for an attribution. */
function withoutLead(lines: readonly string[]): string[] {
  const isLead =
    /14 June 2021|2020-03-02|mail of/.test(lines.join(' ')) || /wrote|said/.test(lines.at(-1) ?? '')
  return isLead ? lines.map((text) => text.replace(/:$/, '.')) : [...lines]
}

/** What a reviewer repeats of the proposal, with a word of his own. */
const repeated: fc.Arbitrary<Block> = fc.tuple(fc.constantFrom(...QUOTABLE), word).map(([passage, more]) => ({
  kind: 'own',
  lines: [...passage.split('\n').slice(0, 2), `${more} instead, please.`],
}))
const rule: fc.Arbitrary<Block> = fc
  .constantFrom('---', '--', '===', '_____', '***', '-- 2 --', '----- queue -----')
  .map((text) => ({ kind: 'rule', lines: [text] }))
const quote: fc.Arbitrary<Block> = fc
  .constantFrom(...QUOTABLE)
  .map((passage) => ({ kind: 'quote', lines: passage.split('\n') }))

/** What stands right below an attribution is quoted. */
const FIRST: Block = { kind: 'quote', lines: (QUOTABLE[0] ?? '').split('\n') }

const ATTRIBUTIONS = [
  'On Mon, Jun 14 2021 at 10:00, Ünal Größe wrote:',
  'On Mon, Jun 14, 2021 at 10:00 AM Ünal Größe\n<unal@rfc.example> wrote:',
  'Am 14.06.21 um 10:00 schrieb Ünal Größe:',
  'W dniu 14.06.2021 o 10:00, Ünal Größe pisze:',
  'Ünal Größe (2021-06-14 10:00):',
  'Ünal Größe <unal@rfc.example> writes:',
  '',
]
const TAILS = [
  '',
  '\n-- \nReva\n',
  '\n--\nReva Reviewer\n',
  '\nThanks,\nReva\n',
  '\nSent from my iPhone\n',
  '\n_______________________________________________\nio-uring mailing list\nio-uring@lists.example\nhttps://lists.example/listinfo/io-uring\n',
  '\n-- \nTo unsubscribe from this list: send the line "unsubscribe io-uring" in\nthe body of a message to majordomo@vger.kernel.org\n',
  '\nThis email and any attachments are confidential and may be privileged. If you are not\nthe intended recipient, please notify the sender immediately.\n',
]

type Style = (blocks: readonly Block[], attribution: string) => { body: string; spelling?: ReplySpelling }

const marked =
  (prefix: string): Style =>
  (blocks, attribution) => ({
    body: `${attribution}\n${paragraphs([FIRST, ...blocks], (text) => `${prefix}${text}`.trimEnd())}`,
  })
const unmarked: Style = (blocks) => ({
  body: `See inline, with my initials.\n\n-----Original Message-----\nFrom: Ünal Größe <unal@rfc.example>\nSent: Monday, 14 June 2021 10:00\nTo: linux-kernel@vger.kernel.org\nSubject: [RFC v2 4/4] x\n\n${QUOTABLE[0]}\n\n${paragraphs(blocks, (text) => text)}`,
})
const flowed: Style = (blocks, attribution) => ({
  body: marked('> ')(blocks, attribution)
    .body.split('\n')
    .map((text) => (/^(?: |From |>[^ >])/.test(text) ? ` ${text}` : text))
    .join('\n'),
  spelling: { headers: { 'Content-Type': 'text/plain; charset=UTF-8; format=flowed' } },
})
const html: Style = (blocks, attribution) => {
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('  ', '&nbsp; ')
  const parts = [FIRST, ...blocks].map(({ kind, lines }) => {
    const words = lines.map(escaped).join('<br>')
    return kind === 'quote' ? `<blockquote>${words}</blockquote>` : `<p>${words}</p>`
  })
  return {
    body: `<div>${escaped(attribution)}</div>${parts.join('\n')}`,
    spelling: { headers: { 'Content-Type': 'text/html; charset=UTF-8' } },
  }
}
const topPost: Style = (blocks, attribution) => ({
  body: `${paragraphs(
    blocks.filter(({ kind }) => kind !== 'quote'),
    (text) => text,
  )}\n${attribution || ATTRIBUTIONS[0]}\n${QUOTABLE.map((text) => text.replace(/^/gm, '> ')).join('\n>\n')}\n`,
})

const STYLES: Readonly<Record<string, Style>> = {
  'behind > and a blank': marked('> '),
  'behind > alone': marked('>'),
  'behind bars': marked('| '),
  'behind initials': marked('UG> '),
  'in flowed text': flowed,
  'in HTML': html,
  'in Outlook, without marks': unmarked,
  'below a top post': topPost,
}

function paragraphs(blocks: readonly Block[], mark: (text: string) => string): string {
  return blocks
    .map(({ kind, lines }) => `${lines.map(kind === 'quote' ? mark : (t) => t).join('\n')}\n`)
    .join('\n')
}

/** The words of blocks that stand in no comment. */
async function lost(blocks: readonly Block[], body: string, spelling?: ReplySpelling): Promise<string[]> {
  const outcome = await createMailImporter([series], POLICY, NOW).importBytes(
    Buffer.from(reply(body, spelling)),
  )
  const told = [...outcome.comments.map((c) => c.text), ...outcome.trailers.map((t) => t.line)].map(lettersOf)
  return blocks
    .filter(
      ({ kind, lines }) => kind === 'own' && !told.some((text) => text.includes(lettersOf(lines.join('\n')))),
    )
    .map(({ lines }) => lines.join('\n'))
}

for (const [where, style] of Object.entries(STYLES)) {
  test(`own words are kept beside quotes ${where}`, { timeout: 30_000 + COUNT * 50 }, async () => {
    // Without marks nothing tells what is repeated from what is quoted.
    const long = own.filter(
      ({ lines }) => lettersOf(lines.join('')).length >= TELLING_LETTERS && !/^1\. /.test(lines[0] ?? ''),
    )
    const block =
      style === unmarked || where === 'behind bars' || where === 'behind initials'
        ? fc.oneof(style === unmarked ? long : own, quote, quote)
        : fc.oneof(own, own, quote, quote, repeated, rule)
    const mails = fc.tuple(
      fc.array(block, { minLength: 1, maxLength: 7 }),
      fc.constantFrom(...ATTRIBUTIONS),
      fc.constantFrom(...(style === html ? [''] : TAILS)),
    )
    await fc.assert(
      fc.asyncProperty(mails, async ([blocks, attribution, tail]) => {
        const { body, spelling } = style(blocks, attribution)
        expect(await lost(blocks, body + tail, spelling), body + tail).toEqual([])
      }),
      { numRuns: Math.ceil(COUNT / Object.keys(STYLES).length), seed: SEED },
    )
  })
}
