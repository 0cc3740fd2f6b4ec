-- A place in a later revision is derived, and may be derived again; what a person said by hand is theirs.
CREATE OR REPLACE FUNCTION anchor_port_follows_its_thread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.thread_id <> OLD.thread_id OR NEW.revision_id <> OLD.revision_id) THEN
    RAISE EXCEPTION 'the place of a thread in a revision stays one'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'anchor_port_origin_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF TG_OP = 'INSERT' AND NOT EXISTS (
    SELECT 1 FROM thread t JOIN revision opened ON opened.id = t.opened_on JOIN revision r ON r.id = NEW.revision_id
    WHERE t.id = NEW.thread_id AND r.proposal_id = t.proposal_id AND r.number > opened.number
  ) THEN
    RAISE EXCEPTION 'a thread is carried to later revisions of its proposal'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'anchor_port_is_in_a_later_revision', TABLE = TG_TABLE_NAME;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.pinned_by IS NOT NULL
     AND (NEW.pinned_by IS NULL OR (NEW.pinned_by = OLD.pinned_by AND NEW.pinned_at = OLD.pinned_at
          AND (NEW.block_key, NEW.text_start, NEW.text_end) IS DISTINCT FROM (OLD.block_key, OLD.text_start, OLD.text_end))) THEN
    RAISE EXCEPTION 'what was said by hand is not derived'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'anchor_port_pin_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.pinned_by IS NOT NULL AND EXISTS (SELECT 1 FROM anchor a WHERE a.thread_id = NEW.thread_id AND a.about = 'whole') THEN
    RAISE EXCEPTION 'a thread on a whole stands at the head of it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'anchor_port_of_a_whole_is_not_pinned', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.pinned_by IS NOT NULL AND NEW.pinned_by::text <> app_actor()
     AND (TG_OP = 'INSERT' OR (NEW.pinned_by, NEW.pinned_at) IS DISTINCT FROM (OLD.pinned_by, OLD.pinned_at)) THEN
    RAISE EXCEPTION 'a place is said by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'anchor_port_is_pinned_by_actor', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER anchor_port_rule BEFORE INSERT OR UPDATE ON anchor_port FOR EACH ROW EXECUTE FUNCTION anchor_port_follows_its_thread();
CREATE OR REPLACE TRIGGER anchor_port_is_kept BEFORE DELETE ON anchor_port FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER anchor_ports_are_kept BEFORE TRUNCATE ON anchor_port FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE OR REPLACE FUNCTION block_origin_is_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.revision_id <> OLD.revision_id OR NEW.block_key <> OLD.block_key) THEN
    RAISE EXCEPTION 'the origin of a block stays one'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'block_origin_is_of_its_block', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.previous_key IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM revision r JOIN revision before ON before.proposal_id = r.proposal_id AND before.number = r.number - 1
      JOIN block b ON b.revision_id = before.id AND b.block_key = NEW.previous_key
    WHERE r.id = NEW.revision_id
  ) THEN
    RAISE EXCEPTION 'a block comes from one of the revision before'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'block_origin_is_in_the_revision_before', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER block_origin_rule BEFORE INSERT OR UPDATE ON block_origin FOR EACH ROW EXECUTE FUNCTION block_origin_is_before();
CREATE OR REPLACE TRIGGER block_origin_is_kept BEFORE DELETE ON block_origin FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER block_origins_are_kept BEFORE TRUNCATE ON block_origin FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
