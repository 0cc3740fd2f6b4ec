/** What to write in place of HTML: one sentence for each tag that people write, one for all others. */
const INSTEAD: Readonly<Record<string, string>> = {
  details: 'write `<Details summary="…">` on a line of its own, and `</Details>`',
  summary: 'its words are the `summary="…"` of `<Details>`',
  br: 'end the line with `\\`; a cell of a table has one line: write a comma, or a second row',
  hr: 'write `---` between two empty lines',
  img: 'draw a diagram in a ```mermaid fence, or write a table',
  a: 'write `[words](address)`',
  b: 'write `**words**`',
  strong: 'write `**words**`',
  i: 'write `*words*`',
  em: 'write `*words*`',
  code: 'write `` `code` ``',
  tt: 'write `` `code` ``',
  pre: 'write a fence of three backticks',
  table: 'write a Markdown table',
  sub: 'write it plainly, such as x_1',
  sup: 'write it plainly, such as 2^32',
  p: 'leave a line empty between paragraphs',
  ul: 'begin lines with `- `',
  ol: 'begin lines with `1. `',
  li: 'begin the line with `- `',
}

const OTHERS = new Set(
  'abbr article aside blockquote body caption center cite col colgroup dd del dfn div dl dt em embed figcaption figure font footer form frame h1 h2 h3 h4 h5 h6 head header html iframe input ins kbd label link main mark meta nav noscript object option p param picture q s samp script section select small source span strike style sup svg tbody td template textarea tfoot th thead time title tr u var video wbr'.split(
    ' ',
  ),
)

export const isHtml = (name: string): boolean => Object.hasOwn(INSTEAD, name) || OTHERS.has(name)

export function htmlAdvice(name: string): string {
  const instead = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : 'write Markdown, or `\\<` for a plain `<`'
  return `<${name}> is HTML, which is not allowed: ${instead}.`
}
