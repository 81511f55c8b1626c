//! One SQL text for both engines: the common dialect and its lowering.
//!
//! Statements are written once, with `$1` markers, BIGINT / TEXT / BYTEA, and two constructs of ours:
//! - `LIST($1)` / `LIST($1 TEXT)`: a list parameter, as in `id IN LIST($1)`;
//! - `ROWS(id BIGINT, name TEXT) AS r`: a table of rows given with the call, for bulk work. SQLite runs the prepared
//!   statement once a row, PostgreSQL once for all of them over UNNEST. Scalars come first (`$1…$n`).
//!
//! Why not hand `$1` to SQLite: it numbers `$name` markers by first appearance, not by number.

use std::sync::OnceLock;

/// Which database a text is lowered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, bundled.
    Sqlite,
    /// PostgreSQL 15 and later.
    Postgres,
}

/// A statement in the common dialect, lowered once per engine.
pub struct Sql {
    /// As written.
    pub text: &'static str,
    lowered: [OnceLock<Lowered>; 2],
}

/// A statement as one engine takes it.
pub struct Lowered {
    /// The engine's own text.
    pub text: String,
    /// Column types of `ROWS`, if the statement has them.
    pub rows: Vec<ColumnType>,
}

/// The type of one column of `ROWS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// 64-bit number.
    Bigint,
    /// Text.
    Text,
    /// Octets.
    Bytea,
}

impl ColumnType {
    fn parse(word: &str) -> ColumnType {
        match word {
            "BIGINT" => ColumnType::Bigint,
            "BYTEA" => ColumnType::Bytea,
            _ => ColumnType::Text,
        }
    }
    const fn word(self) -> &'static str {
        match self {
            ColumnType::Bigint => "bigint",
            ColumnType::Text => "text",
            ColumnType::Bytea => "bytea",
        }
    }
}

impl Sql {
    /// Called by [`sql!`](crate::sql!).
    pub const fn new(text: &'static str) -> Sql {
        Sql { text, lowered: [OnceLock::new(), OnceLock::new()] }
    }

    /// The text for one engine.
    pub fn lowered(&self, engine: Engine) -> &Lowered {
        self.lowered[engine as usize].get_or_init(|| lower(self.text, engine))
    }
}

/// A statement of the store. Its text is checked on both engines by a test that reads the sources.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {{
        static STATEMENT: $crate::Sql = $crate::Sql::new($text);
        &STATEMENT
    }};
}

/// Lowers a statement for one engine.
pub(crate) fn lower(text: &str, engine: Engine) -> Lowered {
    let scalars = highest_marker(text);
    let (text, rows) = lower_rows(text, engine, scalars);
    let text = lower_lists(&text, engine);
    let text = match engine {
        // One writer: every row it reads is its own until the commit.
        Engine::Sqlite => markers_for_sqlite(&text).replace(" FOR SHARE", "").replace(" FOR UPDATE", ""),
        Engine::Postgres => text,
    };
    Lowered { text, rows }
}

/// Lowers a migration: three type words and two table options.
pub(crate) fn lower_schema(text: &str, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => text
            .replace("BYTEA", "BLOB")
            .replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY")
            .replace(" PARTITION BY RANGE (id)", ""),
        Engine::Postgres => text.replace(" WITHOUT ROWID", ""),
    }
}

fn highest_marker(text: &str) -> usize {
    text.split('$')
        .skip(1)
        .filter_map(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<usize>().ok()
        })
        .max()
        .unwrap_or(0)
}

/// A `ROWS(…) AS r` found in a text.
struct Rows<'a> {
    before: &'a str,
    columns: Vec<(&'a str, ColumnType)>,
    alias: &'a str,
    after: &'a str,
}

fn find_rows(text: &str) -> Option<Rows<'_>> {
    let (before, tail) = text.split_once("ROWS(")?;
    let (inner, tail) = tail.split_once(')')?;
    let columns = inner
        .split(',')
        .filter_map(|c| c.trim().rsplit_once(' '))
        .map(|(name, kind)| (name.trim(), ColumnType::parse(kind)))
        .collect();
    let named = tail.trim_start().strip_prefix("AS ")?;
    let end = named.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(named.len());
    let (alias, after) = named.split_at(end);
    Some(Rows { before, columns, alias, after })
}

fn lower_rows(text: &str, engine: Engine, scalars: usize) -> (String, Vec<ColumnType>) {
    let Some(rows) = find_rows(text) else { return (text.to_owned(), Vec::new()) };
    let lowered = match engine {
        Engine::Postgres => unnested(&rows, scalars),
        Engine::Sqlite if rows.after.trim_start().starts_with("JOIN") => selected(&rows, scalars),
        Engine::Sqlite => bound(&rows, scalars),
    };
    (lowered, rows.columns.iter().map(|(_, t)| *t).collect())
}

/// PostgreSQL: one statement for all rows.
fn unnested(rows: &Rows<'_>, scalars: usize) -> String {
    let arrays: Vec<String> = rows
        .columns
        .iter()
        .enumerate()
        .map(|(i, (_, t))| format!("${}::{}[]", scalars + i + 1, t.word()))
        .collect();
    let names: Vec<&str> = rows.columns.iter().map(|(name, _)| *name).collect();
    let (alias, arrays, names) = (rows.alias, arrays.join(", "), names.join(", "));
    format!("{}unnest({arrays}) AS {alias}({names}){}", rows.before, rows.after)
}

