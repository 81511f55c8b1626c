-- Step 4: several nodes. A node that lives says so in one row; its lanes are its own for as long as it does.

ALTER TABLE node ADD COLUMN run BIGINT NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN carries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE lane_lease DROP COLUMN until;
-- Machine: the last batch that a writing connection of a node committed, so that a lost answer can be asked for.
CREATE TABLE batch_mark (node BIGINT NOT NULL, hand BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (node, hand));
-- Machine: how far the local journal of a node was read into the store.
CREATE TABLE journal_mark (journal BIGINT PRIMARY KEY, done BIGINT NOT NULL, at BIGINT NOT NULL);
