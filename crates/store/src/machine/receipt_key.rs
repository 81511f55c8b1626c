//! receipt_key
