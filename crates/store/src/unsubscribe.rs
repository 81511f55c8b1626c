//! unsubscribe
