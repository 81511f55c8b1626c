//! A carrier that keeps every PDU it was sent and answers as a test tells it to, octet by octet.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, broadcast};
use wire::smpp::{BindRequest, Header, Kind, SmBuf, TlvBuf, command};

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// One PDU as it came.
#[derive(Debug, Clone)]
pub(crate) struct Pdu {
    /// Which connection it came by, from 0.
    pub(crate) link: usize,
    pub(crate) command: u32,
    pub(crate) status: u32,
    pub(crate) seq: u32,
    pub(crate) body: Vec<u8>,
}

impl Pdu {
    pub(crate) fn bind(&self) -> BindRequest<'_> {
        BindRequest::decode(&self.body).unwrap()
    }

    pub(crate) fn sm(&self) -> SmBuf {
        SmBuf::new(Kind::Submit, &self.body).unwrap()
    }
}

/// The octets of a PDU.
pub(crate) fn pdu(command: u32, status: u32, seq: u32, body: &[u8]) -> Vec<u8> {
    let length = 16 + body.len() as u32;
    [length, command, status, seq]
        .iter()
        .flat_map(|word| word.to_be_bytes())
        .chain(body.iter().copied())
        .collect()
}

/// How a request is answered; nothing where it is `None`.
pub(crate) type Answer = Arc<dyn Fn(&Pdu) -> Option<Vec<u8>> + Send + Sync>;

/// As an ordinary carrier does: binds granted without a version, messages named by their number.
pub(crate) fn honest(asked: &Pdu) -> Option<Vec<u8>> {
    let body = match asked.command {
        command::SUBMIT_SM => format!("{:08X}\0", asked.seq).into_bytes(),
        command::BIND_RECEIVER | command::BIND_TRANSMITTER | command::BIND_TRANSCEIVER => {
            b"carrier\0".to_vec()
        }
        command::ENQUIRE_LINK | command::UNBIND => Vec::new(),
        _ => return None,
    };
    Some(pdu(asked.command | command::RESPONSE, 0, asked.seq, &body))
}

/// The same, and its bind answer says which version it speaks.
pub(crate) fn of_version(version: u8) -> Answer {
    Arc::new(move |asked| {
        if matches!(asked.command, command::SUBMIT_SM | command::ENQUIRE_LINK | command::UNBIND) {
            return honest(asked);
        }
        let mut tlvs = TlvBuf::new();
        tlvs.push(wire::smpp::tlv::SC_INTERFACE_VERSION, &[version]);
        let body = [b"carrier\0", tlvs.view().raw()].concat();
        Some(pdu(asked.command | command::RESPONSE, 0, asked.seq, &body))
    })
}

#[derive(Clone)]
pub(crate) struct Carrier {
    pub(crate) addr: SocketAddr,
    seen: Arc<Mutex<Vec<Pdu>>>,
    came: Arc<Notify>,
    says: broadcast::Sender<Vec<u8>>,
    answer: Answer,
    links: Arc<Mutex<usize>>,
}

impl Carrier {
    pub(crate) async fn start(answer: Answer) -> Carrier {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let carrier = Carrier::at(listener.local_addr().unwrap(), answer);
        let own = carrier.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(own.clone().serve(stream));
            }
        });
        carrier
    }

    /// Inside TLS, with one of the certificates beside this file.
    pub(crate) async fn secured(certificate: &str, answer: Answer) -> Carrier {
        let acceptor = crate::secured::acceptor(certificate);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let carrier = Carrier::at(listener.local_addr().unwrap(), answer);
        let own = carrier.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (own, acceptor) = (own.clone(), acceptor.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        own.serve(stream).await;
                    }
                });
            }
        });
        carrier
    }

    /// Connects to a client, says this first, and serves that connection.
    pub(crate) async fn outbind(to: SocketAddr, first: Vec<u8>) -> Carrier {
        let carrier = Carrier::at(to, Arc::new(honest));
        let mut stream = connected(to).await;
        stream.write_all(&first).await.unwrap();
        tokio::spawn(carrier.clone().serve(stream));
        carrier
    }

    /// The same inside TLS, whose client it is; `Err` where hands are not shaken, or where it is left at once.
    pub(crate) async fn outbind_inside(
        to: SocketAddr,
        connector: &tokio_rustls::TlsConnector,
        first: Vec<u8>,
    ) -> std::io::Result<Carrier> {
        let carrier = Carrier::at(to, Arc::new(honest));
        let name = tokio_rustls::rustls::pki_types::ServerName::try_from("127.0.0.1").unwrap();
        let mut stream = connector.connect(name, connected(to).await).await?;
        stream.write_all(&first).await?;
        tokio::spawn(carrier.clone().serve(stream));
        Ok(carrier)
    }

    fn at(addr: SocketAddr, answer: Answer) -> Carrier {
        let (says, _) = broadcast::channel(64);
        Carrier { addr, seen: Arc::default(), came: Arc::default(), says, answer, links: Arc::default() }
    }

    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let link = {
            let mut links = self.links.lock().unwrap();
            *links += 1;
            *links - 1
        };
        let (mut read, mut write) = tokio::io::split(stream);
        let (mut says, mut held, mut buffer) = (self.says.subscribe(), Vec::new(), [0; 4096]);
        loop {
            tokio::select! {
                said = says.recv() => match said {
                    Ok(octets) if write.write_all(&octets).await.is_ok() => {}
                    _ => return,
                },
                count = read.read(&mut buffer) => match count {
                    Ok(count) if count > 0 => held.extend_from_slice(&buffer[..count]),
                    _ => return,
                }
            }
            while let Some(header) = Header::read(&held).filter(|h| h.length as usize <= held.len()) {
                let frame: Vec<u8> = held.drain(..header.length as usize).collect();
                let (command, seq) = (header.command, header.sequence);
                let came = Pdu { link, command, status: header.status.0, seq, body: frame[16..].to_vec() };
                let answer = (self.answer)(&came);
                self.seen.lock().unwrap().push(came);
                if let Some(octets) = answer
                    && write.write_all(&octets).await.is_err()
                {
                    return;
                }
                self.came.notify_waiters();
            }
        }
    }

    /// Says something to every client that is connected.
    pub(crate) fn say(&self, octets: &[u8]) {
        self.says.send(octets.to_vec()).unwrap();
    }

    pub(crate) fn all(&self, command: u32) -> Vec<Pdu> {
        self.seen.lock().unwrap().iter().filter(|pdu| pdu.command == command).cloned().collect()
    }

    /// So many PDUs of a command, as soon as they are there.
    pub(crate) async fn until(&self, command: u32, count: usize) -> Vec<Pdu> {
        let wait = async {
            loop {
                let came = self.came.notified();
                let all = self.all(command);
                if all.len() >= count {
                    return all;
                }
                came.await;
            }
        };
        let all = tokio::time::timeout(PATIENCE, wait).await;
        all.unwrap_or_else(|_| {
            panic!("{count} of 0x{command:08X} were awaited, {} came", self.all(command).len())
        })
    }
}

/// A connection to who begins to listen soon.
pub(crate) async fn connected(to: SocketAddr) -> TcpStream {
    let wait = async {
        loop {
            match TcpStream::connect(to).await {
                Ok(stream) => return stream,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("nobody listens for an outbind")
}
