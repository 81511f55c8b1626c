//! Turkish national language single shift table: 3GPP 23.038 clause A.2.1, language 1.

use crate::alphabet::table::Table;

/// The table.
pub static TABLE: Table = Table::single(
    0x0100,
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
        (0x47, 'Ğ'),
        (0x49, 'İ'),
        (0x53, 'Ş'),
        (0x63, 'ç'),
        (0x65, '\u{20ac}'),
        (0x67, 'ğ'),
        (0x69, 'ı'),
        (0x73, 'ş'),
    ],
);
