-- What parse and check made of a revision by the rules of its time, so that no later rule can take it off the page. What
-- stands already is filled in by `coherent upgrade`, which has the program's parser; a page reads the files until then.
CREATE TABLE revision_parsed (
  revision_id UUID NOT NULL,
  rules_version INTEGER NOT NULL,
  content_sha256 BYTEA NOT NULL,
  parsed JSONB NOT NULL,
  warnings JSONB NOT NULL,
  parsed_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT revision_parsed_pkey PRIMARY KEY (revision_id),
  CONSTRAINT revision_parsed_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES revision (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT revision_parsed_rules_version_is_positive CHECK (rules_version > 0),
  CONSTRAINT revision_parsed_content_sha256_length CHECK (octet_length(content_sha256) = 32),
  CONSTRAINT revision_parsed_is_an_object CHECK (jsonb_typeof(parsed) = 'object'),
  CONSTRAINT revision_parsed_warnings_are_a_list CHECK (jsonb_typeof(warnings) = 'array')
);
