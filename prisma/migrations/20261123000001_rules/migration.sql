-- What must stay true whatever a page does. Prisma's schema language has no words for these rules.
-- Each refusal is tested in lib/review/rules.database.test.ts. A CHECK that evaluates to NULL passes: hence the
-- coalesce in some of them.

-- The person who acts. The data layer sets it for each write transaction from the session
-- (set_config('app.actor', …, true)); the rules below trust nothing else, in particular no column of the row.
CREATE FUNCTION app_actor() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('app.actor', true), '')
$$;

-- Length in UTF-16 units, the unit of all text offsets here (characters outside the BMP count twice).
CREATE FUNCTION utf16_units(t text) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT length(t) + length(regexp_replace(t, E'[^\U00010000-\U0010FFFF]', '', 'g'))
$$;

CREATE FUNCTION event_hash(prev bytea, id bigint, proposal uuid, actor uuid, kind text, subject jsonb, at timestamptz)
RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(convert_to(concat_ws(E'\n', encode(coalesce(prev, ''), 'hex'), id, proposal, coalesce(actor::text, ''),
    kind, subject::text, extract(epoch FROM at)::numeric), 'UTF8'))
$$;

-- ---- shapes --------------------------------------------------------------------------------------------------

ALTER TABLE person ADD CHECK (length(btrim(name)) BETWEEN 1 AND 200);
ALTER TABLE person_address ADD CHECK (address = lower(address) AND address LIKE '_%@_%');

ALTER TABLE proposal
  ADD CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,79}$'),
  ADD CHECK (length(title) BETWEEN 1 AND 200),
  ADD CHECK (current_revision >= 0),
  ADD CHECK (next_thread >= 1);

ALTER TABLE revision
  ADD CHECK (number > 0),
  ADD CHECK (octet_length(content_sha256) = 32),
  ADD CHECK (text_version > 0),
  ADD CHECK (number = 1 OR length(btrim(changelog)) >= 20);

ALTER TABLE block
  ADD CHECK (ord >= 0),
  ADD CHECK (text_start >= 0 AND text_end >= text_start),
  ADD CHECK (octet_length(text_sha256) = 32),
  ADD CHECK (writeup IN ('cover', 'problem', 'integration', 'sys-futex', 'lifetime'));

ALTER TABLE check_run
  ADD CHECK (verdict IN ('holds', 'violated', 'unfinished', 'error')),
  ADD CHECK ((verdict = 'violated') = (trace IS NOT NULL)),
  ADD CHECK (octet_length(model_sha256) = 32);

ALTER TABLE claim ADD CHECK (expect IN ('holds', 'violated'));

ALTER TABLE thread
  ADD CHECK (number > 0),
  ADD CHECK (kind <> 'objection' OR coalesce(length(btrim(clear_condition)), 0) >= 10),
  ADD CHECK ((state IN ('resolved', 'dropped', 'superseded', 'overridden')) = (resolved_at IS NOT NULL)),
  ADD CHECK ((resolved_at IS NULL) = (resolved_by IS NULL));

ALTER TABLE anchor
  ADD CHECK (text_start >= 0 AND text_end > text_start),
  ADD CHECK (utf16_units(quote_exact) = text_end - text_start),
  ADD CHECK (utf16_units(quote_prefix) <= 64 AND utf16_units(quote_suffix) <= 64),
  ADD CHECK (text_version > 0);

ALTER TABLE comment
  ADD CHECK (length(body_md) <= 65536),
  ADD CHECK (redacted_at IS NOT NULL OR length(btrim(body_md, E' \t\r\n')) > 0),
  ADD CHECK (redacted_at IS NULL OR body_md = ''),
  ADD CHECK ((redacted_at IS NULL) = (redacted_by IS NULL)),
  ADD CHECK (origin IN ('web', 'mail')),
  ADD CHECK (parent_id IS DISTINCT FROM id);

CREATE INDEX thread_open ON thread (proposal_id, kind) WHERE state IN ('open', 'answered');

