/** How a verdict names the memory order that it was found under. */
import type { SourceFile } from '#lib/promela/source.ts'
import { readAnnotation } from './annotation.ts'
import { notChecked, SEQUENTIAL, scopeSentence } from './scope.ts'

/** "x86-TSO, buffers of 2, for x, y", or `SEQUENTIAL`. Files: those of the program. */
export function memoryOrderWords(files: readonly SourceFile[], storeBuffers: number | undefined): string {
  if (storeBuffers === undefined) return SEQUENTIAL
  return `x86-TSO, buffers of ${storeBuffers}, for ${annotatedNames(files).join(', ')}`
}

/** The variables that a model annotates, whether or not anybody asks for store buffers; empty for most models. */
export function annotatedNames(files: readonly SourceFile[]): readonly string[] {
  return readAnnotation(files).tso.map(({ name }) => name)
}

/** What "all interleavings" means, to be said beside every verdict. */
export function checkedUnder(files: readonly SourceFile[], storeBuffers: number | undefined): string {
  const order = memoryOrderWords(files, storeBuffers)
  return `${scopeSentence(order)} ${notChecked(storeBuffers !== undefined)}`
}
