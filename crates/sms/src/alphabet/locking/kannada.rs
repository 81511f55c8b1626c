//! Kannada national language locking shift table: 3GPP 23.038 clause A.3.7, language 7.
//!
//! 0x24 is read as ಡ (U+0CA1), as handsets do, and never written: the annex prints U+0CAA there, which has 0x3D.

use crate::alphabet::table::{NONE as __, Table};

/// The table.
pub static TABLE: Table = Table::locking(
    0x0C00,
    [
        __, '\u{c82}', '\u{c83}', '\u{c85}', '\u{c86}', '\u{c87}', '\u{c88}', '\u{c89}', //
        '\u{c8a}', '\u{c8b}', '\n', '\u{c8c}', __, '\r', '\u{c8e}', '\u{c8f}', //
        '\u{c90}', __, '\u{c92}', '\u{c93}', '\u{c94}', '\u{c95}', '\u{c96}', '\u{c97}', //
        '\u{c98}', '\u{c99}', '\u{c9a}', '\u{1b}', '\u{c9b}', '\u{c9c}', '\u{c9d}', '\u{c9e}', //
        ' ', '!', '\u{c9f}', '\u{ca0}', '\u{ca1}', '\u{ca2}', '\u{ca3}', '\u{ca4}', //
        ')', '(', '\u{ca5}', '\u{ca6}', ',', '\u{ca7}', '.', '\u{ca8}', //
        '0', '1', '2', '3', '4', '5', '6', '7', //
        '8', '9', ':', ';', __, '\u{caa}', '\u{cab}', '?', //
        '\u{cac}', '\u{cad}', '\u{cae}', '\u{caf}', '\u{cb0}', '\u{cb1}', '\u{cb2}', '\u{cb3}', //
        __, '\u{cb5}', '\u{cb6}', '\u{cb7}', '\u{cb8}', '\u{cb9}', '\u{cbc}', '\u{cbd}', //
        '\u{cbe}', '\u{cbf}', '\u{cc0}', '\u{cc1}', '\u{cc2}', '\u{cc3}', '\u{cc4}', __, //
        '\u{cc6}', '\u{cc7}', '\u{cc8}', __, '\u{cca}', '\u{ccb}', '\u{ccc}', '\u{ccd}', //
        '\u{cd5}', 'a', 'b', 'c', 'd', 'e', 'f', 'g', //
        'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
        'p', 'q', 'r', 's', 't', 'u', 'v', 'w', //
        'x', 'y', 'z', '\u{cd6}', '\u{ce0}', '\u{ce1}', '\u{ce2}', '\u{ce3}', //
    ],
)
.read_only(0x24);
