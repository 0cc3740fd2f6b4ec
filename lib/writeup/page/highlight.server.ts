import 'server-only'
import { createHighlighterCore, type HighlighterCore, type ThemeRegistration } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import bash from 'shiki/langs/bash.mjs'
import c from 'shiki/langs/c.mjs'
import diff from 'shiki/langs/diff.mjs'
import json from 'shiki/langs/json.mjs'
import type { CodeLanguage } from '#lib/writeup/parse/allow-list.ts'
import { promelaGrammar } from './promela-grammar.ts'

/**
 * Code in roles instead of colours.
 *
 * The highlighter's theme below "paints" each scope with the name of a role; the page's style sheet gives roles
 * their look in light, dark and print. So the HTML carries no colour and no inline style, and one compile serves
 * both schemes.
 */
export const TOKEN_ROLES = [
  'comment',
  'string',
  'constant',
  'keyword',
  'type',
  'function',
  'label',
  'directive',
  'inserted',
  'deleted',
  'range',
] as const
export type TokenRole = (typeof TOKEN_ROLES)[number]

/** A run of characters in one role; null: plain. */
export type CodeToken = { readonly text: string; readonly role: TokenRole | null }

const SCOPES: Readonly<Record<TokenRole, readonly string[]>> = {
  comment: ['comment'],
  string: ['string'],
  constant: ['constant', 'support.constant', 'variable.other.enummember'],
  keyword: ['keyword.control', 'keyword', 'storage.modifier'],
  type: ['storage.type', 'support.type', 'entity.name.type'],
  function: ['entity.name.function', 'support.function', 'meta.function-call'],
  label: ['entity.name.label', 'support.type.property-name'],
  directive: ['keyword.control.directive', 'meta.preprocessor', 'punctuation.definition.directive'],
  inserted: ['markup.inserted', 'punctuation.definition.inserted'],
  deleted: ['markup.deleted', 'punctuation.definition.deleted'],
  range: ['meta.diff.range', 'meta.diff.header'],
}

const roles: ThemeRegistration = {
  name: 'roles',
  type: 'light',
  settings: [
    { settings: { foreground: 'plain', background: 'paper' } },
    // Operators are keywords to the grammars; a page where every `=` is heavy is hard to read.
    {
      scope: ['keyword.operator', 'punctuation.separator', 'punctuation.section'],
      settings: { foreground: 'plain' },
    },
    ...TOKEN_ROLES.map((role) => ({ scope: [...SCOPES[role]], settings: { foreground: role as string } })),
  ],
}

let loading: Promise<HighlighterCore> | undefined

function load(): Promise<HighlighterCore> {
  loading ??= createHighlighterCore({
    themes: [roles],
    langs: [c, diff, bash, json, promelaGrammar],
    // No WebAssembly: the grammars above need nothing that JavaScript's regular expressions lack.
    engine: createJavaScriptRegexEngine(),
  })
  return loading
}

/** Longer lines are shown plain: grammars can take time that grows faster than the line. */
const MAX_HIGHLIGHTED_LINE = 500

/**
 * A line that is not done by then is shown plain, and what was made is kept with the revision. It catches a grammar that does
 * not end: of a second or less a line is also robbed by a machine that has much else to do.
 */
const LINE_MS = 5000

/** The tokens of each line; the texts of a line's tokens joined are the line. */
export async function highlightCode(source: string, language: CodeLanguage): Promise<CodeToken[][]> {
  const lines = source.split('\n')
  if (language === 'text' || language === 'mermaid') return lines.map(plainLine)
  const highlighter = await load()
  const { tokens } = highlighter.codeToTokens(source, {
    lang: language,
    theme: 'roles',
    tokenizeMaxLineLength: MAX_HIGHLIGHTED_LINE,
    tokenizeTimeLimit: LINE_MS,
  })
  return lines.map((line, at) => {
    const found = (tokens[at] ?? []).map(({ content, color }) => ({ text: content, role: roleOf(color) }))
    const joined = mergeRuns(found)
    // The block's text is the line as written; a highlighter that changes it is not used.
    return joined.map(({ text }) => text).join('') === line ? joined : plainLine(line)
  })
}

function plainLine(line: string): CodeToken[] {
  return line === '' ? [] : [{ text: line, role: null }]
}

function roleOf(color: string | undefined): TokenRole | null {
  return TOKEN_ROLES.find((role) => role === color?.toLowerCase()) ?? null
}

function mergeRuns(tokens: readonly CodeToken[]): CodeToken[] {
  const runs: CodeToken[] = []
  for (const token of tokens) {
    const last = runs.at(-1)
    if (last && last.role === token.role)
      runs[runs.length - 1] = { text: last.text + token.text, role: last.role }
    else runs.push(token)
  }
  return runs
}
