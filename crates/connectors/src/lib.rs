//! The way out and in: one pump, one file per protocol or provider.
