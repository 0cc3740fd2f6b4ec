#!/usr/bin/env node
/**
 * Prisma's schema engine without the native binary.
 *
 * The Prisma CLI starts a program called `schema-engine` and speaks JSON-RPC with it, one message a line, over
 * stdin and stdout. The native program is a download that closed networks do not reach. npm carries the same
 * engine as WebAssembly (@prisma/schema-engine-wasm); this file hosts it, lets it reach Postgres through
 * @prisma/adapter-pg, and answers what the CLI asks.
 *
 * Where the WebAssembly build differs from the native one, the difference is bridged here, and each bridge says
 * why it is needed. `prisma.config.ts` names this file in PRISMA_SCHEMA_ENGINE_BINARY; all three packages are
 * pinned exactly, since the protocol between them is not a public interface.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: 'string', multiple: true },
    datasource: { type: 'string' },
    version: { type: 'boolean' },
  },
})
const databaseUrl = JSON.parse(options.datasource ?? '{}').url

/** The CLI reads structured log lines from stderr and shows the last error of them to its user. */
function log(level, message, extra = {}) {
  const line = {
    level,
    target: 'schema_engine::logger',
    timestamp: new Date().toISOString(),
    fields: { message, ...extra },
  }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

// ---- Postgres -------------------------------------------------------------------------------------------------

const PG_TYPE_CHAR = 18
const PG_TYPE_TEXT = 25

/**
 * The engine reads catalog columns of Postgres' one-byte type `"char"`, which the driver adapter refuses. They
 * are asked for as text; `columnTypes` tells the engine afterwards that each is one character.
 */
const charColumns = new WeakMap()

class CatalogPool extends pg.Pool {
  constructor(config) {
    super(config)
    // DROP DATABASE … WITH (FORCE) on a shadow database ends its idle connections; without a listener that
    // would be an uncaught 'error' event.
    this.on('error', () => {})
  }

  async query(...args) {
    const result = await super.query(...args)
    const indices = []
    for (const [index, field] of (result?.fields ?? []).entries()) {
      if (field.dataTypeID !== PG_TYPE_CHAR) continue
      field.dataTypeID = PG_TYPE_TEXT
      indices.push(index)
    }
    if (indices.length > 0) charColumns.set(result.rows, indices)
    return result
  }
}

async function connect(connectionString, afterDispose = async () => {}) {
  const pool = new CatalogPool({ connectionString })
  const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect()

  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query)
    for (const index of charColumns.get(result.rows) ?? []) {
      result.columnTypes[index] = ColumnTypeEnum.Character
    }
    return result
  }

  // The adapter splits a script at every `;`, also inside $$ … $$. The simple protocol takes the script whole,
  // as one implicit transaction.
  adapter.executeScript = async (script) => {
    try {
      await pool.query(script)
    } catch (error) {
      adapter.onError(error)
    }
  }

  const dispose = adapter.dispose.bind(adapter)
  adapter.dispose = async () => {
    await dispose()
    await afterDispose()
  }
  return adapter
}

const adapterFactory = {
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: () => connect(databaseUrl),
  async connectToShadowDb() {
    const shadow = new URL(databaseUrl)
    const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
    shadow.pathname = `/${name}`
    const admin = await connect(databaseUrl)
    await admin.executeScript(`CREATE DATABASE "${name}"`)
    return connect(shadow.href, async () => {
      await admin.executeScript(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
      await admin.dispose()
    })
  },
}

/** Runs one statement about the target database from the server's maintenance database; gives its name. */
async function fromMaintenanceDatabase(statementFor) {
  const target = new URL(databaseUrl)
  const name = decodeURIComponent(target.pathname.slice(1))
  target.pathname = '/postgres'
  const client = new pg.Client({ connectionString: target.href })
  await client.connect()
  try {
    await client.query(statementFor(client.escapeIdentifier(name)))
  } finally {
    await client.end()
  }
  return name
}

/** The codes under which the CLI knows these failures (https://www.prisma.io/docs/orm/reference/error-reference). */
function prismaError(error) {
  const { host, pathname } = new URL(databaseUrl)
  if (error.code === '3D000') {
    return { error_code: 'P1003', message: `Database \`${pathname.slice(1)}\` does not exist` }
  }
  if (error.code === '28P01') {
    return {
      error_code: 'P1000',
      message: `Authentication failed against the database server at \`${host}\``,
    }
  }
  if (['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN'].includes(error.code)) {
    return { error_code: 'P1001', message: `Can't reach database server at \`${host}\`` }
  }
  return { message: error.message }
}

// ---- the engine -----------------------------------------------------------------------------------------------

globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message(message) {
    log('ERROR', message)
    process.exit(101)
  },
}

