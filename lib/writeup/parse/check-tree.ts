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
import { parseProperty } from '#lib/promela/search/property.ts'
import {
  builtComponents,
  CODE_LANGUAGES,
  type ComponentRule,
  componentRule,
  ID_PATTERN,
  MAX_ID_LENGTH,
  NAME_PATTERN,
} from './allow-list.ts'
import { codePointName, FORBIDDEN_CHARACTER, MAX_DEPTH, MAX_NODES, MAX_PROBLEMS } from './limits.ts'
import { type Problem, placeOf, type Rule } from './problem.ts'
import { isSafeUrl } from './safe-url.ts'
import { collapse, textContent } from './text-content.ts'

type FlowElement = Extract<RootContent, { type: 'mdxJsxFlowElement' }>
type JsxElement = FlowElement | Extract<RootContent, { type: 'mdxJsxTextElement' }>
type Visit = { readonly node: Nodes; readonly parent: Visit | null; readonly depth: number }
type Positioned = Parameters<typeof placeOf>[0]
type Report = (at: Positioned, rule: Rule, message: string) => void

/** Deepest heading; the numbers 1.1, 1.1.1 and 1.1.1.1 are as much as a reader can use. */
const MAX_HEADING_DEPTH = 4

/** Every problem of a document's tree, in document order. An empty list means that it may be compiled. */
export function checkTree(tree: Nodes, file: string): Problem[] {
  const problems: Problem[] = []
  const report: Report = (at, rule, message) => problems.push({ file, rule, message, ...placeOf(at) })
  const footnotes = new FootnoteCheck()
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
      case 'paragraph':
      case 'emphasis':
      case 'strong':
      case 'blockquote':
      case 'list':
      case 'table':
      case 'tableRow':
      case 'tableCell':
      case 'break':
      case 'thematicBreak':
        break
      case 'text': {
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
        checkCode(node, report)
        break
      case 'heading':
        previousHeading = checkHeading(node, visit, previousHeading, report)
        break
      case 'listItem':
        if (typeof node.checked === 'boolean') {
          report(node, 'no-task-list', 'Task lists are not shown: write the state as a word.')
        }
        break
      case 'link':
      case 'definition':
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
  return problems
}

function expressionMessage(value: string): string {
  return /^\s*\/\*[\s\S]*\*\/\s*$/.test(value)
    ? 'Comments are not kept in a write-up: delete it.'
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

function checkCode(node: Code, report: Report): void {
  checkCharacters(node, node.value, report)
  if (node.lang && !(CODE_LANGUAGES as readonly string[]).includes(node.lang)) {
    report(
      node,
      'code-language',
      `\`${node.lang}\` is not a language we know: write one of ${CODE_LANGUAGES.join(', ')}.`,
    )
  }
  if (node.meta) {
    report(
      node,
      'code-language',
      `Only the language stands after the fence: delete \`${node.meta.slice(0, 60)}\`.`,
    )
  }
  if (node.value.trim() === '') {
    report(node, 'component-content', 'The code block is empty: delete it, or write the code.')
  } else if (node.lang === 'mermaid') {
    const complaint = diagramComplaint(node.value)
    if (complaint) report(node, 'diagram', complaint)
  }
}

const DIAGRAM_KINDS = [
  'flowchart',
  'graph',
  'sequenceDiagram',
  'stateDiagram',
  'stateDiagram-v2',
  'classDiagram',
  'erDiagram',
]

/**
 * Diagrams are drawn in the reader's browser. Mermaid's own configuration, links and pictures are refused here: they
 * can load things from elsewhere, and none of them survives as ASCII. Whether the drawing itself is right is
 * mermaid's business; when it is not, the page shows the source.
 */
function diagramComplaint(source: string): string | null {
  const kind = /^\s*([A-Za-z0-9-]*)/.exec(source.replace(/^(?:\s*%%(?!\{).*\n)+/, ''))?.[1] ?? ''
  if (/%%\{/.test(source)) return 'Configuration (`%%{…}%%`) is not used in diagrams: delete it.'
  if (!DIAGRAM_KINDS.includes(kind)) {
    return `The diagram begins with \`${kind.slice(0, 40)}\`: begin with one of ${DIAGRAM_KINDS.join(', ')}.`
  }
  if (/^\s*(?:click|callback|links?)\s/m.test(source)) {
    return 'Links do not work in diagrams: delete the line, and link from the text.'
  }
  if (/@\{/.test(source)) return 'Shapes with `@{…}` are not used: write a plain node such as A[Label].'
  return null
}

/** Returns the depth that the next heading may go one below. */
function checkHeading(node: Heading, visit: Visit, previous: number, report: Report): number {
  const marks = '#'.repeat(node.depth)
  if (node.depth === 1) {
    const message = 'The title is in the front matter (`title:`): begin headings in the text with `##`.'
    report(node, 'no-title-heading', message)
    return previous
  }
  if (node.depth > MAX_HEADING_DEPTH) {
    report(node, 'heading', `\`${marks}\` is too deep: use ## to ${'#'.repeat(MAX_HEADING_DEPTH)}.`)
    return previous
  }
  if (node.depth > previous + 1) {
    report(
      node,
      'heading',
      `\`${marks}\` skips a level: write \`${'#'.repeat(previous + 1)}\`, or add the heading between.`,
    )
  }
  if (!/[\p{L}\p{N}]/u.test(textContent(node))) {
    report(node, 'heading', 'The heading has no words: write them, or delete it.')
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
        `<${name}> is HTML, which is not allowed: write Markdown, or \`\\<\` for a plain \`<\`.`,
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
  checkPlace(node, name, visit, report)
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
    case 'code':
      if (node.type === 'mdxJsxTextElement') return
      if (first?.type !== 'code' || others.length > 0) {
        report(
          node,
          'component-content',
          `<${tag}> holds exactly one fenced block: a \`\`\`mermaid diagram or code.`,
        )
      }
      return
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
