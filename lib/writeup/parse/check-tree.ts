/**
 * The check that makes a document safe to compile and possible to mail.
 *
 * It works on the syntax tree, because only there is it certain what a parser made of the text, and it is an
 * allow list: each kind of node that may occur has a case, and a kind without a case is refused. It runs on the
 * tree that everything else uses, so there is no second reading of the text for an attack to hide in.
 *
 * Refused are: anything that is code (imports, exports, expressions, spreads), tags and attributes outside the
 * contract of `allow-list.ts`, HTML, addresses that run script, and Markdown that a mailing list cannot show.
 * The walk uses a stack of its own: at this point nobody has yet bounded the depth of the tree.
 */
import type { Code, Heading, Nodes, RootContent } from 'mdast'
import { nearestWord } from '#lib/nearest-word.ts'
import { parseProperty } from '#lib/promela/search/property.ts'
import {
  builtComponents,
  type ComponentRule,
  componentRule,
  ID_PATTERN,
  MAX_ID_LENGTH,
  NAME_PATTERN,
} from './allow-list.ts'
import { languageOf } from './code-language.ts'
import { diagramComplaints } from './diagram.ts'
import { htmlAdvice, isHtml } from './html-advice.ts'
import { codePointName, FORBIDDEN_CHARACTER, MAX_DEPTH, MAX_NODES, MAX_PROBLEMS } from './limits.ts'
import { type Edit, type Problem, placeOf, type Rule } from './problem.ts'
import { isSafeUrl } from './safe-url.ts'
import { collapse, textContent } from './text-content.ts'

type FlowElement = Extract<RootContent, { type: 'mdxJsxFlowElement' }>
type JsxElement = FlowElement | Extract<RootContent, { type: 'mdxJsxTextElement' }>
type Visit = { readonly node: Nodes; readonly parent: Visit | null; readonly depth: number }
type Positioned = Parameters<typeof placeOf>[0]
type Report = (at: Positioned, rule: Rule, message: string, fix?: readonly Edit[]) => void

/** Characters of a heading: its words are part of addresses, of the outline, and of an index of the database. */
const MAX_HEADING_LENGTH = 300

/** Every problem of a document's tree, in document order. An empty list means that it may be compiled. */
export function checkTree(tree: Nodes, file: string, source: string): Problem[] {
  const problems: Problem[] = []
  const report: Report = (at, rule, message, fix) =>
    problems.push({ file, rule, message, ...placeOf(at), ...(fix ? { fix } : {}) })
  const footnotes = new FootnoteCheck()
  const references = new ReferenceCheck()
  let previousHeading = 1
  let nodes = 0

  const stack: Visit[] = [{ node: tree, parent: null, depth: 0 }]
  for (let visit = stack.pop(); visit; visit = stack.pop()) {
    if (problems.length >= MAX_PROBLEMS) return problems
    const { node, depth } = visit
    nodes += 1
    if (nodes > MAX_NODES) {
      report(node, 'too-many-nodes', `The document has more than ${MAX_NODES} parts; split it.`)
      return problems
    }
    if (depth > MAX_DEPTH) {
      report(node, 'too-deep', `Nested more than ${MAX_DEPTH} levels deep; flatten it.`)
      continue
    }
    let descend = true
    switch (node.type) {
      case 'root':
      case 'emphasis':
      case 'strong':
      case 'blockquote':
      case 'list':
      case 'listItem':
      case 'tableRow':
      case 'tableCell':
      case 'break':
      case 'thematicBreak':
        break
      case 'paragraph':
        checkParagraph(node, source, report)
        break
      case 'table':
        checkTable(node, source, report)
        break
      case 'text': {
        references.text(node, source)
        const undefinedNote = /\[\^([^\]\s]+)\]/.exec(node.value)
        if (undefinedNote) {
          const name = undefinedNote[1]
          report(node, 'footnote', `There is no footnote [^${name}]: write a line \`[^${name}]: …\`.`)
        }
        checkCharacters(node, node.value, report)
        break
      }
      case 'inlineCode':
        checkCharacters(node, node.value, report)
        break
      case 'code':
        checkCode(node, source, report)
        break
      case 'heading':
        previousHeading = checkHeading(node, visit, previousHeading, report)
        break
      case 'link':
      case 'definition':
        if (node.type === 'definition') references.definitions.push(node.label ?? node.identifier)
        checkUrl(node, report)
        if (node.title) checkCharacters(node, node.title, report)
        break
      case 'linkReference':
        break
      case 'footnoteReference':
        footnotes.references.push(node)
        break
      case 'footnoteDefinition':
        footnotes.definitions.push(node)
        break
      case 'image':
      case 'imageReference':
        report(
          node,
          'no-image',
          'Images are not shown: draw a diagram in a ```mermaid fence, or write a table.',
        )
        break
      case 'delete':
        report(
          node,
          'no-strikethrough',
          'Struck-out text looks like plain text in a mail: delete it, or say it.',
        )
        break
      case 'html':
        report(node, 'no-html', 'HTML is not allowed: write Markdown.')
        break
      case 'mdxjsEsm':
        report(
          node,
          'no-esm',
          '`import` and `export` at the start of a paragraph are code: begin it with another word.',
        )
        break
      case 'mdxFlowExpression':
      case 'mdxTextExpression':
        report(node, 'no-expression', expressionMessage(node.value))
        break
      case 'mdxJsxFlowElement':
      case 'mdxJsxTextElement':
        descend = checkComponent(node, visit, report)
        break
      default:
        // `yaml` and whatever a future parser adds.
        report(node, 'syntax', `\`${node.type}\` is not part of what a write-up may contain.`)
        descend = false
    }
    if (descend && 'children' in node) {
      for (let at = node.children.length - 1; at >= 0; at--) {
        const child = node.children[at]
        if (child) stack.push({ node: child, parent: visit, depth: depth + 1 })
      }
    }
  }
  footnotes.check(report)
  references.check(report)
  return problems
}

