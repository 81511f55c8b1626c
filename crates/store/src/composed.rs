//! Statements put together at run time, out of pieces that all stand in this crate's sources.
//!
//! A piece is `&'static str`: what somebody typed cannot be one. Everything that comes from outside is a value and
//! becomes a numbered marker. Such a statement only reads. Who writes pieces names the workspace in each that names a
//! table; ADR 0026 says why this way.

use crate::sql::{Engine, lower};
use crate::value::Val;

/// A value that a statement keeps of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Own {
    Int(i64),
    Text(String),
}

/// A statement in the making.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Composed {
    text: String,
    values: Vec<Own>,
}

impl Composed {
    /// Nothing yet.
    pub(crate) fn new() -> Composed {
        Composed::default()
    }

    /// Adds a piece.
    pub(crate) fn piece(&mut self, piece: &'static str) -> &mut Composed {
        self.text.push_str(piece);
        self
    }

    /// Adds a marker for a number.
    pub(crate) fn int(&mut self, value: i64) -> &mut Composed {
        self.marker(Own::Int(value))
    }

    /// Adds a marker for a text.
    pub(crate) fn text(&mut self, value: &str) -> &mut Composed {
        self.marker(Own::Text(value.to_owned()))
    }

    fn marker(&mut self, value: Own) -> &mut Composed {
        let place = self.values.iter().position(|v| *v == value).unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        });
        self.text.push_str(&format!("${}", place + 1));
        self
    }

    /// As an engine takes it.
    pub(crate) fn lowered(&self, engine: Engine) -> String {
        lower(&self.text, engine).text
    }

    /// The values of its markers, in order.
    pub(crate) fn params(&self) -> Vec<Val<'_>> {
        let val = |own| match own {
            &Own::Int(n) => Val::Int(n),
            Own::Text(t) => Val::Text(t),
        };
        self.values.iter().map(val).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_a_marker() {
        let mut c = Composed::new();
        c.piece("SELECT 1 WHERE ").text("'; DROP TABLE contact; --").piece(" = ").int(7);
        c.piece(" OR 7 = ").int(7);
        assert_eq!(c.lowered(Engine::Postgres), "SELECT 1 WHERE $1 = $2 OR 7 = $2");
        assert_eq!(c.params(), [Val::Text("'; DROP TABLE contact; --"), Val::Int(7)]);
    }
}
