-- The words of a text as they are looked for: each as it stands (A), and its stem (B). Signs part words, so that hb->lock and
-- futex_wait_setup are found by their parts as well as whole; Postgres' own parser takes some of them for addresses and files.
CREATE OR REPLACE FUNCTION search_words(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('pg_catalog.simple', parted), 'A') || setweight(to_tsvector('pg_catalog.english', parted), 'B')
  FROM (SELECT translate(left(given, 70000), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                ') AS parted) t
$$;

-- A text too manifold for an index is stored all the same, and not found.
CREATE OR REPLACE FUNCTION search_words_or_none(given text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN search_words(given);
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN ''::tsvector;
END $$;

CREATE OR REPLACE FUNCTION index_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_comment (comment_id, proposal_id, said_at, words)
    SELECT NEW.id, t.proposal_id, NEW.created_at, search_words_or_none(NEW.body) FROM thread t WHERE t.id = NEW.thread_id
    ON CONFLICT (comment_id) DO UPDATE SET words = EXCLUDED.words;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER comment_is_indexed AFTER INSERT OR UPDATE OF body ON comment FOR EACH ROW EXECUTE FUNCTION index_comment();

CREATE OR REPLACE FUNCTION index_passage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.words := search_words_or_none(NEW.text);
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER passage_is_indexed BEFORE INSERT OR UPDATE ON passage FOR EACH ROW EXECUTE FUNCTION index_passage();
