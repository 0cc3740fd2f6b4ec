import path from 'node:path'
import { defineConfig } from 'prisma/config'

// Prisma's CLI wants a native schema engine that it would download. The WebAssembly build of the same engine comes
// with npm; prisma/schema-engine.mjs speaks the native one's protocol over it. An operator's own engine wins.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(import.meta.dirname, 'prisma/schema-engine.mjs')

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  // `generate` needs no database; `migrate` is always called with DATABASE_URL set (scripts/start.mjs).
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://unset:unset@127.0.0.1:1/unset' },
})
