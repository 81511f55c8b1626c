//! Values on their way into a statement and out of a row: BIGINT, TEXT, BYTEA, lists of the first two.

use crate::{Error, Result};

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Val<'a> {
    /// NULL of any type.
    Null,
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(&'a str),
    /// BYTEA.
    Bytes(&'a [u8]),
    /// The parameter of `LIST($n)`.
    List(&'a List),
}

/// The values of a `LIST($n)` or `LIST($n TEXT)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// BIGINT values.
    Ints(Vec<i64>),
    /// TEXT values.
    Texts(Vec<String>),
}

/// A BIGINT list parameter.
pub fn list_of(values: &[i64]) -> List {
    List::Ints(values.to_vec())
}

/// A TEXT list parameter.
pub fn texts_of<S: AsRef<str>>(values: &[S]) -> List {
    List::Texts(values.iter().map(|s| s.as_ref().to_owned()).collect())
}

/// Turns a value into a parameter.
pub trait ToVal {
    /// The parameter; borrows from the value.
    fn val(&self) -> Val<'_>;
}

macro_rules! int_val {
    ($($t:ty),+) => { $(impl ToVal for $t { fn val(&self) -> Val<'_> { Val::Int(i64::from(*self)) } })+ };
}
int_val!(i64, i32, u32, u16, u8, bool);

impl ToVal for usize {
    fn val(&self) -> Val<'_> {
        Val::Int(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}
impl ToVal for str {
    fn val(&self) -> Val<'_> {
        Val::Text(self)
    }
}
impl ToVal for String {
    fn val(&self) -> Val<'_> {
        Val::Text(self)
    }
}
impl ToVal for [u8] {
    fn val(&self) -> Val<'_> {
        Val::Bytes(self)
    }
}
impl ToVal for Vec<u8> {
    fn val(&self) -> Val<'_> {
        Val::Bytes(self)
    }
}
impl<const N: usize> ToVal for [u8; N] {
    fn val(&self) -> Val<'_> {
        Val::Bytes(self)
    }
}
impl ToVal for List {
    fn val(&self) -> Val<'_> {
        Val::List(self)
    }
}
impl ToVal for Val<'_> {
    fn val(&self) -> Val<'_> {
        self.clone()
    }
}
impl<T: ToVal> ToVal for Option<T> {
    fn val(&self) -> Val<'_> {
        self.as_ref().map_or(Val::Null, ToVal::val)
    }
}
impl<T: ToVal + ?Sized> ToVal for &T {
    fn val(&self) -> Val<'_> {
        (**self).val()
    }
}
macro_rules! closed_val {
    ($($t:ty),+) => { $(impl ToVal for $t { fn val(&self) -> Val<'_> { Val::Int(self.number()) } })+ };
}
closed_val!(
    sms::Class,
    sms::Lane,
    sms::OnAmbiguous,
    sms::Status,
    sms::Code,
    sms::Encoding,
    sms::Spelling,
    sms::live::LinkState,
    sms::live::Command
);

/// The parameters of a statement: `params![workspace, number]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::ToVal::val(&$value)),*] };
}

/// What a driver can read out of one of its rows. Implemented by the two driver files only.
pub(crate) trait Cells {
    /// Column `i` as BIGINT.
    fn int(&self, i: usize) -> Result<Option<i64>>;
    /// Column `i` as TEXT.
    fn text(&self, i: usize) -> Result<Option<String>>;
    /// Column `i` as BYTEA.
    fn bytes(&self, i: usize) -> Result<Option<Vec<u8>>>;
}

/// One row of a result, whichever driver it came from.
pub struct Row<'a>(pub(crate) &'a dyn Cells);

impl Row<'_> {
    /// The value of column `i`, counted from 0.
    pub fn get<T: Cell>(&self, i: usize) -> Result<T> {
        T::cell(self, i)
    }
}

/// What a column can be read as.
pub trait Cell: Sized {
    /// Reads column `i`; `None` is NULL.
    fn read(row: &Row<'_>, i: usize) -> Result<Option<Self>>;

    /// Reads column `i`, which may not be NULL.
    fn cell(row: &Row<'_>, i: usize) -> Result<Self> {
        Self::read(row, i)?.ok_or_else(|| shape(i, "is NULL"))
    }
}

pub(crate) fn shape(i: usize, why: impl std::fmt::Display) -> Error {
    Error::Shape(format!("column {i}: {why}"))
}

impl<T: Cell> Cell for Option<T> {
    fn read(row: &Row<'_>, i: usize) -> Result<Option<Self>> {
        T::read(row, i).map(Some)
    }
}
impl Cell for i64 {
    fn read(row: &Row<'_>, i: usize) -> Result<Option<Self>> {
        row.0.int(i)
    }
}
impl Cell for String {
    fn read(row: &Row<'_>, i: usize) -> Result<Option<Self>> {
        row.0.text(i)
    }
}
impl Cell for Vec<u8> {
    fn read(row: &Row<'_>, i: usize) -> Result<Option<Self>> {
        row.0.bytes(i)
    }
}
impl Cell for bool {
    fn read(row: &Row<'_>, i: usize) -> Result<Option<Self>> {
        Ok(row.0.int(i)?.map(|n| n != 0))
    }
}

macro_rules! closed_cell {
    ($($t:ty),+) => { $(
        impl Cell for $t {
            fn read(row: &Row<'_>, i: usize) -> Result<Option<Self>> {
                let Some(n) = row.0.int(i)? else { return Ok(None) };
                <$t>::from_number(n).map(Some).ok_or_else(|| shape(i, format!("{n} is no {}", stringify!($t))))
            }
        }
    )+ };
}
closed_cell!(
    sms::Class,
    sms::Lane,
    sms::OnAmbiguous,
    sms::Status,
    sms::Code,
    sms::Encoding,
    sms::Spelling,
    sms::live::LinkState,
    sms::live::Command
);
