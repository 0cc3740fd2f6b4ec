/**
 * What may stand in the log: numbers, times, ids, kinds and routes. Callers pass nothing else; this is the fence behind
 * them, because an error carries whatever it was about (a query with its comment, a mail server's answer with its
 * recipient). What is not known to be harmless is replaced by what it was, never shortened to its beginning.
 *
 * Of an error its name, code and places are kept, and not its message: a validation error prints the arguments, a parser
 * the text that it stopped at. The places lead to the line that threw.
 */
export type Fields = Readonly<Record<string, unknown>>

/** Names under which nothing is shown, whatever it looks like. */
const PRIVATE =
  /body|text|subject|^name$|author|recipient|address|e?mail$|^(?:to|from|cc)$|token|passw|secret|cookie|authori[sz]ation|link|^url$|message|query|key$/i
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9]{0,30}$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** One word of a program: `imported`, `PrismaClientKnownRequestError`, `127.0.0.1:2424`, `/rfc/[slug]/t/[number]`. */
const WORD = /^[\w./:[\]()<>-]{1,120}$/
/** What looks made by chance: long, and with capitals and small letters in turn, or with digits among small ones. */
const CHANCE = /(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{20,}|[0-9a-z]{24,}/

const MAX_ENTRIES = 20
const MAX_DEPTH = 3

/** The same fields with all that is not known to be harmless replaced. Never throws, whatever it is given. */
export function fenced(fields: Fields): Record<string, unknown> {
  try {
    const shown = shownObject(fields, 0)
    return typeof shown === 'string' ? { fields: shown } : shown
  } catch {
    return { fields: '[unreadable]' } // a getter or a proxy that throws
  }
}

function shownObject(fields: object, depth: number): Record<string, unknown> | string {
  if (depth > MAX_DEPTH) return '[deeper]'
  const entries = Object.entries(fields)
  const shown = entries
    .slice(0, MAX_ENTRIES)
    .filter(([name]) => FIELD_NAME.test(name) && !CHANCE.test(name))
    .map(([name, value]) => [name, PRIVATE.test(name) ? kindOf(value) : shownValue(value, depth)])
  return Object.fromEntries(shown)
}

function shownValue(value: unknown, depth: number): unknown {
  if (value === null || value === undefined || typeof value === 'boolean' || typeof value === 'number')
    return value
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return shownText(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[no date]' : value.toISOString()
  if (value instanceof Error) return shownError(value, depth)
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((one) => shownValue(one, depth + 1))
  if (typeof value === 'object' && isPlain(value)) return shownObject(value, depth + 1)
  return kindOf(value)
}

const isPlain = (value: object) => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function shownText(text: string): string {
  if (UUID.test(text)) return text
  return WORD.test(text) && !CHANCE.test(text) ? text : kindOf(text)
}

function kindOf(value: unknown): string {
  if (typeof value !== 'string') return `[${value === null ? 'null' : typeof value}]`
  return value.includes('@') ? '[address]' : `[text, ${value.length}]`
}

function shownError(error: Error, depth: number): Record<string, unknown> | string {
  if (depth > MAX_DEPTH) return '[deeper]'
  const { name, code, syscall, constraint, digest, cause } = error as Error & Record<string, unknown>
  const word = (value: unknown) => (typeof value === 'string' ? shownText(value) : undefined)
  return {
    name: word(name),
    code: typeof code === 'number' ? code : word(code),
    syscall: word(syscall),
    constraint: word(constraint),
    digest: word(digest),
    at: placesOf(error),
    cause: cause instanceof Error ? shownError(cause, depth + 1) : undefined,
  }
}

const PLACE =
  /^\s+at (?:(?:async )?[\w.$<>[\] ]{1,80} \()?(?:file:\/\/)?((?:node:|\/)[\w./@+:[\]()-]{1,200}:\d+:\d+)\)?$/

/** Places behind the message, which may itself be made to look like places. */
function placesOf({ stack = '', message }: Error): readonly string[] {
  const at = message === '' ? -1 : stack.lastIndexOf(message)
  const lines = stack.slice(at < 0 ? 0 : at + message.length).split('\n')
  const places = lines
    .flatMap((line) => PLACE.exec(line)?.[1] ?? [])
    .map((place) => place.replace(/^.*?\/(?=(?:node_modules|\.next|dist|lib|app|cli|components)\/)/, ''))
  // Where it was thrown, then the way through our own code: a library's own steps say little.
  const own = places.slice(1).filter((place) => !/^(?:node_modules\/|node:)/.test(place))
  return [...places.slice(0, 1), ...own].slice(0, 8)
}

/**
 * The address of a request for the log: without what stands behind `?`, and without the secret part of some paths. A part
 * that is no word of a program (a token, a Message-ID, what somebody typed) is hidden wherever it stands.
 */
export function pathForLog(path: string): string {
  const [bare = ''] = path.split(/[?#]/)
  const shown = bare
    .replace(
      /^(\/(?:first-admin|me\/confirm|sign-up\/confirm|reset-password|invitation|unsubscribe)\/).+$/,
      '$1<hidden>',
    )
    .split('/')
  return shown
    .map((part) => (part === '' || isPlainPart(part) ? part : '<hidden>'))
    .join('/')
    .slice(0, 120)
}

const isPlainPart = (part: string) =>
  part === '<hidden>' || UUID.test(part) || (/^[\w.-]{1,64}$/.test(part) && !CHANCE.test(part))
