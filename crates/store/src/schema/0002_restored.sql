-- Step 2: what a store restored from a copy has to know.

-- Machine: parts that had left by the sent-log, of campaign messages that the copy has not made yet; kind as in the log.
CREATE TABLE sent_before (
  message BIGINT NOT NULL, part BIGINT NOT NULL, kind BIGINT NOT NULL, attempt BIGINT NOT NULL, stream BIGINT NOT NULL,
  h BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (message, part)) WITHOUT ROWID;
-- Machine: campaigns held after a restore, with the state they go back to once a person releases them.
CREATE TABLE held (campaign BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, prior TEXT NOT NULL);
