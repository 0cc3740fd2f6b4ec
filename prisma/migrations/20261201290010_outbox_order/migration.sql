-- The outbox takes what waits from the front, a few rows at a time; what was sent stands in the way of no look.
CREATE INDEX outgoing_waiting ON outgoing_recipient (id) WHERE state = 'queued';
