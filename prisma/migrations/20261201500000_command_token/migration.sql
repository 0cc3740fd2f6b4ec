-- What the command line of a person shows in place of a session: one for each, by its hash, until it expires.
CREATE TABLE command_token (
  sha256 bytea NOT NULL,
  person_id uuid NOT NULL,
  created_at timestamptz(6) NOT NULL DEFAULT now(),
  expires_at timestamptz(6) NOT NULL,
  CONSTRAINT command_token_pkey PRIMARY KEY (sha256),
  CONSTRAINT command_token_person_id_fkey FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT command_token_sha256_length CHECK (octet_length(sha256) = 32),
  CONSTRAINT command_token_expires CHECK (expires_at > created_at)
);
CREATE UNIQUE INDEX command_token_person_id_key ON command_token (person_id);
