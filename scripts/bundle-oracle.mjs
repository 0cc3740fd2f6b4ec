/** One of the comparisons with the real spin, bundled and imported (Node 20 does not run TypeScript). */
import { importTypeScript } from './bundle.mjs'

const FOLDER = 'lib/promela/shell/oracle'

/** The samples lie beside the source, not beside the bundle. */
export const importOracle = (name) => importTypeScript(`${FOLDER}/${name}.ts`, name, { dirname: FOLDER })