function expressionMessage(value: string): string {
  return /^\s*\/\*[\s\S]*\*\/\s*$/.test(value)
    ? 'Comments were not kept in a write-up.'
    : '`{…}` is code: write `\\{` for a brace, or put the text in `code`.'
}

function checkCharacters(node: Nodes, text: string, report: Report): void {
  // The raw text was checked already; a character reference (`&#x202e;`) can still produce one here.
  const found = FORBIDDEN_CHARACTER.exec(text)
  if (found) {
    report(
      node,
      'control-character',
      `The invisible character ${codePointName(found[0])} is not allowed; delete it.`,
    )
  }
}

function checkCode(node: Code, source: string, report: Report): void {
  checkCharacters(node, node.value, report)
  const fence = fenceOf(node, source)
  const language = node.lang ? languageOf(node.lang) : null
  if (language?.kind === 'misspelt' && node.lang) {
    const { meant } = language
    const fix = fence && [{ ...fence.languageAt, length: node.lang.length, text: meant }]
    const message = `\`${node.lang.slice(0, 60)}\` is not a language that anybody knows: did you mean \`${meant}\`?`
    report(node, 'code-language', message, fix ?? undefined)
  }
  if (fence && !fence.isClosed) {
    const message =
      'The fence is not closed: all that follows is code. Write the same signs on a line of their own behind the code; around code that holds fences write one sign more.'
    report({ position: fence.place }, 'code-fence', message)
  }
  if (node.value.trim() === '') {
    report(node, 'component-content', 'The code block is empty: delete it, or write the code.')
  } else if (node.lang === 'mermaid') {
    for (const complaint of diagramComplaints(node.value))
      report(placeInFence(node, complaint), 'diagram', complaint.message)
  }
}

