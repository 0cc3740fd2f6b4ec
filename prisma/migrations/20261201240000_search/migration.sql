-- What is searched, beside what it was made of: words of comments, kept by triggers of prisma/rules/search.sql, and the passages
-- of each revision with their text, which `publish` writes. A column of the comment itself was rejected: its rules compare whole
-- rows, and a generated column is not there yet when they do. What stands is filled in by `coherent upgrade`.
CREATE TABLE search_comment (
  comment_id UUID NOT NULL,
  proposal_id UUID NOT NULL,
  said_at TIMESTAMPTZ(6) NOT NULL,
  words TSVECTOR NOT NULL,
  CONSTRAINT search_comment_pkey PRIMARY KEY (comment_id),
  CONSTRAINT search_comment_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comment (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT search_comment_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES proposal (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX search_comment_words_idx ON search_comment USING gin (words);
CREATE INDEX search_comment_said_at_comment_id_idx ON search_comment (said_at, comment_id);

CREATE TABLE passage (
  revision_id UUID NOT NULL,
  block_key TEXT NOT NULL,
  ord INTEGER NOT NULL,
  text TEXT NOT NULL,
  words TSVECTOR NOT NULL,
  CONSTRAINT passage_pkey PRIMARY KEY (revision_id, block_key),
  CONSTRAINT passage_revision_id_block_key_fkey FOREIGN KEY (revision_id, block_key) REFERENCES block (revision_id, block_key) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX passage_words_idx ON passage USING gin (words);

-- Parts of words, where Postgres has what finds them; without it they are looked for in each comment. In a schema of its own, so
-- that what stands in ours is ours.
DO $$ BEGIN
  CREATE SCHEMA IF NOT EXISTS extensions;
  CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions;
  CREATE INDEX comment_body_parts_idx ON comment USING gin (body extensions.gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'without pg_trgm (%): a search for parts of words is slower', SQLERRM;
END $$;

-- Lets a reader of feeds, which has no session, see what its owner may: only the token's hash is kept.
CREATE TABLE feed_token (
  sha256 BYTEA NOT NULL,
  person_id UUID NOT NULL,
  created_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT feed_token_pkey PRIMARY KEY (sha256),
  CONSTRAINT feed_token_person_id_fkey FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT feed_token_sha256_length CHECK (octet_length(sha256) = 32)
);
-- One for each person: making another revokes the one before.
CREATE UNIQUE INDEX feed_token_person_id_key ON feed_token (person_id);
