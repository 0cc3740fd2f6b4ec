-- Position in the thread from the thread's own counter, never max()+1: concurrent writers wait for its row lock.
CREATE OR REPLACE FUNCTION number_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parent_redacted timestamptz;
  locked timestamptz;
  place uuid;
BEGIN
  IF NEW.author_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a comment is written by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_is_written_by_actor', TABLE = TG_TABLE_NAME;
  END IF;
  UPDATE thread SET comment_count = comment_count + 1, last_activity = now()
    WHERE id = NEW.thread_id RETURNING comment_count, locked_at, proposal_id INTO NEW.seq, locked, place;
  -- Under the thread's row lock, so none slips in beside the act that locks it. Mail has passed somebody who may, or is held.
  IF locked IS NOT NULL AND NEW.origin <> 'mail'
     AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = place AND m.person_id = NEW.author_id AND m.role = 'maintainer')
     AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = NEW.author_id AND p.administrator) THEN
    RAISE EXCEPTION 'the thread is locked'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'locked_thread_is_added_to_by_maintainer', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.parent_id IS NOT NULL AND NEW.origin <> 'mail' THEN
    -- Under the thread's row lock, which a redaction takes as well: no reply slips in beside one.
    SELECT redacted_at INTO parent_redacted FROM comment WHERE id = NEW.parent_id;
    IF parent_redacted IS NOT NULL THEN
      RAISE EXCEPTION 'the comment was deleted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_to_deleted', TABLE = TG_TABLE_NAME;
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER comment_number BEFORE INSERT ON comment FOR EACH ROW EXECUTE FUNCTION number_comment();

-- An edit keeps what it replaced; a redaction removes the versions' words with the comment's.
CREATE OR REPLACE FUNCTION keep_comment_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.author_id <> OLD.author_id AND is_merge(OLD.author_id, NEW.author_id)
     AND NEW.body = OLD.body AND NEW.redacted_at IS NOT DISTINCT FROM OLD.redacted_at
     AND (NEW.redacted_by IS NOT DISTINCT FROM OLD.redacted_by OR is_merge(OLD.redacted_by, NEW.redacted_by)) THEN
    OLD.author_id := NEW.author_id;
    OLD.redacted_by := NEW.redacted_by;
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  -- A mail that turned out to bear somebody else's Message-ID gives it up; nothing else of the comment changes with it.
  IF NEW.message_id <> OLD.message_id AND EXISTS (
       SELECT 1 FROM mail_comment c JOIN incoming_mail m ON m.id = c.mail_id
       WHERE c.comment_id = OLD.id AND m.is_conflict AND m.message_id = OLD.message_id) THEN
    OLD.message_id := NEW.message_id;
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  IF NEW.id <> OLD.id OR NEW.thread_id <> OLD.thread_id OR NEW.seq <> OLD.seq OR NEW.author_id <> OLD.author_id
     OR NEW.parent_id IS DISTINCT FROM OLD.parent_id OR NEW.message_id <> OLD.message_id
     OR NEW.origin <> OLD.origin OR NEW.created_at <> OLD.created_at THEN
    RAISE EXCEPTION 'only the text of a comment may change'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'comment_place_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF OLD.redacted_at IS NOT NULL THEN
    RAISE EXCEPTION 'the comment was deleted'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_stays_deleted', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.redacted_at IS NOT NULL THEN
    IF NEW.redacted_by::text <> app_actor() THEN
      RAISE EXCEPTION 'a comment is deleted by the person who acts'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_is_deleted_by_actor', TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM 1 FROM thread WHERE id = OLD.thread_id FOR UPDATE;
    PERFORM set_config('app.redacting', OLD.id::text, true);
    UPDATE comment_version SET body = '' WHERE comment_id = OLD.id;
    DELETE FROM comment_as_mailed WHERE comment_id = OLD.id;
    UPDATE suggestion SET old_text = '', new_text = '', hand_revision = NULL, hand_block = NULL, hand_writeup = NULL, hand_start = NULL,
      hand_end = NULL, hand_old = NULL, hand_new = NULL, state = CASE WHEN applied_in IS NULL THEN 'withdrawn' ELSE state END
      WHERE comment_id = OLD.id;
    PERFORM set_config('app.redacting', '', true);
    RETURN NEW;
  END IF;
  IF NEW.body <> OLD.body THEN
    IF OLD.author_id::text <> app_actor() THEN
      RAISE EXCEPTION 'only its author edits a comment'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_is_edited_by_author', TABLE = TG_TABLE_NAME;
    END IF;
    INSERT INTO comment_version (comment_id, version, body, edited_by, edited_at)
      VALUES (OLD.id, OLD.lock_version + 1, OLD.body, OLD.author_id, now());
    NEW.lock_version := OLD.lock_version + 1;
    NEW.edited_at := now();
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER comment_versions BEFORE UPDATE ON comment FOR EACH ROW EXECUTE FUNCTION keep_comment_version();

-- The texts that edits replaced do not change, but that a redaction empties them.
CREATE OR REPLACE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('app.redacting', true) = OLD.comment_id::text AND NEW.body = ''
     AND NEW.comment_id = OLD.comment_id AND NEW.version = OLD.version AND NEW.edited_by = OLD.edited_by
     AND NEW.edited_at = OLD.edited_at THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% rows are immutable', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
CREATE OR REPLACE TRIGGER comment_version_is_kept BEFORE UPDATE OR DELETE ON comment_version FOR EACH ROW EXECUTE FUNCTION keep_version();
CREATE OR REPLACE TRIGGER comment_is_kept BEFORE DELETE ON comment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER comments_are_kept BEFORE TRUNCATE ON comment FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- As what a comment left while comments were Markdown: made once, and gone with its words.
CREATE OR REPLACE FUNCTION keep_as_mailed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('app.redacting', true) = OLD.comment_id::text THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.body IS NULL AND NEW.comment_id = OLD.comment_id AND NEW.version = OLD.version THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% rows are immutable', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
CREATE OR REPLACE TRIGGER comment_as_mailed_is_kept BEFORE UPDATE OR DELETE ON comment_as_mailed FOR EACH ROW EXECUTE FUNCTION keep_as_mailed();
