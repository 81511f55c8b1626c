//! How programs come in: REST API and the control socket.
