-- Length in UTF-16 units, the unit of all text offsets here (characters outside the BMP count twice).
CREATE OR REPLACE FUNCTION utf16_units(t text) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT length(t) + length(regexp_replace(t, E'[^\U00010000-\U0010FFFF]', '', 'g'))
$$;
CREATE OR REPLACE TRIGGER anchor_is_immutable BEFORE UPDATE OR DELETE ON anchor FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER anchor_is_kept BEFORE TRUNCATE ON anchor FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE OR REPLACE FUNCTION thread_opened_by_actor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.opened_by::text <> app_actor() THEN
    RAISE EXCEPTION 'a thread is opened by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'thread_is_opened_by_actor', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER thread_opener BEFORE INSERT ON thread FOR EACH ROW EXECUTE FUNCTION thread_opened_by_actor();

CREATE OR REPLACE FUNCTION thread_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed CONSTANT thread_state[] := ARRAY['resolved', 'dropped', 'superseded']::thread_state[];
BEGIN
  IF NEW.id <> OLD.id OR NEW.proposal_id <> OLD.proposal_id OR NEW.number <> OLD.number
     OR NOT is_merge(OLD.opened_by, NEW.opened_by) OR NEW.opened_on <> OLD.opened_on OR NEW.opened_at <> OLD.opened_at THEN
    RAISE EXCEPTION 'the origin of a thread does not change'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'thread_origin_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.resolved_by IS DISTINCT FROM OLD.resolved_by AND NEW.resolved_by IS NOT NULL AND NEW.resolved_by::text <> app_actor() THEN
    RAISE EXCEPTION 'a thread is closed by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'thread_is_closed_by_actor', TABLE = TG_TABLE_NAME;
  END IF;
  IF OLD.kind = 'objection' THEN
    IF NEW.kind <> 'objection' AND app_actor() <> OLD.opened_by::text THEN
      RAISE EXCEPTION 'only its opener makes an objection less'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_is_lessened_by_opener', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.state = ANY (closed) AND NOT OLD.state = ANY (closed)
       AND (app_actor() <> OLD.opened_by::text OR NEW.resolved_by IS DISTINCT FROM OLD.opened_by) THEN
      RAISE EXCEPTION 'only its opener closes an objection'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_is_closed_by_opener', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.state = 'overridden' AND OLD.state <> 'overridden'
       AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = OLD.proposal_id AND m.person_id::text = app_actor() AND m.role = 'admin')
       AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id::text = app_actor() AND p.administrator) THEN
      RAISE EXCEPTION 'an override needs an admin'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_is_overridden_by_admin', TABLE = TG_TABLE_NAME;
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER thread_rule BEFORE UPDATE ON thread FOR EACH ROW EXECUTE FUNCTION thread_closing();
-- Nothing that was said is deleted: a redaction leaves a tombstone.
CREATE OR REPLACE TRIGGER thread_is_kept BEFORE DELETE ON thread FOR EACH ROW EXECUTE FUNCTION refuse_change();
