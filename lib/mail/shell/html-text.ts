/**
 * HTML to the text that its reader saw: quotes as `>` lines, tables as columns, nothing that was hidden, no address
 * behind a link, no picture. Nothing of it is ever shown as HTML again.
 */
import { convert } from 'html-to-text'

/** Deeper nesting is no mail, and would be a deep recursion. */
const MAX_DEPTH = 200
const skip = (selector: string) => ({ selector, format: 'skip' })

export function htmlText(html: string): string {
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
      { selector: 'a', options: { ignoreHref: true } },
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
