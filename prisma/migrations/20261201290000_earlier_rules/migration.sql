-- Which texts of the rules this database had before the present one: a version that comes with one of them is older.
ALTER TABLE "rules_applied" ADD COLUMN "earlier" BYTEA[] NOT NULL DEFAULT ARRAY[]::BYTEA[];
