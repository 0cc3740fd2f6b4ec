-- What was noted is not changed. It is kept for a bounded time: nothing younger than thirty days goes.
CREATE OR REPLACE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < clock_timestamp() - interval '30 days' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'what was noted stays as it was noted'
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'audit_is_kept', TABLE = TG_TABLE_NAME;
END $$;
CREATE OR REPLACE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_audit();
CREATE OR REPLACE TRIGGER audits_are_kept BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
