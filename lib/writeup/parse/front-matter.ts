/**
 * Front matter: YAML between two lines `---` at the top of a document, and nothing else.
 *
 * The usual libraries choose an engine by the word after the first `---` and run JavaScript for `---js`. Here
 * there is one engine, and a word after the dashes is an error. YAML's own ways to surprise are closed too: the
 * core schema only (no dates, no custom tags), no aliases (so no billion laughs), no repeated keys, no second
 * document, a small size. Data reaches the rest of the program only through a zod schema, and every complaint
 * names the field and stands on the field's line.
 */
import { isMap, LineCounter, type Node, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { err, ok, type Result } from '#lib/result.ts'
import { FILE_START, type Place, type Problem } from './problem.ts'

/** The cover of a proposal with a dozen models has 8 KB of variants, and as much again of words for them. */
const MAX_FRONT_MATTER_LENGTH = 64 * 1024

/** Tags that say of a value what it is anyway. */
const PLAIN_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/

export type FrontMatter = {
  readonly data: Readonly<Record<string, unknown>>
  /**
   * The whole source with every character of the front matter replaced by a space (line ends kept), so that
   * each line, column and offset in it is also one of the file.
   */
  readonly body: string
  /** The place of the field at `path`, or of the nearest field around it. */
  readonly placeOfField: (path: readonly PropertyKey[]) => Place
}

/** Splits and reads the front matter of `source` (LF line ends). */
export function readFrontMatter(file: string, source: string): Result<FrontMatter, Problem[]> {
  const problem = (message: string, place: Place): Problem => ({
    file,
    rule: 'front-matter',
    message,
    ...place,
  })
  const opening = /^---(.*)(?:\n|$)/.exec(source)
  if (!opening) {
    return err([
      problem('Begin the file with front matter: a line `---`, `title: …`, a line `---`.', FILE_START),
    ])
  }
  const firstLine = { line: 1, column: 1, endLine: 1, endColumn: 4 + (opening[1]?.length ?? 0) }
  if (opening[1]?.trim() !== '') {
    const message = `Front matter is YAML between two lines \`---\`; delete \`${opening[1]}\` after the dashes.`
    return err([problem(message, firstLine)])
  }
  const closing = /^---[ \t]*$/m
  const start = opening[0].length
  const end = closing.exec(source.slice(start))
  if (!end) return err([problem('The front matter is not closed; end it with a line `---`.', firstLine)])
  const yaml = source.slice(start, start + end.index)
  if (yaml.length > MAX_FRONT_MATTER_LENGTH) {
    const limit = MAX_FRONT_MATTER_LENGTH / 1024
    return err([
      problem(`The front matter is larger than ${limit} KB; keep only the documented fields.`, firstLine),
    ])
  }
  const bodyStart = start + end.index + end[0].length
  const body = source.slice(0, bodyStart).replace(/[^\n]/g, ' ') + source.slice(bodyStart)

  const read = readYaml(file, yaml, 1, 'front-matter')
  if (!read.ok) return read
  return ok({ ...read.value, body })
}

/** The same as `FrontMatter.body` of a file whose front matter cannot be read; null: nothing says where it ends. */
export function bodyOf(source: string): string | null {
  // Asked of the beginning alone: a pattern that looks for it looks through the rest of the file from each `---` of it.
  if (!source.startsWith('---')) return source
  const whole = /---[^\n]*\n[\s\S]*?^---[ \t]*$/my.exec(source)?.[0]
  if (whole === undefined) return null
  return whole.replace(/[^\n]/g, ' ') + source.slice(whole.length)
}

export type YamlMapping = Omit<FrontMatter, 'body'>

/**
 * Reads a YAML mapping with the restrictions above.
 * @param linesAbove how many lines of the file stand before `yaml`, for the places of problems.
 */
export function readYaml(
  file: string,
  yaml: string,
  linesAbove: number,
  rule: 'front-matter',
): Result<YamlMapping, Problem[]> {
  const lines = new LineCounter()
  const placeAt = (from: number, to: number): Place => {
    const start = lines.linePos(from)
    const finish = lines.linePos(Math.max(from, to))
    return {
      line: start.line + linesAbove,
      column: Math.max(1, start.col),
      endLine: finish.line + linesAbove,
      endColumn: Math.max(1, finish.col),
    }
  }
  const problems: Problem[] = []
  const report = (message: string, place: Place) => problems.push({ file, rule, message, ...place })
  try {
    const document = parseDocument(yaml, {
      schema: 'core',
      version: '1.2',
      strict: true,
      uniqueKeys: true,
      prettyErrors: false,
      lineCounter: lines,
    })
    // Unknown tags (`!!js/function`) are only warnings of the library: an author who writes one expects
    // something to happen that will not.
    for (const fault of [...document.errors, ...document.warnings]) {
      report(
        `This is not valid YAML: ${fault.message.replace(/\s+/g, ' ')}.`.replace('..', '.'),
        placeAt(...fault.pos),
      )
    }
    visit(document, {
      Alias: (_, node) => {
        report('YAML aliases (`*name`) are not used; write the value again.', rangeOf(node))
      },
      Node: (_, node) => {
        // `!!binary` makes an object of Node, with all that such a one has, of a text.
        if (node.tag !== undefined && !PLAIN_TAG.test(node.tag)) {
          const tag = node.tag.replace(/^tag:yaml\.org,2002:/, '!!')
          report(`YAML tags (\`${tag.slice(0, 40)}\`) are not used; write the value as it is.`, rangeOf(node))
        }
      },
      Pair: (_, pair) => {
        const key = String(pair.key)
        if (key === '__proto__' || key === '<<') report(`\`${key}\` is not a field.`, FILE_START)
      },
    })
    if (problems.length > 0) return err(problems)
    const root = document.contents
    if (!isMap(root)) {
      report('This must be a mapping of fields, such as `title: The problem`.', placeAt(0, 0))
      return err(problems)
    }
    const data: unknown = document.toJS({ maxAliasCount: 0 })
    return ok({
      // A YAML map with string keys; anything stranger (a map as a key) is refused by the schema.
      data: data as Record<string, unknown>,
      placeOfField: (path) => {
        for (let length = path.length; length > 0; length--) {
          const keyPlace = placeOfKey(path.slice(0, length))
          if (keyPlace) return keyPlace
        }
        return placeAt(0, 0)
      },
    })

    function placeOfKey(path: readonly PropertyKey[]): Place | null {
      const parent = path.length === 1 ? root : document.getIn(path.slice(0, -1), true)
      const last = path.at(-1)
      if (isMap(parent)) {
        const pair = parent.items.find((item) => String(item.key) === String(last))
        return pair ? rangeOf(pair.key as Node) : null
      }
      const node = document.getIn(path, true)
      return node && typeof node === 'object' && 'range' in node ? rangeOf(node as Node) : null
    }
  } catch (error) {
    // Collections nested thousands deep overflow the library's recursion; nothing else here throws.
    if (!(error instanceof RangeError)) throw error
    report('The YAML is nested too deeply.', { ...FILE_START, line: 1 + linesAbove, endLine: 1 + linesAbove })
    return err(problems)
  }

  function rangeOf(node: { range?: readonly [number, number, number] | null | undefined }): Place {
    return node.range ? placeAt(node.range[0], node.range[1]) : FILE_START
  }
}

/** Checks a mapping against its schema; every issue becomes a problem that names the field, on its line. */
export function checkFields<Schema extends z.ZodType>(
  file: string,
  mapping: YamlMapping,
  schema: Schema,
): Result<z.output<Schema>, Problem[]> {
  const parsed = schema.safeParse(mapping.data)
  if (parsed.success) return ok(parsed.data)
  const problems = parsed.error.issues.flatMap((issue): Problem[] => {
    const paths =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
    return paths.map((path) => {
      const field = path.map(String).join('.')
      const message =
        issue.code === 'unrecognized_keys'
          ? `\`${field}\` is not a field that can stand here; delete it.`
          : field === ''
            ? issue.message
            : `\`${field}\`: ${issue.message}`
      return { file, rule: 'front-matter-field', message, ...mapping.placeOfField(path) }
    })
  })
  return err(problems)
}