-- ---- what never changes --------------------------------------------------------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are immutable', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER revision_is_immutable BEFORE UPDATE OR DELETE ON revision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revision_file_is_immutable BEFORE UPDATE OR DELETE ON revision_file FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER block_is_immutable BEFORE UPDATE OR DELETE ON block FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER claim_is_immutable BEFORE UPDATE OR DELETE ON claim FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_run_is_immutable BEFORE UPDATE OR DELETE ON check_run FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER anchor_is_immutable BEFORE UPDATE OR DELETE ON anchor FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_is_immutable BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- Nothing that was said is deleted: a redaction leaves a tombstone.
CREATE TRIGGER thread_is_kept BEFORE DELETE ON thread FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER comment_is_kept BEFORE DELETE ON comment FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- TRUNCATE passes row triggers by.
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER revision_is_kept BEFORE TRUNCATE ON revision FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER anchor_is_kept BEFORE TRUNCATE ON anchor FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER event_is_kept BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER comments_are_kept BEFORE TRUNCATE ON comment FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- ---- comments ------------------------------------------------------------------------------------------------

-- Position in the thread from the thread's own counter, never max()+1: concurrent writers wait for its row lock.
CREATE FUNCTION number_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent_redacted timestamptz;
BEGIN
  IF NEW.author_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a comment is written by the person who acts' USING ERRCODE = 'check_violation';
  END IF;
  UPDATE thread SET comment_count = comment_count + 1, last_activity = now()
    WHERE id = NEW.thread_id RETURNING comment_count INTO NEW.seq;
  IF NEW.parent_id IS NOT NULL THEN
    -- Under the thread's row lock, which a redaction takes as well: no reply slips in beside one.
    SELECT redacted_at INTO parent_redacted FROM comment WHERE id = NEW.parent_id;
    IF parent_redacted IS NOT NULL THEN
      RAISE EXCEPTION 'the comment was deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_to_deleted';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER comment_number BEFORE INSERT ON comment FOR EACH ROW EXECUTE FUNCTION number_comment();

-- The texts that edits replaced do not change, but that a redaction empties them.
CREATE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('app.redacting', true) = OLD.comment_id::text AND NEW.body_md = ''
     AND NEW.comment_id = OLD.comment_id AND NEW.version = OLD.version AND NEW.edited_by = OLD.edited_by
     AND NEW.edited_at = OLD.edited_at THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% rows are immutable', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER comment_version_is_kept BEFORE UPDATE OR DELETE ON comment_version FOR EACH ROW EXECUTE FUNCTION keep_version();

-- An edit keeps what it replaced; a redaction removes the versions' words with the comment's.
CREATE FUNCTION keep_comment_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.thread_id <> OLD.thread_id OR NEW.seq <> OLD.seq OR NEW.author_id <> OLD.author_id
     OR NEW.parent_id IS DISTINCT FROM OLD.parent_id OR NEW.message_id <> OLD.message_id OR NEW.client_key <> OLD.client_key
     OR NEW.origin <> OLD.origin OR NEW.created_at <> OLD.created_at THEN
    RAISE EXCEPTION 'only the text of a comment may change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.redacted_at IS NOT NULL THEN
    RAISE EXCEPTION 'the comment was deleted' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.redacted_at IS NOT NULL THEN
    IF NEW.redacted_by::text <> app_actor() THEN
      RAISE EXCEPTION 'a comment is deleted by the person who acts' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM thread WHERE id = OLD.thread_id FOR UPDATE;
    PERFORM set_config('app.redacting', OLD.id::text, true);
    UPDATE comment_version SET body_md = '' WHERE comment_id = OLD.id;
    PERFORM set_config('app.redacting', '', true);
    RETURN NEW;
  END IF;
  IF NEW.body_md <> OLD.body_md THEN
    IF OLD.author_id::text <> app_actor() THEN
      RAISE EXCEPTION 'only its author edits a comment' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO comment_version (comment_id, version, body_md, edited_by, edited_at)
      VALUES (OLD.id, OLD.lock_version + 1, OLD.body_md, OLD.author_id, now());
    NEW.lock_version := OLD.lock_version + 1;
    NEW.edited_at := now();
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER comment_versions BEFORE UPDATE ON comment FOR EACH ROW EXECUTE FUNCTION keep_comment_version();

