-- The key of a form stood with the comment that it made. Acts look in act_key: a form that was sent before this upgrade,
-- and is sent again after it, finds its comment there and does not write a second one. The words are those that were
-- sent, so the oldest text of what was edited since.
ALTER TABLE act_key DISABLE TRIGGER act_key_rule; -- nobody acts here
INSERT INTO act_key (key, person_id, kind, result, created_at)
SELECT c.client_key, c.author_id, CASE WHEN c.parent_id IS NULL THEN 'open-thread' ELSE 'reply' END,
       jsonb_build_object('slug', p.slug, 'thread', t.number, 'comment', c.seq,
         'words', encode(sha256(convert_to(coalesce(v.body_md, c.body_md), 'UTF8')), 'hex')),
       c.created_at
FROM comment c JOIN thread t ON t.id = c.thread_id JOIN proposal p ON p.id = t.proposal_id
  LEFT JOIN comment_version v ON v.comment_id = c.id AND v.version = 1
WHERE c.origin = 'web'
ON CONFLICT DO NOTHING;
ALTER TABLE act_key ENABLE TRIGGER act_key_rule;
