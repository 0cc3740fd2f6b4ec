/** Text to program: preprocess, parse, bind, check, lower. Never throws; what is wrong comes back as data. */
import type { Program } from './4-lower/program.ts'
import type { Diagnostic } from './diagnostic.ts'

export type CompileInput = {
  /** All files that `#include` may name, by their path in the bundle (`models/x.pml`). */
  readonly files: ReadonlyMap<string, string>
  readonly main: string
  /** `-D`: an empty string defines the name alone. */
  readonly defines: Readonly<Record<string, string>>
}

export type CompileResult = {
  /** `null` exactly when a diagnostic is an error. */
  readonly program: Program | null
  readonly diagnostics: readonly Diagnostic[]
}

export declare function compileModel(input: CompileInput): CompileResult

/**
 * The files that `main` reaches through `#include`, `main` first, each once, whatever the conditions say:
 * what a model's hash covers.
 */
export declare function includeClosure(files: ReadonlyMap<string, string>, main: string): readonly string[]
