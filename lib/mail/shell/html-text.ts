/**
 * HTML to the text that its reader saw: quotes as `>` lines, tables as columns, nothing that was hidden, no address
 * behind a link, no picture. Nothing of it is ever shown as HTML again.
 */
import { convert } from 'html-to-text'

/** Deeper nesting is no mail, and would be a deep recursion; more cells than these take the table formatter long. */
const MAX_DEPTH = 200
const MAX_CELLS = 4000
const skip = (selector: string) => ({ selector, format: 'skip' })

export function htmlText(html: string): string {
  return isTooMuch(html) ? plainStrip(html) : render(html)
}

/** Elements that need no end; counting them would make long paragraphs look deep. */
const WITHOUT_END =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dt|dd|tr|td|th|option)$/i

function isTooMuch(html: string): boolean {
  let depth = 0
  let cells = 0
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,30})/gi)) {
    if (/^t[dh]$/i.test(name) && slash === '') cells++
    if (!WITHOUT_END.test(name)) depth = slash === '' ? depth + 1 : Math.max(0, depth - 1)
    if (depth > MAX_DEPTH || cells > MAX_CELLS) return true
  }
  return false
}

/** HTML that is an attack or a spreadsheet: its words without its form, in one pass. */
function plainStrip(html: string): string {
  const words = html.split('<').map((piece, i) => {
    if (i === 0) return piece
    const end = piece.indexOf('>')
    return end < 0
      ? ''
      : `${/^\/?(?:p|div|br|tr|li|blockquote|table|h[1-6])\b/i.test(piece) ? '<br>' : ' '}${piece.slice(end + 1)}`
  })
  return render(words.join(''))
}

function render(html: string): string {
  return convert(html, {
    wordwrap: false,
    preserveNewlines: false,
    limits: { maxInputLength: 1_048_576, maxDepth: MAX_DEPTH, ellipsis: '' },
    selectors: [
      skip('head'),
      skip('script'),
      skip('style'),
      skip('title'),
      skip('img'),
      skip('[style*="display:none"]'),
      skip('[style*="display: none"]'),
      skip('[style*="visibility:hidden"]'),
      skip('[style*="visibility: hidden"]'),
      skip('[style*="mso-hide:all"]'),
      skip('[style*="mso-hide: all"]'),
      skip('[hidden]'),
      { selector: 'a', options: { ignoreHref: true } },
      // A rule is no word; as dashes it would be a signature or the end of a patch's message.
      skip('hr'),
      { selector: 'table', format: 'dataTable' },
      {
        selector: 'blockquote',
        options: { leadingLineBreaks: 1, trailingLineBreaks: 1, trimEmptyLines: true },
      },
      // Word makes a paragraph of every line, and an empty one of an empty line.
      ...['p.MsoNormal', 'p.MsoPlainText'].map((selector) => ({
        selector,
        format: 'paragraph',
        options: { leadingLineBreaks: 1, trailingLineBreaks: 1 },
      })),
      { selector: 'p', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  })
}
