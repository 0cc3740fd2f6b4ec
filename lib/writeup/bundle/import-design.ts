/**
 * A design that somebody already has, as a bundle: its headings go to the write-ups that they are about, the rest to the
 * cover, and nothing is dropped.
 *
 * What our subset of Markdown cannot say is not lost and not guessed at: a passage that has a problem is first mended where
 * that is one thing, then stands as typed (its signs escaped), and where even that cannot be read, as code. Pure; the check
 * of a bundle is passed in, since diagrams are read by mermaid itself.
 */
import { DOCUMENT_IDS, type DocumentId } from '#lib/writeup/parse/document-id.ts'
import { FORBIDDEN_CHARACTER } from '#lib/writeup/parse/limits.ts'
import type { BundleFile } from './content-hash.ts'

export type Design = {
  /** Null: it names none. */
  readonly title: string | null
  /** Of each document its passages, in order. */
  readonly passages: ReadonlyMap<DocumentId, readonly Passage[]>
}

/** What stands between two empty lines; a fence with all that is in it. LF between lines, none at the end. */
export type Passage = { readonly text: string; readonly kind: 'markdown' | 'typed' | 'code' }

const MOST_TITLE = 70

/** Where headings belong, by their words. The first document that one is about gets the section. */
const ABOUT: readonly (readonly [DocumentId, RegExp])[] = [
  [
    'lifetime',
    /\b(?:life\s?times?|lock(?:s|ing|less)?|owner(?:s|ship)?|ref(?:erence)?[ -]?count\w*|races?|racy|concurren\w*|synchroni[sz]ation|ordering|barriers?|rcu|free(?:s|ing)?|teardown|tear[ -]down|cancel\w*|hold times?|storage|memory|allocat\w*|garbage)\b/i,
  ],
  [
    'sys-futex',
    /\b(?:futex\w*|sys_\w+|system calls?|syscalls?|abi|robust|requeue|waitv|priority inheritance|pi|compatib\w*|interoperab\w*)\b/i,
  ],
  [
    'integration',
    /\b(?:integrat\w*|contexts?|call(?:ing|ers?|backs?)|design|architecture|implementation|interfaces?|apis?|usage|errors?|exits?|signals?|sleep\w*|schedul\w*|internals?|details?|detailed)\b/i,
  ],
  [
    'problem',
    /\b(?:problems?|motivation|background|introduction|why|goals?|non-goals?|requirements?|use[ -]?cases?|workloads?|rationale|alternatives?|scope|semantics|benefits?|performance|benchmarks?|gains?|drawbacks?|prior art)\b/i,
  ],
]

export function documentOfHeading(words: string): DocumentId | null {
  return ABOUT.find(([, pattern]) => pattern.test(words))?.[0] ?? null
}

/** @param text of a Markdown file */
export function designOfMarkdown(text: string): Design {
  return sorted(passagesOf(cleanText(text)).map((passage): Passage => ({ text: passage, kind: 'markdown' })))
}

/** @param text without markup: lines under lines of `=` or `-`, numbered lines and lines in capitals are headings */
export function designOfText(text: string): Design {
  return sorted(
    cleanText(text)
      .split(/\n(?:[ \t]*\n)+/)
      .map((block) => block.replace(/^\n+|\s+$/g, ''))
      .filter((block) => block.trim() !== '')
      .flatMap(typedPassages),
  )
}

/** Line ends are LF, tabs stay, and what no document may hold is a blank. */
function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(new RegExp(FORBIDDEN_CHARACTER.source, 'gu'), ' ')
    .replace(/[\u0085\u2028\u2029]/g, '\n')
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/
const UNDERLINE = /^ {0,3}(=+|-{2,})[ \t]*$/

/** Cut at empty lines, and before and behind each heading; never within a fence. */
function passagesOf(text: string): string[] {
  const passages: string[] = []
  let lines: string[] = []
  let fence: string | null = null
  const close = () => {
    if (lines.some((line) => line.trim() !== '')) passages.push(lines.join('\n').replace(/\s+$/, ''))
    lines = []
  }
  for (const line of withoutFrontMatter(text)) {
    const [, signs = '', rest = ''] = FENCE.exec(line) ?? []
    if (fence !== null) {
      lines.push(line)
      if (signs.startsWith(fence) && rest.trim() === '') {
        fence = null
        close()
      }
    } else if (signs !== '' && !(signs.startsWith('`') && rest.includes('`'))) {
      close()
      fence = signs
      lines.push(line)
    } else if (line.trim() === '') close()
    else if (HEADING.test(line)) {
      close()
      passages.push(line)
    } else if (UNDERLINE.test(line) && lines.length === 1 && isUnderlinable(lines[0] ?? '')) {
      const depth = line.trim().startsWith('=') ? '#' : '##'
      passages.push(`${depth} ${lines[0]?.trim()}`)
      lines = []
    } else lines.push(line)
  }
  close()
  return passages
}

