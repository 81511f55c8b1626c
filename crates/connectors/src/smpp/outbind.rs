//! The carrier connects to us: one listener for all links of an account, and who may come in by it.
//!
//! The account's password goes only to an address of the carrier's host, and only after the outbind named the password that
//! was agreed, where one was.

use crate::net::{Asked, Socket};
use crate::tls::Called;
use std::io;
use std::net::IpAddr;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OnceCell;

pub(crate) struct Outbind {
    /// Where we listen, `address:port`.
    at: String,
    /// The carrier's name or address: others are not let in.
    host: String,
    /// What it must say; empty takes any.
    pub(crate) password: String,
    /// Inside TLS, where it is to be.
    tls: Option<Called>,
    listener: OnceCell<TcpListener>,
}

impl Outbind {
    pub(crate) fn new(at: &str, host: &str, password: String, tls: Option<Called>) -> Outbind {
        Outbind { at: at.to_owned(), host: host.to_owned(), password, tls, listener: OnceCell::new() }
    }

    /// The next connection of the carrier, whenever it comes.
    pub(crate) fn accept(&self) -> Asked<'_, Box<dyn Socket>> {
        Box::pin(async move {
            let listener = self.listener.get_or_try_init(|| TcpListener::bind(&self.at));
            let listener = listener
                .await
                .map_err(|e| io::Error::new(e.kind(), format!("{} cannot be listened on: {e}", self.at)))?;
            loop {
                let (socket, from) = listener.accept().await?;
                if self.is_carrier(from.ip()).await {
                    let _ = socket.set_nodelay(true); // a socket that cannot be told so is only slower
                    let socket = Box::new(socket) as Box<dyn Socket>;
                    return match &self.tls {
                        Some(tls) => tls.secure(socket).await,
                        None => Ok(socket),
                    };
                }
                tracing::warn!(from = %from.ip(), "somebody who is not the carrier came by its outbind port");
                drop::<TcpStream>(socket);
            }
        })
    }

    async fn is_carrier(&self, from: IpAddr) -> bool {
        let plain = |ip: IpAddr| ip.to_canonical();
        match tokio::net::lookup_host((self.host.trim_matches(['[', ']']), 0)).await {
            Ok(mut found) => found.any(|known| plain(known.ip()) == plain(from)),
            Err(_) => false,
        }
    }
}
