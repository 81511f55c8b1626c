//! The one migration ladder of both engines.
//!
//! Each step is a file in the common dialect. Every `CREATE TABLE` stands behind a line `-- Workspace: …` (queries name
//! the workspace) or `-- Machine: …` (queries stand in [`crate::machine`]).

use crate::runner::Connection;
use crate::sql::{Engine, lower_schema};
use crate::value::Val;
use crate::{Error, Result};

/// One step of the ladder.
pub struct Step {
    /// Its number; never reused.
    pub number: i64,
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// All steps, oldest first.
pub const LADDER: &[Step] = &[
    Step { number: 1, name: "house", text: include_str!("0001_house.sql") },
    Step { number: 2, name: "restored", text: include_str!("0002_restored.sql") },
    Step { number: 3, name: "seen", text: include_str!("0003_seen.sql") },
    Step { number: 4, name: "nodes", text: include_str!("0004_nodes.sql") },
    Step { number: 5, name: "clients", text: include_str!("0005_clients.sql") },
    Step { number: 6, name: "modems", text: include_str!("0006_modems.sql") },
    Step { number: 7, name: "hooks", text: include_str!("0007_hooks.sql") },
    Step { number: 8, name: "routes", text: include_str!("0008_routes.sql") },
    Step { number: 9, name: "words_and_traces", text: include_str!("0009_words_and_traces.sql") },
    Step { number: 11, name: "phones", text: include_str!("0011_phones.sql") },
    Step { number: 12, name: "law", text: include_str!("0012_law.sql") },
    Step { number: 13, name: "people", text: include_str!("0013_people.sql") },
    Step { number: 14, name: "lookups", text: include_str!("0014_lookups.sql") },
    Step { number: 16, name: "law_more", text: include_str!("0016_law_more.sql") },
    Step { number: 17, name: "collecting", text: include_str!("0017_collecting.sql") },
    Step { number: 18, name: "people_at_work", text: include_str!("0018_people_at_work.sql") },
    Step { number: 19, name: "room", text: include_str!("0019_room.sql") },
    Step { number: 20, name: "topics", text: include_str!("0020_topics.sql") },
    Step { number: 21, name: "parameters", text: include_str!("0021_parameters.sql") },
    Step { number: 22, name: "keys", text: include_str!("0022_keys.sql") },
    Step { number: 23, name: "review", text: include_str!("0023_review.sql") },
    Step { number: 24, name: "erasing", text: include_str!("0024_erasing.sql") },
    Step { number: 25, name: "threads", text: include_str!("0025_threads.sql") },
    Step { number: 26, name: "uploads", text: include_str!("0026_uploads.sql") },
];

/// Climbs what is not climbed yet; each step commits with its own row. A newer store than this program is refused.
pub(crate) fn climb<C: Connection>(
    connection: &mut C,
    batch: impl Fn(&mut C, &str) -> Result<()>,
) -> Result<()> {
    batch(connection, "CREATE TABLE IF NOT EXISTS ladder (step BIGINT NOT NULL, name TEXT NOT NULL)")?;
    let mut reached = 0;
    connection.query(crate::sql!("SELECT coalesce(max(step), 0) FROM ladder"), &[], &mut |row| {
        reached = row.get::<i64>(0)?;
        Ok(())
    })?;
    let newest = LADDER.last().map_or(0, |s| s.number);
    if reached > newest {
        return Err(Error::File(format!(
            "the store is of a newer Sendword (step {reached}; this one knows {newest}). Start the newer program, or restore a backup made by this one."
        )));
    }
    let engine = connection.engine();
    for step in LADDER.iter().filter(|s| s.number > reached) {
        connection.begin()?;
        batch(connection, &lower_schema(step.text, engine))?;
        if engine == Engine::Postgres {
            for table in partitioned(step.text) {
                batch(connection, &format!("CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT"))?;
            }
        }
        connection.exec(
            crate::sql!("INSERT INTO ladder (step, name) VALUES ($1, $2)"),
            &[Val::Int(step.number), Val::Text(step.name)],
        )?;
        connection.commit()?;
    }
    Ok(())
}

/// Names of the tables that a text partitions by id.
fn partitioned(text: &str) -> Vec<&str> {
    text.split("CREATE TABLE ")
        .skip(1)
        .filter(|t| t.split(';').next().is_some_and(|t| t.contains("PARTITION BY RANGE (id)")))
        .filter_map(|t| t.split_whitespace().next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_says_whose_it_is() {
        for step in LADDER {
            let mut above = "";
            for line in step.text.lines() {
                if line.starts_with("CREATE TABLE") {
                    assert!(above.starts_with("-- Workspace:") || above.starts_with("-- Machine:"), "{line}");
                }
                above = line;
            }
        }
    }

    #[test]
    fn numbers_rise() {
        assert!(LADDER.windows(2).all(|w| w[0].number < w[1].number));
    }
}
