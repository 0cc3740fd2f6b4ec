-- Who may know of a proposal: everybody; who has its address; who has a role in it. What stands is public, as it was.
CREATE TYPE visibility AS ENUM ('public', 'unlisted', 'embargoed');
ALTER TABLE proposal ADD COLUMN visibility visibility NOT NULL DEFAULT 'public';
