/**
 * Tokens to trees, by recursive descent, in the order of the language: units, declarations, statements,
 * expressions.
 *
 * Inlines are replaced here, not by the preprocessor, because a call is a statement with a place of its own:
 * the tokens of the body are put in front of the remaining ones, each with the chain of calls it came through.
 *
 * A word that does not fit ends only the statement it stands in. The parser reports it, skips to the next
 * separator of the same level and goes on, so one run finds several errors. Recovery is the only use of an
 * exception here (`Unreadable`), and none leaves this file.
 */
import type { DiagnosticCode, DiagnosticList } from '#lib/promela/diagnostic.ts'
import { type SourceFile, sliceSpan } from '#lib/promela/source.ts'
import type {
  ChannelInit,
  Declaration,
  Declarator,
  Expr,
  Label,
  Model,
  ProctypeUnit,
  ReceiveArg,
  Sequence,
  Stmt,
  StmtBody,
  TemporalPair,
  TypeRef,
  Unit,
  VariableRef,
} from './ast.ts'
import { DO_IS, FOR_IS, foreignOperator, foreignWord, IF_IS } from './foreign-words.ts'
import { PRECEDENCE } from './precedence.ts'
import { type Expansion, originOf, type Place, placeOf, type Token, tokensText } from './token.ts'

const MAX_NESTING = 150
/** Operators in one expression, and other things that grow a tree without brackets. */
const MAX_CHAIN = 1000
const MAX_INLINE_DEPTH = 40
/** Words of the model once every inline call is replaced. */
const MAX_EXPANDED_TOKENS = 300_000

const basicTypes = new Set(['bit', 'bool', 'byte', 'short', 'int', 'unsigned', 'mtype', 'chan', 'pid'])
const visibility = new Set(['hidden', 'show', 'local'])
const embeddedC = new Set(['c_code', 'c_expr', 'c_decl', 'c_state', 'c_track'])
const channelTests = new Set(['len', 'empty', 'nempty', 'full', 'nfull'])
const keywords = new Set([
  ...basicTypes,
  ...visibility,
  ...embeddedC,
  ...channelTests,
  'active',
  'assert',
  'atomic',
  'break',
  'd_step',
  'D_proctype',
  'do',
  'else',
  'enabled',
  'eval',
  'false',
  'fi',
  'for',
  'get_priority',
  'goto',
  'if',
  'init',
  'inline',
  'ltl',
  'never',
  'notrace',
  'np_',
  'od',
  'of',
  'pc_value',
  'printf',
  'printm',
  'priority',
  'proctype',
  'provided',
  'return',
  'run',
  'select',
  'set_priority',
  'skip',
  'timeout',
  'trace',
  'true',
  'typedef',
  'unless',
  'xr',
  'xs',
])

/** Words other than names and numbers after which a line end is a semicolon. */
const statementEnds = new Set([
  ')',
  ']',
  '}',
  '++',
  '--',
  'od',
  'fi',
  'else',
  'break',
  'skip',
  'true',
  'false',
  'timeout',
])

/** With `=` after them, one word of C. */
const compound = new Set(['+', '-', '*', '/', '%', '&', '|', '^'])

/** Of `PRECEDENCE`: what is left once `||` and `&&` are read among the temporal operators. */
const FIRST_ARITHMETIC = 2

/** Weakest first, with the name that each has in the tree. */
const temporalPrecedence: readonly ReadonlyMap<string, TemporalPair | '&&' | '||'>[] = [
  new Map([
    ['->', 'implies'],
    ['implies', 'implies'],
    ['<->', 'equivalent'],
    ['equivalent', 'equivalent'],
  ]),
  new Map([['||', '||']]),
  new Map([['&&', '&&']]),
  new Map([
    ['U', 'until'],
    ['until', 'until'],
    ['stronguntil', 'until'],
    ['V', 'release'],
    ['R', 'release'],
    ['release', 'release'],
    ['W', 'weak-until'],
    ['weakuntil', 'weak-until'],
  ]),
]

const temporalPrefixes: ReadonlyMap<string, 'always' | 'eventually' | 'next'> = new Map([
  ['always', 'always'],
  ['eventually', 'eventually'],
  ['X', 'next'],
  ['next', 'next'],
])

type Inline = {
  readonly parameters: readonly string[]
  readonly body: readonly Token[]
  readonly name: string
}

class Unreadable extends Error {}

export function parse(
  tokens: readonly Token[],
  files: readonly SourceFile[],
  diagnostics: DiagnosticList,
): Model {
  return new Parser(tokens, files, diagnostics).model()
}

class Parser {
  /** Still to read, last first, so that the text of an inline is pushed in front. */
  readonly #rest: Token[]
  /** All that was read, so that a node can give its words back. */
  readonly #read: Token[] = []
  readonly #end: Token
  readonly #files: ReadonlyMap<string, SourceFile>
  readonly #diagnostics: DiagnosticList
  readonly #inlines = new Map<string, Inline>()
  readonly #proctypes: ReadonlySet<string>
  readonly #typedefs: ReadonlySet<string>
  #nesting = 0
  /** Open ones: inside them a new line means nothing. */
  #parentheses = 0
  #pushed = 0
  /** Where the innermost inline call that is read puts what it returns. */
  #result: VariableRef | null = null
  #formulas = 0
  /** Inside `ltl { … }`: temporal operators are words there, `->` is implication, a new line means nothing. */
  #temporal = false

