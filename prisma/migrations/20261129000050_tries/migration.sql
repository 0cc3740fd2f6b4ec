-- Tries (sign-in, comments, sendings) have a table of their own: they stood in that of better-auth's limiter, which is off.
CREATE TABLE "tries" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "tries_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "tries_expires_at_idx" ON "tries"("expires_at");

-- An account that is locked stays so. How long its window is was not stored: none is longer than an hour.
INSERT INTO "tries" ("key", "count", "expires_at")
SELECT "key", "count", to_timestamp("last_request" / 1000.0) + interval '1 hour'
FROM "auth_rate_limit"
WHERE to_timestamp("last_request" / 1000.0) + interval '1 hour' > now();

DROP TABLE "auth_rate_limit";
