/**
 * Languages of fenced code. Those that are coloured or drawn have one name each and several spellings; any other is shown
 * plain. Only what is nearly the name of one of ours is an error, so that a misspelt `mermiad` is not a page that shows
 * source where a diagram was meant.
 */
import { nearestWord } from '#lib/nearest-word.ts'
import { CODE_LANGUAGES, type CodeLanguage } from './allow-list.ts'

const SPELLINGS: Readonly<Record<string, CodeLanguage>> = {
  h: 'c',
  'c++': 'c',
  cpp: 'c',
  cc: 'c',
  hpp: 'c',
  cxx: 'c',
  spin: 'promela',
  pml: 'promela',
  patch: 'diff',
  udiff: 'diff',
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  ksh: 'bash',
  'shell-script': 'bash',
  json5: 'json',
  jsonc: 'json',
  txt: 'text',
  plain: 'text',
  plaintext: 'text',
  none: 'text',
}

/** Names of others that are near to one of ours. */
const OTHERS = new Set([
  'tex',
  'latex',
  'dash',
  'batch',
  'bat',
  'fish',
  'jsonl',
  'json-ld',
  'java',
  'jsx',
  'perl',
  'nmap',
])

export type Language =
  | { readonly kind: 'known'; readonly name: CodeLanguage }
  | { readonly kind: 'other' }
  /** Nothing that anybody calls a language; `meant` is nearly it. */
  | { readonly kind: 'misspelt'; readonly meant: CodeLanguage }

export function languageOf(written: string): Language {
  const name = written.toLowerCase()
  const known =
    CODE_LANGUAGES.find((one) => one === name) ??
    (Object.hasOwn(SPELLINGS, name) ? SPELLINGS[name] : undefined)
  if (known) return { kind: 'known', name: known }
  if (OTHERS.has(name) || name.length < 4) return { kind: 'other' }
  const near = nearestWord(
    name,
    CODE_LANGUAGES.filter((one) => one.length > 3),
  )
  const meant = CODE_LANGUAGES.find((one) => one === near)
  // The beginning of a word is not a misspelling of it, and neither is one that is much longer or shorter.
  const isNear = meant !== undefined && Math.abs(meant.length - name.length) <= 2 && !meant.startsWith(name)
  return isNear ? { kind: 'misspelt', meant } : { kind: 'other' }
}
