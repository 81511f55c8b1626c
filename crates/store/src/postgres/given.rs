//! Parameters that outlive the call that gave them: a statement may be sent and its values be gone.

use crate::sql::ColumnType;
use crate::value::{List, Val};
use crate::{Error, Result};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// One parameter: a value, a list, or one column of `ROWS` gathered for UNNEST.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Ints(Vec<i64>),
    Texts(Vec<String>),
    IntColumn(Vec<Option<i64>>),
    TextColumn(Vec<Option<String>>),
    BytesColumn(Vec<Option<Vec<u8>>>),
}

impl Given {
    pub(super) fn of(value: &Val<'_>) -> Given {
        match value {
            Val::Null => Given::Null,
            Val::Int(n) => Given::Int(*n),
            Val::Text(s) => Given::Text((*s).to_owned()),
            Val::Bytes(b) => Given::Bytes((*b).to_vec()),
            Val::List(List::Ints(v)) => Given::Ints(v.clone()),
            Val::List(List::Texts(v)) => Given::Texts(v.clone()),
        }
    }

    pub(super) fn all(values: &[Val<'_>]) -> Vec<Given> {
        values.iter().map(Given::of).collect()
    }

    /// An empty column.
    pub(super) fn column(kind: ColumnType) -> Given {
        match kind {
            ColumnType::Bigint => Given::IntColumn(Vec::new()),
            ColumnType::Text => Given::TextColumn(Vec::new()),
            ColumnType::Bytea => Given::BytesColumn(Vec::new()),
        }
    }

    /// Adds the value of one more row.
    pub(super) fn push(&mut self, value: &Val<'_>) -> Result<()> {
        match (self, value) {
            (Given::IntColumn(v), Val::Int(n)) => v.push(Some(*n)),
            (Given::IntColumn(v), Val::Null) => v.push(None),
            (Given::TextColumn(v), Val::Text(s)) => v.push(Some((*s).to_owned())),
            (Given::TextColumn(v), Val::Null) => v.push(None),
            (Given::BytesColumn(v), Val::Bytes(b)) => v.push(Some((*b).to_vec())),
            (Given::BytesColumn(v), Val::Null) => v.push(None),
            _ => return Err(Error::Shape("a row does not fit the types of ROWS".into())),
        }
        Ok(())
    }
}

/// What the server is told a parameter is: left to itself it would take `$1 = 0` for a 32-bit number.
pub(super) fn type_of(value: &Val<'_>) -> Type {
    match value {
        Val::Null => Type::UNKNOWN,
        Val::Int(_) => Type::INT8,
        Val::Text(_) => Type::TEXT,
        Val::Bytes(_) => Type::BYTEA,
        Val::List(List::Ints(_)) => Type::INT8_ARRAY,
        Val::List(List::Texts(_)) => Type::TEXT_ARRAY,
    }
}

impl ToSql for Given {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Given::Null => Ok(IsNull::Yes),
            Given::Int(n) => n.to_sql_checked(ty, out),
            Given::Text(s) => s.to_sql_checked(ty, out),
            Given::Bytes(b) => b.to_sql_checked(ty, out),
            Given::Ints(v) => v.to_sql_checked(ty, out),
            Given::Texts(v) => v.to_sql_checked(ty, out),
            Given::IntColumn(v) => v.to_sql_checked(ty, out),
            Given::TextColumn(v) => v.to_sql_checked(ty, out),
            Given::BytesColumn(v) => v.to_sql_checked(ty, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}
