-- Step 1: everything the first campaign, its receipts and its answers need.

-- Machine: nodes that share this store; a node number stands in every id.
CREATE TABLE node (id BIGINT PRIMARY KEY, key_check TEXT NOT NULL, until BIGINT NOT NULL);

-- Machine: tenants.
CREATE TABLE workspace (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, country TEXT NOT NULL, language TEXT NOT NULL, zone TEXT NOT NULL,
  mode TEXT NOT NULL, law_epoch BIGINT NOT NULL, parts_max BIGINT NOT NULL, created_at BIGINT NOT NULL);

-- Machine: people who sign in.
CREATE TABLE person (
  id BIGINT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL, created_at BIGINT NOT NULL);
-- Machine: which person may do what where.
CREATE TABLE member (
  person BIGINT NOT NULL, workspace BIGINT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (person, workspace)) WITHOUT ROWID;
-- Machine: signed-in browsers, by the hash of their cookie.
CREATE TABLE session (
  hash BYTEA PRIMARY KEY, person BIGINT NOT NULL, workspace BIGINT NOT NULL, csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL, until BIGINT NOT NULL);
-- Machine: failed sign-ins by address and by account, for the throttle.
CREATE TABLE login_failure (who TEXT PRIMARY KEY, count BIGINT NOT NULL, until BIGINT NOT NULL);
-- Machine: programs' keys, by the hash of their secret.
CREATE TABLE api_key (
  id BIGINT PRIMARY KEY, hash BYTEA NOT NULL UNIQUE, workspace BIGINT NOT NULL, name TEXT NOT NULL, hint TEXT NOT NULL,
  scopes TEXT NOT NULL, test BIGINT NOT NULL, created_at BIGINT NOT NULL, used_at BIGINT NOT NULL, revoked_at BIGINT);

-- Workspace: people who may be written to.
CREATE TABLE contact (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, number TEXT NOT NULL, tag BIGINT NOT NULL, first_name TEXT NOT NULL,
  last_name TEXT NOT NULL, fields TEXT NOT NULL, search TEXT NOT NULL, consent BIGINT NOT NULL, consent_at BIGINT NOT NULL,
  import BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);
-- By tag and not by number alone: what an import writes in the order of tags is then written in the order of every index.
CREATE UNIQUE INDEX contact_tag ON contact (workspace, tag, number);
-- Workspace: static groups.
CREATE TABLE list (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, size BIGINT NOT NULL, created_at BIGINT NOT NULL,
  UNIQUE (workspace, name));
-- Workspace: who is in a list.
CREATE TABLE list_member (
  workspace BIGINT NOT NULL, list BIGINT NOT NULL, contact BIGINT NOT NULL, PRIMARY KEY (list, contact)) WITHOUT ROWID;
