/**
 * MDX that does not stop at what it cannot read.
 *
 * Of an author's text it accepts what does no harm (comments, `<https://…>`, `<a@b>`, indented code). A `<` or `{` that
 * opens nothing is told with its place and read as the sign that it is, so that the rest of the file is looked at in the
 * same run. Where tags do not match, all that do not are told at once, and the text is read again without them.
 *
 * Nothing here lets through more than the check would: what is told makes the document one with problems, and its tree is
 * used for finding more of them only.
 */
import type { Root } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkMdx from 'remark-mdx'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { componentRule } from './allow-list.ts'
import { type FormulaRange, formulaRanges, isInFormula } from './formulas.ts'
import { htmlAdvice, isHtml } from './html-advice.ts'
import { lexOnlyAcorn } from './lex-only-acorn.ts'
import { MAX_PROBLEMS } from './limits.ts'
import { LineIndex } from './line-index.ts'
import type { Edit, Problem, Rule } from './problem.ts'
import { syntaxProblem } from './syntax-problem.ts'
import { closingBraces, type ScannedTag, scanTag } from './tag-scan.ts'

export type LenientReading = {
  /** null: not even with the unreadable left out is it a document. */
  readonly tree: Root | null
  readonly problems: readonly Problem[]
}

/** Readings of one text, each without what the one before could not make sense of. */
const MOST_READINGS = 12
/** Characters of all readings: of a large file there are fewer. */
const MOST_READ = 1_000_000

export function readLeniently(file: string, body: string): LenientReading {
  const problems: Problem[] = []
  const told = new Set<number>()
  /** By the offset of what was told. */
  const fixes = new Map<number, Escapes>()
  const formulas = formulaRanges(body)
  const index = new LineIndex(body)
  const report: Report = (offset, end, rule, message, escapes) => {
    if (told.has(offset) || problems.length >= MAX_PROBLEMS) return
    told.add(offset)
    const fix = escapes && new Escapes(index, escapes)
    if (fix) fixes.set(offset, fix)
    problems.push({ file, rule, message, ...index.placeAt(offset, end), ...(fix ? { fix: fix.edits } : {}) })
  }
  if (formulas[0]) {
    const { line } = index.pointAt(formulas[0].start)
    const others = [...new Set(formulas.map(({ start }) => index.pointAt(start).line))].filter(
      (l) => l !== line,
    )
    const also = others.length === 0 ? '' : ` (also in line ${others.slice(0, 20).join(', ')})`
    report(
      formulas[0].start,
      formulas[0].end,
      'no-formula',
      `Formulas are not shown, in a mail least of all: write it in words or in \`code\`${also}.`,
    )
  }
  const alsoEscape: AlsoEscape = (toldAt, offset) => fixes.get(toldAt)?.add(offset)
  const braces = closingBraces(body)
  let text = body
  const readings = Math.max(2, Math.min(MOST_READINGS, Math.floor(MOST_READ / Math.max(1, body.length))))
  for (let reading = 0; reading < readings; reading++) {
    const gate = new Gate(text, formulas, braces, report, alsoEscape)
    let error: unknown
    try {
      return { tree: processorFor(gate).parse(text), problems }
    } catch (thrown) {
      error = thrown
    }
    // Throws what is none of the parser's messages.
    const parserProblem = syntaxProblem(file, error)
    if (parserProblem.rule !== 'syntax') return { tree: null, problems: [...problems, parserProblem] }
    const unmatched = unmatchedTags(gate.tags).filter(({ start }) => !told.has(start))
    for (const tag of unmatched) report(tag.start, tag.end, ruleOf(tag), unmatchedMessage(tag), fixOf(tag))
    let without: readonly Tag[] = unmatched
    if (unmatched.length === 0) {
      const at = index.offsetAt(parserProblem.line, parserProblem.column)
      without = gate.tags.filter(({ start, end }) => start <= at && at < Math.max(end, start + 1))
      if (!told.has(at)) problems.push(parserProblem)
      told.add(at)
      // Where it says nothing of a tag that is there, the nearest one before the place.
      if (without.length === 0) without = gate.tags.filter(({ start }) => start < at).slice(-1)
      if (without.length === 0) return { tree: null, problems }
    }
    text = withoutTags(text, without)
  }
  return { tree: null, problems }
}

