-- Step 8: routes as whole tables with versions, price lists, and which network a number belongs to.

-- Machine: every table of routes that was in force, as one document; the newest is. The rows of step 1 were before.
CREATE TABLE route_version (
  id BIGINT PRIMARY KEY, stamp BIGINT NOT NULL, rules TEXT NOT NULL, actor TEXT NOT NULL, restored BIGINT NOT NULL,
  at BIGINT NOT NULL);
-- Machine: the one table that is being written; it decides nothing.
CREATE TABLE route_draft (
  id BIGINT PRIMARY KEY, base BIGINT NOT NULL, edit BIGINT NOT NULL, rules TEXT NOT NULL, actor TEXT NOT NULL,
  at BIGINT NOT NULL);
-- Machine: price lists, one a connector.
CREATE TABLE rate_list (
  connector BIGINT PRIMARY KEY, currency TEXT NOT NULL, stamp BIGINT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL);
-- Machine: what one SMS costs, in millionths of the list's currency, by the beginning of the number.
CREATE TABLE rate (
  connector BIGINT NOT NULL, prefix TEXT NOT NULL, price BIGINT NOT NULL, PRIMARY KEY (connector, prefix)) WITHOUT ROWID;
-- Machine: lists of networks as they were brought in; id 1 ranges, 2 numbers.
CREATE TABLE network_list (id BIGINT PRIMARY KEY, stamp BIGINT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL);
-- Machine: which network (MCC and MNC) a range of numbers was given to.
CREATE TABLE network_range (prefix TEXT PRIMARY KEY, network TEXT NOT NULL);
-- Machine: numbers whose people took them to another network.
CREATE TABLE ported (number TEXT PRIMARY KEY, network TEXT NOT NULL);
ALTER TABLE message ADD COLUMN route BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN price BIGINT NOT NULL DEFAULT 0;
