/**
 * The fields of `cover.mdx` and of a write-up's front matter, checked and turned into values of this program.
 *
 * What a revision exports must be a pure function of its bundle, so everything that a mail needs (addresses,
 * date with zone, change-id, mail domain) is here and nothing is taken from the clock or the host.
 */
import { z } from 'zod'
import type { Named, VariableWords, Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import { NAME_PATTERN } from './allow-list.ts'
import { DOCUMENT_IDS, type DocumentId } from './document-id.ts'
import { FORBIDDEN_CHARACTER } from './limits.ts'
import { LINTS, type LintName } from './lint-names.ts'

/** Of a changelog, together: less says nothing that a reviewer could look for. */
const CHANGELOG_MIN = 20

export type ModelDefine = {
  readonly name: string
  /** null: `-DNAME` without a value. */
  readonly value: string | null
}

export type ModelVariant = { readonly name: string; readonly defines: readonly ModelDefine[] }

export type ModelDeclaration = {
  readonly name: string
  /** Path in the bundle, `models/….pml`. */
  readonly file: string
  readonly title: string
  /** At least one; the first is the default. */
  readonly variants: readonly ModelVariant[]
  /** Words for its runs; absent: told in the names of the model. */
  readonly vocabulary?: Vocabulary | undefined
}

export type Cover = {
  readonly title: string
  /** The subsystem, first word of every subject: `io_uring`. */
  readonly area: string
  /** Mailboxes, `Name <address>`; at least one. The first is the sender. */
  readonly authors: readonly string[]
  readonly to: readonly string[]
  readonly cc: readonly string[]
  /** RFC 3339 with its zone, as the author wrote it. */
  readonly date: string
  readonly changeId: string
  /** From 1. */
  readonly revision: number
  /** One entry for each change since the revision before; empty for revision 1. */
  readonly changelog: readonly string[]
  /** `futex@1`. */
  readonly questionnaire: string
  /** The domain of Message-IDs: as given, else that of the first author's address. */
  readonly mailDomain: string
  /** Where the instance that publishes this is reached; null: the instance's own address. No final slash. */
  readonly baseUrl: string | null
  readonly models: readonly ModelDeclaration[]
  /** Warnings that the author means otherwise; absent in what older versions of the program parsed. */
  readonly overrides?: readonly LintOverride[] | undefined
}

export type LintOverride = { readonly lint: LintName; readonly in: DocumentId; readonly reason: string }

const MAILBOX = /^(?:[^<>@,;:\r\n]+ <([^\s<>@,;]+@[A-Za-z0-9.-]+)>|([^\s<>@,;]+@[A-Za-z0-9.-]+))$/
const MODEL_FILE = /^models\/[A-Za-z0-9][A-Za-z0-9._-]*\.pml$/
const DOMAIN = /^(?=.{1,200}$)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/
/** `area: title` is a subject, which mail limits to 75 characters. */
const MAX_SUBJECT_PHRASE = 75

const line = (name: string, max: number) =>
  z
    .string(`write ${name} as text on one line`)
    .trim()
    .min(1, `write ${name}; it is empty`)
    .max(max, `at most ${max} characters`)
    .regex(/^[^\r\n]*$/, 'keep it on one line')

const mailbox = z.string('write an address, such as `Name <name@example.org>`').trim().regex(MAILBOX, {
  error: 'write one address, such as `Name <name@example.org>`',
})
const mailboxes = z.array(mailbox, 'write a list of addresses')

const define = z
  .union([z.string().regex(/^[^\r\n]{0,200}$/, 'keep it on one line'), z.number(), z.null()], {
    error: 'a define is empty, a number or a word',
  })
  .transform((value) => (value === null || value === '' ? null : String(value)))

/** Words that a reader sees where the model has a name. They are text everywhere; markup in them is a mistake or worse. */
const words = (name: string, max: number) =>
  line(name, max)
    .refine((text) => !FORBIDDEN_CHARACTER.test(text), 'write characters that can be seen')
    .refine((text) => !/<[A-Za-z!/?]/.test(text), 'write words; there is no markup in them')

const MAX_NAME = 60
const MAX_SENTENCE = 200
/** Of each kind, for one model: more than anyone names. */
const MAX_NAMED = 300

/** A mapping from what the model calls something to words for it. */
const named = (key: RegExp, what: string, value: z.ZodType<string>) =>
  z
    .record(z.string().regex(key, what), value, `write a mapping: ${what}`)
    .refine((record) => Object.keys(record).length <= MAX_NAMED, `name at most ${MAX_NAMED}`)
    .nullish()
    .transform((record): Named[] => Object.entries(record ?? {}).map(([of, text]) => ({ of, words: text })))

const HOLDER = /^holder of (?=\S)/

const variableWords = z.preprocess(
  // `hb_lock: holder of hb->lock` is short for a mapping with this `name`.
  (value) => (typeof value === 'string' ? { name: value } : value),
  z.strictObject(
    {
      name: words('the name', MAX_NAME).optional(),
      values: named(
        /^(?:-?\d{1,10}|[A-Za-z_]\w{0,63})$/,
        'a value is a number or a name, such as `0: nobody`',
        words('the words for the value', MAX_NAME),
      ),
    },
    'write a name, or a mapping with `name` and `values`',
  ),
)

const vocabulary = z
  .strictObject(
    {
      processes: named(
        /^[A-Za-z_]\w{0,63}(?::\d{1,3})?$/,
        'a process is named by its proctype, or by proctype and pid, such as `waiter:0`',
        words('the name', MAX_NAME),
      ),
      variables: z
        .record(
          z.string().regex(/^[A-Za-z_]\w{0,63}(?:\.[A-Za-z_]\w{0,63}){0,4}$/),
          variableWords,
          'write a mapping; a variable is named as in the model, without indices: `hb_lock`, `msg.kind`, `waker.ret`',
        )
        .refine((record) => Object.keys(record).length <= MAX_NAMED, `name at most ${MAX_NAMED}`)
        .nullish()
        .transform((record): VariableWords[] =>
          Object.entries(record ?? {}).map(([of, { name, values }]) => ({
            of,
            words: name?.replace(HOLDER, '') ?? null,
            holder: name !== undefined && HOLDER.test(name),
            values,
          })),
        ),
      variants: named(NAME_PATTERN, 'a variant is one of the model', words('the sentence', MAX_SENTENCE)),
      properties: named(
        /^(?:fair )?[A-Za-z_]\w{0,63}$/,
        'a property is `safety`, `claim`, `progress`, `accept` or the name of an ltl block',
        words('the sentence', MAX_SENTENCE),
      ),
      assertions: named(
        /^[^\r\n]{1,200}$/,
        'an assertion is named by its expression, such as `"!wake_returned"`',
        words('the sentence', MAX_SENTENCE),
      ),
    },
    'write a mapping with `processes`, `variables`, `variants`, `properties` and `assertions`',
  )
  .optional()

const model = z.strictObject(
  {
    vocabulary,
    file: z
      .string('name the file, such as `models/wake-order.pml`')
      .regex(MODEL_FILE, 'write a path such as `models/wake-order.pml`'),
    title: line('the title', 200),
    variants: z
      .record(
        z.string().regex(NAME_PATTERN, 'a variant is named by letters, digits, `-` and `_`'),
        z
          .record(
            z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'a define is named like a C identifier'),
            define,
            'write a mapping of defines; `{}` for none',
          )
          .nullable(),
        'write the variants as a mapping, such as `correct: {}`',
      )
      .refine((variants) => Object.keys(variants).length > 0, 'declare at least one variant'),
  },
  'write a mapping with `file`, `title` and `variants`',
)

