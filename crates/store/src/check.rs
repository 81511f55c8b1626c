//! Whether the database file holds together: its pages are read, table by table, beside the work.
//!
//! It never mends anything. What it cannot see is a bit that turned over inside a text: pages carry no checksums.

use crate::shared::Shared;
use crate::sqlite::Sqlite;
use crate::{Db, Engine, Error, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A reader that stays longer keeps the log from beginning anew.
const LIMIT: Duration = Duration::from_secs(2);

impl Db {
    /// Checks every table, each for so long at the most; gives those that would have taken longer. PostgreSQL keeps
    /// checksums of its own.
    ///
    /// # Errors
    /// What is damaged, in words.
    pub fn check(&self, limit: Option<Duration>) -> Result<Vec<String>> {
        if self.engine() == Engine::Postgres { Ok(Vec::new()) } else { tables(&self.database(), limit) }
    }

    /// Checks in the background. Where the file is damaged the program says so and stops: nothing wrong may be sent.
    pub fn check_beside(&self) {
        let (database, shared) = (self.database(), self.shared());
        if self.engine() == Engine::Postgres {
            return;
        }
        let started =
            std::thread::Builder::new().name("store-check".into()).spawn(move || beside(&database, &shared));
        if let Err(e) = started {
            tracing::warn!(error = %e, "the database file is not checked");
        }
    }

    fn database(&self) -> PathBuf {
        self.dir().join("sendword.db")
    }
}

fn beside(database: &Path, shared: &Arc<Shared>) {
    match tables(database, Some(LIMIT)) {
        Ok(long) if long.is_empty() => tracing::debug!("the database file holds together"),
        Ok(long) => {
            tracing::info!(tables = ?long, "too large to be checked beside the work; doctor does it while no server runs")
        }
        Err(e @ Error::File(_)) => shared.damaged(&e),
        Err(e) => tracing::warn!(error = %e, "the database file could not be checked"),
    }
}

fn tables(database: &Path, limit: Option<Duration>) -> Result<Vec<String>> {
    let check = || {
        let mut reader = Sqlite::reader(database)?;
        let mut long = Vec::new();
        for table in reader.tables()? {
            if !reader.table_sound(&table, limit)? {
                long.push(table);
            }
        }
        Ok(long)
    };
    check().map_err(|e| match e {
        Error::Driver(said) if said.contains("malformed") || said.contains("not a database") => {
            Error::File(format!("the database is damaged: {said}"))
        }
        e => e,
    })
}
