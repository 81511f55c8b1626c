//! Octets taken one field after another.

use super::Fault;

pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Reader { rest: octets }
    }

    pub(super) fn octet(&mut self, field: &'static str) -> Result<u8, Fault> {
        let (first, rest) = self.rest.split_first().ok_or(Fault::Short(field))?;
        self.rest = rest;
        Ok(*first)
    }

    pub(super) fn take(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Fault::Short(field))?;
        self.rest = rest;
        Ok(taken)
    }

    /// Exactly seven, as time stamps are.
    pub(super) fn seven(&mut self, field: &'static str) -> Result<[u8; 7], Fault> {
        let (taken, rest) = self.rest.split_first_chunk::<7>().ok_or(Fault::Short(field))?;
        self.rest = rest;
        Ok(*taken)
    }

    /// What is left, without taking it.
    pub(super) fn left(&self) -> &'a [u8] {
        self.rest
    }
}