/// SQLite, joined: the one row as a table.
fn selected(rows: &Rows<'_>, scalars: usize) -> String {
    let columns: Vec<String> = rows
        .columns
        .iter()
        .enumerate()
        .map(|(i, (name, _))| format!("${} AS {name}", scalars + i + 1))
        .collect();
    format!("{}(SELECT {}) AS {}{}", rows.before, columns.join(", "), rows.alias, rows.after)
}

/// SQLite, else: the row's values stand where its columns were named. A SELECT would cost a statement journal or a
/// temporary table for every row.
fn bound(rows: &Rows<'_>, scalars: usize) -> String {
    let before = rows.before.trim_end().strip_suffix("FROM").unwrap_or(rows.before).trim_end();
    let text = match before.rsplit_once("SELECT ") {
        // `INSERT … SELECT r.a FROM ROWS(…) AS r WHERE true …`
        Some((head, values)) if before.trim_start().starts_with("INSERT") => {
            let rest = rows.after.trim_start().strip_prefix("WHERE true").unwrap_or(rows.after);
            format!("{}VALUES ({values}){rest}", head)
        }
        // `… (a, b) IN (SELECT r.a, r.b FROM ROWS(…) AS r) …`
        Some((head, values)) if head.trim_end().ends_with("IN (") => {
            let head = head.trim_end().strip_suffix("IN (").unwrap_or(head);
            format!("{head}= ({values}{}", rows.after)
        }
        // `UPDATE … SET a = r.a FROM ROWS(…) AS r WHERE …`
        _ => format!("{before}{}", rows.after),
    };
    let mut out = text;
    // Longer names first, so that `r.to` does not eat the beginning of `r.token`.
    let mut columns: Vec<(usize, &str)> = rows.columns.iter().map(|(name, _)| *name).enumerate().collect();
    columns.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    for (i, name) in columns {
        out = out.replace(&format!("{}.{name}", rows.alias), &format!("${}", scalars + i + 1));
    }
    out
}

fn lower_lists(text: &str, engine: Engine) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(at) = rest.find("LIST($") {
        out.push_str(&rest[..at]);
        let inner = &rest[at + "LIST(".len()..];
        let Some(len) = inner.find(')') else { break };
        let (marker, kind) = inner[..len].split_once(' ').unwrap_or((&inner[..len], "BIGINT"));
        match engine {
            Engine::Sqlite => out.push_str(&format!("(SELECT value FROM rarray({marker}))")),
            Engine::Postgres => {
                out.push_str(&format!("(SELECT unnest({marker}::{}[]))", ColumnType::parse(kind).word()));
            }
        }
        rest = &inner[len + 1..];
    }
    out.push_str(rest);
    out
}

/// `$n` becomes `?n` outside of quotes.
fn markers_for_sqlite(text: &str) -> String {
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        quoted ^= c == '\'';
        let marker = c == '$' && !quoted && chars.peek().is_some_and(char::is_ascii_digit);
        out.push(if marker { '?' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str) -> [String; 2] {
        [lower(text, Engine::Sqlite).text, lower(text, Engine::Postgres).text]
    }

    #[test]
    fn markers_keep_their_numbers() {
        assert_eq!(both("SELECT $2, $1, '$1'"), ["SELECT ?2, ?1, '$1'", "SELECT $2, $1, '$1'"]);
    }

    #[test]
    fn lists() {
        assert_eq!(
            both("SELECT 1 FROM t WHERE a IN LIST($2) AND b IN LIST($1 TEXT)"),
            [
                "SELECT 1 FROM t WHERE a IN (SELECT value FROM rarray(?2)) AND b IN (SELECT value FROM rarray(?1))",
                "SELECT 1 FROM t WHERE a IN (SELECT unnest($2::bigint[])) AND b IN (SELECT unnest($1::text[]))",
            ]
        );
    }

    #[test]
    fn rows_come_after_the_scalars() {
        assert_eq!(
            both("UPDATE t SET x = r.x, w = $1 FROM ROWS(id BIGINT, x TEXT) AS r WHERE t.id = r.id"),
            [
                "UPDATE t SET x = ?3, w = ?1 WHERE t.id = ?2",
                "UPDATE t SET x = r.x, w = $1 FROM unnest($2::bigint[], $3::text[]) AS r(id, x) WHERE t.id = r.id",
            ]
        );
        assert_eq!(
            lower("SELECT r.a FROM ROWS(a BYTEA, b BIGINT) AS r", Engine::Sqlite).rows,
            [ColumnType::Bytea, ColumnType::Bigint]
        );
    }

    #[test]
    fn on_sqlite_a_row_is_bound_where_it_can_be() {
        let lite = |text: &str| lower(text, Engine::Sqlite).text;
        assert_eq!(
            lite(
                "INSERT INTO t (a, b, c) SELECT r.to, $1, r.token FROM ROWS(to TEXT, token TEXT) AS r WHERE true ON CONFLICT (a) DO NOTHING"
            ),
            "INSERT INTO t (a, b, c) VALUES (?2, ?1, ?3) ON CONFLICT (a) DO NOTHING"
        );
        assert_eq!(
            lite(
                "DELETE FROM t WHERE (a, b) IN (SELECT r.a, r.b FROM ROWS(a BIGINT, b BIGINT) AS r) RETURNING a"
            ),
            "DELETE FROM t WHERE (a, b) = (?1, ?2) RETURNING a"
        );
        assert_eq!(
            lite("SELECT m.id FROM ROWS(id BIGINT) AS r JOIN message m ON m.id = r.id"),
            "SELECT m.id FROM (SELECT ?1 AS id) AS r JOIN message m ON m.id = r.id"
        );
    }
}
