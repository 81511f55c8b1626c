//! The cases of protocol-cases by their names.
