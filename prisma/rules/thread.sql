-- Length in UTF-16 units, the unit of all text offsets here (characters outside the BMP count twice).
CREATE OR REPLACE FUNCTION utf16_units(t text) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT length(t) + length(regexp_replace(t, E'[^\U00010000-\U0010FFFF]', '', 'g'))
$$;
CREATE OR REPLACE TRIGGER anchor_is_immutable BEFORE UPDATE OR DELETE ON anchor FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER anchor_is_kept BEFORE TRUNCATE ON anchor FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- A model runs where the text has a simulation, and nowhere else.
CREATE OR REPLACE FUNCTION anchor_step_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.about = 'step' AND NOT EXISTS (
    SELECT 1 FROM block b WHERE b.revision_id = NEW.revision_id AND b.block_key = NEW.block_key AND b.kind = 'simulation'
  ) THEN
    RAISE EXCEPTION 'a step is of a simulation'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'anchor_step_is_of_a_simulation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER anchor_step_rule BEFORE INSERT ON anchor FOR EACH ROW EXECUTE FUNCTION anchor_step_rule();

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
  IF NEW.locked_by IS DISTINCT FROM OLD.locked_by AND NEW.locked_by IS NOT NULL AND NEW.locked_by::text <> app_actor() THEN
    RAISE EXCEPTION 'a thread is locked by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'thread_is_locked_by_actor', TABLE = TG_TABLE_NAME;
  END IF;
  -- Ten characters that say what is missing are worth an objection; anything else is another thread.
  IF NEW.kind <> OLD.kind AND NOT (OLD.kind = 'objection' AND NEW.kind = 'issue') THEN
    RAISE EXCEPTION 'the kind of a thread stays'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'thread_kind_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.answered_by IS DISTINCT FROM OLD.answered_by AND NEW.answered_by IS NOT NULL AND NEW.answered_by::text <> app_actor() AND NOT is_merge(OLD.answered_by, NEW.answered_by) THEN
    RAISE EXCEPTION 'a thread is answered by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'thread_is_answered_by_actor', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.state = 'answered' AND OLD.state <> 'answered'
     AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = OLD.proposal_id AND m.person_id::text = app_actor() AND m.role = 'author') THEN
    RAISE EXCEPTION 'a thread is answered by an author'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'thread_is_answered_by_author', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.state = 'overridden' AND OLD.kind <> 'objection' THEN
    RAISE EXCEPTION 'only an objection is overridden'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'only_objections_are_overridden', TABLE = TG_TABLE_NAME;
  END IF;
  -- Silence closes questions and issues, in the name of the program; else they are closed by whoever opened them.
  IF OLD.kind IN ('question', 'issue') AND NEW.state = ANY (closed) AND NOT OLD.state = ANY (closed)
     AND app_actor() <> OLD.opened_by::text
     AND NOT (OLD.state = 'answered' AND NEW.state = 'resolved' AND app_actor() = '00000000-0000-4000-8000-00000000c0de'
              AND OLD.answered_at <= NEW.resolved_at - interval '14 days') THEN
    RAISE EXCEPTION 'only its opener closes this thread'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'thread_is_closed_by_opener', TABLE = TG_TABLE_NAME;
  END IF;
  IF OLD.kind = 'objection' THEN
    IF NEW.kind <> 'objection' AND app_actor() <> OLD.opened_by::text THEN
      RAISE EXCEPTION 'only its opener makes an objection less'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_is_lessened_by_opener', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.clear_condition IS DISTINCT FROM OLD.clear_condition AND app_actor() <> OLD.opened_by::text THEN
      RAISE EXCEPTION 'only its opener says what clears an objection'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_condition_is_its_openers', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.state = ANY (closed) AND NOT OLD.state = ANY (closed)
       AND (app_actor() <> OLD.opened_by::text OR NEW.resolved_by IS DISTINCT FROM OLD.opened_by) THEN
      RAISE EXCEPTION 'only its opener closes an objection'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_is_closed_by_opener', TABLE = TG_TABLE_NAME;
    END IF;
    IF OLD.state IN ('resolved', 'dropped', 'superseded') AND NEW.state <> OLD.state AND app_actor() <> OLD.opened_by::text THEN
      RAISE EXCEPTION 'only its opener raises an objection again'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_is_reopened_by_opener', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.state = 'overridden' AND OLD.state <> 'overridden' THEN
      IF NOT EXISTS (SELECT 1 FROM person p WHERE p.id::text = app_actor() AND p.administrator)
         OR EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = OLD.proposal_id AND m.person_id::text = app_actor() AND m.role = 'author') THEN
        RAISE EXCEPTION 'an override needs an admin who is no author'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_is_overridden_by_admin', TABLE = TG_TABLE_NAME;
      END IF;
      IF OLD.opened_by::text = app_actor() OR (SELECT count(*) FROM objection_challenge c WHERE c.thread_id = OLD.id) < 2 THEN
        RAISE EXCEPTION 'two maintainers challenge an objection before it is overridden'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_is_challenged_before_override', TABLE = TG_TABLE_NAME;
      END IF;
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER thread_rule BEFORE UPDATE ON thread FOR EACH ROW EXECUTE FUNCTION thread_closing();
-- Nothing that was said is deleted: a redaction leaves a tombstone.
CREATE OR REPLACE TRIGGER thread_is_kept BEFORE DELETE ON thread FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A challenge is that of a maintainer who is not the one who objects, in their own name, and stays.
CREATE OR REPLACE FUNCTION challenge_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND is_merge(OLD.person_id, NEW.person_id) AND NEW.thread_id = OLD.thread_id AND NEW.reason = OLD.reason AND NEW.at = OLD.at THEN
    RETURN NEW;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'a challenge stays'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'objection_challenge_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.person_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a challenge is made by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'challenge_names_actor', TABLE = TG_TABLE_NAME;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM thread t WHERE t.id = NEW.thread_id AND t.kind = 'objection' AND t.opened_by <> NEW.person_id
       AND (EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = t.proposal_id AND m.person_id = NEW.person_id AND m.role = 'maintainer')
            OR EXISTS (SELECT 1 FROM person p WHERE p.id = NEW.person_id AND p.administrator))
       AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = t.proposal_id AND m.person_id = NEW.person_id AND m.role = 'author')) THEN
    RAISE EXCEPTION 'an objection is challenged by a maintainer who is neither its opener nor an author'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'challenge_is_a_maintainers', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER objection_challenge_rule BEFORE INSERT OR UPDATE OR DELETE ON objection_challenge FOR EACH ROW EXECUTE FUNCTION challenge_rule();
CREATE OR REPLACE TRIGGER objection_challenges_are_kept BEFORE TRUNCATE ON objection_challenge FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
