-- Step 22: keys for numbers can be renewed.

-- Under which of the ring's keys for numbers the digest stands, from 0.
ALTER TABLE suppression ADD COLUMN ring BIGINT NOT NULL DEFAULT 0;
-- The tag that the chain's digest was made with, where the event was tagged anew since; 0 it is the event's own. The mark is
-- made with the key ring over both, so that an event cannot be given to another person in the database alone.
ALTER TABLE consent_event ADD COLUMN first_tag BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consent_event ADD COLUMN tag_mark BIGINT NOT NULL DEFAULT 0;

-- Nobody who was erased, and nobody of whom one of ours said that the number is not theirs any more, agrees to anything.
-- Workspace: topics a number agreed to hear about, while that stands; the events that say so are the proof. until 0 has no end.
CREATE TABLE topic_consent (
  tag BIGINT NOT NULL, workspace BIGINT NOT NULL, topic BIGINT NOT NULL, until BIGINT NOT NULL,
  PRIMARY KEY (tag, workspace, topic)) WITHOUT ROWID;
INSERT INTO topic_consent (tag, workspace, topic, until)
  SELECT e.tag, e.workspace, t.id, e.until FROM consent_event AS e
  JOIN topic AS t ON t.workspace = e.workspace AND t.name = e.topic
  WHERE e.topic <> '' AND e.action = 'grant' AND NOT EXISTS
    (SELECT 1 FROM consent_event AS x WHERE x.workspace = e.workspace AND x.tag = e.tag AND x.id > e.id
       AND (x.topic = e.topic OR (x.topic = '' AND (x.action = 'refuse' OR (x.action = 'expire' AND x.method = 'staff')))))
  AND EXISTS (SELECT 1 FROM contact AS c WHERE c.workspace = e.workspace AND c.tag = e.tag);