CREATE INDEX list_member_contact ON list_member (contact);
-- Workspace: every permission and every refusal, append only.
CREATE TABLE consent_event (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, tag BIGINT NOT NULL, purpose TEXT NOT NULL, action TEXT NOT NULL,
  method TEXT NOT NULL, wording BIGINT NOT NULL, evidence TEXT NOT NULL, claimed_at BIGINT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX consent_event_tag ON consent_event (workspace, tag);
-- Workspace: the words a permission was given under, once each.
CREATE TABLE wording (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, hash BYTEA NOT NULL, text TEXT NOT NULL, UNIQUE (workspace, hash));
-- Workspace: numbers we must not write to. Workspace 0 is the platform. No tie to the contact row.
CREATE TABLE suppression (
  tag BIGINT NOT NULL, workspace BIGINT NOT NULL, scope BIGINT NOT NULL, hmac BYTEA NOT NULL, reason TEXT NOT NULL,
  evidence TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (tag, workspace, scope)) WITHOUT ROWID;
CREATE INDEX suppression_recent ON suppression (workspace, at);
-- Workspace: unsubscribe tokens, one per number, made at first use and kept for good.
CREATE TABLE unsubscribe (token TEXT PRIMARY KEY, workspace BIGINT NOT NULL, number TEXT NOT NULL, language TEXT NOT NULL);

-- Workspace: an imported file, its mapping, its progress.
CREATE TABLE import (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, file TEXT NOT NULL, plan TEXT NOT NULL,
  state TEXT NOT NULL, place BIGINT NOT NULL, rows_done BIGINT NOT NULL, counts TEXT NOT NULL, error TEXT NOT NULL,
  list BIGINT NOT NULL, created_at BIGINT NOT NULL, done_at BIGINT NOT NULL);
-- Workspace: rows of a file that became nobody, with the reason.
CREATE TABLE import_problem (
  import BIGINT NOT NULL, seq BIGINT NOT NULL, workspace BIGINT NOT NULL, row_number BIGINT NOT NULL, cells TEXT NOT NULL,
  problem TEXT NOT NULL, suggestion TEXT NOT NULL, PRIMARY KEY (import, seq)) WITHOUT ROWID;

-- Workspace: a mailing.
CREATE TABLE campaign (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, sender TEXT NOT NULL,
  class BIGINT NOT NULL, list BIGINT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL, audience BIGINT NOT NULL,
  planned BIGINT NOT NULL, due BIGINT NOT NULL, replies BIGINT NOT NULL, opt_outs BIGINT NOT NULL, error TEXT NOT NULL,
  created_at BIGINT NOT NULL, launched_at BIGINT NOT NULL, done_at BIGINT NOT NULL);
CREATE INDEX campaign_workspace ON campaign (workspace, id);
-- Workspace: frozen recipients, 4,096 a page: contact and tag of each, and the block of ids they will have.
CREATE TABLE campaign_page (
  campaign BIGINT NOT NULL, page BIGINT NOT NULL, workspace BIGINT NOT NULL, base BIGINT NOT NULL, people BYTEA NOT NULL,
  done BIGINT NOT NULL, size BIGINT NOT NULL, PRIMARY KEY (campaign, page)) WITHOUT ROWID;
-- Workspace: who was left out before acceptance, and why.
CREATE TABLE campaign_skip (
  campaign BIGINT NOT NULL, contact BIGINT NOT NULL, workspace BIGINT NOT NULL, number TEXT NOT NULL, code BIGINT NOT NULL,
  PRIMARY KEY (campaign, contact)) WITHOUT ROWID;
-- Workspace: how many recipients of a campaign stand where; status -1 counts skips by code, -2 possible duplicates.
CREATE TABLE campaign_count (
  workspace BIGINT NOT NULL, campaign BIGINT NOT NULL, status BIGINT NOT NULL, code BIGINT NOT NULL, node BIGINT NOT NULL,
  n BIGINT NOT NULL, PRIMARY KEY (campaign, status, code, node)) WITHOUT ROWID;
-- Workspace: messages by hour, connector and status, for pages and metrics.
CREATE TABLE traffic (
  workspace BIGINT NOT NULL, hour BIGINT NOT NULL, connector BIGINT NOT NULL, status BIGINT NOT NULL, node BIGINT NOT NULL,
  n BIGINT NOT NULL, PRIMARY KEY (workspace, hour, connector, status, node)) WITHOUT ROWID;

-- Workspace: messages out. A single-part message lives in this one row. No index on a column that changes.
CREATE TABLE message (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, campaign BIGINT NOT NULL, contact BIGINT NOT NULL, thread BIGINT NOT NULL,
  class BIGINT NOT NULL, connector BIGINT NOT NULL, candidates TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
  tag BIGINT NOT NULL, text TEXT NOT NULL, encoding BIGINT NOT NULL, parts BIGINT NOT NULL, status BIGINT NOT NULL,
  code BIGINT NOT NULL, detail TEXT NOT NULL, attempt BIGINT NOT NULL, possible_duplicate BIGINT NOT NULL,
  on_ambiguous BIGINT NOT NULL, test BIGINT NOT NULL, source TEXT NOT NULL, client_ref TEXT NOT NULL, smsc_id TEXT NOT NULL,
  accepted_at BIGINT NOT NULL, due BIGINT NOT NULL, until BIGINT NOT NULL, submitted_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL, notify BIGINT NOT NULL) PARTITION BY RANGE (id);
CREATE INDEX message_workspace ON message (workspace, id);
CREATE INDEX message_campaign ON message (campaign, id) WHERE campaign <> 0;
CREATE INDEX message_thread ON message (thread, id) WHERE thread <> 0;
-- Workspace: the parts of long messages.
CREATE TABLE message_part (
  message BIGINT NOT NULL, part BIGINT NOT NULL, workspace BIGINT NOT NULL, status BIGINT NOT NULL, code BIGINT NOT NULL,
  attempt BIGINT NOT NULL, smsc_id TEXT NOT NULL, connector BIGINT NOT NULL, submitted_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL, PRIMARY KEY (message, part)) WITHOUT ROWID;
-- Workspace: what happened to a message beyond the ordinary, for its timeline.
CREATE TABLE message_event (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, message BIGINT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL,
  at BIGINT NOT NULL);
CREATE INDEX message_event_message ON message_event (message, id);
-- Workspace: messages of which nobody knows whether they arrived; `let_be` 1 is one that a person has looked at.
CREATE TABLE unconfirmed (
  workspace BIGINT NOT NULL, campaign BIGINT NOT NULL, message BIGINT NOT NULL, let_be BIGINT NOT NULL,
  PRIMARY KEY (workspace, campaign, message)) WITHOUT ROWID;
-- Workspace: answers kept for repeated requests, 7 days.
CREATE TABLE idempotency (
  workspace BIGINT NOT NULL, endpoint TEXT NOT NULL, key TEXT NOT NULL, hash BYTEA NOT NULL, answer TEXT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (workspace, endpoint, key)) WITHOUT ROWID;
-- Workspace: refusals before acceptance at the doors.
CREATE TABLE decision (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, tag BIGINT NOT NULL, class BIGINT NOT NULL, code BIGINT NOT NULL,
  rule TEXT NOT NULL, source TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX decision_workspace ON decision (workspace, id);

-- Machine: streams: what one workspace sends of one kind through one lane, with its run state and its law epoch.
CREATE TABLE stream (
  id BIGINT PRIMARY KEY, lane BIGINT NOT NULL, workspace BIGINT NOT NULL, campaign BIGINT NOT NULL, class BIGINT NOT NULL,
  topic BIGINT NOT NULL, law_epoch BIGINT NOT NULL, weight BIGINT NOT NULL, state BIGINT NOT NULL, depth BIGINT NOT NULL,
  UNIQUE (lane, workspace, campaign, class, topic, law_epoch));
CREATE INDEX stream_campaign ON stream (campaign) WHERE campaign <> 0;
-- Machine: what waits to be sent, in order.
CREATE TABLE outbox (
  lane BIGINT NOT NULL, stream BIGINT NOT NULL, due BIGINT NOT NULL, id BIGINT NOT NULL, tag BIGINT NOT NULL,
  until BIGINT NOT NULL, parts BIGINT NOT NULL, PRIMARY KEY (lane, stream, due, id)) WITHOUT ROWID;
-- Machine: parts whose intent is committed and whose outcome is not. After a crash this is the ambiguous set.
CREATE TABLE flight (
  message BIGINT NOT NULL, part BIGINT NOT NULL, connector BIGINT NOT NULL, link BIGINT NOT NULL, lane BIGINT NOT NULL,
  stream BIGINT NOT NULL, due BIGINT NOT NULL, tag BIGINT NOT NULL, until BIGINT NOT NULL, parts BIGINT NOT NULL,
  attempt BIGINT NOT NULL, epoch BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (message, part)) WITHOUT ROWID;
-- Machine: whatever is due in more than 15 minutes, or waits for another look.
CREATE TABLE agenda (
  due BIGINT NOT NULL, id BIGINT NOT NULL, workspace BIGINT NOT NULL, kind BIGINT NOT NULL, PRIMARY KEY (due, id)) WITHOUT ROWID;
-- Machine: who owns a connector's lanes, and since which take-over.
CREATE TABLE lane_lease (connector BIGINT PRIMARY KEY, node BIGINT NOT NULL, epoch BIGINT NOT NULL, until BIGINT NOT NULL);
-- Machine: what is found by a hash (carrier ids whose receipts are expected, messages by number), in order of arrival.
CREATE TABLE recent_key (
  id BIGINT PRIMARY KEY, kind BIGINT NOT NULL, h BIGINT NOT NULL, a BIGINT NOT NULL, b BIGINT NOT NULL);
-- PostgreSQL only:
CREATE INDEX recent_key_h ON recent_key (kind, h);
-- Machine: the same, sorted; a generation never changes.
CREATE TABLE sorted_key (
  gen BIGINT NOT NULL, h BIGINT NOT NULL, a BIGINT NOT NULL, b BIGINT NOT NULL, PRIMARY KEY (gen, h, a, b)) WITHOUT ROWID;
-- Machine: the generations, each with its filter; size 0 is still being written.
CREATE TABLE generation (
  gen BIGINT PRIMARY KEY, kind BIGINT NOT NULL, size BIGINT NOT NULL, last BIGINT NOT NULL, filter BYTEA NOT NULL);
-- Machine: receipts that match nothing yet.
CREATE TABLE orphan_receipt (
  id BIGINT PRIMARY KEY, account BIGINT NOT NULL, h BIGINT NOT NULL, smsc_id TEXT NOT NULL, status BIGINT NOT NULL,
  code BIGINT NOT NULL, detail TEXT NOT NULL, sender TEXT NOT NULL,
  recipient TEXT NOT NULL, text TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX orphan_receipt_key ON orphan_receipt (account, h);

-- Machine: how a carrier spells in receipts the ids of its answers, counted by reading.
CREATE TABLE receipt_dialect (
  account BIGINT PRIMARY KEY, plain BIGINT NOT NULL, hex BIGINT NOT NULL, decimal BIGINT NOT NULL);
-- Machine: what a person must look at, while its cause lasts.
CREATE TABLE alarm (
  kind BIGINT NOT NULL, connector BIGINT NOT NULL, campaign BIGINT NOT NULL, workspace BIGINT NOT NULL,
  detail TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (kind, connector, campaign)) WITHOUT ROWID;

-- Workspace: addresses we receive on.
CREATE TABLE number (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, number TEXT NOT NULL UNIQUE, type TEXT NOT NULL, connector BIGINT NOT NULL,
  created_at BIGINT NOT NULL);
-- Workspace: names and numbers a handset may show.
CREATE TABLE sender (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL, created_at BIGINT NOT NULL,
  UNIQUE (workspace, name));
-- Machine: messages in, from their commit on. Workspace 0 is not yet assigned.
CREATE TABLE inbound (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, thread BIGINT NOT NULL, contact BIGINT NOT NULL, connector BIGINT NOT NULL,
  sender TEXT NOT NULL, recipient TEXT NOT NULL, text TEXT NOT NULL, state BIGINT NOT NULL, effect TEXT NOT NULL,
  received_at BIGINT NOT NULL, dedupe BYTEA NOT NULL);
CREATE INDEX inbound_workspace ON inbound (workspace, id);
CREATE INDEX inbound_thread ON inbound (thread, id) WHERE thread <> 0;
CREATE INDEX inbound_dedupe ON inbound (connector, dedupe);
CREATE INDEX inbound_open ON inbound (id) WHERE state = 0;
-- Machine: parts of long messages in, until all are there.
CREATE TABLE inbound_part (
  connector BIGINT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, reference BIGINT NOT NULL, total BIGINT NOT NULL,
  seq BIGINT NOT NULL, text TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (connector, sender, recipient, reference, total, seq)) WITHOUT ROWID;
-- Workspace: one conversation with one address.
CREATE TABLE thread (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, address TEXT NOT NULL, tag BIGINT NOT NULL, number TEXT NOT NULL,
  contact BIGINT NOT NULL, name TEXT NOT NULL, snippet TEXT NOT NULL, unread BIGINT NOT NULL, state BIGINT NOT NULL,
  last_at BIGINT NOT NULL, last_campaign BIGINT NOT NULL, UNIQUE (workspace, address));
CREATE INDEX thread_recent ON thread (workspace, state, last_at);

-- Machine: configured ways to a carrier.
CREATE TABLE connector (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, settings TEXT NOT NULL, secrets BYTEA NOT NULL,
  enabled BIGINT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL);
-- Machine: what lives, as rows.
CREATE TABLE connector_state (
  connector BIGINT NOT NULL, node BIGINT NOT NULL, state BIGINT NOT NULL, since BIGINT NOT NULL, rate BIGINT NOT NULL,
  limited_by TEXT NOT NULL, window_used BIGINT NOT NULL, error TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (connector, node)) WITHOUT ROWID;
-- Machine: what a page or program asks of a running connector.
CREATE TABLE command (
  id BIGINT PRIMARY KEY, connector BIGINT NOT NULL, workspace BIGINT NOT NULL, kind BIGINT NOT NULL, input TEXT NOT NULL,
  state BIGINT NOT NULL, result TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX command_open ON command (connector, id) WHERE state = 0;
-- Machine: rules that choose connectors, first match wins.
CREATE TABLE route (
  id BIGINT PRIMARY KEY, place BIGINT NOT NULL, prefix TEXT NOT NULL, class BIGINT, sender TEXT NOT NULL,
  connectors TEXT NOT NULL, created_at BIGINT NOT NULL);
-- Machine: work that outlives a request; also the scheduler.
CREATE TABLE job (
  id BIGINT PRIMARY KEY, kind BIGINT NOT NULL, workspace BIGINT NOT NULL, subject BIGINT NOT NULL, due BIGINT NOT NULL,
  until BIGINT NOT NULL, state BIGINT NOT NULL, tries BIGINT NOT NULL, error TEXT NOT NULL, UNIQUE (kind, subject));
CREATE INDEX job_due ON job (state, due);
-- Machine: facts about the installation as a whole.
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