/** null: set in, without a fence. */
function fenceOf(node: Code, source: string) {
  const { start, end } = node.position ?? {}
  if (start?.offset === undefined || end?.offset === undefined) return null
  const text = source.slice(start.offset, end.offset)
  const [opening, mark = '', blanks = ''] = /^(`{3,}|~{3,})([ \t]*)/.exec(text) ?? []
  if (opening === undefined) return null
  const lines = text.split('\n')
  const last = (lines.length > 1 ? (lines.at(-1) ?? '') : '').replace(/^[> \t]*/, '').trimEnd()
  const isClosed = last.startsWith(mark) && [...last].every((sign) => sign === mark[0])
  const { line, column } = start
  return {
    isClosed,
    languageAt: { line, column: column + mark.length + blanks.length },
    place: { start: { line, column }, end: { line, column: column + (lines[0]?.length ?? 0) } },
  }
}

/** A line that somebody wrote as a heading: in the words of the paragraph itself, since within code it is what it is. */
function checkParagraph(node: Extract<Nodes, { type: 'paragraph' }>, source: string, report: Report): void {
  for (const child of node.children) {
    const { start, end } = child.position ?? {}
    if (child.type !== 'text' || start?.offset === undefined || end?.offset === undefined) continue
    // A comment that stood in the words is no longer in them, and still in the source.
    if (!/^[> \t]*#{2,6}[\p{L}\p{N}]/mu.test(child.value)) continue
    for (const [i, row] of source.slice(start.offset, end.offset).split('\n').entries()) {
      // What follows code or emphasis is in the middle of a line.
      if (i === 0 && child !== node.children[0]) continue
      const [whole, before = '', marks = '', word = ''] =
        /^([> \t]*)(#{2,6})([\p{L}\p{N}]\S*)/u.exec(row) ?? []
      if (whole === undefined) continue
      const line = start.line + i
      const column = (i === 0 ? start.column : 1) + before.length
      const place = { start: { line, column }, end: { line, column: column + marks.length } }
      const message = `\`${marks}${word.slice(0, 40)}\` is no heading: write a blank behind \`${marks}\`.`
      report({ position: place }, 'heading', message, [
        { line, column: column + marks.length, length: 0, text: ' ' },
      ])
    }
  }
}

/** Cells that a row has more than its head are shown nowhere: most often a bar within code has parted one. */
function checkTable(node: Extract<Nodes, { type: 'table' }>, source: string, report: Report): void {
  const columns = node.children[0]?.children.length ?? 0
  for (const row of node.children) {
    const extra = row.children[columns]
    const { start, end } = row.position ?? {}
    if (!extra || start?.offset === undefined || end?.offset === undefined) continue
    const text = source.slice(start.offset, end.offset)
    const bar = barInCode(text)
    const column = bar === null ? placeOf(extra).column : start.column + bar
    const place = { start: { line: start.line, column }, end: { line: start.line, column: column + 1 } }
    const message = `The row has ${row.children.length} cells, its table ${columns}: write \`\\|\` for a bar within a cell${bar === null ? ', or delete what is too much' : ', in code too'}.`
    const fix = bar === null ? undefined : [{ line: start.line, column, length: 0, text: '\\' }]
    report({ position: place }, 'table', message, fix)
  }
}

/** The first bar between two backticks, which Markdown takes for the end of a cell all the same; null: none is. */
function barInCode(row: string): number | null {
  for (const { index, 0: code } of row.matchAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g)) {
    const bar = /(?<!\\)\|/.exec(code)
    if (bar) return index + bar.index
  }
  return null
}

/** Lines of a fence begin at its column, in a list or a quote too. */
function placeInFence(node: Code, at: { line: number; column: number; length: number }): Positioned {
  const start = node.position?.start
  if (!start) return node
  const line = start.line + 1 + at.line
  const column = start.column + at.column
  return { position: { start: { line, column }, end: { line, column: column + at.length } } }
}