const isUnderlinable = (line: string) => /[\p{L}\p{N}]/u.test(line) && !/^\s*(?:[-*+>|]|\d+[.)]\s)/.test(line)

/** Metadata of another tool is text like any other: it is no front matter of ours. */
function withoutFrontMatter(text: string): string[] {
  const lines = text.split('\n')
  if (lines[0]?.trim() !== '---') return lines
  const end = lines.findIndex((line, i) => i > 0 && line.trim() === '---')
  return end < 0 ? lines.slice(1) : ['~~~yaml', ...lines.slice(1, end), '~~~', ...lines.slice(end + 1)]
}

/** A block of a text without markup. */
function typedPassages(block: string): Passage[] {
  const lines = block.split('\n')
  const [first = '', second = ''] = lines
  const isUnderlined =
    lines.length >= 2 &&
    /^(=+|-+|~+|\^+|\*+)[ \t]*$/.test(second) &&
    second.trim().length >= 3 &&
    isUnderlinable(first)
  const headed = isUnderlined ? 2 : 0
  const heading = isUnderlined
    ? `${second.startsWith('=') ? '#' : '##'} ${escaped(first.trim())}`
    : lines.length === 1 && isHeadingLine(first)
      ? `${'#'.repeat(depthOf(first))} ${escaped(first.trim())}`
      : null
  const rest = lines.slice(heading === null ? 0 : Math.max(headed, 1))
  return [
    ...(heading === null ? [] : [{ text: heading, kind: 'markdown' as const }]),
    ...(rest.some((line) => line.trim() !== '') ? [typed(rest)] : []),
  ]
}

/** What is set in, or has columns or a drawing in it, is code; all else is prose whose signs mean nothing. */
function typed(lines: readonly string[]): Passage {
  const isSetIn = lines.every((line) => /^(?: {2,}|\t)/.test(line) || line.trim() === '')
  const isDrawn = lines.some((line) =>
    /\S {3,}\S|\t\S.*\t|[|+][-=_]{2,}|[-=]{2,}>|[\u2500-\u257f]/.test(line),
  )
  const text = lines.join('\n')
  return isSetIn || isDrawn ? { text, kind: 'code' } : { text, kind: 'typed' }
}

