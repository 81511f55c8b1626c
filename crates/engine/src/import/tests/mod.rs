//! Every list of the shared data, and every file that must not hurt, against what stands in them.

mod evil;
mod lists;
mod run;

use std::path::PathBuf;

use super::{Plan, RowOut, Source, Tally};
use std::ops::ControlFlow;

/// The shared data, or `None` after saying that the test is skipped.
pub(super) fn shared(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("SENDWORD_SHARED").map(PathBuf::from);
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = named.into_iter().chain(here.ancestors().map(|dir| dir.join("shared")));
    let data = found.map(|dir| dir.join("data")).find(|data| data.join("EXPECTED.json").is_file());
    if data.is_none() {
        eprintln!("skipped: {test}: no shared/data above {}", here.display());
    }
    data
}

pub(super) fn expected(data: &std::path::Path) -> serde_json::Value {
    let text = std::fs::read_to_string(data.join("EXPECTED.json")).expect("readable");
    serde_json::from_str(&text).expect("JSON")
}

pub(super) fn read_all(source: &Source, plan: &Plan) -> (Vec<RowOut>, Tally) {
    let mut rows = Vec::new();
    let take = |batch: &mut Vec<RowOut>| {
        assert!(batch.len() <= 500);
        rows.append(batch);
        ControlFlow::Continue(())
    };
    let tally = source.read(plan, 0, take).expect("readable");
    (rows, tally)
}
