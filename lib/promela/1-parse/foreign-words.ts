/**
 * Words of other languages, and what Promela says instead. Who writes `while (x)` knows what they want; "expected ';'
 * before '('" does not help them. The words stay free for names: a caller asks only where no name could stand.
 */

const loop = 'a loop is do :: condition -> … :: else -> break od'
const choice = 'a choice is if :: condition -> … :: else -> … fi'
const routine =
  'a process is proctype NAME(…) { … }, text that is put in where it is called inline NAME(…) { … }'
const fraction = 'there are no fractions: the types are bit, bool, byte, short, int, unsigned, mtype and chan'
const whole = 'whole numbers are bit, bool, byte, short, int or unsigned NAME : WIDTH'

/** By word, when another name comes right after it: types, and what introduces a definition. */
const beforeName: ReadonlyMap<string, string> = new Map([
  ...['float', 'double', 'real'].map((word) => [word, fraction] as const),
  ...['long', 'char', 'signed', 'uint', 'integer', 'size_t', 'u8', 'u16', 'u32', 'u64', 'var', 'let'].map(
    (word) => [word, whole] as const,
  ),
  ...['boolean', '_Bool'].map((word) => [word, 'true and false are of type bool'] as const),
  ...['string', 'String'].map((word) => [word, 'there are no texts: names are mtype = { … }'] as const),
  ...['enum'].map((word) => [word, 'names are mtype = { … }'] as const),
  ...['struct', 'class', 'record', 'union'].map(
    (word) => [word, 'a structure is typedef NAME { … }'] as const,
  ),
  ...['const', 'static', 'volatile', 'extern'].map(
    (word) => [word, 'variables have no such word; a constant is #define NAME VALUE'] as const,
  ),
  ...['void', 'function', 'func', 'def', 'fn', 'procedure', 'process', 'thread'].map(
    (word) => [word, routine] as const,
  ),
  ...['while', 'until', 'loop', 'foreach', 'repeat'].map((word) => [word, loop] as const),
  ...['switch', 'case', 'elif', 'elseif', 'elsif', 'then'].map((word) => [word, choice] as const),
])

/** By word, when a parenthesis or brace comes right after it. */
const beforeBracket: ReadonlyMap<string, string> = new Map([
  ...['while', 'until', 'loop', 'foreach', 'repeat', 'forever'].map((word) => [word, loop] as const),
  ...['switch', 'elif', 'elseif', 'elsif', 'case'].map((word) => [word, choice] as const),
  ['print', 'text is printed with printf("…", …)'],
  ['println', 'text is printed with printf("…", …)'],
])

/** Between two operands. */
const operators: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['mod', '%'],
  ['xor', '^'],
])

/** The end of a sentence that says what stands wrong; `null` for a word that may well be a name here. */
export function foreignWord(word: string, next: string, nextIsName: boolean): string | null {
  if (nextIsName) return beforeName.get(word) ?? null
  return next === '(' || next === '{' ? (beforeBracket.get(word) ?? null) : null
}

export function foreignOperator(word: string): string | null {
  return operators.get(word) ?? null
}

export const IF_IS = choice
export const DO_IS = loop
export const FOR_IS = 'a loop that counts is for (i : first .. last) { … }'
