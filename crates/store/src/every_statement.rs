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