/** Returns the depth that the next heading may go one below. */
function checkHeading(node: Heading, visit: Visit, previous: number, report: Report): number {
  const marks = '#'.repeat(node.depth)
  if (node.depth === 1) {
    const message = 'The title is in the front matter (`title:`): begin headings in the text with `##`.'
    report(node, 'no-title-heading', message)
    return previous
  }
  if (node.depth > previous + 1) {
    report(
      node,
      'heading',
      `\`${marks}\` skips a level: write \`${'#'.repeat(previous + 1)}\`, or add the heading between.`,
    )
  }
  const words = textContent(node)
  if (!/[\p{L}\p{N}]/u.test(words)) {
    report(node, 'heading', 'The heading has no words: write them, or delete it.')
  }
  if (words.length > MAX_HEADING_LENGTH) {
    const message = `The heading has ${words.length} characters; at most ${MAX_HEADING_LENGTH}.`
    report(node, 'heading', message)
  }
  for (let at = visit.parent; at; at = at.parent) {
    const isAnswer = at.node.type === 'mdxJsxFlowElement' && at.node.name === 'Answer'
    if (at.node.type !== 'root' && !isAnswer) {
      report(
        node,
        'heading',
        'A heading cannot stand in a list, quote or component (except <Answer>): move it out.',
      )
      break
    }
  }
  return node.depth
}

function checkUrl(node: Extract<Nodes, { type: 'link' | 'definition' }>, report: Report): void {
  if (isSafeUrl(node.url)) return
  const shown = JSON.stringify(node.url.slice(0, 60))
  report(
    node,
    'unsafe-url',
    `The address ${shown} is not allowed: use https:, mailto:, \`#heading\` or a path.`,
  )
}

/** Returns whether the content of the element is worth checking. */
function checkComponent(node: JsxElement, visit: Visit, report: Report): boolean {
  for (const attribute of node.attributes) {
    if (attribute.type === 'mdxJsxExpressionAttribute') {
      report(
        placed(attribute, node),
        'no-spread',
        'Spread attributes are code: write each attribute as name="text".',
      )
    } else if (attribute.value !== null && typeof attribute.value === 'object') {
      report(
        placed(attribute, node),
        'no-attribute-expression',
        `\`${attribute.name}={…}\` is code: write ${attribute.name}="text".`,
      )
    }
  }
  const { name } = node
  if (name === null) {
    report(node, 'no-fragment', '`<>` groups nothing here: delete it.')
    return true
  }
  const rule = componentRule(name)
  if (!rule) {
    const known = builtComponents().join(', ')
    if (/^[a-z][a-z0-9]*$/.test(name)) {
      report(
        node,
        'no-html',
        isHtml(name) ? htmlAdvice(name) : `<${name}> is no component: put it in \`code\`, or write \`\\<\`.`,
      )
    } else {
      report(node, 'unknown-component', `<${name}> is not a component: there are ${known}.`)
    }
    return true
  }
  if (!rule.built) {
    report(node, 'not-built', `<${name}> is not built yet: ${rule.instead}.`)
    return true
  }
  checkAttributes(node, name, rule, report)
  if (rule.content === 'words') checkWordsPlace(node, name, rule.example, visit, report)
  else checkPlace(node, name, visit, report)
  checkContent(node, name, rule, report)
  return true
}

function checkAttributes(
  node: JsxElement,
  tag: string,
  rule: ComponentRule & { built: true },
  report: Report,
): void {
  const seen = new Set<string>()
  for (const attribute of node.attributes) {
    if (attribute.type !== 'mdxJsxAttribute') continue
    const at = placed(attribute, node)
    const { name, value } = attribute
    if (seen.has(name)) report(at, 'duplicate-attribute', `\`${name}\` is written twice: keep one.`)
    seen.add(name)
    const expected = Object.hasOwn(rule.attributes, name) ? rule.attributes[name] : undefined
    if (!expected) {
      const names = Object.keys(rule.attributes).join(', ') || 'no attributes'
      report(at, 'unknown-attribute', `<${tag}> does not take \`${name.slice(0, 60)}\`: it takes ${names}.`)
      continue
    }
    if (value === null || value === undefined) {
      report(at, 'attribute-value', `\`${name}\` has no value: write ${name}="…".`)
      continue
    }
    if (typeof value !== 'string') continue // reported as an expression
    const complaint = valueComplaint(name, value, expected.value)
    if (complaint) report(at, 'attribute-value', complaint)
    if (FORBIDDEN_CHARACTER.test(value)) {
      report(at, 'control-character', `\`${name}\` contains an invisible character: delete it.`)
    }
  }
  for (const [name, { required }] of Object.entries(rule.attributes)) {
    if (required && !seen.has(name)) {
      report(node, 'missing-attribute', `<${tag}> needs \`${name}\`: write it like ${rule.example}.`)
    }
  }
}

