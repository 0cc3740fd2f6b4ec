/**
 * No clock and no random in what is pure: time, chance and ids are passed in by a shell, so that the same question
 * has the same answer, in a test, in the page and next year.
 *
 * Looked for in the syntax tree and not by a regular expression: comments may say `Date.now()`, and `new Date(ms)`
 * is a value like another.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Names of what answers differently each time. `performance.now` under any name of the object that has it. */
const MEMBERS = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'performance.timeOrigin',
  'crypto.randomUUID',
  'crypto.getRandomValues',
  'crypto.randomBytes',
  'crypto.randomInt',
  'process.hrtime',
  'process.uptime',
])
const FROM_NODE = new Set([
  'randomUUID',
  'randomBytes',
  'randomInt',
  'getRandomValues',
  'performance',
  'hrtime',
])

const LEAVES = /^lib\/(promela|mail|anchor|request|simulation)\/(?!shell\/)/
const PURE_BESIDE_SERVERS = /^lib\/((review|writeup|environment|aside)\/|[a-z-]+\.ts$)/

/** The files that the rule is about. `files`: paths from the root. */
export function pureFiles(files) {
  return files.filter(
    (file) =>
      (LEAVES.test(file) || PURE_BESIDE_SERVERS.test(file)) &&
      !/\.server\.ts$|\.test\.tsx?$|\.cases\.ts$|\/samples\//.test(file),
  )
}

/** Each `{ file, line, what }`. */
export function clocksIn(root, file) {
  return clocksInText(file, readFileSync(join(root, file), 'utf8'))
}

function clocksInText(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found = []
  const report = (node, what) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
    found.push({ file, line, what })
  }
  const visit = (node) => {
    const what = clockAt(node)
    if (what !== null) report(node, what)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** What a node reads that is no value, or null. */
function clockAt(node) {
  if (ts.isNewExpression(node) && nameOf(node.expression) === 'Date' && !node.arguments?.length)
    return 'new Date()'
  if (ts.isCallExpression(node) && nameOf(node.expression) === 'Date') return 'Date()'
  if (ts.isImportSpecifier(node)) {
    const name = (node.propertyName ?? node.name).text
    const isFromNode = /^(node:)?(crypto|perf_hooks|process)$/.test(
      node.parent.parent.parent.moduleSpecifier.text,
    )
    return isFromNode && FROM_NODE.has(name) ? `an import of ${name}` : null
  }
  const member = memberOf(node)
  return member !== null && MEMBERS.has(member) ? member : null
}

/** `Date.now` of `Date.now`, `globalThis.Date.now` and `Date['now']`. */
function memberOf(node) {
  const name = ts.isPropertyAccessExpression(node)
    ? node.name.text
    : ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)
      ? node.argumentExpression.text
      : null
  const object = name === null ? null : nameOf(node.expression)
  return object === null ? null : `${object}.${name}`
}

function nameOf(expression) {
  if (ts.isParenthesizedExpression(expression)) return nameOf(expression.expression)
  if (ts.isIdentifier(expression)) return expression.text
  if (ts.isPropertyAccessExpression(expression) && nameOf(expression.expression) === 'globalThis') {
    return expression.name.text
  }
  return null
}

const REFUSED = [
  'export const a = Date.now()',
  'export const clock = Date.now',
  "export const a = Date['now']()",
  'export const a = globalThis.Date.now()',
  'export const a = new Date()',
  'export const a = new Date',
  'export const a = (now = new Date()) => now',
  'export const a = Date()',
  'export const a = Math.random() < 0.5',
  'const { floor } = Math\nexport const a = floor(Math.random() * 6)',
  'export const a = performance.now()',
  'export const a = crypto.randomUUID()',
  "import { randomUUID } from 'node:crypto'\nexport const a = randomUUID()",
  "import { randomUUID as id } from 'crypto'\nexport const a = id()",
]
const RIGHT = [
  'export const a = new Date(0)',
  'export const a = (ms: number) => new Date(ms).toISOString()',
  'export const a = Date.UTC(2026, 0, 1)',
  'export const a = Date.parse(text)',
  'export const a = Math.floor(1.5)',
  '// Date.now() is for shells\nexport const a = "Date.now()"',
  "import { createHash } from 'node:crypto'\nexport const a = createHash('sha256')",
  'export const a = (clock: { now(): number }) => clock.now()',
]

/** What the check itself gets wrong: texts that it must refuse or accept and does not. */
export function missedClocks() {
  const refuses = (text) => clocksInText('canary.ts', text).length > 0
  return [...REFUSED.filter((text) => !refuses(text)), ...RIGHT.filter(refuses)]
}
