//! Spanish national language single shift table: 3GPP 23.038 clause A.2.2, language 2.

use crate::alphabet::table::Table;

/// The table.
pub static TABLE: Table = Table::single(
    0x2000,
    &[
        (0x09, 'ç'),
        (0x0A, '\u{0c}'),
        (0x14, '^'),
        (0x28, '{'),
        (0x29, '}'),
        (0x2F, '\\'),
        (0x3C, '['),
        (0x3D, '~'),
        (0x3E, ']'),
        (0x40, '|'),
        (0x41, 'Á'),
        (0x49, 'Í'),
        (0x4F, 'Ó'),
        (0x55, 'Ú'),
        (0x61, 'á'),
        (0x65, '\u{20ac}'),
        (0x69, 'í'),
        (0x6F, 'ó'),
        (0x75, 'ú'),
    ],
);
