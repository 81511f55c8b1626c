//! `ROWS` on SQLite, where a statement runs once a row: the row's columns become markers in place.
//!
//! A row as a subquery is right for any shape, but dear in the usual ones: `INSERT … SELECT` and `UPDATE … FROM` may
//! write many rows, so SQLite guards each run with a statement journal that copies every page it touches, and
//! `IN (SELECT …)` and `UPDATE … FROM` build a table of their own first. None of that is needed for one row by its key.

/// The statement without its subquery; `None` where its shape is none of the usual ones.
pub(super) fn inline(
    before: &str,
    columns: &[&str],
    alias: &str,
    rest: &str,
    scalars: usize,
) -> Option<String> {
    let alias = alias.strip_prefix(" AS ")?;
    let head = before.trim_end().strip_suffix("FROM")?.trim_end();
    let verb = before.split_whitespace().next()?;
    let text = if let Some(after) = rest.strip_prefix(')') {
        member(head, after)?
    } else {
        match verb {
            "INSERT" => insert(head, rest)?,
            "UPDATE" if rest.trim_start().starts_with("WHERE ") => format!("{head}{rest}"),
            "SELECT" => join(head, rest)?,
            _ => return None,
        }
    };
    Some(marked(&text, columns, alias, scalars))
}

/// `INSERT INTO t (…) SELECT list FROM ROWS… [WHERE true]` becomes `… VALUES (list)`.
fn insert(head: &str, rest: &str) -> Option<String> {
    let (into, list) = head.split_once("SELECT ")?;
    let tail = rest.trim_start();
    let tail = if tail.is_empty() { tail } else { tail.strip_prefix("WHERE true")? };
    let next = tail.trim_start();
    let known = next.is_empty() || next.starts_with("ON CONFLICT") || next.starts_with("RETURNING");
    (known && !list.contains("SELECT")).then(|| format!("{into}VALUES ({list}){tail}"))
}

/// `… IN (SELECT list FROM ROWS…)` becomes `… = (list)`.
fn member(head: &str, after: &str) -> Option<String> {
    let (outer, list) = head.rsplit_once("(SELECT ")?;
    let outer = outer.trim_end().strip_suffix(" IN").or_else(|| outer.trim_end().strip_suffix("\nIN"))?;
    Some(format!("{outer} = ({list}){after}"))
}

/// `SELECT list FROM ROWS… JOIN t ON condition` becomes `SELECT list FROM t WHERE condition`.
fn join(head: &str, rest: &str) -> Option<String> {
    let (table, condition) = rest.trim_start().strip_prefix("JOIN ")?.split_once(" ON ")?;
    let simple = !["JOIN ", "WHERE ", "GROUP ", " ON "].iter().any(|word| condition.contains(word));
    simple.then(|| format!("{head} FROM {table} WHERE {condition}"))
}

/// `r.name` becomes the marker of its column.
fn marked(text: &str, columns: &[&str], alias: &str, scalars: usize) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let prefix = format!("{alias}.");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&prefix) {
        let (skipped, found) = rest.split_at(at);
        let name = &found[prefix.len()..];
        let name = &name[..name.find(|c| !word(c)).unwrap_or(name.len())];
        out.push_str(skipped);
        match columns.iter().position(|column| *column == name) {
            Some(place) if !out.ends_with(word) => out.push_str(&format!("${}", scalars + place + 1)),
            _ => out.push_str(&found[..prefix.len() + name.len()]),
        }
        rest = &found[prefix.len() + name.len()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use crate::sql::{Engine, lower};

    fn sqlite(text: &str) -> String {
        lower(text, Engine::Sqlite).text
    }

    #[test]
    fn an_insert_has_values() {
        assert_eq!(
            sqlite(
                "INSERT INTO t (a, b, c) SELECT r.a, $1, r.b FROM ROWS(a BIGINT, b TEXT) AS r WHERE true
                 ON CONFLICT (a) DO UPDATE SET b = t.b + excluded.b RETURNING a"
            ),
            "INSERT INTO t (a, b, c) VALUES (?2, ?1, ?3)
                 ON CONFLICT (a) DO UPDATE SET b = t.b + excluded.b RETURNING a"
        );
        assert_eq!(
            sqlite("INSERT INTO t (a) SELECT r.a FROM ROWS(a BIGINT) AS r"),
            "INSERT INTO t (a) VALUES (?1)"
        );
    }

    #[test]
    fn a_key_is_compared() {
        assert_eq!(
            sqlite(
                "DELETE FROM t WHERE (a, b) IN (SELECT r.a, r.b FROM ROWS(a BIGINT, b BIGINT) AS r) RETURNING a"
            ),
            "DELETE FROM t WHERE (a, b) = (?1, ?2) RETURNING a"
        );
        assert_eq!(
            sqlite("DELETE FROM t WHERE w = $1 AND h IN (SELECT r.h FROM ROWS(h BIGINT) AS r)"),
            "DELETE FROM t WHERE w = ?1 AND h = (?2)"
        );
    }

    #[test]
    fn a_join_of_one_row_is_a_condition() {
        assert_eq!(
            sqlite("SELECT k.h FROM ROWS(h BIGINT) AS r JOIN k ON k.account = $1 AND k.h = r.h"),
            "SELECT k.h FROM k WHERE k.account = ?1 AND k.h = ?2"
        );
    }

    #[test]
    fn another_shape_keeps_its_subquery() {
        assert_eq!(
            sqlite("SELECT r.a, t.b FROM ROWS(a BIGINT) AS r LEFT JOIN t ON t.a = r.a"),
            "SELECT r.a, t.b FROM (SELECT ?1 AS a) AS r LEFT JOIN t ON t.a = r.a"
        );
    }

    #[test]
    fn only_the_alias_itself_is_meant() {
        assert_eq!(
            sqlite("UPDATE t SET x = other.a, y = r.ab FROM ROWS(a BIGINT, ab BIGINT) AS r WHERE t.id = r.a"),
            "UPDATE t SET x = other.a, y = ?2 WHERE t.id = ?1"
        );
    }
}
