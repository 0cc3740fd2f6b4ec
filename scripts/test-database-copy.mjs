/** Vitest's setup of each file with a database: a copy of the migrated one, named before anything opens it. */
import { inject } from 'vitest'
import { copyDatabase } from './test-database.mjs'

const { url, ownerUrl } = await copyDatabase(inject('migrated'))
process.env.DATABASE_URL = url
// For tests of what even the owner of the tables may not do.
process.env.COHERENT_TEST_OWNER_URL = ownerUrl
