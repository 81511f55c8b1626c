//! How the columns of a file were read the last time a file with this header came.

use crate::{Result, Tx, params, sql};

/// What was chosen for a header, by its digest: JSON of the engine.
pub fn get(tx: &mut Tx<'_>, workspace: i64, header: &[u8; 32]) -> Result<Option<String>> {
    let sql = sql!("SELECT targets FROM import_mapping WHERE workspace = $1 AND header = $2");
    tx.one(sql, &params![workspace, *header], |r| r.get(0))
}

/// Remembers what was chosen.
pub fn put(tx: &mut Tx<'_>, workspace: i64, header: &[u8; 32], targets: &str) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO import_mapping (workspace, header, targets, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace, header) DO UPDATE SET targets = excluded.targets, at = excluded.at"
        ),
        &params![workspace, *header, targets, now],
    )
    .map(drop)
}
