//! The vocabulary: addresses, alphabets, parts, receipts' text, message states, reasons. Pure: no I/O, no clock, no async.
