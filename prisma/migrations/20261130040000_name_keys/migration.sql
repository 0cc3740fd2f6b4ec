-- What a name looks like (lib/review/person/name-key.ts), so that nobody takes a name that passes for somebody else's. Its rule
-- is the program's: `coherent upgrade`, which each start runs, fills it for the people who are here.
ALTER TABLE "person" ADD COLUMN "name_key" TEXT;
ALTER TABLE "person" ADD CONSTRAINT "person_name_key_length" CHECK (length("name_key") BETWEEN 3 AND 8000);
CREATE INDEX "person_name_key_idx" ON "person"(md5("name_key"));