type Report = (
  offset: number,
  end: number,
  rule: Rule,
  message: string,
  /** Offset of a sign that a backslash makes plain. */
  escapes?: number,
) => void
/** What was told at `toldAt` is mended at `offset` besides. */
type AlsoEscape = (toldAt: number, offset: number) => void

/** A backslash in front of each of some signs, each once. */
class Escapes {
  readonly edits: Edit[] = []
  readonly #index: LineIndex
  readonly #offsets = new Set<number>()

  constructor(index: LineIndex, first: number) {
    this.#index = index
    this.add(first)
  }

  add(offset: number): void {
    if (this.#offsets.has(offset)) return
    this.#offsets.add(offset)
    this.edits.push({ ...this.#index.pointAt(offset), length: 0, text: '\\' })
  }
}

type Tag = Extract<ScannedTag, { kind: 'tag' }> & { readonly start: number }

/** What an angle is: a tag, a comment or an address, which Markdown reads, or itself. */
type Angle = 'code' | 'markdown' | 'comment' | 'sign'

/**
 * What `<` and `{` are, asked by the tokenizer wherever one stands in text: of several constructs, and again where one of them
 * fails. So each answer is found once, and nothing is looked for through the rest of the file at each sign.
 */
class Gate {
  readonly tags: Tag[] = []
  readonly #source: string
  readonly #formulas: readonly FormulaRange[]
  readonly #braces: ReadonlyMap<number, number>
  readonly #report: Report
  readonly #alsoEscape: AlsoEscape
  readonly #angles = { text: new Map<number, Angle>(), flow: new Map<number, Angle>() }
  readonly #commentEnds: Places
  readonly #mdxCommentEnds: Places
  readonly #emptyLines: Places
  #closingNames: ReadonlySet<string> | undefined
  /** Offset behind the last braces that were told, and where they were: what is in them is told with them. */
  #told = { at: -1, to: -1 }
  /** What was last said of lines that are set in, and up to where it holds. */
  #setIn = { from: 0, to: 0, isSetIn: false }

  constructor(
    source: string,
    formulas: readonly FormulaRange[],
    braces: ReadonlyMap<number, number>,
    report: Report,
    alsoEscape: AlsoEscape,
  ) {
    this.#source = source
    this.#formulas = formulas
    this.#braces = braces
    this.#report = report
    this.#alsoEscape = alsoEscape
    this.#commentEnds = new Places(source, /-->/g)
    this.#mdxCommentEnds = new Places(source, /\*\//g)
    // The next one may begin where this one ends.
    this.#emptyLines = new Places(source, /\n(?=[ \t>]*\n)/g)
  }

  angle(at: number, isText: boolean): Angle {
    const known = isText ? this.#angles.text : this.#angles.flow
    const before = known.get(at)
    if (before !== undefined) return before
    const found = this.#angle(at, isText)
    known.set(at, found)
    return found
  }

  #angle(at: number, isText: boolean): Angle {
    const source = this.#source
    if (/[\s\d]/.test(source[at + 1] ?? ' ')) {
      if (/\d/.test(source[at + 1] ?? '')) this.#tell(at, isText)
      return 'sign'
    }
    if (source.startsWith('<!--', at)) return this.#comment(at, isText)
    const line = source.slice(at, at + 600)
    if (ADDRESS.test(line) && !this.#isNamespace(line)) return 'markdown'
    const tag = scanTag(source, at, this.#braces)
    if (tag.kind === 'tag') {
      const other = isText ? this.#angles.flow : this.#angles.text
      if (other.get(at) !== 'code') this.tags.push({ ...tag, start: at })
      return 'code'
    }
    if (!isText) return 'sign'
    const name = /^<\/?([A-Za-z][\w]*)/.exec(line)?.[1] ?? ''
    if (componentRule(name) && tag.why === 'no-quotes') {
      this.#report(tag.at, tag.at + 1, 'syntax', 'An attribute has no quotes: write name="text".')
    } else if (componentRule(name)) {
      this.#report(at, at + 1, 'syntax', `The tag <${name}> has no end: write \`>\` behind its attributes.`)
    } else this.#tell(at, isText)
    return 'sign'
  }

  /** `<svg:script>` has the form of an address; with its closing tag it is none. */
  #isNamespace(line: string): boolean {
    const name = /^<\/?([A-Za-z][\w-]*:[A-Za-z][\w-]*)>/.exec(line)?.[1]
    if (name === undefined) return false
    this.#closingNames ??= new Set(
      [...this.#source.matchAll(/<\/([A-Za-z][\w-]*:[A-Za-z][\w-]*)>/g)].map(([, closing = '']) => closing),
    )
    return this.#closingNames.has(name)
  }

  #tell(at: number, isText: boolean): void {
    if (!isText) return
    const shown = /^<[^\s`]{0,40}/.exec(this.#source.slice(at, at + 60))?.[0] ?? '<'
    this.#report(
      at,
      at + 1,
      'syntax',
      `\`${shown}\` reads as the beginning of a component: write \`\\<\`, or put the text in \`code\`.`,
      at,
    )
  }

  #comment(at: number, isText: boolean): 'comment' | 'sign' {
    const source = this.#source
    const end = this.#commentEnds.from(at + 4)
    if (end === null) {
      if (isText) this.#report(at, at + 4, 'syntax', 'The comment has no end: write `-->` behind it.')
      return 'sign'
    }
    if (!isText) return /[ \t]*(?:\n|$)/y.test(source.slice(end + 3, end + 3 + MAX_LINE)) ? 'comment' : 'sign'
    if ((this.#emptyLines.from(at) ?? end) < end) {
      const message =
        'A comment with an empty line in it stands on lines of its own: begin and end a line with it.'
      this.#report(at, at + 4, 'syntax', message)
      return 'sign'
    }
    return 'comment'
  }

  /** `comment`: `{/* … *\/}`; what else stands in braces is told, and is its own signs. */
  brace(at: number, isText: boolean): 'comment' | 'sign' {
    if (this.#isMdxComment(at)) return 'comment'
    if (!isText) return 'sign'
    if (isInFormula(this.#formulas, at)) return 'sign'
    if (at < this.#told.to) {
      // Only what the tokenizer asks for is text: a brace in the code between is none that is to be escaped.
      this.#alsoEscape(this.#told.at, at)
      return 'sign'
    }
    const end = this.#braces.get(at)
    // Braces end with their paragraph: what closes them further down is another text's, or code.
    if (end === undefined || (this.#emptyLines.from(at) ?? end) < end) {
      const message = '`{` opens code here: write `\\{` for a brace, or put the text in `code`.'
      this.#report(at, at + 1, 'syntax', message, at)
      return 'sign'
    }
    this.#told = { at, to: end }
    const message = '`{…}` is code: write `\\{` for a brace, or put the text in `code`.'
    this.#report(at, end, 'no-expression', message, at)
    return 'sign'
  }

  #isMdxComment(at: number): boolean {
    const opening = /\{\s{0,200}\/\*/y
    opening.lastIndex = at
    if (!opening.test(this.#source)) return false
    const end = this.#mdxCommentEnds.from(opening.lastIndex)
    if (end === null || end - opening.lastIndex > LONGEST_COMMENT) return false
    const closing = /\*\/\s{0,200}\}/y
    closing.lastIndex = end
    return closing.test(this.#source)
  }

  /** Whether a line of what is set in from here on begins with the tag of a component. */
  isSetIn(at: number): boolean {
    const { from, to, isSetIn } = this.#setIn
    if (from <= at && at < to) return isSetIn
    const found = this.#lookSetIn(at)
    this.#setIn = { from: at, to: found.to, isSetIn: found.isSetIn }
    return found.isSetIn
  }

  /** `to`: up to there the answer is the same for each line, exclusive. */
  #lookSetIn(at: number): { readonly isSetIn: boolean; readonly to: number } {
    const source = this.#source
    let offset = at
    for (let line = 0; line < MOST_SET_IN && offset < source.length; line++) {
      const end = source.indexOf('\n', offset)
      const row = source.slice(offset, end < 0 ? undefined : end)
      if (row.trim() !== '' && !/^(?: {4}| {0,3}\t)/.test(row)) return { isSetIn: false, to: offset }
      const name = /^[ \t]*<\/?([A-Z][A-Za-z]*)/.exec(row)?.[1]
      if (name !== undefined && componentRule(name)) return { isSetIn: true, to: offset + 1 }
      if (end < 0) return { isSetIn: false, to: source.length }
      offset = end + 1
    }
    // What stands behind the lines that were looked through is not known.
    return { isSetIn: false, to: at + 1 }
  }
}

/** Where something stands in a text, found once. */
class Places {
  readonly #source: string
  readonly #pattern: RegExp
  #offsets: readonly number[] | undefined

  constructor(source: string, pattern: RegExp) {
    this.#source = source
    this.#pattern = pattern
  }

  /** The first at `offset` or behind it; null: none. */
  from(offset: number): number | null {
    this.#offsets ??= [...this.#source.matchAll(this.#pattern)].map(({ index }) => index)
    let [low, high] = [0, this.#offsets.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#offsets[middle] ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return this.#offsets[low] ?? null
  }
}

/** Lines of code that are looked through for a tag. */
const MOST_SET_IN = 200
const LONGEST_COMMENT = 4000
/** As many blanks as a line may have behind a comment: as long as a line may be. */
const MAX_LINE = 10_001
/** As CommonMark has addresses in angle brackets. */
const ADDRESS =
  /^<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)>/

/** Those that open without an end, or end what was never opened. */
function unmatchedTags(tags: readonly Tag[]): Tag[] {
  const unmatched: Tag[] = []
  const open: Tag[] = []
  /** Of each name, where in `open` there is one; those that were closed meanwhile are still among them. */
  const byName = new Map<string, number[]>()
  for (const tag of [...tags].sort((a, b) => a.start - b.start)) {
    if (tag.isSelfClosing) continue
    const ofName = byName.get(tag.name) ?? []
    byName.set(tag.name, ofName)
    if (!tag.isClosing) {
      ofName.push(open.length)
      open.push(tag)
      continue
    }
    let at = ofName.pop()
    while (at !== undefined && open[at]?.name !== tag.name) at = ofName.pop()
    if (at === undefined) unmatched.push(tag)
    else for (const inner of open.splice(at).slice(1)) unmatched.push(inner)
  }
  return [...unmatched, ...open].sort((a, b) => a.start - b.start)
}

function ruleOf({ name }: Tag): Rule {
  return isHtml(name) ? 'no-html' : 'syntax'
}

function unmatchedMessage({ name, isClosing }: Tag): string {
  if (componentRule(name)) {
    return isClosing
      ? `</${name}> closes nothing: delete it, or write <${name}> before it.`
      : `<${name}> is not closed: write </${name}> on a line of its own, at the same indentation.`
  }
  if (isHtml(name)) return htmlAdvice(name)
  return `\`<${isClosing ? '/' : ''}${name}…\` reads as a component: put it in \`code\`, or write \`\\<\`.`
}

function fixOf(tag: Tag): number | undefined {
  return componentRule(tag.name) || isHtml(tag.name) ? undefined : tag.start
}

/** The same text, each offset where it was: a tag alone on its line becomes blank, another one letters. */
function withoutTags(text: string, tags: readonly Tag[]): string {
  const signs = text.split('')
  for (const { start, end } of tags) {
    let [before, behind] = [start - 1, end]
    while (isBlank(signs[before])) before -= 1
    while (isBlank(signs[behind])) behind += 1
    const isAlone = isLineEnd(signs[before]) && isLineEnd(signs[behind])
    for (let at = start; at < end; at++) if (signs[at] !== '\n') signs[at] = isAlone ? ' ' : 'x'
  }
  return signs.join('')
}

const isBlank = (sign: string | undefined) => sign !== undefined && sign !== '\n' && /\s/.test(sign)
const isLineEnd = (sign: string | undefined) => sign === undefined || sign === '\n'

// The tokenizer's interface, as far as it is used here: micromark's own types are of packages that we do not ask for.
type State = (code: number | null) => State | undefined
type Effects = {
  enter(type: string): unknown
  exit(type: string): unknown
  consume(code: number | null): void
  attempt(construct: unknown, ok: State, nok: State): State
}
type Context = {
  now(): { readonly offset: number }
  readonly parser: { readonly constructs: Constructs }
}
type Construct = {
  readonly name?: string | undefined
  readonly concrete?: boolean
  readonly tokenize: (this: Context, effects: Effects, ok: State, nok: State) => State
}
type Constructs = Record<'flow' | 'text' | 'flowInitial', Record<number, Construct | Construct[]>>
type Extension = Partial<Constructs> & { disable?: { null?: string[] } }

const ANGLE = 60
const BRACE = 123

function processorFor(gate: Gate) {
  return unified()
    .use(remarkParse)
    .use(remarkMdx, { acorn: lexOnlyAcorn, addResult: false })
    .use(function behindGate() {
      const data = this.data() as { micromarkExtensions?: unknown[] }
      // The one that `remarkMdx` has just put there.
      const mdx = data.micromarkExtensions?.pop() as Extension
      data.micromarkExtensions?.push(gated(mdx, gate))
    })
    .use(remarkGfm, { singleTilde: false })
}

const listOf = (constructs: Construct | Construct[] | undefined): Construct[] =>
  constructs === undefined ? [] : Array.isArray(constructs) ? constructs : [constructs]

function gated(mdx: Extension, gate: Gate): Extension {
  const { flow = {}, text = {} } = mdx
  const behind = (constructs: Construct | Construct[] | undefined, isText: boolean, isAngle: boolean) => [
    ...listOf(constructs).map((construct) => throughGate(construct, gate, isText, isAngle)),
    ...(isAngle ? [comment(gate, isText)] : []),
    ...(isText ? [sign(gate, isAngle)] : []),
  ]
  const indented = indentedCode(gate)
  return {
    ...mdx,
    flow: { ...flow, [ANGLE]: behind(flow[ANGLE], false, true), [BRACE]: behind(flow[BRACE], false, false) },
    text: { ...text, [ANGLE]: behind(text[ANGLE], true, true), [BRACE]: behind(text[BRACE], true, false) },
    flowInitial: { [-2]: indented, [-1]: indented, 32: indented },
    // `codeIndented` and comments by constructs of our own, which leave out tags; addresses as Markdown has them.
    disable: { null: ['htmlFlow', 'htmlText', 'codeIndented'] },
  }
}

/** MDX's own construct, where the gate says that there is something for it to read. */
function throughGate(construct: Construct, gate: Gate, isText: boolean, isAngle: boolean): Construct {
  return {
    ...construct,
    tokenize(effects, ok, nok) {
      const at = this.now().offset
      const isOwn = isAngle ? gate.angle(at, isText) === 'code' : gate.brace(at, isText) === 'comment'
      return isOwn ? construct.tokenize.call(this, effects, ok, nok) : nok
    },
  }
}

/** A comment of HTML: Markdown's own construct, which is asked for nothing else. */
function comment(gate: Gate, isText: boolean): Construct {
  return {
    name: 'comment',
    concrete: true,
    tokenize(effects, ok, nok) {
      if (gate.angle(this.now().offset, isText) !== 'comment') return nok
      const html = listOf(this.parser.constructs[isText ? 'text' : 'flow'][ANGLE]).find(
        ({ name }) => name === (isText ? 'htmlText' : 'htmlFlow'),
      )
      return html ? effects.attempt({ ...html, name: undefined }, ok, nok) : nok
    },
  }
}

/** The sign itself, as text. */
function sign(gate: Gate, isAngle: boolean): Construct {
  return {
    name: 'sign',
    tokenize(effects, ok, nok) {
      const at = this.now().offset
      if (isAngle && gate.angle(at, true) === 'markdown') return nok
      return (code) => {
        effects.enter('data')
        effects.consume(code)
        effects.exit('data')
        return ok
      }
    },
  }
}

/** Markdown's own, except where tags stand in it: components within components are set in, and so are their words. */
function indentedCode(gate: Gate): Construct {
  return {
    name: 'indentedCode',
    tokenize(effects, ok, nok) {
      const own = listOf(this.parser.constructs.flowInitial[32]).find(({ name }) => name === 'codeIndented')
      if (!own || gate.isSetIn(this.now().offset)) return nok
      return effects.attempt({ ...own, name: undefined }, ok, nok)
    },
  }
}
