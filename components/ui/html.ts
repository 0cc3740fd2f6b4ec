/**
 * HTML as text, for what stands in a page by the thousand (threads and their comments) or is sent without a page
 * around it. Safe by construction: what is put between the literals is escaped, unless it came out of `html` itself.
 */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Value = Html | readonly Html[] | string | number | false | null | undefined

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For text and for a quoted value of an attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign)

function textOf(value: Value): string {
  if (value === false || value === null || value === undefined) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(({ text }) => text).join('')
  return escapeHtml(String(value))
}

/**
 * `html\`<b>${name}</b>\``. Attributes are quoted in the literal; nothing, `false` included, is put for what is
 * absent. Line ends and indents between tags are left out: ten thousand comments would carry them.
 */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = literals.map((literal, i) => literal.replace(/\n\s*/g, '') + textOf(values[i]))
  return new Html(parts.join(''))
}

/** Elements that a browser makes of it. */
export const elementsIn = ({ text }: Html): number => text.match(/<[a-z]/gi)?.length ?? 0