const describedModel = model.superRefine(({ variants, vocabulary: said }, context) => {
  const known = Object.keys(variants)
  for (const { of } of said?.variants ?? []) {
    if (known.includes(of)) continue
    const message = `there is no variant \`${of}\`: there is ${known
      .slice(0, 20)
      .map((name) => `\`${name}\``)
      .join(', ')}${known.length > 20 ? ` and ${known.length - 20} more` : ''}`
    context.addIssue({ code: 'custom', path: ['vocabulary', 'variants', of], message })
  }
})

const modelsField = z
  .record(
    z.string().regex(NAME_PATTERN, 'a model is named by letters, digits, `-` and `_`'),
    describedModel,
    'write a mapping of models',
  )
  .nullish()
  .transform((models): ModelDeclaration[] =>
    Object.entries(models ?? {}).map(([name, { file, title, variants, vocabulary: said }]) => ({
      name,
      file,
      title,
      variants: Object.entries(variants).map(([variant, defines]) => ({
        name: variant,
        defines: Object.entries(defines ?? {}).map(([key, value]) => ({ name: key, value })),
      })),
      ...(said === undefined ? {} : { vocabulary: said }),
    })),
  )

export const coverSchema = z
  .strictObject(
    {
      title: line('the title', 70),
      area: line('the area', 40),
      authors: mailboxes.min(1, 'name at least one author'),
      to: mailboxes.min(1, 'name at least one list'),
      cc: mailboxes.nullish().transform((list) => list ?? []),
      date: z.string('write a date such as `2026-11-23T10:00:00+01:00`').refine(isInstant, {
        error: 'write date, time and zone, such as `2026-11-23T10:00:00+01:00`',
      }),
      'change-id': z
        .string('write a change-id such as `20261123-io-uring-futex-1a2b3c4d`')
        .regex(/^\d{8}-[a-z0-9]+(?:-[a-z0-9]+)*-[0-9a-f]{8}$/, {
          error: 'write day, slug and 8 hex digits, such as `20261123-io-uring-futex-1a2b3c4d`',
        }),
      revision: z.int('write the revision as a number').min(1, 'revisions count from 1').max(999),
      changelog: z
        .array(line('the entry', 500), 'write a list of what changed')
        .nullish()
        .transform((list) => list ?? []),
      questionnaire: z
        .string('name the questionnaire, such as `futex@1`')
        .regex(/^[a-z][a-z0-9-]*@\d+$/, 'write name and version, such as `futex@1`'),
      'mail-domain': z
        .string('write a domain')
        .regex(DOMAIN, 'write a domain such as `example.org`')
        .optional(),
      'base-url': z
        .url({ protocol: /^https?$/, error: 'write an address that begins with https://' })
        .transform((url) => url.replace(/\/+$/, ''))
        .optional(),
      models: modelsField,
      overrides: z
        .array(
          z.strictObject({
            lint: z.enum(LINTS, `name one of ${LINTS.join(', ')}`),
            in: z.enum(DOCUMENT_IDS, `name one of ${DOCUMENT_IDS.join(', ')}`),
            reason: line('the reason', 300).min(10, 'say why in a sentence'),
          }),
          'write a list of `lint`, `in` and `reason`',
        )
        .max(LINTS.length * DOCUMENT_IDS.length, 'each lint once for each document')
        .optional(),
    },
    'write the fields of the cover',
  )
  .superRefine((cover, context) => {
    const phrase = cover.area.length + 2 + cover.title.length
    if (phrase > MAX_SUBJECT_PHRASE) {
      context.addIssue({
        code: 'custom',
        path: ['title'],
        message: `area and title make a subject of ${phrase} characters; at most ${MAX_SUBJECT_PHRASE} fit`,
      })
    }
    // As the database counts it: `revision_changelog_is_written`.
    if (cover.revision > 1 && [...cover.changelog.join('\n').trim()].length < CHANGELOG_MIN) {
      const message = `revision ${cover.revision} needs \`changelog:\`, a list of what changed since revision ${cover.revision - 1}, in ${CHANGELOG_MIN} characters or more`
      context.addIssue({ code: 'custom', path: ['revision'], message })
    }
  })
  .transform((cover): Cover => {
    const { 'change-id': changeId, 'mail-domain': mailDomain, 'base-url': baseUrl, ...same } = cover
    return {
      ...same,
      changeId,
      mailDomain: mailDomain ?? domainOf(cover.authors[0] ?? ''),
      baseUrl: baseUrl ?? null,
    }
  })

export const writeupSchema = z.strictObject({ title: line('the title', 75) }, 'write a `title:`')

function domainOf(author: string): string {
  return /@([A-Za-z0-9.-]+)>?$/.exec(author)?.[1] ?? ''
}

/** RFC 3339 with a zone, and a day that exists (`2026-02-30` does not). */
function isInstant(text: string): boolean {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(
      text,
    )
  if (!parts) return false
  const [year, month, day] = parts.slice(1, 4).map(Number) as [number, number, number]
  const civil = new Date(Date.UTC(year, month - 1, day))
  return civil.getUTCFullYear() === year && civil.getUTCMonth() === month - 1 && civil.getUTCDate() === day
}
