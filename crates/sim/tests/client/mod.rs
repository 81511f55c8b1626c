//! A small client of a carrier for the tests beside it: one task, one session, events over a channel.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::net::TcpStream;
use tokio::sync::mpsc;
use wire::smpp::{Bind, Config, Event, Kind, Session, Sm, SmBuf, Status};

/// What a test asks of the client.
enum Ask {
    Submit(u64, SmBuf),
    /// Whether and how deliveries are answered from now on.
    Answer(Option<Status>),
    Unbind,
}

/// A bound (or refused) client.
pub(crate) struct Client {
    asks: mpsc::UnboundedSender<Ask>,
    events: mpsc::UnboundedReceiver<Event>,
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

impl Client {
    /// Connects and binds with the window and timers of a test.
    pub(crate) async fn start(addr: SocketAddr, bind: Bind, system_id: &str, password: &str) -> Client {
        let config = Config {
            system_id: system_id.into(),
            password: password.into(),
            bind,
            window: 1000,
            response_ms: 600,
            probe_ms: 300,
            ..Config::default()
        };
        let stream = TcpStream::connect(addr).await.unwrap();
        let (asks, asked) = mpsc::unbounded_channel();
        let (tell, events) = mpsc::unbounded_channel();
        tokio::spawn(run(stream, Session::esme(config, now()), asked, tell));
        Client { asks, events }
    }

    /// A transceiver that is bound.
    pub(crate) async fn bound(addr: SocketAddr) -> Client {
        let mut client = Client::start(addr, Bind::Transceiver, "shop", "pw").await;
        let event = client.next().await;
        assert!(matches!(event, Event::Bound { .. }), "{event:?}");
        client
    }

    pub(crate) fn submit(&self, token: u64, sm: &Sm<'_>) {
        let mut body = Vec::new();
        sm.encode(Kind::Submit, &mut body);
        self.asks.send(Ask::Submit(token, SmBuf::new(Kind::Submit, &body).unwrap())).unwrap();
    }

    pub(crate) fn answer_with(&self, status: Option<Status>) {
        self.asks.send(Ask::Answer(status)).unwrap();
    }

    pub(crate) fn unbind(&self) {
        self.asks.send(Ask::Unbind).unwrap();
    }

    /// The next event, within five seconds.
    pub(crate) async fn next(&mut self) -> Event {
        tokio::time::timeout(Duration::from_secs(5), self.events.recv())
            .await
            .expect("an event")
            .expect("a link")
    }

    /// Whether nothing comes for so long.
    pub(crate) async fn silent(&mut self, ms: u64) -> bool {
        tokio::time::timeout(Duration::from_millis(ms), self.events.recv()).await.is_err()
    }

    /// The next answer to a submit.
    pub(crate) async fn answer(&mut self) -> (u64, Status, String) {
        match self.next().await {
            Event::Answered { token, status, message_id } => {
                (token, status, String::from_utf8(message_id).unwrap())
            }
            other => panic!("an answer was expected: {other:?}"),
        }
    }

    /// The next delivery.
    pub(crate) async fn delivery(&mut self) -> SmBuf {
        match self.next().await {
            Event::Deliver { sm, .. } => sm,
            other => panic!("a delivery was expected: {other:?}"),
        }
    }
}

async fn run(
    stream: TcpStream,
    mut session: Session,
    mut asked: mpsc::UnboundedReceiver<Ask>,
    tell: mpsc::UnboundedSender<Event>,
) {
    let mut buffer = vec![0; 64 * 1024];
    let mut answer = Some(Status::OK);
    loop {
        let next = session.tick(now());
        while let Some(event) = session.poll_event() {
            if let (Event::Deliver { seq, .. }, Some(status)) = (&event, answer) {
                session.answer_deliver(*seq, status);
            }
            let _ = tell.send(event);
        }
        while !session.output().is_empty() {
            stream.writable().await.unwrap();
            match stream.try_write(session.output()) {
                Ok(count) => session.wrote(count),
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
        let Some(next) = next else { return };
        let sleep = Duration::from_millis((next - now()).max(0) as u64);
        tokio::select! {
            ready = stream.readable() => {
                ready.unwrap();
                match stream.try_read(&mut buffer) {
                    Ok(0) => session.lost(),
                    Ok(count) => session.feed(&buffer[..count], now()),
                    Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(_) => session.lost(),
                }
            }
            ask = asked.recv() => match ask {
                Some(Ask::Submit(token, sm)) => {
                    session.submit(token, &sm.view(), now()).unwrap();
                }
                Some(Ask::Answer(status)) => answer = status,
                Some(Ask::Unbind) => session.unbind(now()),
                None => return,
            },
            () = tokio::time::sleep(sleep) => {}
        }
    }
}