type ValueRule = (ComponentRule & { built: true })['attributes'][string]['value']

function valueComplaint(name: string, value: string, rule: ValueRule): string | null {
  const shown = JSON.stringify(value.slice(0, 60))
  switch (rule.kind) {
    case 'id':
      return ID_PATTERN.test(value) && value.length <= MAX_ID_LENGTH
        ? null
        : `\`${name}\` is ${shown}: write lower case words joined by hyphens, such as no-lost-wake.`
    case 'name':
      return NAME_PATTERN.test(value)
        ? null
        : `\`${name}\` is ${shown}: write a name that the cover declares, of letters, digits, - and _.`
    case 'path':
      return /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(value)
        ? null
        : `\`${name}\` is ${shown}: write the path of a file of the bundle, such as figures/order.txt.`
    case 'one-of':
      return rule.words.includes(value)
        ? null
        : `\`${name}\` is ${shown}: write ${rule.words.map((word) => `"${word}"`).join(' or ')}.`
    case 'property':
      return parseProperty(value)
        ? null
        : `\`${name}\` is ${shown}: write "safety", "claim", "progress", "accept" or the name of an ltl block of the model; "fair " in front of another than safety asks only about runs that are weakly fair.`
    case 'text':
      if (value.trim() === '') return `\`${name}\` is empty: write its words.`
      return value.length <= rule.maxLength
        ? null
        : `\`${name}\` has ${value.length} characters: at most ${rule.maxLength}.`
  }
}

function checkPlace(node: JsxElement, tag: string, visit: Visit, report: Report): void {
  if (node.type === 'mdxJsxTextElement') {
    report(node, 'component-place', `<${tag}> cannot stand in a line of text: put it on lines of its own.`)
    return
  }
  for (let at = visit.parent; at; at = at.parent) {
    if (at.node.type === 'footnoteDefinition') {
      report(node, 'component-place', `<${tag}> cannot stand in a footnote: move it into the text.`)
      return
    }
  }
}

/** Of a component that explains words of a line: where the words are a name or lead somewhere, nothing can be opened in them. */
function checkWordsPlace(node: JsxElement, tag: string, example: string, visit: Visit, report: Report): void {
  if (node.type === 'mdxJsxFlowElement') {
    const message = `<${tag}> stands within a line of text: write ${example} around the words.`
    report(node, 'component-place', message)
    return
  }
  for (let at = visit.parent; at; at = at.parent) {
    const within = WHERE_NOTHING_OPENS[at.node.type]
    const isInItself = at.node.type === 'mdxJsxTextElement' && at.node.name === tag
    if (within === undefined && !isInItself) continue
    const where = isInItself ? `another <${tag}>` : within
    report(
      node,
      'component-place',
      `<${tag}> cannot stand in ${where}: explain the word where the text has it.`,
    )
    return
  }
}

const WHERE_NOTHING_OPENS: Partial<Record<Nodes['type'], string>> = {
  heading: 'a heading',
  link: 'a link',
  linkReference: 'a link',
  footnoteDefinition: 'a footnote',
}

function checkContent(
  node: JsxElement,
  tag: string,
  rule: ComponentRule & { built: true },
  report: Report,
): void {
  const [first, ...others] = node.children
  switch (rule.content) {
    case 'nothing':
      if (first) report(node, 'component-content', `<${tag}> has no content: write <${tag} … />.`)
      return
    case 'blocks':
      if (!first) report(node, 'component-content', `<${tag}> is empty: write its text, or delete it.`)
      return
    case 'sentence': {
      // Inline elements have a place problem already; their content has no paragraph.
      if (node.type === 'mdxJsxTextElement') return
      const isSentence = first?.type === 'paragraph' && collapse(textContent(first)) !== ''
      if (!isSentence || others.length > 0) {
        report(node, 'component-content', `<${tag}> holds exactly one paragraph: the claimed sentence.`)
      }
      return
    }
    case 'words':
      if (collapse(node.children.map(textContent).join('')) === '')
        report(node, 'component-content', `<${tag}> has no words: write it like ${rule.example}.`)
      return
    case 'code-or-table':
      if (node.type === 'mdxJsxTextElement') return
      if ((first?.type !== 'code' && first?.type !== 'table') || others.length > 0) {
        report(
          node,
          'component-content',
          `<${tag}> holds exactly one fenced block (a \`\`\`mermaid diagram or code), or one table.`,
        )
      }
      return
  }
}

