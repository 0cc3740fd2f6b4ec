-- Other words for some of a passage's are made with their comment and stay as they were made; authors decide on them until a
-- revision has them. Words that are deleted are no suggestion any more.
CREATE OR REPLACE FUNCTION suggestion_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  place uuid;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a suggestion is never deleted'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'suggestion_stays', TABLE = TG_TABLE_NAME;
  END IF;
  SELECT t.proposal_id INTO place FROM comment c JOIN thread t ON t.id = c.thread_id WHERE c.id = NEW.comment_id;
  IF EXISTS (SELECT 1 FROM revision r WHERE r.id IN (NEW.revision_id, NEW.hand_revision, NEW.applied_in) AND r.proposal_id <> place) THEN
    RAISE EXCEPTION 'a suggestion is about the proposal of its comment'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_is_of_its_proposal', TABLE = TG_TABLE_NAME;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'open' OR NOT EXISTS (SELECT 1 FROM comment c WHERE c.id = NEW.comment_id AND c.author_id::text = app_actor()) THEN
      RAISE EXCEPTION 'a suggestion is made by the person who writes the comment'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_is_made_by_actor', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
  END IF;
  IF current_setting('app.redacting', true) = OLD.comment_id::text AND NEW.old_text = '' AND NEW.new_text = '' THEN
    RETURN NEW;
  END IF;
  IF (NEW.comment_id, NEW.revision_id, NEW.block_key, NEW.writeup, NEW.source_start, NEW.source_end, NEW.old_text, NEW.new_text)
     IS DISTINCT FROM
     (OLD.comment_id, OLD.revision_id, OLD.block_key, OLD.writeup, OLD.source_start, OLD.source_end, OLD.old_text, OLD.new_text) THEN
    RAISE EXCEPTION 'what was suggested stays as it was suggested'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'suggestion_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF (NEW.state, NEW.decided_by, NEW.decided_at, NEW.hand_new) IS DISTINCT FROM (OLD.state, OLD.decided_by, OLD.decided_at, OLD.hand_new) THEN
    IF OLD.state = 'withdrawn' OR OLD.applied_in IS NOT NULL THEN
      RAISE EXCEPTION 'it is decided: the text has it, or it was taken back'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_is_decided', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.decided_by IS NULL OR NEW.decided_by::text <> app_actor() OR NOT EXISTS (
         SELECT 1 FROM membership m WHERE m.proposal_id = place AND m.person_id = NEW.decided_by AND m.role = 'author') THEN
      RAISE EXCEPTION 'an author says what becomes of a suggestion'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_is_decided_by_author', TABLE = TG_TABLE_NAME;
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER suggestion_rule BEFORE INSERT OR UPDATE OR DELETE ON suggestion FOR EACH ROW EXECUTE FUNCTION suggestion_rule();
CREATE OR REPLACE TRIGGER suggestions_are_kept BEFORE TRUNCATE ON suggestion FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
