//! Tamil national language locking shift table: 3GPP 23.038 clause A.3.11, language 11.

use crate::alphabet::table::{NONE as __, Table};

/// The table.
pub static TABLE: Table = Table::locking(
    0x0B00,
    [
        __, '\u{b82}', '\u{b83}', '\u{b85}', '\u{b86}', '\u{b87}', '\u{b88}', '\u{b89}', //
        '\u{b8a}', __, '\n', __, __, '\r', '\u{b8e}', '\u{b8f}', //
        '\u{b90}', __, '\u{b92}', '\u{b93}', '\u{b94}', '\u{b95}', __, __, //
        __, '\u{b99}', '\u{b9a}', '\u{1b}', __, '\u{b9c}', __, '\u{b9e}', //
        ' ', '!', '\u{b9f}', __, __, __, '\u{ba3}', '\u{ba4}', //
        ')', '(', __, __, ',', __, '.', '\u{ba8}', //
        '0', '1', '2', '3', '4', '5', '6', '7', //
        '8', '9', ':', ';', '\u{ba9}', '\u{baa}', __, '?', //
        __, __, '\u{bae}', '\u{baf}', '\u{bb0}', '\u{bb1}', '\u{bb2}', '\u{bb3}', //
        '\u{bb4}', '\u{bb5}', '\u{bb6}', '\u{bb7}', '\u{bb8}', '\u{bb9}', __, __, //
        '\u{bbe}', '\u{bbf}', '\u{bc0}', '\u{bc1}', '\u{bc2}', __, __, __, //
        '\u{bc6}', '\u{bc7}', '\u{bc8}', __, '\u{bca}', '\u{bcb}', '\u{bcc}', '\u{bcd}', //
        '\u{bd0}', 'a', 'b', 'c', 'd', 'e', 'f', 'g', //
        'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
        'p', 'q', 'r', 's', 't', 'u', 'v', 'w', //
        'x', 'y', 'z', '\u{bd7}', '\u{bf0}', '\u{bf1}', '\u{bf2}', '\u{bf9}', //
    ],
);