  constructor(tokens: readonly Token[], files: readonly SourceFile[], diagnostics: DiagnosticList) {
    this.#rest = [...tokens].reverse()
    this.#pushed = tokens.length
    this.#files = new Map(files.map((file) => [file.name, file]))
    this.#diagnostics = diagnostics
    const last = tokens[tokens.length - 1]
    const at = last?.span ?? { file: files[0]?.name ?? '', line: 1, column: 1, endLine: 1, endColumn: 1 }
    this.#end = {
      kind: 'end',
      text: 'the end of the model',
      value: 0,
      span: { ...at, line: at.endLine, column: at.endColumn },
      expansion: last?.expansion ?? null,
      startsLine: true,
      spaced: true,
      hidden: null,
    }
    this.#proctypes = namesAfter(tokens, (text) => text === 'proctype' || text === 'D_proctype')
    this.#typedefs = namesAfter(tokens, (text) => text === 'typedef')
  }

  // --- Reading tokens -------------------------------------------------------------------------------------

  #peek(ahead = 0): Token {
    return this.#rest[this.#rest.length - 1 - ahead] ?? this.#end
  }

  #next(): Token {
    const token = this.#rest.pop() ?? this.#end
    if (token.kind === 'end') return token
    this.#read.push(token)
    if (token.text === '(') this.#parentheses++
    if (token.text === ')') this.#parentheses--
    return token
  }

  #is(text: string, ahead = 0): boolean {
    const token = this.#peek(ahead)
    return token.text === text && token.kind !== 'string' && token.kind !== 'end'
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false
    this.#next()
    return true
  }

  #expect(text: string, why: string): Token {
    if (this.#is(text)) return this.#next()
    return this.#fail(`expected '${text}' ${why}, not ${show(this.#peek())}`)
  }

  #name(why: string): Token {
    const token = this.#peek()
    if (token.kind === 'name' && !keywords.has(token.text)) return this.#next()
    return this.#fail(`expected ${why}, not ${show(token)}`)
  }

  #isSeparator(ahead = 0): boolean {
    return this.#is(';', ahead) || this.#is('->', ahead)
  }

  /** Spin reads a new line as a semicolon where a statement may end, except inside parentheses. */
  #lineEndsStatement(): boolean {
    const last = this.#read[this.#read.length - 1]
    if (!last || this.#temporal || this.#parentheses > 0 || !this.#peek().startsLine) return false
    if (last.kind === 'name') return !keywords.has(last.text) || statementEnds.has(last.text)
    return last.kind === 'number' || statementEnds.has(last.text)
  }

  /** The same of a word further on, where a name or an index comes before it. */
  #lineEndsBefore(token: Token): boolean {
    return token.startsLine && !this.#temporal && this.#parentheses === 0
  }

  #fail(message: string, code: DiagnosticCode = 'syntax', at: Token = this.#peek()): never {
    this.#report(code, message, at)
    throw new Unreadable()
  }

  #report(code: DiagnosticCode, message: string, at: Token): void {
    this.#diagnostics.report(code, message, at.span, originOf(at.expansion))
  }

  /** Where the tokens read since `start` stand. */
  #since(start: number): Place {
    const first = this.#read[start] ?? this.#peek()
    const last = this.#read[this.#read.length - 1] ?? first
    return placeOf(first, this.#read.length > start ? last : first)
  }

  #here(): Place {
    return placeOf(this.#peek(), this.#peek())
  }

  #deeper<T>(read: () => T): T {
    if (this.#nesting >= MAX_NESTING) {
      this.#fail(`nested more than ${MAX_NESTING} deep`, 'nesting-too-deep')
    }
    this.#nesting++
    try {
      return read()
    } finally {
      this.#nesting--
    }
  }

  // --- Units ----------------------------------------------------------------------------------------------

  model(): Model {
    const units: Unit[] = []
    while (this.#peek().kind !== 'end' && !this.#diagnostics.isFull) {
      const before = this.#rest.length
      const nesting = this.#nesting
      this.#parentheses = 0
      try {
        const unit = this.#unit()
        if (unit) units.push(unit)
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error
        this.#nesting = nesting
        this.#skipToUnit()
      }
      if (this.#rest.length === before) this.#next()
    }
    return { units }
  }

  #skipToUnit(): void {
    const starts = new Set([
      'proctype',
      'active',
      'init',
      'never',
      'inline',
      'typedef',
      'ltl',
      'trace',
      'notrace',
    ])
    this.#next()
    while (this.#peek().kind !== 'end' && !starts.has(this.#peek().text)) this.#next()
  }

  #unit(): Unit | null {
    const token = this.#peek()
    if (this.#isSeparator()) {
      this.#next()
      return null
    }
    switch (token.text) {
      case 'proctype':
      case 'D_proctype':
      case 'active':
        return this.#proctype()
      case 'init':
      case 'never':
        return this.#process(token.text)
      case 'inline':
        this.#inline()
        return null
      case 'typedef':
        return this.#typedef()
      case 'ltl':
        return this.#ltl()
      case 'trace':
      case 'notrace': {
        const unit = this.#process('trace')
        return { kind: 'trace', negated: token.text === 'notrace', unit, place: unit.place }
      }
    }
    if (embeddedC.has(token.text)) {
      this.#embeddedC()
      return null
    }
    if (token.text === 'mtype' && this.#startsMtypeList()) return this.#mtype()
    if (this.#startsDeclaration()) {
      const declaration = this.#declaration()
      this.#endsDeclaration(this.#peek().startsLine)
      return declaration
    }
    this.#noForeignWord()
    return this.#fail(`expected a proctype, init, a declaration or a definition, not ${show(token)}`)
  }

  /** Fails at a word of another language, where it cannot be a name. */
  #noForeignWord(): void {
    const [word, next] = [this.#peek(), this.#peek(1)]
    if (word.kind !== 'name' || keywords.has(word.text) || next.startsLine) return
    if (this.#inlines.has(word.text) || this.#typedefs.has(word.text)) return
    const nextIsName = next.kind === 'name' && next.text !== 'unless'
    const instead = foreignWord(word.text, next.text, nextIsName)
    if (instead !== null) this.#fail(`Promela has no ${word.text}: ${instead}`)
  }

  /** Refused as a whole, by its braces: what is in them is another language, and no second mistake. */
  #embeddedC(): void {
    const word = this.#next()
    this.#report('embedded-c', `${word.text}: embedded C is never compiled or run here`, word)
    while (this.#peek().kind === 'string') this.#next()
    if (this.#is('[')) this.#skipBraces('[', ']')
    if (this.#is('{')) this.#skipBraces('{', '}')
  }

  #skipBraces(open: string, close: string): void {
    let depth = 0
    do {
      if (this.#is(open)) depth++
      if (this.#is(close)) depth--
      if (this.#next().kind === 'end') return
    } while (depth > 0)
  }

  #proctype(): ProctypeUnit {
    const start = this.#read.length
    let active: Expr | null = null
    if (this.#take('active')) {
      active = { kind: 'number', value: 1, place: this.#since(start) }
      if (this.#take('[')) {
        active = this.#expression()
        this.#expect(']', 'after the number of processes')
      }
    }
    if (!this.#take('proctype') && !this.#take('D_proctype'))
      this.#fail(`expected proctype, not ${show(this.#peek())}`)
    const name = this.#name('the name of a proctype').text
    const place = this.#since(start)
    this.#expect('(', 'before the parameters')
    const parameters: Declaration[] = []
    while (!this.#is(')')) {
      if (this.#take(';') || this.#take(',')) continue
      parameters.push(this.#declaration())
      // Inside parentheses the end of a line ends nothing.
      this.#endsDeclaration(false)
    }
    this.#expect(')', 'after the parameters')
    return this.#processBody('proctype', name, place, active, parameters)
  }

  #process(role: 'init' | 'never' | 'trace'): ProctypeUnit {
    const start = this.#read.length
    const word = this.#next().text
    const name = role === 'never' && this.#peek().kind === 'name' ? this.#next().text : word
    const place = this.#since(start)
    return this.#processBody(role, name, place, { kind: 'number', value: 1, place }, [])
  }

  #processBody(
    role: ProctypeUnit['role'],
    name: string,
    place: Place,
    active: Expr | null,
    parameters: readonly Declaration[],
  ): ProctypeUnit {
    let priority: number | null = null
    let provided: Expr | null = null
    if (this.#take('priority')) {
      if (this.#peek().kind !== 'number')
        this.#fail(`expected a number after priority, not ${show(this.#peek())}`)
      priority = this.#next().value
    }
    if (this.#take('provided')) {
      this.#expect('(', 'after provided')
      provided = this.#expression()
      this.#expect(')', 'after the provided clause')
    }
    const body = this.#sequenceInBraces()
    const brace = this.#read[this.#read.length - 1] ?? this.#end
    return {
      kind: 'proctype',
      role,
      name,
      place,
      active,
      parameters,
      priority,
      provided,
      body,
      closing: placeOf(brace, brace),
    }
  }

  #typedef(): Unit {
    const start = this.#read.length
    this.#next()
    const name = this.#name('the name of a type').text
    this.#expect('{', 'after the name of a type')
    const fields: Declaration[] = []
    if (this.#is('}')) this.#fail(`type ${name} has no fields`)
    while (!this.#is('}')) {
      if (this.#take(';') || this.#take(',')) continue
      fields.push(this.#declaration())
      this.#endsDeclaration(this.#peek().startsLine)
    }
    this.#expect('}', 'after the fields')
    return { kind: 'typedef', name, fields, place: this.#since(start) }
  }

  #startsMtypeList(): boolean {
    if (this.#is('{', 1) || (this.#is('=', 1) && this.#is('{', 2))) return true
    return this.#is(':', 1) && (this.#is('{', 3) || (this.#is('=', 3) && this.#is('{', 4)))
  }

  #mtype(): Unit {
    const start = this.#read.length
    this.#next()
    const subset = this.#take(':') ? this.#name('the name of an mtype set').text : ''
    this.#take('=')
    this.#expect('{', 'before the names of an mtype')
    const names: Label[] = []
    while (!this.#is('}')) {
      if (this.#take(',')) continue
      const token = this.#name('a name')
      names.push({ name: token.text, place: placeOf(token, token) })
    }
    this.#expect('}', 'after the names of an mtype')
    return { kind: 'mtype', subset, names, place: this.#since(start) }
  }

  #ltl(): Unit {
    const start = this.#read.length
    this.#next()
    const name = this.#peek().kind === 'name' ? this.#next().text : `ltl_${this.#formulas++}`
    this.#expect('{', 'before the formula')
    const place = this.#since(start)
    this.#temporal = true
    try {
      const formula = this.#formula(0)
      this.#expect('}', 'after the formula')
      return { kind: 'ltl', name, formula, place }
    } finally {
      this.#temporal = false
    }
  }

  #inline(): void {
    this.#next()
    const name = this.#name('the name of an inline')
    this.#expect('(', 'before the parameters of an inline')
    const parameters: string[] = []
    while (!this.#is(')')) {
      parameters.push(this.#name('a parameter').text)
      if (!this.#take(',')) break
    }
    this.#expect(')', 'after the parameters of an inline')
    if (!this.#is('{'))
      this.#fail(`expected '{' before the body of inline ${name.text}, not ${show(this.#peek())}`)
    const body: Token[] = []
    let depth = 0
    do {
      const token = this.#next()
      if (token.kind === 'end') this.#fail(`inline ${name.text} has no closing brace`, 'syntax', name)
      if (token.text === '{') depth++
      if (token.text === '}') depth--
      body.push(token)
    } while (depth > 0)
    if (this.#inlines.has(name.text))
      this.#report('redeclared', `inline ${name.text} is already defined`, name)
    this.#inlines.set(name.text, { name: name.text, parameters, body })
  }

  // --- Declarations ---------------------------------------------------------------------------------------

  #startsDeclaration(): boolean {
    const token = this.#peek()
    if (token.kind !== 'name') return false
    if (visibility.has(token.text) || basicTypes.has(token.text)) return true
    return this.#typedefs.has(token.text) && this.#peek(1).kind === 'name'
  }

  #declaration(): Declaration {
    const start = this.#read.length
    let hidden = false
    while (visibility.has(this.#peek().text)) hidden = this.#next().text === 'hidden' || hidden
    const type = this.#typeRef()
    const variables: Declarator[] = [this.#declarator()]
    while (this.#is(',')) {
      if (this.#read[this.#read.length - 1]?.text === '}')
        this.#fail(
          "the brace ends its declaration, as in Spin: what follows is declared on its own, not after ','",
        )
      this.#next()
      variables.push(this.#declarator())
    }
    return { kind: 'declaration', type, hidden, variables, place: this.#since(start) }
  }

  #endsDeclaration(isOnNextLine: boolean): void {
    if (isOnNextLine || !this.#startsDeclaration()) return
    this.#report('missing-separator', `expected ';' before ${show(this.#peek())}`, this.#peek())
  }

  #typeRef(): TypeRef {
    const start = this.#read.length
    const token = this.#next()
    if (basicTypes.has(token.text)) {
      const subset =
        token.text === 'mtype' && this.#take(':') ? this.#name('the name of an mtype set').text : null
      return { kind: 'basic', name: token.text, subset, place: this.#since(start) }
    }
    if (token.kind !== 'name' || keywords.has(token.text))
      this.#fail(`expected a type, not ${show(token)}`, 'syntax', token)
    return { kind: 'named', name: token.text, place: this.#since(start) }
  }

  #declarator(): Declarator {
    const start = this.#read.length
    const token = this.#name('the name of a variable')
    const name = token.text
    if (this.#inlines.has(name)) this.#report('redeclared', `${name} is already an inline`, token)
    const bits = this.#take(':') ? this.#primary() : null
    let length: Expr | null = null
    if (this.#take('[')) {
      length = this.#expression()
      this.#expect(']', 'after the length of an array')
    }
    const place = this.#since(start)
    if (!this.#take('=')) return { name, place, bits, length, initial: null }
    if (this.#is('['))
      return { name, place, bits, length, initial: { kind: 'channel', channel: this.#channelInit() } }
    if (this.#take('{')) {
      const values: Expr[] = [this.#expression()]
      while (this.#take(',')) values.push(this.#expression())
      this.#expect('}', 'after the values of an array')
      return { name, place, bits, length, initial: { kind: 'list', values } }
    }
    return { name, place, bits, length, initial: { kind: 'expression', value: this.#expression() } }
  }

  #channelInit(): ChannelInit {
    const start = this.#read.length
    this.#expect('[', 'before the room of a channel')
    const capacity = this.#expression()
    this.#expect(']', 'after the room of a channel')
    this.#expect('of', 'after the room of a channel')
    this.#expect('{', 'before the fields of a channel')
    const fields: TypeRef[] = [this.#typeRef()]
    while (this.#take(',')) fields.push(this.#typeRef())
    this.#expect('}', 'after the fields of a channel')
    return { capacity, fields, place: this.#since(start) }
  }

  // --- Statements -----------------------------------------------------------------------------------------

  #sequenceInBraces(): Sequence {
    this.#expect('{', 'here')
    const sequence = this.#deeper(() => this.#sequence(['}'], this.#read.length))
    this.#expect('}', 'after the last statement')
    return sequence
  }

  /** Steps up to, and without, one of the closing words. */
  #sequence(closing: readonly string[], start: number): Sequence {
    const steps: Stmt[] = []
    const closes = (): boolean =>
      this.#peek().kind === 'end' || this.#diagnostics.isFull || closing.some((word) => this.#is(word))
    while (!closes()) {
      const before = this.#rest.length
      const nesting = this.#nesting
      try {
        const step = this.#step()
        steps.push(step)
        if (!closes() && !this.#isSeparator() && !endsWithBlock(step) && !this.#lineEndsStatement()) {
          const operator = foreignOperator(this.#peek().text)
          const hint = operator === null ? '' : `; between conditions it is ${operator}`
          const message = `expected ';' or '->' before ${show(this.#peek())}${hint}`
          this.#report('missing-separator', message, this.#peek())
        }
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error
        this.#nesting = nesting
        this.#parentheses = 0
        this.#skipStatement(closing)
      }
      while (this.#isSeparator()) this.#next()
      if (this.#rest.length === before && !closes()) this.#next()
    }
    const place = this.#read.length > start ? this.#since(start) : this.#here()
    if (steps.length === 0 && !this.#diagnostics.hasErrors) {
      this.#report('syntax', 'at least one statement is needed here', this.#peek())
    }
    return { steps, place }
  }

  /** Skips to a separator or a closing word of this level. */
  #skipStatement(closing: readonly string[]): void {
    let depth = 0
    while (this.#peek().kind !== 'end') {
      const text = this.#peek().text
      if (depth === 0 && (this.#isSeparator() || closing.includes(text))) return
      if (text === '{' || text === 'if' || text === 'do') depth++
      if (text === '}' || text === 'fi' || text === 'od') {
        if (depth === 0) return
        depth--
      }
      this.#next()
    }
  }

  #step(): Stmt {
    const start = this.#read.length
    const statement = this.#statement()
    if (!this.#is('unless')) return statement
    // After a brace the line break means nothing; after all else it is a semicolon, which unless cannot follow.
    if (this.#lineEndsStatement() && this.#read[this.#read.length - 1]?.text !== '}')
      this.#fail("the end of the line ends the statement, as in Spin: 'unless' stands on the line before it")
    this.#next()
    const guarded: StmtBody = { kind: 'unless', normal: statement, escape: this.#statement() }
    return this.#finish(start, [], guarded)
  }

  #finish(start: number, labels: readonly Label[], body: StmtBody): Stmt {
    const place = this.#since(start)
    const tokens = this.#read.slice(start, Math.min(this.#read.length, start + 200))
    const expanded = tokensText(tokens)
    const written = sliceSpan(this.#files.get(place.span.file), place.span) || expanded
    return { ...body, labels, place, words: { written: shorten(written), expanded: shorten(expanded) } }
  }

  #statement(): Stmt {
    return this.#deeper(() => {
      const labels: Label[] = []
      while (this.#peek().kind === 'name' && this.#is(':', 1) && !keywords.has(this.#peek().text)) {
        if (this.#proctypes.has(this.#peek().text) && this.#peek(2).kind === 'name' && !this.#is(':', 3)) {
          // `P:x` reads a variable of P; a label of that name would be followed by a statement all the same,
          // so only what cannot be a statement decides.
          if (this.#remoteFollows()) break
        }
        const token = this.#next()
        this.#next()
        labels.push({ name: token.text, place: placeOf(token, token) })
      }
      const start = this.#read.length
      if (
        labels.length > 0 &&
        (this.#isSeparator() || this.#is('}') || this.#is('::') || this.#is('fi') || this.#is('od'))
      ) {
        const place = labels[labels.length - 1]?.place ?? this.#here()
        const skip: Expr = { kind: 'number', value: 1, place }
        const words = { written: 'skip', expanded: 'skip' }
        return { kind: 'expression', test: skip, labels, place, words }
      }
      if (labels.length > 0 && this.#startsDeclaration()) {
        this.#fail('a label cannot stand before a declaration')
      }
      return this.#finish(start, labels, this.#statementBody(labels))
    })
  }

  /** After `P:name`: an operator that makes it an expression. */
  #remoteFollows(): boolean {
    let at = 3
    if (this.#is('[', at)) while (this.#peek(at).kind !== 'end' && !this.#is(']', at++));
    const after = this.#peek(at).text
    return !['=', '++', '--', '!', '!!', '?', '??', ';', '->', '}', '.', '('].includes(after)
  }

  #statementBody(labels: readonly Label[]): StmtBody {
    const token = this.#peek()
    if (token.kind === 'name') {
      if (token.text !== 'c_expr' && embeddedC.has(token.text)) {
        this.#embeddedC()
        return { kind: 'nothing' }
      }
      if (this.#startsDeclaration()) return { kind: 'declare', declaration: this.#declaration() }
      const inline = this.#inlines.get(token.text)
      if (inline && this.#is('(', 1)) return this.#inlineCall(inline, null)
      this.#noForeignWord()
    }
    switch (token.text) {
      case 'xr':
      case 'xs': {
        this.#next()
        const channels = [this.#variable()]
        while (this.#take(',')) channels.push(this.#variable())
        return { kind: 'exclusive-channel', channels }
      }
      case '{':
        return { kind: 'block', body: this.#sequenceInBraces(), inline: null }
      case 'atomic':
      case 'd_step':
        this.#next()
        return { kind: token.text, body: this.#sequenceInBraces() }
      case 'if':
      case 'do':
        return this.#selection(token.text)
      case 'for':
        return this.#for()
      case 'select': {
        this.#next()
        this.#expect('(', 'after select')
        const index = this.#variable()
        this.#expect(':', 'after the variable of select')
        const from = this.#expression()
        this.#expect('..', 'between the bounds of select')
        const to = this.#expression()
        this.#expect(')', 'after the bounds of select')
        return { kind: 'select', index, from, to }
      }
      case 'goto': {
        this.#next()
        const label = this.#name('a label')
        return { kind: 'goto', label: { name: label.text, place: placeOf(label, label) } }
      }
      case 'break':
        this.#next()
        return { kind: 'break' }
      case 'else':
        this.#next()
        return { kind: 'else' }
      case 'assert': {
        this.#next()
        const start = this.#read.length
        const test = this.#expression()
        const text = withoutParentheses(this.#read.slice(start))
        return { kind: 'assert', test, text }
      }
      case 'printf':
      case 'printm':
        return this.#print(token.text)
      case 'set_priority': {
        this.#next()
        this.#expect('(', 'after set_priority')
        const process = this.#expression()
        this.#expect(',', 'between the arguments of set_priority')
        const value = this.#expression()
        this.#expect(')', 'after the arguments of set_priority')
        return { kind: 'set-priority', process, value }
      }
      case 'return':
        if (!this.#result) return this.#fail('return without an inline call that takes its value')
        this.#next()
        return { kind: 'assign', to: this.#result, value: this.#expression() }
    }
    if (token.kind === 'name' && !keywords.has(token.text) && !this.#isRemote())
      return this.#variableStatement(labels)
    return { kind: 'expression', test: this.#expression() }
  }

  #isRemote(): boolean {
    return (
      this.#proctypes.has(this.#peek().text) && (this.#is('@', 1) || this.#is(':', 1) || this.#is('[', 1))
    )
  }

  /** What begins with a variable: an assignment, a channel operation, or an expression. */
  #variableStatement(_labels: readonly Label[]): StmtBody {
    const ahead = this.#variableEnd()
    const operator = this.#peek(ahead)
    // What stands on the next line is a statement of its own: `c` and then `!1` are two conditions.
    if (operator.kind !== 'punctuation' || this.#lineEndsBefore(operator))
      return { kind: 'expression', test: this.#expression() }
    switch (operator.text) {
      case '=': {
        const to = this.#variable()
        this.#next()
        const inline = this.#peek().kind === 'name' ? this.#inlines.get(this.#peek().text) : undefined
        if (inline && this.#is('(', 1)) return this.#inlineCall(inline, to)
        return { kind: 'assign', to, value: this.#expression() }
      }
      case '++':
      case '--': {
        const to = this.#variable()
        this.#next()
        return { kind: 'step', to, by: operator.text === '++' ? 1 : -1 }
      }
      case '!':
      case '!!': {
        const channel = this.#variable()
        this.#next()
        return { kind: 'send', channel, arguments: this.#sendArguments(), sorted: operator.text === '!!' }
      }
      case '?':
      case '??': {
        if (this.#is('[', ahead + 1)) return { kind: 'expression', test: this.#expression() }
        const channel = this.#variable()
        this.#next()
        const keep = this.#take('<')
        const fields = this.#receiveArguments()
        if (keep) this.#expect('>', 'after the fields of a receive that keeps its message')
        return { kind: 'receive', channel, arguments: fields, anywhere: operator.text === '??', keep }
      }
      default:
        return { kind: 'expression', test: this.#expression() }
    }
  }

  /** How many tokens a variable at the front takes, without reading it. */
  #variableEnd(): number {
    let at = 1
    for (;;) {
      if (this.#lineEndsBefore(this.#peek(at))) return at
      if (this.#is('[', at)) {
        let depth = 0
        do {
          if (this.#is('[', at)) depth++
          if (this.#is(']', at)) depth--
          if (this.#peek(at).kind === 'end') return at
          at++
        } while (depth > 0)
      } else if (this.#is('.', at) && this.#peek(at + 1).kind === 'name') at += 2
      else return at
    }
  }

  #sendArguments(): Expr[] {
    const first = this.#expression()
    if (this.#take('(')) {
      const rest = this.#list(')')
      this.#expect(')', 'after the fields of a send')
      return [first, ...rest]
    }
    const values = [first]
    while (this.#take(',')) values.push(this.#expression())
    return values
  }

  #receiveArguments(): ReceiveArg[] {
    if (this.#take('(')) {
      const inner = this.#receiveArguments()
      this.#expect(')', 'after the fields of a receive')
      return inner
    }
    const fields = [this.#receiveArgument()]
    if (this.#take('(')) {
      fields.push(...this.#receiveArguments())
      this.#expect(')', 'after the fields of a receive')
      return fields
    }
    while (this.#take(',')) fields.push(this.#receiveArgument())
    return fields
  }

  #receiveArgument(): ReceiveArg {
    const start = this.#read.length
    const token = this.#peek()
    if (token.text === 'eval') {
      this.#next()
      this.#expect('(', 'after eval')
      const value = this.#expression()
      this.#expect(')', 'after eval')
      return { kind: 'eval', value, place: this.#since(start) }
    }
    const negative = this.#take('-')
    const constant = this.#constant()
    if (constant !== null)
      return { kind: 'constant', value: negative ? -constant : constant, place: this.#since(start) }
    if (negative) this.#fail(`expected a number after '-', not ${show(this.#peek())}`)
    return { kind: 'variable', variable: this.#variable(), place: this.#since(start) }
  }

  #constant(): number | null {
    const token = this.#peek()
    if (token.kind === 'number') return this.#next().value
    if (token.text === 'true' || token.text === 'skip') {
      this.#next()
      return 1
    }
    if (token.text === 'false') {
      this.#next()
      return 0
    }
    return null
  }

  #selection(kind: 'if' | 'do'): StmtBody {
    const close = kind === 'if' ? 'fi' : 'od'
    this.#next()
    const options: Sequence[] = []
    if (!this.#is('::')) {
      const shape = kind === 'if' ? IF_IS : DO_IS
      this.#fail(`expected '::' after ${kind}, not ${show(this.#peek())}: ${shape}`)
    }
    while (this.#take('::')) {
      options.push(this.#deeper(() => this.#sequence(['::', 'fi', 'od', '}'], this.#read.length)))
    }
    this.#expect(close, `at the end of ${kind}`)
    return { kind, options }
  }

  #for(): StmtBody {
    this.#next()
    this.#expect('(', 'after for')
    if (this.#startsDeclaration()) this.#fail(`a counter is declared before its loop, not in it: ${FOR_IS}`)
    const index = this.#variable()
    if (this.#take('in')) {
      const over = this.#variable()
      this.#expect(')', 'after the head of for')
      this.#take(';')
      return { kind: 'for-in', index, over, body: this.#sequenceInBraces() }
    }
    this.#expect(':', `after the variable of for (${FOR_IS})`)
    const from = this.#expression()
    this.#expect('..', 'between the bounds of for')
    const to = this.#expression()
    this.#expect(')', 'after the head of for')
    this.#take(';')
    this.#take('->')
    return { kind: 'for', index, from, to, body: this.#sequenceInBraces() }
  }

  #print(kind: 'printf' | 'printm'): StmtBody {
    this.#next()
    this.#expect('(', `after ${kind}`)
    if (kind === 'printm') {
      const value = this.#expression()
      this.#expect(')', 'after printm')
      return { kind: 'print', format: '%e', arguments: [value] }
    }
    const format = this.#peek()
    if (format.kind !== 'string') this.#fail(`expected a text in quotes, not ${show(format)}`)
    this.#next()
    const values = this.#take(',') ? this.#list(')') : []
    this.#expect(')', 'after printf')
    return { kind: 'print', format: unquote(format.text), arguments: values }
  }

  #list(close: string): Expr[] {
    const values: Expr[] = []
    while (!this.#is(close) && this.#peek().kind !== 'end') {
      values.push(this.#expression())
      if (!this.#take(',')) break
    }
    return values
  }

  /** Puts the body of an inline in front of the rest and reads it as a block. */
  #inlineCall(inline: Inline, result: VariableRef | null): StmtBody {
    const start = this.#read.length
    const call = this.#next()
    let depth = 0
    for (let item = call.expansion; item; item = item.parent) {
      if (item.frame.kind !== 'inline') continue
      depth++
      if (item.frame.name === inline.name || depth >= MAX_INLINE_DEPTH) {
        this.#fail(`inline ${inline.name} calls itself`, 'inline-recursion', call)
      }
    }
    const given = this.#inlineActuals(inline, call)
    const actuals = new Map(
      inline.parameters.map((parameter, index) => [parameter, given[index]?.tokens ?? []]),
    )
    const frame = { kind: 'inline', name: inline.name, call: this.#since(start).span } as const
    const expansion: Expansion = { frame, parent: call.expansion, depth: (call.expansion?.depth ?? 0) + 1 }
    const replaced: Token[] = []
    // Macro expansions inside the body keep their frames, on top of the call.
    const rebased = new Map<Expansion, Expansion>()
    const rebase = (inner: Expansion | null): Expansion => {
      if (!inner) return expansion
      const known = rebased.get(inner)
      if (known) return known
      const parent = rebase(inner.parent)
      const made = { frame: inner.frame, parent, depth: parent.depth + 1 }
      rebased.set(inner, made)
      return made
    }
    let afterDot = false
    for (const token of inline.body) {
      const actual = token.kind === 'name' && !afterDot ? actuals.get(token.text) : undefined
      const placed = rebase(token.expansion)
      if (actual) {
        // The words are the caller's, the line breaks are the body's: the argument replaces a word and not the break.
        for (const [index, word] of actual.entries()) {
          const startsLine = index === 0 && token.startsLine
          const spaced = index === 0 ? token.spaced : word.spaced
          replaced.push({ ...word, span: token.span, expansion: placed, spaced, startsLine })
        }
      } else replaced.push({ ...token, expansion: placed })
      afterDot = token.text === '.'
    }
    this.#pushed += replaced.length
    if (this.#pushed > MAX_EXPANDED_TOKENS) {
      this.#fail(
        `the model grows above ${MAX_EXPANDED_TOKENS} words once inlines are replaced`,
        'file-too-large',
        call,
      )
    }
    for (let index = replaced.length - 1; index >= 0; index--) {
      const token = replaced[index]
      if (token) this.#rest.push(token)
    }
    const outer = this.#result
    this.#result = result
    try {
      const values = given.map(({ value }) => value)
      return { kind: 'block', body: this.#sequenceInBraces(), inline: inline.name, arguments: values }
    } finally {
      this.#result = outer
    }
  }

  /** Expressions for Spin, whatever the body makes of their words. */
  #inlineActuals(inline: Inline, call: Token): readonly { tokens: readonly Token[]; value: Expr }[] {
    this.#expect('(', 'after the name of an inline')
    const given: { tokens: readonly Token[]; value: Expr }[] = []
    while (!this.#is(')') || given.length > 0) {
      const start = this.#read.length
      const value = this.#expression()
      given.push({ tokens: this.#read.slice(start), value })
      if (!this.#take(',')) break
    }
    this.#expect(')', `after the arguments of inline ${inline.name}`)
    const wanted = inline.parameters.length
    if (given.length !== wanted) {
      this.#report(
        'inline-arguments',
        `inline ${inline.name} takes ${wanted} arguments, not ${given.length}`,
        call,
      )
    }
    return given
  }

  // --- Expressions ----------------------------------------------------------------------------------------

  #expression(): Expr {
    return this.#deeper(() => this.#binary(0))
  }

  #binary(level: number): Expr {
    const operators = PRECEDENCE[level]
    if (!operators) return this.#unary()
    const start = this.#read.length
    let left = this.#binary(level + 1)
    let chain = 0
    while (
      this.#peek().kind === 'punctuation' &&
      operators.includes(this.#peek().text) &&
      !this.#lineEndsStatement()
    ) {
      if (++chain > MAX_CHAIN) this.#fail(`more than ${MAX_CHAIN} operators in a row`, 'nesting-too-deep')
      const operator = this.#next().text
      const right = this.#binary(level + 1)
      left = { kind: 'binary', operator, left, right, place: this.#since(start) }
    }
    return left
  }

  /** Temporal operators bind as in Spin: `U` and its kin tighter than `&&`, implications weakest of all. */
  #formula(level: number): Expr {
    const operators = temporalPrecedence[level]
    if (!operators) return this.#binary(FIRST_ARITHMETIC)
    const start = this.#read.length
    let left = this.#deeper(() => this.#formula(level + 1))
    for (let chain = 0; ; ) {
      const operator = operators.get(this.#peek().text)
      if (!operator || this.#peek().kind === 'string') return left
      if (++chain > MAX_CHAIN) this.#fail(`more than ${MAX_CHAIN} operators in a row`, 'nesting-too-deep')
      this.#next()
      const right = this.#deeper(() => this.#formula(level + 1))
      const place = this.#since(start)
      left =
        operator === '&&' || operator === '||'
          ? { kind: 'binary', operator, left, right, place }
          : { kind: 'temporal', operator, operands: [left, right], place }
    }
  }

  /** `[]`, `<>`, `X` and their words; `null` when none of them comes next. */
  #temporalPrefix(): 'always' | 'eventually' | 'next' | null {
    if ((this.#is('[') && this.#is(']', 1)) || (this.#is('<') && this.#is('>', 1))) {
      const operator = this.#is('[') ? 'always' : 'eventually'
      this.#next()
      this.#next()
      return operator
    }
    const operator = temporalPrefixes.get(this.#peek().text)
    if (operator) this.#next()
    return operator ?? null
  }

  #unary(): Expr {
    const start = this.#read.length
    const prefix = this.#temporal ? this.#temporalPrefix() : null
    if (prefix) {
      const operand = this.#deeper(() => this.#unary())
      return { kind: 'temporal', operator: prefix, operands: [operand], place: this.#since(start) }
    }
    const token = this.#peek()
    if (token.kind === 'punctuation' && (token.text === '-' || token.text === '!' || token.text === '~')) {
      const operator = token.text
      this.#next()
      const operand = this.#deeper(() => this.#unary())
      return { kind: 'unary', operator, operand, place: this.#since(start) }
    }
    return this.#primary()
  }

  #primary(): Expr {
    const start = this.#read.length
    const token = this.#peek()
    const constant = this.#constant()
    if (constant !== null) return { kind: 'number', value: constant, place: this.#since(start) }
    if (this.#take('(')) {
      const inner = this.#temporal ? this.#deeper(() => this.#formula(0)) : this.#expression()
      if (this.#take('->')) {
        const whenTrue = this.#expression()
        this.#expect(':', 'between the two values of a conditional')
        const whenFalse = this.#expression()
        this.#expect(')', 'after a conditional')
        return { kind: 'conditional', test: inner, whenTrue, whenFalse, place: this.#since(start) }
      }
      this.#expect(')', 'to close the parenthesis')
      return inner
    }
    if (token.kind !== 'name') {
      const before = this.#read[this.#read.length - 1]?.text ?? ''
      const hint = token.text === '=' && compound.has(before) ? `: write x = x ${before} …` : ''
      return this.#fail(`expected an expression, not ${show(token)}${hint}`)
    }
    if (embeddedC.has(token.text)) {
      this.#embeddedC()
      return { kind: 'number', value: 1, place: this.#since(start) }
    }
    switch (token.text) {
      case 'timeout':
        this.#next()
        return { kind: 'timeout', place: this.#since(start) }
      case 'np_':
        this.#next()
        return { kind: 'non-progress', place: this.#since(start) }
      case 'run':
        return this.#run(start)
      case 'len':
      case 'empty':
      case 'nempty':
      case 'full':
      case 'nfull': {
        const test = token.text
        this.#next()
        this.#expect('(', `after ${test}`)
        const channel = this.#variable()
        this.#expect(')', `after ${test}`)
        return { kind: 'channel-test', test, channel, place: this.#since(start) }
      }
      case 'enabled':
      case 'pc_value':
      case 'get_priority': {
        const name = token.text
        this.#next()
        this.#expect('(', `after ${name}`)
        const process = this.#expression()
        this.#expect(')', `after ${name}`)
        return { kind: 'process-function', name, process, place: this.#since(start) }
      }
    }
    if (this.#proctypes.has(token.text) && (this.#is('@', 1) || this.#is(':', 1) || this.#is('[', 1))) {
      return this.#remote(start)
    }
    const variable = this.#variable()
    if ((this.#is('?') || this.#is('??')) && this.#is('[', 1)) {
      const anywhere = this.#next().text === '??'
      this.#next()
      const fields = this.#receiveArguments()
      this.#expect(']', 'after the fields of a poll')
      return { kind: 'poll', channel: variable, fields, anywhere, place: this.#since(start) }
    }
    return { kind: 'variable', variable, place: this.#since(start) }
  }

  #run(start: number): Expr {
    this.#next()
    const proctype = this.#name('the name of a proctype').text
    this.#expect('(', 'after the name of a proctype')
    const values = this.#list(')')
    this.#expect(')', 'after the arguments of run')
    let priority: number | null = null
    if (this.#take('priority')) {
      if (this.#peek().kind !== 'number')
        this.#fail(`expected a number after priority, not ${show(this.#peek())}`)
      priority = this.#next().value
    }
    return { kind: 'run', proctype, arguments: values, priority, place: this.#since(start) }
  }

  #remote(start: number): Expr {
    const proctype = this.#next().text
    let process: Expr | null = null
    if (this.#take('[')) {
      process = this.#expression()
      this.#expect(']', 'after the process number')
    }
    if (this.#take('@')) {
      const label = this.#name('a label').text
      return { kind: 'remote-label', proctype, process, label, place: this.#since(start) }
    }
    this.#expect(':', 'after the process')
    const variable = this.#variable()
    return { kind: 'remote-variable', proctype, process, variable, place: this.#since(start) }
  }

  #variable(): VariableRef {
    const start = this.#read.length
    const name = this.#name('a variable').text
    let index: Expr | null = null
    if (!this.#lineEndsBefore(this.#peek()) && this.#take('[')) {
      index = this.#expression()
      this.#expect(']', 'after an index')
    }
    if (this.#is('.') && this.#peek(1).kind === 'name') {
      this.#next()
      const field = this.#deeper(() => this.#variable())
      return { name, index, field, place: this.#since(start) }
    }
    return { name, index, field: null, place: this.#since(start) }
  }
}

/** Names that follow a keyword anywhere in the model: both may be used before they are defined. */
function namesAfter(tokens: readonly Token[], keyword: (text: string) => boolean): ReadonlySet<string> {
  const names = new Set<string>()
  for (let index = 0; index + 1 < tokens.length; index++) {
    if (keyword(tokens[index]?.text ?? '')) names.add(tokens[index + 1]?.text ?? '')
  }
  return names
}

/** Spin asks for no separator after a closing brace or else; after `fi` and `od` it does. */
function endsWithBlock(statement: Stmt): boolean {
  switch (statement.kind) {
    case 'block':
    case 'atomic':
    case 'd_step':
    case 'for':
    case 'for-in':
    case 'else':
      return true
    case 'unless':
      return endsWithBlock(statement.escape)
    default:
      return false
  }
}

function show(token: Token): string {
  return token.kind === 'end'
    ? token.text
    : `'${token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text}'`
}

function shorten(text: string): string {
  return text.length > 240 ? `${text.slice(0, 239)}…` : text
}

function unquote(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\(["'\\])/g, '$1')
}

/** The words of a condition, without the parentheses around all of it. */
function withoutParentheses(tokens: readonly Token[]): string {
  let depth = 0
  const enclosed =
    tokens[0]?.text === '(' &&
    tokens.every((token, index) => {
      if (token.text === '(') depth++
      if (token.text === ')') depth--
      return depth > 0 || index === tokens.length - 1
    })
  return tokensText(enclosed ? tokens.slice(1, -1) : tokens)
}