const LONGEST_GUESSED = 40
const MOST_GUESSED = 50

/**
 * `[words][name]` that nothing defines stays as it is typed, brackets and all. That is what tags of a subject and two indexes
 * of an array are meant to do (`[RFC][PATCH 2/4]`, `[i][j]`), so only one that a definition was meant for is told: its name is
 * nearly that of one, or it reads like a reference in a document that has some.
 */
class ReferenceCheck {
  readonly definitions: string[] = []
  readonly #undefined: { readonly position: Positioned['position']; words: string; name: string }[] = []

  text(node: Extract<Nodes, { type: 'text' }>, source: string): void {
    const { start, end } = node.position ?? {}
    if (start?.offset === undefined || end?.offset === undefined) return
    if (this.#undefined.length >= MAX_PROBLEMS || !node.value.includes('][')) return
    const text = source.slice(start.offset, end.offset)
    for (const match of text.matchAll(/(?<![\w\])\\])\[([^[\]\n\\]{1,200})\]\[([^[\]\n^]{0,200})\]/g)) {
      const [whole, words = '', name = ''] = match
      // A comment that stood in the words is no longer in them, and still in the source.
      if (!node.value.includes(whole)) continue
      const rows = text.slice(0, match.index).split('\n')
      const line = start.line + rows.length - 1
      const column = (rows.length === 1 ? start.column : 1) + (rows.at(-1)?.length ?? 0)
      const place = { start: { line, column }, end: { line, column: column + whole.length } }
      this.#undefined.push({ position: place, words, name: name || words })
    }
  }

  check(report: Report): void {
    if (this.definitions.length === 0) return
    // Of more and longer ones than anybody writes nothing is guessed.
    const known = this.definitions.filter(({ length }) => length <= LONGEST_GUESSED).slice(0, MOST_GUESSED)
    for (const { position, words, name } of this.#undefined) {
      const meant = name.length > 2 && name.length <= LONGEST_GUESSED ? nearestWord(name, known) : null
      // Of one word and one word nobody can tell a reference from two indexes.
      const isLikeReference = /\p{Ll}{2}\s+\S/u.test(words) && /\p{Ll}{2}/u.test(name)
      if (meant === null && !isLikeReference) continue
      const advice = `write a line \`[${name}]: https://…\`, or \`\\[\` for a plain bracket`
      const message = `Nothing defines [${name}]: ${meant === null ? advice : `did you mean [${meant}]? Else ${advice}`}.`
      report({ position }, 'reference', message)
    }
  }
}

type FootnoteReference = Extract<Nodes, { type: 'footnoteReference' }>
type FootnoteDefinition = Extract<Nodes, { type: 'footnoteDefinition' }>

/** References without a definition never become nodes (they stay text), so only the other two can go wrong. */
class FootnoteCheck {
  readonly references: FootnoteReference[] = []
  readonly definitions: FootnoteDefinition[] = []

  check(report: Report): void {
    const used = new Set(this.references.map((reference) => reference.identifier))
    const defined = new Set<string>()
    for (const definition of this.definitions) {
      const name = definition.label ?? definition.identifier
      if (defined.has(definition.identifier)) {
        report(definition, 'footnote', `The footnote [^${name}] is defined twice: keep one.`)
      } else if (!used.has(definition.identifier)) {
        report(
          definition,
          'footnote',
          `Nothing refers to the footnote [^${name}]: write [^${name}] in the text.`,
        )
      }
      defined.add(definition.identifier)
    }
  }
}

/** An attribute knows its place; should a parser leave it out, the element's place serves. */
function placed(attribute: Positioned, element: JsxElement): Positioned {
  return attribute.position ? attribute : element
}
