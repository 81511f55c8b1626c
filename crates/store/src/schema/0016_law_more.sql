-- Step 16: holds end by themselves, what left somebody out of a mailing names its rule, public lists of numbers, unusual volume.

-- When nobody's decision ends it; 0 is the message's own end.
ALTER TABLE law_hold ADD COLUMN until_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX law_hold_until ON law_hold (until_at);

-- Workspace: rules by which people were left out, each once: the rule and the packs as they were, by a digest of both.
CREATE TABLE law_rule (
  workspace BIGINT NOT NULL, id BIGINT NOT NULL, rule TEXT NOT NULL, law TEXT NOT NULL, PRIMARY KEY (workspace, id));
ALTER TABLE campaign_skip ADD COLUMN rule BIGINT NOT NULL DEFAULT 0;

-- Workspace: a public list of numbers as it was taken in last; `generation` names the rows that count.
CREATE TABLE registry (
  workspace BIGINT NOT NULL, registry TEXT NOT NULL, source TEXT NOT NULL, as_of BIGINT NOT NULL, loaded_at BIGINT NOT NULL,
  actor TEXT NOT NULL, entries BIGINT NOT NULL, skipped BIGINT NOT NULL, sha256 TEXT NOT NULL, generation BIGINT NOT NULL,
  PRIMARY KEY (workspace, registry));
-- Workspace: its numbers, by tag alone.
CREATE TABLE registry_entry (
  tag BIGINT NOT NULL, workspace BIGINT NOT NULL, registry TEXT NOT NULL, generation BIGINT NOT NULL,
  PRIMARY KEY (tag, workspace, registry, generation)) WITHOUT ROWID;

-- Workspace: mailings of an unusual size: what was usual, who asked, who let it go.
CREATE TABLE campaign_guard (
  campaign BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, rule TEXT NOT NULL, people BIGINT NOT NULL, usual BIGINT NOT NULL,
  asked_by TEXT NOT NULL, at BIGINT NOT NULL, decided_by TEXT NOT NULL, decided_at BIGINT NOT NULL);
CREATE INDEX campaign_guard_workspace ON campaign_guard (workspace, campaign);
