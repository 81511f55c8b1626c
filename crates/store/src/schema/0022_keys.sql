-- Step 22: keys for numbers can be renewed.

-- Under which of the ring's keys for numbers the digest stands, from 0.
ALTER TABLE suppression ADD COLUMN ring BIGINT NOT NULL DEFAULT 0;
-- The tag that the chain's digest was made with, where the event was tagged anew since; 0 it is the event's own. The mark is
-- made with the key ring over both, so that an event cannot be given to another person in the database alone.
ALTER TABLE consent_event ADD COLUMN first_tag BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consent_event ADD COLUMN tag_mark BIGINT NOT NULL DEFAULT 0;
