//! Every statement of this crate is prepared on both engines: the sources are read for `sql!("…")`.

use crate::schema;
use crate::sql::{Engine, lower};
use crate::sqlite::Sqlite;
use std::fs;
use std::path::{Path, PathBuf};

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Texts of all statements with the place they stand in.
pub(crate) fn statements() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut out = Vec::new();
    for file in files.iter().filter(|f| !f.ends_with("every_statement.rs") && !f.ends_with("sql.rs")) {
        let text = fs::read_to_string(file).unwrap();
        for (at, _) in text.match_indices("sql!(") {
            let rest = text[at + 5..].trim_start();
            let Some(body) = rest.strip_prefix('"') else { continue };
            let end = body.find('"').unwrap();
            let line = text[..at].lines().count();
            let place = format!("{}:{line}", file.strip_prefix(&root).unwrap().display());
            out.push((place, body[..end].replace("\\\n", " ")));
        }
    }
    out
}

/// Statements that name what only one engine has.
fn postgres_only(text: &str) -> bool {
    text.contains("pg_") || text.starts_with("LOCK TABLE")
}

#[test]
fn on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let mut db = Sqlite::writer(&dir.path().join("t.db")).unwrap();
    schema::climb(&mut db, |w, text| w.batch(text)).unwrap();
    let all = statements();
    assert!(all.len() > 5, "the sources were not found");
    for (place, text) in all.iter().filter(|(_, t)| !postgres_only(t)) {
        if let Err(e) = db.check(&lower(text, Engine::Sqlite).text) {
            panic!("{place}: {e}\n{text}");
        }
    }
}

/// What in a plan over `ROWS` reads more of a table than the rows that were asked for: nothing, if it is well.
fn reads_more(plan: &str) -> Option<&str> {
    let lines: Vec<&str> = plan.lines().collect();
    let by_key = |at: usize| {
        lines.get(at + 1).is_some_and(|next| next.contains("Index Cond: ") && next.contains("ANY"))
    };
    let (_, found) = lines.iter().enumerate().find(|(at, line)| {
        line.contains("Join Filter")
            || line.contains("Seq Scan on ")
            || line.contains("Index Scan using ") && !by_key(*at)
    })?;
    Some(found.trim())
}

#[test]
fn on_postgres_rows_are_found_by_key_however_small_the_tables_seem() {
    let Some(server) = crate::testing::Postgres::shared("plans on PostgreSQL") else { return };
    let mut db = crate::postgres::Postgres::connect(&server.database(), false).unwrap();
    schema::climb(&mut db, |w, text| w.batch(text)).unwrap();
    let asked = |text: &str| text.contains("ROWS(") && !text.trim_start().starts_with("INSERT");
    let over_rows = |text: &str| asked(text) && !text.contains("sorted_key"); // generations are SQLite's alone
    let all: Vec<_> = statements().into_iter().filter(|(_, t)| over_rows(t)).collect();
    assert!(all.len() > 20, "the sources were not found");
    let mut bad = String::new();
    // Nobody ever counted their rows; then somebody did, and found none.
    for counted in ["SELECT 1", "ANALYZE"] {
        db.batch(counted).unwrap();
        for (place, text) in &all {
            let lowered = lower(text, Engine::Postgres).text;
            let params = (1..).take_while(|n| lowered.contains(&format!("${n}"))).count();
            let plan = db.plan(&lowered, params).unwrap_or_else(|e| panic!("{place}: {e}\n{lowered}"));
            if let Some(line) = reads_more(&plan) {
                bad.push_str(&format!("{place}, after {counted}: {line}\n{lowered}\n{plan}\n\n"));
            }
        }
    }
    assert!(bad.is_empty(), "{bad}");
}

#[test]
fn on_postgres() {
    let Some(server) = crate::testing::Postgres::shared("every statement on PostgreSQL") else { return };
    let mut db = crate::postgres::Postgres::connect(&server.database(), false).unwrap();
    schema::climb(&mut db, |w, text| w.batch(text)).unwrap();
    for (place, text) in statements() {
        let columns =
            db.check(&lower(&text, Engine::Postgres).text).unwrap_or_else(|e| panic!("{place}: {e}\n{text}"));
        for kind in &columns {
            let known = ["int8", "int4", "text", "bytea"].contains(&kind.as_str());
            assert!(known, "{place}: a column is {kind}; cast it\n{text}");
        }
    }
}
