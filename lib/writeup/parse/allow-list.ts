/**
 * The component contract: everything that an author may write in angle brackets, as one table.
 *
 * The checker reads it, the messages are built from it, and `components/writeup` implements it; there is no
 * second list anywhere. Attributes are plain strings. A component that is planned but not built is in the
 * table too, so that the message can say "not built yet" instead of "unknown": the names and attributes are
 * fixed now because block keys and anchors depend on them.
 */

/** What one attribute may hold. */
export type AttributeRule = {
  readonly required: boolean
  readonly value:
    | { readonly kind: 'id' }
    | { readonly kind: 'name' }
    | { readonly kind: 'text'; readonly maxLength: number }
    | { readonly kind: 'path' }
    | { readonly kind: 'one-of'; readonly words: readonly string[] }
    /** Of a model, in the words of `coherent verify --property`, perhaps with `fair ` in front. */
    | { readonly kind: 'property' }
}

/** What may stand between the tags. */
export type ContentRule =
  | 'blocks' // any blocks, at least one
  | 'sentence' // exactly one paragraph
  | 'code-or-table' // exactly one fenced block (a diagram or code), or one table
  | 'nothing'
  | 'words' // some words of a line: the one kind of component that stands within a paragraph

export type ComponentRule =
  | {
      readonly built: true
      readonly attributes: Readonly<Record<string, AttributeRule>>
      readonly content: ContentRule
      /** A whole, correct use of it, for messages. */
      readonly example: string
    }
  | { readonly built: false; readonly instead: string }

/** Of a term, as `data/terms.yaml` and `<Term of>` spell it. */
export const MAX_TERM_LENGTH = 60

const id: AttributeRule = { required: true, value: { kind: 'id' } }
const name = (required: boolean): AttributeRule => ({ required, value: { kind: 'name' } })
const text = (required: boolean, maxLength: number): AttributeRule => ({
  required,
  value: { kind: 'text', maxLength },
})
const oneOf = (required: boolean, ...words: readonly string[]): AttributeRule => ({
  required,
  value: { kind: 'one-of', words },
})

export const COMPONENTS: Readonly<Record<string, ComponentRule>> = {
  Answer: {
    built: true,
    attributes: { to: id },
    content: 'blocks',
    example: '<Answer to="lifetime-owner">',
  },
  Claim: {
    built: true,
    attributes: {
      id,
      model: name(true),
      // Without a variant: the first one that the cover declares for the model.
      variant: name(false),
      property: { required: true, value: { kind: 'property' } },
      expect: oneOf(true, 'holds', 'violated'),
      // Without it: yes. The gate refuses while a required claim has another verdict than the expected one.
      required: oneOf(false, 'yes', 'no'),
    },
    content: 'sentence',
    example: '<Claim id="no-lost-wake" model="wake-order" property="safety" expect="holds">',
  },
  Simulation: {
    built: true,
    attributes: {
      id,
      model: name(true),
      variant: name(false),
      // The id of a claim of the same model: the simulation opens on that claim's trace.
      trace: { required: false, value: { kind: 'id' } },
      caption: text(false, 400),
    },
    content: 'nothing',
    example: '<Simulation id="wake-order-run" model="wake-order" caption="A wait meets a wake" />',
  },
  Figure: {
    built: true,
    attributes: { id, caption: text(true, 400), ascii: { required: false, value: { kind: 'path' } } },
    content: 'code-or-table',
    example: '<Figure id="ownership" caption="Who owns the request">',
  },
  Chart: {
    built: true,
    attributes: { id, data: { required: true, value: { kind: 'path' } }, caption: text(true, 400) },
    content: 'nothing',
    example: '<Chart id="hold-time" data="data/hold-time.json" caption="How long the lock is held" />',
  },
  Evidence: {
    built: true,
    attributes: {
      id,
      // As a file of `evidence/` names it.
      scenario: id,
      caption: text(false, 400),
    },
    content: 'nothing',
    example: '<Evidence id="wake-is-not-kept" scenario="basic-06" caption="A wake before its wait" />',
  },
  Note: { built: true, attributes: {}, content: 'blocks', example: '<Note>' },
  Details: {
    built: true,
    attributes: { summary: text(true, 200) },
    content: 'blocks',
    example: '<Details summary="The full table">',
  },
  Unresolved: { built: false, instead: 'state the open question in a paragraph or a <Note>' },
  Term: {
    built: true,
    // As `data/terms.yaml` spells it.
    attributes: { of: text(true, MAX_TERM_LENGTH) },
    content: 'words',
    example: '<Term of="futex_q">futex_q</Term>',
  },
}

/** The rule of a component, or undefined. Own properties only: `<constructor>` is not a component. */
export function componentRule(tag: string): ComponentRule | undefined {
  return Object.hasOwn(COMPONENTS, tag) ? COMPONENTS[tag] : undefined
}

/** The components an author can use today, for messages. */
export function builtComponents(): string[] {
  return Object.entries(COMPONENTS)
    .filter(([, rule]) => rule.built)
    .map(([tag]) => tag)
}

/** Lower case words joined by hyphens: it becomes part of URLs (`#b-no-lost-wake`) and of mail. */
export const ID_PATTERN = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
export const MAX_ID_LENGTH = 64
/** Names of models and variants, as the cover declares them. */
export const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

/**
 * Languages of fenced code. A closed list, so that a misspelt `mermiad` is an error and not a page that shows
 * source where a diagram was meant. `text` is also what a fence without a language is.
 */
export const CODE_LANGUAGES = ['mermaid', 'c', 'promela', 'diff', 'bash', 'json', 'text'] as const
export type CodeLanguage = (typeof CODE_LANGUAGES)[number]
