import * as React from 'react'
import * as jsxRuntime from 'react/jsx-runtime'

/** A component that is called as a function: whatever it throws, it throws to its caller. */
type Content = (props: { components: Readonly<Record<string, unknown>> }) => React.ReactNode

const evaluated = new Map<string, Content>()
const MAX_EVALUATED = 200

/**
 * Compiled code to a component. The code is a function body of (React, ReactDOM, _jsx_runtime); it gets the React
 * of the layer that this module is bundled for, so a server page renders it as a server component. The code is
 * ours: it was generated from a checked tree (`lib/writeup/page/compile.server.ts`) and is stored with the revision.
 */
export function evaluateDocument(code: string): Content {
  const known = evaluated.get(code)
  if (known) return known
  const run = new Function('React', 'ReactDOM', '_jsx_runtime', code) as (...runtime: readonly unknown[]) => {
    default: Content
  }
  const content = run(React, {}, jsxRuntime).default
  evaluated.set(code, content)
  const oldest = evaluated.keys().next().value
  if (evaluated.size > MAX_EVALUATED && oldest !== undefined) evaluated.delete(oldest)
  return content
}
