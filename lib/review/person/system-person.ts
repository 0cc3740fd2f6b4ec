/**
 * Who acts where silence or time does: made by a migration, without an account and without an address, so nobody signs in
 * as it. `prisma/rules/thread.sql` knows the same id.
 */
export const SYSTEM_PERSON = '00000000-0000-4000-8000-00000000c0de'
