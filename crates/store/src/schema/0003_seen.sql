-- Step 3: what people see of the machine: alarms with what became of them, each link's last hour, its last failures.

DROP TABLE alarm;
-- Machine: what a person must look at, now and lately. One open row a kind and subject; cleared_at 0 is open.
CREATE TABLE alarm (
  id BIGINT PRIMARY KEY, kind BIGINT NOT NULL, node BIGINT NOT NULL, connector BIGINT NOT NULL, campaign BIGINT NOT NULL,
  workspace BIGINT NOT NULL, value BIGINT NOT NULL, detail TEXT NOT NULL, at BIGINT NOT NULL, known_at BIGINT NOT NULL,
  cleared_at BIGINT NOT NULL);
CREATE UNIQUE INDEX alarm_open ON alarm (kind, node, connector, campaign) WHERE cleared_at = 0;
-- Machine: how each connector stood in each of the last sixty minutes; a ring, so it never grows.
CREATE TABLE heartbeat (
  connector BIGINT NOT NULL, cell BIGINT NOT NULL, minute BIGINT NOT NULL, beat BIGINT NOT NULL,
  PRIMARY KEY (connector, cell)) WITHOUT ROWID;
-- Machine: the last PDUs of each connector that failed, decoded, without numbers and text: those stand in the message.
CREATE TABLE failed_pdu (
  id BIGINT PRIMARY KEY, connector BIGINT NOT NULL, at BIGINT NOT NULL, ours BIGINT NOT NULL, command TEXT NOT NULL,
  status TEXT NOT NULL, fields TEXT NOT NULL, message BIGINT NOT NULL);
CREATE INDEX failed_pdu_connector ON failed_pdu (connector, id);
