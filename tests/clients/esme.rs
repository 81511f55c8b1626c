//! A client of our SMPP server, octet by octet: it sends whatever a test wants and sees every PDU that comes.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use wire::smpp::{Header, Kind, Sm, SmBuf, Status, command};

const PATIENCE: Duration = Duration::from_secs(20);

/// One PDU as it came.
#[derive(Debug, Clone)]
pub(crate) struct Pdu {
    pub(crate) command: u32,
    pub(crate) status: Status,
    pub(crate) seq: u32,
    pub(crate) body: Vec<u8>,
}

impl Pdu {
    /// The C string its body begins with.
    pub(crate) fn id(&self) -> String {
        let end = self.body.iter().position(|b| *b == 0).unwrap_or(self.body.len());
        String::from_utf8_lossy(&self.body[..end]).into_owned()
    }
}

/// A connection.
pub(crate) struct Esme {
    pub(crate) stream: TcpStream,
    seq: u32,
    read: Vec<u8>,
    kept: VecDeque<Pdu>,
}

/// The octets of a PDU.
pub(crate) fn pdu(command: u32, seq: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for word in [16 + body.len() as u32, command, 0, seq] {
        out.extend(word.to_be_bytes());
    }
    out.extend(body);
    out
}

/// The body of a bind.
pub(crate) fn bind_body(system_id: &str, password: &str, version: u8) -> Vec<u8> {
    let mut body = [system_id.as_bytes(), b"\0", password.as_bytes(), b"\0\0"].concat();
    body.extend([version, 0, 0, 0]);
    body
}

impl Esme {
    pub(crate) fn connect(address: &str) -> Esme {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
        stream.set_nodelay(true).expect("a socket");
        Esme { stream, seq: 0, read: Vec::new(), kept: VecDeque::new() }
    }

    /// Connects and binds; the answer.
    pub(crate) fn bind(
        address: &str,
        command: u32,
        system_id: &str,
        password: &str,
        version: u8,
    ) -> (Esme, Pdu) {
        let mut esme = Esme::connect(address);
        let answer = esme.ask(command, &bind_body(system_id, password, version));
        (esme, answer)
    }

    /// A transceiver that is bound.
    pub(crate) fn bound(address: &str, system_id: &str, password: &str) -> Esme {
        let (esme, answer) = Esme::bind(address, command::BIND_TRANSCEIVER, system_id, password, 0x34);
        assert_eq!(answer.status, Status::OK);
        esme
    }

    pub(crate) fn write(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).expect("the server reads");
    }

    /// Sends a request; its sequence.
    pub(crate) fn send(&mut self, command: u32, body: &[u8]) -> u32 {
        self.seq += 1;
        self.write(&pdu(command, self.seq, body));
        self.seq
    }

    /// Sends a request and waits for its answer, whatever comes meanwhile.
    pub(crate) fn ask(&mut self, command: u32, body: &[u8]) -> Pdu {
        let seq = self.send(command, body);
        self.answer_of(seq)
    }

    pub(crate) fn answer_of(&mut self, seq: u32) -> Pdu {
        self.wait("an answer", |p| p.command & command::RESPONSE != 0 && p.seq == seq)
    }

    pub(crate) fn submit(&mut self, sm: &Sm<'_>) -> Pdu {
        let mut body = Vec::new();
        sm.encode(Kind::Submit, &mut body);
        self.ask(command::SUBMIT_SM, &body)
    }

    /// The next deliver_sm, not answered yet.
    pub(crate) fn delivered(&mut self) -> (u32, SmBuf) {
        let found = self.wait("a deliver_sm", |p| p.command == command::DELIVER_SM);
        (found.seq, SmBuf::new(Kind::Deliver, &found.body).expect("a deliver_sm that reads"))
    }

    /// The same, answered as taken.
    pub(crate) fn take(&mut self) -> SmBuf {
        let (seq, sm) = self.delivered();
        self.answer(seq, Status::OK);
        sm
    }

    /// Answers a deliver_sm.
    pub(crate) fn answer(&mut self, seq: u32, status: Status) {
        let mut octets = pdu(command::DELIVER_SM | command::RESPONSE, seq, b"\0");
        octets[8..12].copy_from_slice(&status.0.to_be_bytes());
        self.write(&octets);
    }

    /// Whether a deliver_sm comes within a moment.
    pub(crate) fn is_handed_something(&mut self, within: Duration) -> bool {
        self.look(within, |p| p.command == command::DELIVER_SM).is_some()
    }

    pub(crate) fn wait(&mut self, what: &str, which: impl Fn(&Pdu) -> bool) -> Pdu {
        let found = self.look(PATIENCE, which);
        found.unwrap_or_else(|| panic!("waited in vain for {what}; there is {:?}", self.kept))
    }

    fn look(&mut self, within: Duration, which: impl Fn(&Pdu) -> bool) -> Option<Pdu> {
        let end = Instant::now() + within;
        loop {
            if let Some(at) = self.kept.iter().position(&which) {
                return self.kept.remove(at);
            }
            if Instant::now() > end || !self.receive() {
                return self.kept.iter().position(&which).and_then(|at| self.kept.remove(at));
            }
        }
    }

    /// Whether the server closes the connection in time; what it says before is kept.
    pub(crate) fn is_closed(&mut self, within: Duration) -> bool {
        let end = Instant::now() + within;
        while Instant::now() < end {
            if !self.receive() {
                return true;
            }
        }
        false
    }

    /// Reads what came; `false` at the end.
    fn receive(&mut self) -> bool {
        let mut buffer = [0; 65_536];
        match self.stream.read(&mut buffer) {
            Ok(0) => return false,
            Ok(n) => self.read.extend_from_slice(&buffer[..n]),
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => return false,
        }
        while let Some(header) = Header::read(&self.read) {
            let length = header.length as usize;
            if self.read.len() < length {
                break;
            }
            let body = self.read[16..length].to_vec();
            self.read.drain(..length);
            let (command, status, seq) = (header.command, header.status, header.sequence);
            if command == command::ENQUIRE_LINK {
                let _ = self.stream.write_all(&pdu(command | command::RESPONSE, seq, b""));
                continue;
            }
            self.kept.push_back(Pdu { command, status, seq, body });
        }
        true
    }
}
