/**
 * A diagram as mermaid is handed it, so that it draws what its author wrote.
 *
 * Three things in mermaid's notation swallow signs that are common in code: in a flowchart's label `<` and `>` are taken for
 * HTML (`q->lock` becomes `q- lock`), in a sequence `#` begins a comment in the middle of a message, and `;` ends one. The
 * first two are written as the entities that mermaid knows for them; the third cannot be told from two statements on a line,
 * and is told to the author. Colours of an author are those of one theme: words on them get an ink that can be read, and
 * the grounds of whole parts give way to one that both themes have.
 *
 * Lines stay lines, so that what mermaid says of one is true of the source.
 */
export function drawableSource(source: string): string {
  const kind = /^\s*([A-Za-z-]+)/m.exec(source.replace(/^\s*%%.*$/gm, ''))?.[1] ?? ''
  const lines = source.split('\n')
  if (kind === 'flowchart' || kind === 'graph') return lines.map(flowLine).join('\n')
  if (kind === 'sequenceDiagram') return lines.map(sequenceLine).join('\n')
  const isState = /^stateDiagram/.test(kind)
  return lines
    .map((line) => (isStyle(line) ? readableStyle(line) : isState ? stateLine(line) : line))
    .join('\n')
}

const isComment = (line: string) => /^\s*%%/.test(line)
const isStyle = (line: string) => /^\s*(?:classDef|style)\s/.test(line)

/** Everything between quotes, between two bars, and between the brackets of a node. */
function flowLine(line: string): string {
  if (isComment(line)) return line
  if (isStyle(line)) return readableStyle(line)
  return line
    .split(/("[^"]*")/)
    .map((part, i) => (i % 2 === 1 ? plainAngles(part) : unquoted(part)))
    .join('')
}

function unquoted(part: string): string {
  return part
    .replace(/\|[^|]*\|/g, plainAngles)
    .replace(/(?<=\w)(?:\[[^[\]"]*\]|\([^()"]*\)|\{[^{}"]*\})/g, plainAngles)
}

const plainAngles = (label: string) =>
  label.replace(/<br\s*\/?>|[<>]/gi, (sign) => (sign === '<' ? '#lt;' : sign === '>' ? '#gt;' : sign))

const MESSAGE = /^(\s*(?:note\s[^:]*|[^:#%]*?(?:-|<<)[^:]*)):(.*)$/i

function sequenceLine(line: string): string {
  if (isComment(line) || /^\s*#/.test(line)) return line
  // A ground of one's own is light in one theme and takes the words with it in the other.
  const ground = /^(\s*)rect\b.*$/.exec(line)
  if (ground) return `${ground[1]}rect rgba(127, 127, 127, 0.15)`
  const [, head, words] = MESSAGE.exec(line) ?? []
  if (head === undefined || words === undefined) return line
  return `${head}:${plainAngles(words.replace(/#(?!\w+;)/g, '#35;'))}`
}

/** Words behind the first colon; `<<fork>>` has none before it. */
function stateLine(line: string): string {
  const [, head, words] = /^([^:]*\w\]?\s*):(?!:)(.*)$/.exec(line) ?? []
  if (head === undefined || words === undefined || isComment(line)) return line
  return `${head}:${words.replace(/<(?=[/A-Za-z])(?!br\s*\/?>)/gi, '#lt;')}`
}

/** Words on a ground of the author's own get black or white, whichever is further from it. */
function readableStyle(line: string): string {
  const out: string[] = []
  let style: { readonly head: string; readonly declarations: Declaration[] } | null = null
  const end = () => {
    if (style) out.push(style.head + readable(style.declarations))
    style = null
  }
  for (const { separator, text } of separated(line)) {
    const [, head = '', first = ''] = /^(\s*(?:classDef|style)\s+[^\s;]+\s+)(.*)$/.exec(text) ?? []
    if (head !== '') {
      end()
      style = { head: separator + head, declarations: [declaration('', first)] }
    } else if (style && /^\s*[\w-]+\s*:(?!:)/.test(text))
      style.declarations.push(declaration(separator, text))
    else {
      // Another statement behind a semicolon, or the semicolon at the end.
      end()
      out.push(separator + text)
    }
  }
  end()
  return out.join('')
}

type Declaration = { readonly separator: string; readonly name: string; readonly text: string }

const declaration = (separator: string, text: string): Declaration => ({
  separator,
  name: /^\s*([\w-]+)\s*:/.exec(text)?.[1]?.toLowerCase() ?? '',
  text,
})

const STYLE_HEAD = /\s*(?:classDef|style)\s+[^\s;]+\s+/y

/** At commas and semicolons, each with what stands behind it; those in brackets are within a colour. */
function separated(line: string): { readonly separator: string; readonly text: string }[] {
  const parts: { separator: string; text: string }[] = []
  let depth = 0
  let separator = ''
  let start = 0
  const end = (at: number) => parts.push({ separator, text: line.slice(start, at) })
  for (let at = 0; at < line.length; at++) {
    if (at === start && separator !== ',') {
      // `classDef a,b fill:red` names two.
      STYLE_HEAD.lastIndex = at
      if (STYLE_HEAD.test(line)) at = STYLE_HEAD.lastIndex
    }
    const sign = line[at] ?? ''
    if (sign === '(') depth += 1
    else if (sign === ')') depth = Math.max(0, depth - 1)
    else if (depth === 0 && (sign === ',' || sign === ';')) {
      end(at)
      separator = sign
      start = at + 1
    }
  }
  end(line.length)
  return parts
}

function readable(given: readonly Declaration[]): string {
  const fill = given.find(({ name }) => name === 'fill')
  const colour = fill?.text.replace(/^[^:]*:/, '').trim() ?? ''
  const light = fill === undefined || /^(?:none|transparent)$/i.test(colour) ? undefined : lightness(colour)
  const kept: Declaration[] = []
  for (const one of given) {
    // An ink of the author's own is one theme's; of a colour by a name that we do not know the ground of the theme stays.
    if (one.name === 'color' || (one.name === 'fill' && light === null)) continue
    kept.push(one)
    if (one === fill && typeof light === 'number') {
      const text = `color:${light > 0.45 ? '#111111' : '#ffffff'}`
      kept.push({ separator: ',', name: 'color', text })
    }
  }
  if (kept.length === 0) return 'stroke-width:1px' // without any it is no statement
  return kept.map(({ separator, text }, i) => (i === 0 ? text.trimStart() : separator + text)).join('')
}

const NAMED: Readonly<Record<string, string>> = {
  white: '#ffffff',
  black: '#000000',
  red: '#ff0000',
  green: '#008000',
  blue: '#0000ff',
  yellow: '#ffff00',
  orange: '#ffa500',
  pink: '#ffc0cb',
  grey: '#808080',
  gray: '#808080',
  lightgrey: '#d3d3d3',
  lightgray: '#d3d3d3',
  lightblue: '#add8e6',
  lightgreen: '#90ee90',
  lightyellow: '#ffffe0',
}

/** From 0 to 1, as eyes see it; null: a colour in a form of its own. */
function lightness(colour: string): number | null {
  const hex = Object.hasOwn(NAMED, colour.toLowerCase()) ? NAMED[colour.toLowerCase()] : colour
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(hex ?? '')
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex ?? '')
  const rgb = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})/i.exec(hex ?? '')
  const parts = short
    ? short.slice(1).map((one) => Number.parseInt(one + one, 16))
    : long
      ? long.slice(1).map((one) => Number.parseInt(one, 16))
      : rgb?.slice(1).map(Number)
  if (!parts) return null
  const [red = 0, green = 0, blue = 0] = parts
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
}
