//! The GSM 7-bit default alphabet extension table: 3GPP 23.038 clause 6.2.1.1.

use crate::alphabet::table::Table;

/// The table.
pub static TABLE: Table = Table::single(
    0x2000,
    &[
        (0x0A, '\u{0c}'),
        (0x14, '^'),
        (0x28, '{'),
        (0x29, '}'),
        (0x2F, '\\'),
        (0x3C, '['),
        (0x3D, '~'),
        (0x3E, ']'),
        (0x40, '|'),
        (0x65, '€'),
    ],
);
