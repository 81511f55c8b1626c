-- Step 24: what an erasure and the clocks of keeping find by key, however much there is.

-- Workspace: digits that stand together in a row of a file that became nobody: by its last eight a number finds the row.
CREATE TABLE problem_tail (
  workspace BIGINT NOT NULL, tail BIGINT NOT NULL, import BIGINT NOT NULL, seq BIGINT NOT NULL,
  PRIMARY KEY (workspace, tail, import, seq)) WITHOUT ROWID;
-- Whether all rows of an import are found so; those of before this step are read one by one.
ALTER TABLE import ADD COLUMN tails BIGINT NOT NULL DEFAULT 0;
CREATE INDEX import_untailed ON import (workspace, id) WHERE tails = 0;
CREATE INDEX merged_gone ON merged (workspace, gone);
CREATE INDEX merged_gone_tag ON merged (workspace, gone_tag);
CREATE INDEX contact_edit_number ON contact_edit (workspace, what, id) WHERE what IN ('number', 'merged');
