-- An account that its owner deleted: the name is gone, words stay under a tombstone.
ALTER TABLE "person" ADD COLUMN "deleted_at" TIMESTAMPTZ(6);
ALTER TABLE "person" ADD CONSTRAINT "deleted_person_has_no_name"
  CHECK ("deleted_at" IS NULL OR ("name" = 'Deleted account' AND NOT "administrator"));

-- Who asked for an account and has not opened the link that was mailed: nothing else of them is here yet.
CREATE TABLE "sign_up" (
    "sha256" BYTEA NOT NULL,
    "address" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "next" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "sign_up_pkey" PRIMARY KEY ("sha256"),
    CONSTRAINT "sign_up_sha256_length" CHECK (octet_length("sha256") = 32),
    CONSTRAINT "sign_up_address_is_lower_case" CHECK ("address" = lower("address") AND "address" LIKE '_%@_%'),
    CONSTRAINT "sign_up_name_length" CHECK (length(btrim("name")) BETWEEN 1 AND 200),
    CONSTRAINT "sign_up_ends_after_beginning" CHECK ("expires_at" > "created_at")
);
CREATE INDEX "sign_up_expires_at_idx" ON "sign_up"("expires_at");
CREATE INDEX "sign_up_address_idx" ON "sign_up"("address");
