-- Which text of the rules (prisma/rules) this database has: scripts/apply-rules.mjs compares it at each start.
CREATE TABLE "rules_applied" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "files_sha256" BYTEA NOT NULL,
    "catalog_sha256" BYTEA NOT NULL,
    "applied_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rules_applied_pkey" PRIMARY KEY ("id")
);

ALTER TABLE rules_applied ADD CONSTRAINT rules_applied_is_one_row CHECK (id = 1);