let loading
function loadEngine() {
  loading ??= (async () => {
    const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    const bytes = await readFile(join(dirname(entry), 'schema_engine_bg.wasm'))
    const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue })
    glue.__wbg_set_wasm(instance.exports)
    instance.exports.__wbindgen_start()
  })()
  return loading
}

/**
 * A fresh engine for each call. `evaluateDataLoss` and `createMigration` cannot open a shadow database in this
 * build unless the engine has the migrations' schema in its cache already: `devDiagnostic` puts it there.
 */
async function callEngine(method, params) {
  await loadEngine()
  const datamodels = []
  for (const path of options.datamodels ?? []) datamodels.push([path, await readFile(path, 'utf8')])
  const engine = await glue.SchemaEngine.new(
    { datamodels: datamodels.length > 0 ? datamodels : undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapterFactory),
  )
  try {
    if (method === 'evaluateDataLoss' || method === 'createMigration') {
      await engine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters })
    }
    return await engine[method](params)
  } finally {
    engine.free()
  }
}

// ---- the two ways in which the CLI calls ----------------------------------------------------------------------

/** `schema-engine cli can-connect-to-database | create-database | drop-database` */
async function runCommand(command) {
  try {
    if (command === 'can-connect-to-database') {
      const client = new pg.Client({ connectionString: databaseUrl })
      await client.connect()
      await client.end()
    } else if (command === 'create-database') {
      await fromMaintenanceDatabase((name) => `CREATE DATABASE ${name}`)
    } else if (command === 'drop-database') {
      await fromMaintenanceDatabase((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    } else {
      throw new Error(`unknown command: ${command}`)
    }
    process.exit(0)
  } catch (error) {
    const { message, ...extra } = prismaError(error)
    process.stderr.write('\n')
    log('ERROR', message, extra)
    process.exit(1)
  }
}

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

async function answer({ id, method, params }) {
  try {
    if (method === 'createDatabase') {
      const databaseName = await fromMaintenanceDatabase((name) => `CREATE DATABASE ${name}`)
      return send({ id, result: { databaseName } })
    }
    const result = await callEngine(method === 'getDatabaseVersion' ? 'version' : method, params)
    if (method === 'diff' && result.stdout != null) {
      // The native engine prints by a call of its own; the id only has to differ from those of the CLI.
      send({ id: 1_000_000 + id, method: 'print', params: { content: result.stdout } })
    }
    send({ id, result: result ?? null })
  } catch (error) {
    const data = {
      is_panic: false,
      message: error.message ?? String(error),
      error_code: error.code ?? null,
      meta: error.meta ?? null,
    }
    send({ id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } })
  }
}

if (options.version) {
  console.log('schema-engine-cli wasm')
} else if (positionals[0] === 'cli') {
  await runCommand(positionals[1])
} else {
  // One call after another: the engine is not reentrant.
  let queue = Promise.resolve()
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      const message = JSON.parse(line)
      if (message.method) queue = queue.then(() => answer(message))
    })
    .on('close', () => queue.then(() => process.exit(0)))
}
