-- Step 13: proof. Consent and deeds stand in chains; what a permission rests on; fields, tags and segments.

-- Workspace: links of its chains, each over the rows of one write: kind 1 consent, kind 2 deeds. Append only.
CREATE TABLE chain (
  workspace BIGINT NOT NULL, kind BIGINT NOT NULL, link BIGINT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL,
  hash BYTEA NOT NULL, seal BYTEA NOT NULL, PRIMARY KEY (workspace, kind, link)) WITHOUT ROWID;
-- Workspace: the end of each chain, held by whoever adds to it.
CREATE TABLE chain_end (
  workspace BIGINT NOT NULL, kind BIGINT NOT NULL, link BIGINT NOT NULL, hash BYTEA NOT NULL,
  PRIMARY KEY (workspace, kind)) WITHOUT ROWID;
ALTER TABLE consent_event ADD COLUMN link BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consent_event ADD COLUMN mark BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consent_event ADD COLUMN basis TEXT NOT NULL DEFAULT '';
ALTER TABLE consent_event ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE consent_event ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE consent_event ADD COLUMN facts TEXT NOT NULL DEFAULT '';
ALTER TABLE consent_event ADD COLUMN until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consent_event ADD COLUMN personal BYTEA;
CREATE INDEX consent_event_link ON consent_event (workspace, link);
-- Workspace: the personal part of an event, apart so that an erasure takes it and the chain still holds.
CREATE TABLE consent_personal (event BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, salt BYTEA NOT NULL, json TEXT NOT NULL);
-- Workspace: deeds that somebody may have to answer for, append only.
CREATE TABLE deed (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, link BIGINT NOT NULL, mark BIGINT NOT NULL, actor TEXT NOT NULL,
  deed TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX deed_link ON deed (workspace, link);
ALTER TABLE contact ADD COLUMN consent_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX contact_until ON contact (consent_until) WHERE consent_until <> 0;
-- By tag inside: an import writes in the order of tags, and who is stopped is found without the row.
CREATE INDEX contact_consent ON contact (workspace, consent, tag);
-- Workspace: fields of people that segments ask about; state 0 is still being read, 1 is ready.
CREATE TABLE field (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, kind BIGINT NOT NULL, state BIGINT NOT NULL,
  place BIGINT NOT NULL, created_at BIGINT NOT NULL, UNIQUE (workspace, name));
-- Workspace: values of those fields: a folded text, or a number (dates as ms since 1970).
CREATE TABLE contact_value (
  workspace BIGINT NOT NULL, field BIGINT NOT NULL, contact BIGINT NOT NULL, n BIGINT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (contact, field)) WITHOUT ROWID;
CREATE INDEX contact_value_found ON contact_value (workspace, field, n, text);
-- Workspace: words that people are marked with.
CREATE TABLE tag (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL, created_at BIGINT NOT NULL,
  UNIQUE (workspace, folded));
-- Workspace: who is marked with what.
CREATE TABLE tagged (
  workspace BIGINT NOT NULL, tag BIGINT NOT NULL, contact BIGINT NOT NULL, PRIMARY KEY (tag, contact)) WITHOUT ROWID;
CREATE INDEX tagged_contact ON tagged (contact);
-- Workspace: live audiences by criteria, as a tree in JSON.
CREATE TABLE segment (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, tree TEXT NOT NULL, version BIGINT NOT NULL,
  created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (workspace, name));
ALTER TABLE list ADD COLUMN segment BIGINT NOT NULL DEFAULT 0;
