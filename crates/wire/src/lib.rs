//! The carriers' languages, both sides of each: bytes in and events out, no I/O.
