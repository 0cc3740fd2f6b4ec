/**
 * A stand-in for the JavaScript parser that MDX's tokenizer asks about expressions and imports.
 *
 * Nothing that is JavaScript is allowed in a write-up, so there is no reason to parse it. The stand-in accepts
 * every expression as it is; the tree then holds an `mdxjsEsm` or `mdx…Expression` node with its place, and
 * `check-tree.ts` refuses all of them with our own words. With the real parser the first invalid expression
 * would end the parse and hide every problem after it, and hostile text would reach one parser more.
 *
 * The tokenizer asks at each `}` whether the expression is complete. Counting braces answers that well enough: a
 * brace inside a JavaScript string can make an expression look longer than it is, and then it is a syntax problem
 * instead of a refused expression.
 */
type AcornLike = NonNullable<NonNullable<Parameters<typeof import('remark-mdx').default>[0]>['acorn']>

const lexOnly = {
  /** Imports, exports, and expressions that are empty: a program without statements. */
  parse: (source: string) => ({
    type: 'Program',
    start: 0,
    end: source.length,
    body: [],
    sourceType: 'module',
  }),
  /** An object without properties that spans the whole source: valid as an expression and as a spread. */
  parseExpressionAt: (source: string) => {
    if (openBraces(source) > 0) throw new IncompleteExpression()
    return { type: 'ObjectExpression', start: 0, end: source.length, properties: [] }
  },
}

/** What the tokenizer expects of acorn's error: where it is, and that more input might help. */
class IncompleteExpression extends SyntaxError {
  readonly pos = 0
  readonly raisedAt = Number.POSITIVE_INFINITY
  constructor() {
    super('the expression is not closed')
  }
}

function openBraces(source: string): number {
  let open = 0
  for (const character of source) {
    if (character === '{') open += 1
    else if (character === '}') open -= 1
  }
  return open
}

// The tokenizer uses these two methods only; the rest of acorn's interface is its parser classes.
export const lexOnlyAcorn = lexOnly as unknown as AcornLike
