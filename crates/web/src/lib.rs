//! How people come in: pages, live updates, unsubscribe.