const NUMBERED = /^(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\p{Lu}/u

function isHeadingLine(line: string): boolean {
  const words = line.trim()
  if (words.length > MOST_TITLE || /[.;,]$/.test(words) || /^\s/.test(line)) return false
  const isCapitals = /\p{Lu}.*\p{Lu}.*\p{Lu}/u.test(words) && !/\p{Ll}/u.test(words)
  return isCapitals || NUMBERED.test(words) || HEADING.test(words)
}

const depthOf = (line: string) => Math.min(4, 1 + (NUMBERED.exec(line.trim())?.[1]?.split('.').length ?? 1))

/** Every sign that means something to Markdown means itself. */
function escaped(line: string): string {
  return line
    .replace(/[\\`*[\]<>{}#|~$&]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
}

/** The documents that passages belong to: each to that of the nearest heading that is about one. */
function sorted(all: readonly Passage[]): Design {
  const headings = all.flatMap(({ text, kind }) => (kind === 'markdown' && HEADING.test(text) ? [text] : []))
  const depths = headings.map((text) => HEADING.exec(text)?.[1]?.length ?? 1)
  const first = depths[0] ?? 0
  // A first heading that stands above all others is the title, and its words are nowhere else; text may precede it.
  const isFirst = all[0]?.text === headings[0]
  const isTitled =
    first > 0 && (isFirst || depths.length > 1) && depths.slice(1).every((depth) => depth > first)
  const words = isTitled ? plain(HEADING.exec(headings[0] ?? '')?.[2] ?? '') : ''
  const title = words !== '' && words.length <= MOST_TITLE ? words : null
  const titled = all.findIndex(({ text, kind }) => kind === 'markdown' && text === headings[0])
  const rest = title === null ? all : all.filter((_, i) => i !== titled)
  const top = Math.min(...(title === null ? depths : depths.slice(1)), 6)
  const passages = new Map<DocumentId, Passage[]>(DOCUMENT_IDS.map((id) => [id, []]))
  const at: (DocumentId | null)[] = []
  for (const passage of rest) {
    const [, signs, said = ''] = (passage.kind === 'markdown' && HEADING.exec(passage.text)) || []
    if (signs === undefined) {
      passages.get(at.findLast((one) => one !== null) ?? 'cover')?.push(passage)
      continue
    }
    const depth = signs.length - top
    at.length = Math.min(at.length, depth)
    while (at.length < depth) at.push(null)
    at.push(documentOfHeading(said))
    const to = at.findLast((one) => one !== null) ?? 'cover'
    // A document's title stands in its front matter, so that its sections begin at the second level.
    const text = `${'#'.repeat(Math.min(5, depth + 2))} ${said}`
    passages.get(to)?.push({ ...passage, text })
  }
  return { title, passages }
}

const plain = (markdown: string) =>
  markdown
    .replace(/\\([\\`*[\]<>{}#|~$&_+=.)-])/g, '$1')
    .replace(/[`*]/g, '')
    .trim()

/** How a passage is written, from how it stands to what can always be read. */
const WAYS: Readonly<Record<Passage['kind'], readonly ((text: string) => string)[]>> = {
  markdown: [(text) => text, withoutOwnLinks, asTyped, fenced],
  typed: [asTyped, fenced],
  code: [fenced],
}

/**
 * The bundle that `begun` is, with the design's passages in front of the template's prompts, each as far as `check` can
 * read it: as it stands, as typed, or as code.
 * @param mend what is mechanical is done
 * @param check the lines of each file that have a problem
 */
export async function bundleOfDesign(
  design: Design,
  begun: readonly BundleFile[],
  mend: (files: readonly BundleFile[]) => readonly BundleFile[],
  check: (files: readonly BundleFile[]) => Promise<readonly { file: string; line: number }[]>,
): Promise<readonly BundleFile[]> {
  const levels = new Map<Passage, number>()
  for (;;) {
    const starts = new Map<string, { line: number; passage: Passage }[]>()
    const files = begun.map((file) => {
      const id = DOCUMENT_IDS.find((one) => file.path === `${one}.mdx`)
      const own = id === undefined ? [] : (design.passages.get(id) ?? [])
      if (own.length === 0) return file
      const written = withPassages(new TextDecoder().decode(file.bytes), own, levels)
      starts.set(file.path, written.starts)
      return { path: file.path, bytes: new TextEncoder().encode(written.text) }
    })
    // An edit keeps lines where they are.
    const mended = mend(files)
    const problems = await check(mended)
    let isChanged = false
    for (const passage of new Set(
      problems.flatMap(
        ({ file, line }) => starts.get(file)?.findLast((one) => one.line <= line)?.passage ?? [],
      ),
    )) {
      const way = levels.get(passage) ?? 0
      const left = WAYS[passage.kind].slice(way + 1)
      const now = WAYS[passage.kind][way]?.(passage.text)
      const next = left.findIndex((write) => write(passage.text) !== now)
      if (next < 0) continue
      // A fence that cannot be read is code all the same.
      const isFence = passage.kind === 'markdown' && /^ {0,3}(?:`{3}|~{3})/.test(passage.text)
      levels.set(passage, isFence ? WAYS.markdown.length - 1 : way + 1 + next)
      isChanged = isChanged || levels.get(passage) !== way
    }
    // Each passage has few ways, so this ends.
    if (!isChanged) return mended
  }
}

const FRONT_MATTER = /^---\n[\s\S]*?^---\n/m

function withPassages(
  source: string,
  own: readonly Passage[],
  levels: ReadonlyMap<Passage, number>,
): { text: string; starts: { line: number; passage: Passage }[] } {
  const front = FRONT_MATTER.exec(source)?.[0] ?? ''
  const starts: { line: number; passage: Passage }[] = []
  let line = front.split('\n').length + 1
  const written = own.map((passage) => {
    starts.push({ line, passage })
    const text = WAYS[passage.kind][levels.get(passage) ?? 0]?.(passage.text) ?? ''
    line += text.split('\n').length + 1
    return `${text}\n\n`
  })
  return { text: `${front}\n${written.join('')}${source.slice(front.length).replace(/^\n+/, '')}`, starts }
}

/** Sections move to other documents, and a link to one that is elsewhere now is words and the name that it had. */
function withoutOwnLinks(text: string): string {
  return text.replace(/\[([^[\]\n]+)\]\((#[^()\s]+)\)/g, '$1 (\\$2)')
}

/** Prose from the first column on: what is set in would be code. */
function asTyped(text: string): string {
  return text
    .split('\n')
    .map((line) => escaped(line.trim()))
    .join('\n')
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([signs]) => signs.length))
  const signs = '`'.repeat(longest + 1)
  return `${signs}text\n${text}\n${signs}`
}

/** For who gives it another title: the design's own stays, at the head of the cover. */
export function withTitleInText(design: Design): Design {
  if (design.title === null) return design
  const heading: Passage = { text: `## ${escaped(design.title)}`, kind: 'markdown' }
  return { title: null, passages: withFirst(design, heading) }
}

/** A mail's head: who wrote it, when, to whom. */
export function withHead(design: Design, lines: readonly string[]): Design {
  return { ...design, passages: withFirst(design, { text: cleanText(lines.join('\n')), kind: 'code' }) }
}

function withFirst({ passages }: Design, first: Passage): Design['passages'] {
  return new Map([...passages, ['cover', [first, ...(passages.get('cover') ?? [])]]])
}
