/** The gate as lines of text: for `.txt`, for the command line, and wherever a mail or a form says what is missing. */
import { type GateItem, type GateResult, type GateState, writeupsOpen } from './gate-item.ts'
import type { Lint } from './lints.ts'

/** In the words of the list; a claim's as in the text. */
export const STATE_WORDS: Readonly<Record<GateState, string>> = {
  answered: 'answered',
  'not-applicable': 'not applicable',
  'as-claimed': 'as claimed',
  'has-text': 'has text',
  missing: 'missing',
  misplaced: 'in the wrong write-up',
  empty: 'empty',
  placeholder: 'placeholder',
  template: 'template text',
  'too-short': 'too short',
  'claim-missing': 'needs a claim',
  'claim-not-as-claimed': 'claim not as claimed',
  'claim-stale': 'verdict is stale',
  weak: 'weak',
  'no-text': 'no text',
  'no-questions': 'no questionnaire',
}

/** `7 of 19 questions are open, 1 of 9 claims is not as claimed.` */
export function gateSentence({ passes, open, of, claims, items }: GateResult): string {
  if (passes) {
    const held =
      claims.of === 0
        ? ''
        : `, and ${claims.of === 1 ? 'its claim is' : `all ${claims.of} claims are`} as claimed`
    return `Complete: all ${of} questions are answered${held}.`
  }
  const { without, begun } = writeupsOpen(items)
  const parts = [
    ...(of === 0 ? ['there is no questionnaire'] : []),
    ...(open > 0 ? [`${open} of ${of} questions ${open === 1 ? 'is' : 'are'} open`] : []),
    ...(claims.open > 0
      ? [`${claims.open} of ${claims.of} claims ${claims.open === 1 ? 'is' : 'are'} not as claimed`]
      : []),
    ...(without > 0 ? [`${without} of 4 write-ups ${without === 1 ? 'has' : 'have'} no text`] : []),
    ...(begun > 0 ? [`${begun} of 5 documents ${begun === 1 ? 'has' : 'have'} words of the template`] : []),
  ]
  return `Incomplete: ${parts.join(', ')}.`
}

/** `lifetime.mdx:12:1`, as editors make it clickable; `folder` in front where the files are on this machine. */
export function placeOfItem({ file, line, column }: GateItem, folder = ''): string {
  return `${folder}${file}:${line}:${column}`
}

/** `lifetime.mdx:12:1: races: missing. Nothing in …`: one line each. */
export function itemLine(item: GateItem, folder = ''): string {
  const what = item.subject === 'question' ? item.id : `${item.subject} ${item.id}`
  return `${placeOfItem(item, folder)}: ${what}: ${STATE_WORDS[item.state]}.${item.why === '' ? '' : ` ${item.why}`}`
}

/** `problem.mdx:12:8: this-patch: “this patch”. A reader …`: a warning, and why its author means it so. */
export function lintLine({ file, line, column, lint, words, says, override }: Lint, folder = ''): string {
  const end = override === null ? says : `Overridden: ${override}`
  return `${folder}${file}:${line}:${column}: ${lint}: “${words}”. ${end}`
}

/** All of it: the sentence, what is open, what is not, what is warned of. Lines are as long as their words. */
export function gateText(result: GateResult, lints: readonly Lint[] = []): string {
  const open = result.items.filter(({ isOpen }) => isOpen)
  const closed = result.items.filter(({ isOpen }) => !isOpen)
  const list = (items: readonly GateItem[]) => items.map((item) => `  ${itemLine(item)}`)
  return [
    gateSentence(result),
    ...(open.length > 0 ? ['', 'To do:', ...list(open)] : []),
    ...(lints.length > 0 ? ['', 'Warnings:', ...lints.map((lint) => `  ${lintLine(lint)}`)] : []),
    ...(closed.length > 0 ? ['', 'Done:', ...list(closed)] : []),
    '',
  ].join('\n')
}
