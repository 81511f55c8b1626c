//! Gujarati national language locking shift table: 3GPP 23.038 clause A.3.5, language 5.

use crate::alphabet::table::{NONE as __, Table};

/// The table.
pub static TABLE: Table = Table::locking(
    0x0A00,
    [
        '\u{a81}', '\u{a82}', '\u{a83}', '\u{a85}', '\u{a86}', '\u{a87}', '\u{a88}', '\u{a89}', //
        '\u{a8a}', '\u{a8b}', '\n', '\u{a8c}', '\u{a8d}', '\r', __, '\u{a8f}', //
        '\u{a90}', '\u{a91}', __, '\u{a93}', '\u{a94}', '\u{a95}', '\u{a96}', '\u{a97}', //
        '\u{a98}', '\u{a99}', '\u{a9a}', '\u{1b}', '\u{a9b}', '\u{a9c}', '\u{a9d}', '\u{a9e}', //
        ' ', '!', '\u{a9f}', '\u{aa0}', '\u{aa1}', '\u{aa2}', '\u{aa3}', '\u{aa4}', //
        ')', '(', '\u{aa5}', '\u{aa6}', ',', '\u{aa7}', '.', '\u{aa8}', //
        '0', '1', '2', '3', '4', '5', '6', '7', //
        '8', '9', ':', ';', __, '\u{aaa}', '\u{aab}', '?', //
        '\u{aac}', '\u{aad}', '\u{aae}', '\u{aaf}', '\u{ab0}', __, '\u{ab2}', '\u{ab3}', //
        __, '\u{ab5}', '\u{ab6}', '\u{ab7}', '\u{ab8}', '\u{ab9}', '\u{abc}', '\u{abd}', //
        '\u{abe}', '\u{abf}', '\u{ac0}', '\u{ac1}', '\u{ac2}', '\u{ac3}', '\u{ac4}', '\u{ac5}', //
        __, '\u{ac7}', '\u{ac8}', '\u{ac9}', __, '\u{acb}', '\u{acc}', '\u{acd}', //
        '\u{ad0}', 'a', 'b', 'c', 'd', 'e', 'f', 'g', //
        'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
        'p', 'q', 'r', 's', 't', 'u', 'v', 'w', //
        'x', 'y', 'z', '\u{ae0}', '\u{ae1}', '\u{ae2}', '\u{ae3}', '\u{af1}', //
    ],
);
