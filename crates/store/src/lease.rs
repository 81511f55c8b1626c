//! Leases of words on shared codes, as the workspace that holds them sees them.

pub use crate::machine::lease::Lease;

use crate::{Result, Tx, params, sql};

/// Those of a workspace, newest first.
pub fn list(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Lease>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, code, word, shape, from_at, until_at FROM keyword_lease WHERE workspace = $1
             ORDER BY id DESC"
        ),
        &params![workspace],
        |r| {
            Ok(Lease {
                id: r.get(0)?,
                workspace: r.get(1)?,
                code: r.get(2)?,
                word: r.get(3)?,
                shape: r.get(4)?,
                from_at: r.get(5)?,
                until_at: r.get(6)?,
            })
        },
    )
}
