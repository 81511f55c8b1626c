//! One SQL text for both engines: the common dialect and its lowering.
//!
//! Statements are written once, with `$1` markers, BIGINT / TEXT / BYTEA, and two constructs of ours:
//! - `LIST($1)` / `LIST($1 TEXT)`: a list parameter, as in `id IN LIST($1)`;
//! - `ROWS(id BIGINT, name TEXT) AS r`: a table of rows given with the call, for bulk work. SQLite runs the prepared
//!   statement once a row, PostgreSQL once for all of them over UNNEST. Scalars come first (`$1…$n`).
//!
//! Why not hand `$1` to SQLite: it numbers `$name` markers by first appearance, not by number.

mod one_row;

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

fn lower_rows(text: &str, engine: Engine, scalars: usize) -> (String, Vec<ColumnType>) {
    let Some(start) = text.find("ROWS(") else { return (text.to_owned(), Vec::new()) };
    let inner_start = start + "ROWS(".len();
    let Some(len) = text[inner_start..].find(')') else { return (text.to_owned(), Vec::new()) };
    let columns: Vec<(&str, ColumnType)> = text[inner_start..inner_start + len]
        .split(',')
        .filter_map(|c| c.trim().rsplit_once(' '))
        .map(|(name, kind)| (name.trim(), ColumnType::parse(kind)))
        .collect();
    let after = &text[inner_start + len + 1..];
    let alias_len = after.strip_prefix(" AS ").map_or(0, |a| {
        " AS ".len() + a.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(a.len())
    });
    let (alias, rest) = after.split_at(alias_len);
    let before = &text[..start];
    let table = match engine {
        Engine::Sqlite => {
            let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            if let Some(text) = one_row::inline(before, &names, alias, rest, scalars) {
                return (text, columns.into_iter().map(|(_, t)| t).collect());
            }
            let columns: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(i, (name, _))| format!("${} AS {name}", scalars + i + 1))
                .collect();
            format!("(SELECT {}){alias}", columns.join(", "))
        }
        Engine::Postgres => {
            let arrays: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(i, (_, t))| format!("${}::{}[]", scalars + i + 1, t.word()))
                .collect();
            let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            format!("unnest({}){alias}({})", arrays.join(", "), names.join(", "))
        }
    };
    (format!("{before}{table}{rest}"), columns.into_iter().map(|(_, t)| t).collect())
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
            lower("ROWS(a BYTEA, b BIGINT) AS r", Engine::Sqlite).rows,
            [ColumnType::Bytea, ColumnType::Bigint]
        );
    }
}
