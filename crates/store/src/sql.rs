//! One SQL text for both engines: the common dialect and its lowering.
//!
//! Statements are written once, with `$1` markers, BIGINT / TEXT / BYTEA, and two constructs of ours:
//! - `LIST($1)` / `LIST($1 TEXT)`: a list parameter, as in `id IN LIST($1)`;
//! - `ROWS(id BIGINT, name TEXT) AS r`: a table of rows given with the call, for bulk work. SQLite runs the prepared
//!   statement once a row, PostgreSQL once for all of them over UNNEST. Scalars come first (`$1…$n`).
//!   `RETURNING r.id` asks which of the rows were met, and costs SQLite nothing; `RETURNING t.id` costs it a temporary
//!   table a row.
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
    /// Where `RETURNING r.a, r.b` only says which rows were met: the columns of `ROWS` that are given back for each.
    /// Empty where the engine returns them itself.
    pub echo: Vec<usize>,
    /// Whether it changes nothing.
    pub reads_only: bool,
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
    let reads_only = text.trim_start().starts_with("SELECT");
    let scalars = highest_marker(text);
    let (text, rows, echo) = lower_rows(text, engine, scalars);
    let text = lower_lists(&text, engine);
    let text = match engine {
        // One writer: every row it reads is its own until the commit.
        Engine::Sqlite => markers_for_sqlite(&text)
            .replace(" FOR SHARE OF w", "")
            .replace(" FOR SHARE", "")
            .replace(" FOR UPDATE", ""),
        Engine::Postgres => text,
    };
    Lowered { text, rows, echo, reads_only }
}

/// Stands above a statement of a migration that SQLite does without.
const POSTGRES_ONLY: &str = "-- PostgreSQL only:";

/// Lowers a migration: three type words, two table options, and statements that one engine does without.
pub(crate) fn lower_schema(text: &str, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => shared_part(text)
            .replace("BYTEA", "BLOB")
            .replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY")
            .replace(" PARTITION BY RANGE (id)", ""),
        Engine::Postgres => text.replace(" WITHOUT ROWID", ""),
    }
}

fn shared_part(text: &str) -> String {
    let mut parts = text.split(POSTGRES_ONLY);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once(';').map_or("", |(_, rest)| rest));
    }
    out
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

fn lower_rows(text: &str, engine: Engine, scalars: usize) -> (String, Vec<ColumnType>, Vec<usize>) {
    let Some(mut rows) = find_rows(text) else { return (text.to_owned(), Vec::new(), Vec::new()) };
    let mut echo = Vec::new();
    let lowered = match engine {
        Engine::Postgres => unnested(&rows, scalars),
        Engine::Sqlite => {
            if let Some((after, columns)) = echoed(&rows) {
                (rows.after, echo) = (after, columns);
            }
            match joined(&rows) {
                Some(after) => bound(&rows, &after, scalars),
                None if rows.after.trim_start().starts_with("JOIN") => selected(&rows, scalars),
                None => bound(&rows, rows.after, scalars),
            }
        }
    };
    (lowered, rows.columns.iter().map(|(_, t)| *t).collect(), echo)
}

/// `… RETURNING r.a, r.b` gives back what was handed in: the text without it, and the columns.
fn echoed<'a>(rows: &Rows<'a>) -> Option<(&'a str, Vec<usize>)> {
    let (after, list) = rows.after.split_once("RETURNING ")?;
    let column = |item: &str| {
        let name = item.trim().strip_prefix(rows.alias)?.strip_prefix('.')?;
        rows.columns.iter().position(|(column, _)| *column == name)
    };
    let columns: Option<Vec<usize>> = list.split(',').map(column).collect();
    Some((after, columns?))
}

/// `FROM ROWS(…) AS r JOIN t ON …`: with the one row's values bound, its condition is all that is left of the join.
fn joined(rows: &Rows<'_>) -> Option<String> {
    let after = rows.after.trim_start().strip_prefix("JOIN ")?;
    if after.contains("JOIN ") {
        return None;
    }
    let (table, condition) = after.split_once(" ON ")?;
    Some(format!(" FROM {table} WHERE {}", condition.replacen(" WHERE ", " AND ", 1)))
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
    format!("{}unnest({arrays}) AS {alias}({names}){}", rows.before, probed(rows))
}

