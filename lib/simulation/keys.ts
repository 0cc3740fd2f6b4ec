/**
 * The keys of a simulation, as data: the handler reads the same table that the page prints.
 *
 * They work only while focus is inside the simulation, never in a field, and never with Ctrl, Alt or Meta,
 * which belong to the browser. Space is left to a button or link that has the focus.
 */
export type Command =
  | {
      readonly kind:
        | 'forward'
        | 'back'
        | 'reset'
        | 'random'
        | 'play'
        | 'end'
        | 'why'
        | 'comment'
        | 'tab'
        | 'guide'
    }
  | { readonly kind: 'process'; readonly pid: number }

export type KeyPress = {
  readonly key: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
  /** What has the focus: a text field or list keeps all keys, a button keeps space. */
  readonly focus: 'field' | 'button' | 'other'
}

/** `keys` that do the same; what the page says about them. */
export const keyTable: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: '>', does: 'one step forward: along the run, else by the process chosen last' },
  { keys: '<', does: 'one step back' },
  { keys: '0 … 9', does: 'choose a process: it takes its step, or its choices get the focus' },
  { keys: 'x', does: 'a random step' },
  { keys: 'Space', does: 'play, pause' },
  { keys: 'r', does: 'reset' },
  { keys: 'e', does: 'end of the run' },
  { keys: 'w', does: 'say why processes are blocked' },
  { keys: 's', does: 'from the story to the source, and back' },
  { keys: 'c', does: 'comment on the step that is shown' },
  { keys: 'g', does: 'the guide: how to step a model' },
]

type PlainCommand = Exclude<Command, { kind: 'process' }>['kind']

const commands: Readonly<Record<string, PlainCommand>> = {
  '>': 'forward',
  '<': 'back',
  r: 'reset',
  x: 'random',
  ' ': 'play',
  e: 'end',
  w: 'why',
  c: 'comment',
  s: 'tab',
  g: 'guide',
}

/** `null`: the key is not ours, and must not be taken from the browser. */
export function commandForKey(press: KeyPress): Command | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.focus === 'field') return null
  if (press.key === ' ' && press.focus === 'button') return null
  if (/^[0-9]$/.test(press.key)) return { kind: 'process', pid: Number(press.key) }
  // hasOwn: a key is named by the browser, and `constructor` is a name too.
  const kind = Object.hasOwn(commands, press.key) ? commands[press.key] : undefined
  return kind ? { kind } : null
}

/** What an element does with keys itself, by its tag name. */
export function focusKind(tagName: string): KeyPress['focus'] {
  switch (tagName.toLowerCase()) {
    case 'input':
    case 'textarea':
    case 'select':
      return 'field'
    case 'button':
    case 'a':
    case 'summary':
      return 'button'
    default:
      return 'other'
  }
}
