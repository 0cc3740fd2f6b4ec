/** Text to program: preprocess, parse, bind, check, lower. Never throws; what is wrong comes back as data. */
import type { Model } from '#lib/promela/1-parse/ast.ts'
import { resolveInclude } from '#lib/promela/1-parse/include.ts'
import { parse } from '#lib/promela/1-parse/parse.ts'
import { preprocess } from '#lib/promela/1-parse/preprocess.ts'
import { bind } from '#lib/promela/2-bind/bind.ts'
import { check } from '#lib/promela/3-check/check.ts'
import type { UnlessOrder } from '#lib/promela/4-lower/automaton.ts'
import { lower } from '#lib/promela/4-lower/lower.ts'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { withStoreBuffers } from '#lib/promela/memory-order/tso.ts'
import { mutateModel } from '#lib/promela/mutate/mutants.ts'
import { type Diagnostic, type DiagnosticCode, DiagnosticList } from './diagnostic.ts'
import type { SourceFile } from './source.ts'

export type CompileInput = {
  /** All files that `#include` may name, by their path in the bundle (`models/x.pml`). */
  readonly files: ReadonlyMap<string, string>
  readonly main: string
  /** `-D`: an empty string defines the name as 1, as on a C compiler's command line. */
  readonly defines: Readonly<Record<string, string>>
  /** Which of two nested escapes is tried first. Default: the outer one (Spin; its -J reverses it). */
  readonly unless?: UnlessOrder
  /** The id of a mutant (`mutate/mutants.ts`): the model with one thing broken. One that is nowhere changes nothing. */
  readonly mutant?: string
  /**
   * x86-TSO for the variables that the model annotates (`memory-order/annotation.ts`), with store buffers of so many
   * entries, 1 to 4. Default: sequential consistency, also of a model that is annotated.
   */
  readonly storeBuffers?: number
}

/** A model before names mean anything. */
export type ParsedModel = {
  readonly model: Model
  readonly files: readonly SourceFile[]
  readonly diagnostics: readonly Diagnostic[]
}

export type CompileResult = {
  /** `null` exactly when a diagnostic is an error. */
  readonly program: Program | null
  readonly diagnostics: readonly Diagnostic[]
}

export function compileModel(input: CompileInput): CompileResult {
  const diagnostics = new DiagnosticList()
  return compileTree(treeOf(input, diagnostics), input, diagnostics)
}

/** For who wants to compile one text many times, each time with another mutant. */
export function parseModel(input: CompileInput): ParsedModel {
  const diagnostics = new DiagnosticList()
  return { ...treeOf(input, diagnostics), diagnostics: diagnostics.items }
}

/** As `compileModel`, of a text that was parsed without an error; complaints of the parser are not repeated. */
export function compileParsed({ model, files }: ParsedModel, input: CompileInput): CompileResult {
  return compileTree({ model, files }, input, new DiagnosticList())
}

const withoutFile = {
  'no-main-file': true,
  'include-not-found': true,
  'include-outside': true,
  'include-depth': true,
} satisfies Partial<Record<DiagnosticCode, true>>

type Tree = { readonly model: Model; readonly files: readonly SourceFile[] }

function treeOf(input: CompileInput, diagnostics: DiagnosticList): Tree {
  const { tokens, files } = preprocess(input.files, input.main, input.defines, diagnostics)
  // What a file that is not there would have declared is missing everywhere, and each place would complain.
  if (diagnostics.items.some(({ code }) => code in withoutFile)) return { model: { units: [] }, files }
  return { model: parse(tokens, files, diagnostics), files }
}

function compileTree(tree: Tree, input: CompileInput, diagnostics: DiagnosticList): CompileResult {
  const { files } = tree
  if (tree.model.units.length === 0 && diagnostics.hasErrors)
    return { program: null, diagnostics: diagnostics.items }
  const model = (input.mutant && mutateModel(tree.model, files, input.mutant)) || tree.model
  const bindings = bind(model, diagnostics)
  check(model, bindings, diagnostics)
  if (diagnostics.hasErrors) return { program: null, diagnostics: diagnostics.items }
  const program = lower(model, bindings, files, input.main, input.unless ?? 'outer-first', diagnostics)
  if (input.storeBuffers === undefined) return { program, diagnostics: diagnostics.items }
  const buffered = withStoreBuffers(program, model, input.storeBuffers, diagnostics)
  return { program: diagnostics.hasErrors ? null : buffered, diagnostics: diagnostics.items }
}

/**
 * The files that `main` reaches through `#include`, `main` first, each once, whatever the conditions say:
 * what a model's hash covers.
 */
export function includeClosure(files: ReadonlyMap<string, string>, main: string): readonly string[] {
  const found: string[] = []
  const pending = [main]
  while (pending.length > 0) {
    const path = pending.shift()
    const text = path === undefined ? undefined : files.get(path)
    if (path === undefined || text === undefined || found.includes(path)) continue
    found.push(path)
    for (const match of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm)) {
      const target = resolveInclude(files, path, match[1] ?? '')
      if (typeof target === 'string') pending.push(target)
    }
  }
  return found
}