/// `t.id = r.id` as `t.id = ANY(ARRAY[r.id])`, behind `ROWS`: the planner may use it to find a row of `t` by its key, and for
/// nothing else. Left to itself it reads the table and looks each row up in the list wherever it takes the table for
/// small, and keeps that plan while the table grows (ADR 0027).
fn probed(rows: &Rows<'_>) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let equal = format!(" = {}.", rows.alias);
    let mut out = String::with_capacity(rows.after.len() + 64);
    let mut rest = rows.after;
    while let Some((head, tail)) = rest.split_once(&equal) {
        let (name, tail) = tail.split_at(tail.find(|c| !word(c)).unwrap_or(tail.len()));
        out.push_str(&format!("{head} = ANY(ARRAY[{}.{name}])", rows.alias));
        rest = tail;
    }
    out.push_str(rest);
    out
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
fn bound(rows: &Rows<'_>, after: &str, scalars: usize) -> String {
    let before = rows.before.trim_end();
    let before =
        before.strip_suffix("FROM").or_else(|| before.strip_suffix("USING")).unwrap_or(before).trim_end();
    let text = match before.rsplit_once("SELECT ") {
        // `INSERT … SELECT r.a FROM ROWS(…) AS r WHERE true …`
        Some((head, values)) if before.trim_start().starts_with("INSERT") && !after.starts_with(" FROM ") => {
            let rest = after.trim_start().strip_prefix("WHERE true").unwrap_or(after);
            format!("{}VALUES ({values}){rest}", head)
        }
        // `… (a, b) IN (SELECT r.a, r.b FROM ROWS(…) AS r) …`
        Some((head, values)) if head.trim_end().ends_with("IN (") => {
            let head = head.trim_end().strip_suffix("IN (").unwrap_or(head);
            format!("{head}= ({values}{after}")
        }
        // `UPDATE … SET a = r.a FROM ROWS(…) AS r WHERE …`, `DELETE FROM t USING ROWS(…) AS r WHERE …`, a join
        _ => format!("{before}{after}"),
    };
    bind_columns(&text, rows, scalars)
}

/// Puts markers where columns of the row are named: whole words only, so that `tr.id` and `r.token` stay what they are.
fn bind_columns(text: &str, rows: &Rows<'_>, scalars: usize) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let named = format!("{}.", rows.alias);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&named) {
        let (head, tail) = rest.split_at(at);
        let name = &tail[named.len()..];
        let name = &name[..name.find(|c| !word(c)).unwrap_or(name.len())];
        let column = rows.columns.iter().position(|(column, _)| *column == name);
        out.push_str(head);
        match column {
            Some(i) if !head.ends_with(word) => out.push_str(&format!("${}", scalars + i + 1)),
            _ => out.push_str(&tail[..named.len() + name.len()]),
        }
        rest = &tail[named.len() + name.len()..];
    }
    out.push_str(rest);
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
                let negated = out.strip_suffix("NOT IN ").map(str::len);
                let (keep, word) = match (negated, out.strip_suffix("IN ").map(str::len)) {
                    (Some(keep), _) => (keep, "<> ALL"),
                    (None, Some(keep)) => (keep, "= ANY"),
                    (None, None) => break,
                };
                out.truncate(keep);
                out.push_str(&format!("{word}({marker}::{}[])", ColumnType::parse(kind).word()));
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
                "SELECT 1 FROM t WHERE a = ANY($2::bigint[]) AND b = ANY($1::text[])",
            ]
        );
    }

    #[test]
    fn rows_come_after_the_scalars() {
        assert_eq!(
            both("UPDATE t SET x = r.x, w = $1 FROM ROWS(id BIGINT, x TEXT) AS r WHERE t.id = r.id"),
            [
                "UPDATE t SET x = ?3, w = ?1 WHERE t.id = ?2",
                "UPDATE t SET x = r.x, w = $1 FROM unnest($2::bigint[], $3::text[]) AS r(id, x) WHERE t.id = ANY(ARRAY[r.id])",
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
            lite(
                "SELECT m.id, r.n FROM ROWS(id BIGINT, n BIGINT) AS r JOIN message m ON m.id = r.id WHERE m.a = $1 FOR UPDATE"
            ),
            "SELECT m.id, ?3 FROM message m WHERE m.id = ?2 AND m.a = ?1"
        );
        assert_eq!(
            lite("SELECT m.id FROM ROWS(id BIGINT) AS r JOIN message m ON m.id = r.id JOIN t ON t.id = m.t"),
            "SELECT m.id FROM (SELECT ?1 AS id) AS r JOIN message m ON m.id = r.id JOIN t ON t.id = m.t"
        );
    }

    #[test]
    fn what_is_only_met_is_echoed() {
        let text = "DELETE FROM t USING ROWS(a BIGINT, b BIGINT) AS r WHERE t.a = r.a AND tr.b = r.b RETURNING r.b, r.a";
        let lite = lower(text, Engine::Sqlite);
        assert_eq!(lite.text.trim_end(), "DELETE FROM t WHERE t.a = ?1 AND tr.b = ?2");
        assert_eq!(lite.echo, [1, 0]);
        let post = lower(text, Engine::Postgres);
        assert_eq!(
            post.text,
            "DELETE FROM t USING unnest($1::bigint[], $2::bigint[]) AS r(a, b) WHERE t.a = ANY(ARRAY[r.a]) AND tr.b = ANY(ARRAY[r.b]) RETURNING r.b, r.a"
        );
        assert!(post.echo.is_empty());
        assert!(
            lower("UPDATE t SET x = r.x FROM ROWS(x BIGINT) AS r RETURNING t.x", Engine::Sqlite)
                .echo
                .is_empty()
        );
    }
}