-- ---- threads -------------------------------------------------------------------------------------------------

CREATE FUNCTION thread_opened_by_actor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.opened_by::text <> app_actor() THEN
    RAISE EXCEPTION 'a thread is opened by the person who acts' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER thread_opener BEFORE INSERT ON thread FOR EACH ROW EXECUTE FUNCTION thread_opened_by_actor();

CREATE FUNCTION thread_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed CONSTANT thread_state[] := ARRAY['resolved', 'dropped', 'superseded']::thread_state[];
BEGIN
  IF NEW.id <> OLD.id OR NEW.proposal_id <> OLD.proposal_id OR NEW.number <> OLD.number
     OR NEW.opened_by <> OLD.opened_by OR NEW.opened_on <> OLD.opened_on OR NEW.opened_at <> OLD.opened_at THEN
    RAISE EXCEPTION 'the origin of a thread does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.resolved_by IS DISTINCT FROM OLD.resolved_by AND NEW.resolved_by IS NOT NULL AND NEW.resolved_by::text <> app_actor() THEN
    RAISE EXCEPTION 'a thread is closed by the person who acts' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.kind = 'objection' THEN
    IF NEW.kind <> 'objection' AND app_actor() <> OLD.opened_by::text THEN
      RAISE EXCEPTION 'only its opener makes an objection less' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = ANY (closed) AND NOT OLD.state = ANY (closed)
       AND (app_actor() <> OLD.opened_by::text OR NEW.resolved_by IS DISTINCT FROM OLD.opened_by) THEN
      RAISE EXCEPTION 'only its opener closes an objection' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'overridden' AND OLD.state <> 'overridden'
       AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = OLD.proposal_id AND m.person_id::text = app_actor() AND m.role = 'admin')
       AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id::text = app_actor() AND p.administrator) THEN
      RAISE EXCEPTION 'an override needs an admin' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER thread_rule BEFORE UPDATE ON thread FOR EACH ROW EXECUTE FUNCTION thread_closing();

-- A proposal with a standing objection is not accepted.
CREATE FUNCTION accept_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing int;
BEGIN
  IF NEW.state = 'accepted' AND OLD.state <> 'accepted' THEN
    SELECT count(*) INTO standing FROM thread
      WHERE proposal_id = NEW.id AND kind = 'objection' AND state IN ('open', 'answered');
    IF standing > 0 THEN
      RAISE EXCEPTION '% objections stand', standing USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  IF NEW.slug <> OLD.slug OR NEW.change_id <> OLD.change_id THEN
    RAISE EXCEPTION 'slug and change-id stay for ever' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.current_revision < OLD.current_revision OR NEW.next_thread < OLD.next_thread THEN
    RAISE EXCEPTION 'numbers only go up' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER proposal_rule BEFORE UPDATE ON proposal FOR EACH ROW EXECUTE FUNCTION accept_gate();

-- ---- events --------------------------------------------------------------------------------------------------

-- Each event carries SHA-256 over the hash of the one before it and its own content. The proposal's row lock makes
-- the chain a line; the number is taken under the lock, so that order of numbers = order in the chain.
CREATE FUNCTION chain_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(NEW.actor_id::text, '') <> app_actor() THEN
    RAISE EXCEPTION 'an event names the person who acts' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM 1 FROM proposal WHERE id = NEW.proposal_id FOR UPDATE;
  NEW.id := nextval(pg_get_serial_sequence('event', 'id'));
  NEW.at := clock_timestamp();
  SELECT hash INTO NEW.prev_hash FROM event WHERE proposal_id = NEW.proposal_id ORDER BY id DESC LIMIT 1;
  NEW.hash := event_hash(NEW.prev_hash, NEW.id, NEW.proposal_id, NEW.actor_id, NEW.kind, NEW.subject, NEW.at);
  RETURN NEW;
END $$;
CREATE TRIGGER event_chain BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION chain_event();
