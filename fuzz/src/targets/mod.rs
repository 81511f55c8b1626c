//! The targets, in the order in which `list` shows them.

mod at;
mod cimd;
mod framed;
mod list;
mod receipt;
mod rusmpp;
mod session;
mod smpp;
mod text;
mod tpdu;
mod trace;
mod ucp;
mod udh;
mod webhook;
mod workbook;

use crate::Target;

/// All of them.
pub const ALL: &[Target] = &[
    smpp::TARGET,
    session::TARGET,
    rusmpp::TARGET,
    ucp::TARGET,
    cimd::TARGET,
    at::TARGET,
    tpdu::TARGET,
    udh::TARGET,
    receipt::TARGET,
    text::TARGET,
    trace::TARGET,
    webhook::TARGET,
    list::TARGET,
    workbook::TARGET,
];

/// Octets of hexadecimal digits that stand in this crate.
fn octets(digits: &str) -> Vec<u8> {
    let digits: String = digits.chars().filter(char::is_ascii_hexdigit).collect();
    sms::hex::decode(&digits).unwrap_or_default()
}
