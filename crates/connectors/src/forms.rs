//! Every form there is: those of the connectors, and that of the question about numbers.

use crate::{kind, lookup};
use sms::form::KindInfo;

/// All of them.
pub const ALL: &[KindInfo] = &all();

const fn all() -> [KindInfo; kind::ALL.len() + 1] {
    let mut all = [lookup::KIND; kind::ALL.len() + 1];
    let mut n = 0;
    while n < kind::ALL.len() {
        all[n] = kind::ALL[n];
        n += 1;
    }
    all
}
