//! The memory: one noun one file, one SQL text for SQLite and PostgreSQL, migrations, jobs, bells.

#[cfg(any(test, feature = "testing"))]
pub mod testing;
