-- The person who acts. The data layer sets it for each write transaction from the session
-- (set_config('app.actor', …, true)); the rules trust nothing else, in particular no column of the row.
CREATE OR REPLACE FUNCTION app_actor() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('app.actor', true), '')
$$;

-- What never changes. The trigger that calls this is the name of the rule: the refusal carries it.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are immutable', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;

-- TRUNCATE passes row triggers by. Its refusal carries the name of the trigger, too.
CREATE OR REPLACE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
