/**
 * Markup that must not be left over in list text (rule B10), and how to write the same characters so that
 * nobody, human or program, takes them for markup.
 *
 * One table for both sides: the linter looks for `pattern`, the renderer applies `defuse` where prose really
 * talks about `<div>` or `&amp;`. The linter cannot know the difference; a blank inside keeps the words
 * readable and the list's tools quiet. Every `defuse` only inserts blanks.
 */
export type LeftoverMarkup = {
  readonly what: string
  readonly pattern: RegExp
  readonly defuse: (line: string) => string
}

/** What a write-up calls its components (`lib/writeup/parse/allow-list.ts`): any other `<Task>` is a word of the text. */
export const COMPONENT_NAMES = [
  'Answer',
  'Claim',
  'Simulation',
  'Figure',
  'Note',
  'Details',
  'Evidence',
  'Chart',
  'Unresolved',
  'Term',
] as const

const NOT_WORD_AFTER = '(?![\\p{L}\\p{N}_])'

export const LEFTOVER_MARKUP: readonly LeftoverMarkup[] = [
  {
    what: 'code fence',
    pattern: /^\s*(`{3,}|~{3,})/u,
    defuse: (line) => line.replace(/^(\s*)(``|~~)(?=[`~])/, '$1$2 '),
  },
  {
    what: 'inline markdown link',
    pattern: /\]\((https?:|\/|#|mailto:)/u,
    defuse: (line) => line.replace(/\]\((?=https?:|\/|#|mailto:)/g, '] ('),
  },
  {
    what: 'ATX heading',
    pattern: /^#{1,6} \S/u,
    defuse: (line) => ` ${line}`,
  },
  {
    what: 'bold markup',
    pattern: /(?<![\p{L}\p{N}_*])\*\*[^*\s][^*]*\*\*/u,
    defuse: (line) => line.replace(/(?<![\p{L}\p{N}_*])\*\*(?=[^*\s][^*]*\*\*)/gu, '* *'),
  },
  {
    what: 'HTML tag',
    pattern: new RegExp(
      `</?(?:div|span|p|br|b|i|em|strong|a|img|pre|code|details|summary|script|iframe|table|tr|td|sub|sup)${NOT_WORD_AFTER}[^>\\n]*>`,
      'u',
    ),
    defuse: (line) =>
      line.replace(
        /<(?=\/?(?:div|span|p|br|b|i|em|strong|a|img|pre|code|details|summary|script|iframe|table|tr|td|sub|sup)(?![\p{L}\p{N}_])[^>\n]*>)/gu,
        '< ',
      ),
  },
  {
    what: 'JSX component',
    pattern: new RegExp(`</?(?:${COMPONENT_NAMES.join('|')})(?:\\s+[a-zA-Z]+=[^>]*)?\\s*/?>(?!\\S*@)`, 'u'),
    defuse: (line) =>
      line.replace(
        new RegExp(`<(?=/?(?:${COMPONENT_NAMES.join('|')})(?:\\s+[a-zA-Z]+=[^>]*)?\\s*/?>)`, 'gu'),
        '< ',
      ),
  },
  {
    what: 'HTML entity',
    pattern: /&(?:nbsp|lt|gt|amp|quot|#\p{Nd}+|#x[0-9a-f]+);/iu,
    defuse: (line) => line.replace(/&(?=(?:nbsp|lt|gt|amp|quot|#\p{Nd}+|#x[0-9a-f]+);)/giu, '& '),
  },
  {
    what: 'MDX import',
    pattern: /^(import|export) .* from ['"]/u,
    defuse: (line) => ` ${line}`,
  },
  {
    what: 'MDX comment',
    pattern: /\{\/\*/u,
    defuse: (line) => line.replaceAll('{/*', '{ /*'),
  },
  {
    what: 'TeX math',
    pattern:
      /\$\$|\\(?:frac|mathcal|begin|end|sum|forall|alpha)(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_$])\$[A-Za-z\\(][^$\n]{0,60}\$(?![\p{L}\p{N}_])/u,
    defuse: (line) =>
      line
        .replace(/\$(?=\$)/g, '$ ')
        .replace(/\\(?=(?:frac|mathcal|begin|end|sum|forall|alpha)(?![\p{L}\p{N}_]))/gu, '\\ ')
        .replace(/(?<![\p{L}\p{N}_$])\$(?=[A-Za-z\\(][^$\n]{0,60}\$(?![\p{L}\p{N}_]))/gu, '$ '),
  },
  {
    what: 'image',
    pattern: /!\[[^\]]*\]\(/u,
    defuse: (line) => line.replace(/!(?=\[[^\]]*\]\()/g, '! '),
  },
]

/** As it was while every word in angle brackets that begins with a capital was taken for a component. */
export const LEFTOVER_MARKUP_BEFORE: readonly LeftoverMarkup[] = LEFTOVER_MARKUP.map((markup) =>
  markup.what === 'JSX component'
    ? {
        what: markup.what,
        pattern: /<\/?[A-Z][A-Za-z0-9]*(?:\s+[a-zA-Z]+=[^>]*)?\s*\/?>(?!\S*@)/u,
        defuse: (line) => line.replace(/<(?=\/?[A-Z][A-Za-z0-9]*(?:\s+[a-zA-Z]+=[^>]*)?\s*\/?>)/gu, '< '),
      }
    : markup,
)
