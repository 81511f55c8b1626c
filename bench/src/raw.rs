//! A bare SMPP session at both ends of a loopback connection: no store, no engine, only framing, window and answers.

use crate::figures::{Figures, Goal};
use crate::names::Benchmark;
use crate::process::Process;
use crate::{Bench, Res, load};
use clap::Args;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;
use wire::smpp::{Config, Event, Kind, Session, Sm, Stage, Status, destination, source};

/// Octets of one read.
const READ: usize = 256 * 1024;
/// An answer never takes so long here.
const PATIENCE_MS: i64 = 60_000;

#[derive(Args, Clone)]
pub(crate) struct Raw {
    #[arg(long, default_value_t = 2_000_000)]
    messages: u64,
    #[arg(long, value_delimiter = ',', default_value = "1,10,1000")]
    windows: Vec<usize>,
}

impl Benchmark for Raw {
    fn told(&self) -> (&'static str, String) {
        let Raw { messages, windows } = self;
        let how = format!(
            "{messages} submit_sm of 75 characters, encoded anew each, and their answers, between two threads over a loopback \
             connection, windows {windows:?} (a twentieth of the messages in windows of 10 or less); nothing is stored"
        );
        ("raw", how)
    }

    fn quick(&mut self) {
        self.messages = self.messages.min(100_000);
    }

    fn run(&self, _: &Bench) -> Res<Figures> {
        let mut figures = Figures::default();
        for window in &self.windows {
            let messages = if *window <= 10 { self.messages / 20 } else { self.messages };
            let before = Process::own().used()?;
            let rate = session(messages.max(1), *window)?;
            let used = Process::own().used()?.since(&before);
            let goal = if *window >= 1_000 { Goal::AtLeast(200_000.0) } else { Goal::None };
            figures.add_with_goal(format!("window {window}: messages answered"), "/s", rate, goal);
            let cpu = used.cpu_us / messages.max(1) as f64;
            figures.add(format!("window {window}: processor of both ends"), "µs/message", cpu);
        }
        Ok(figures)
    }

    fn inside(&self) -> bool {
        true
    }
}

fn session(messages: u64, window: usize) -> Res<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    let carrier = std::thread::spawn(move || carrier(far));
    let rate = client(near, messages, window)?;
    let taken = carrier.join().map_err(|_| "the carrier's side broke")??;
    if taken != messages {
        return Err(format!("{taken} of {messages} came").into());
    }
    Ok(rate)
}

/// Writes what there is in one call, then reads once.
fn turn(socket: &mut TcpStream, session: &mut Session, buffer: &mut [u8], now: i64) -> Res<bool> {
    let octets = session.output();
    if !octets.is_empty() {
        socket.write_all(octets)?;
        let count = octets.len();
        session.wrote(count);
    }
    if session.stage() == Stage::Closed {
        return Ok(false);
    }
    match socket.read(buffer)? {
        0 => Ok(false),
        count => {
            session.feed(&buffer[..count], now);
            Ok(true)
        }
    }
}

fn client(mut socket: TcpStream, messages: u64, window: usize) -> Res<f64> {
    socket.set_nodelay(true)?;
    let began = Instant::now();
    let now = || i64::try_from(began.elapsed().as_millis()).unwrap_or(0);
    let mut session = Session::esme(Config { window, ..Config::default() }, 0);
    let mut buffer = vec![0; READ];
    let (mut sent, mut answered, mut started) = (0, 0, None);
    let sm = Sm {
        source: source("SHOP"),
        destination: destination("+972502345678"),
        registered_delivery: 1,
        short_message: load::TEXT.as_bytes(),
        ..Sm::default()
    };
    while answered < messages {
        if session.stage() == Stage::Bound {
            started.get_or_insert_with(Instant::now);
            while sent < messages && session.room() > 0 {
                session.send(Kind::Submit, sent, &sm, PATIENCE_MS, now()).map_err(|e| e.to_string())?;
                sent += 1;
            }
        }
        if !turn(&mut socket, &mut session, &mut buffer, now())? {
            return Err("the carrier's side hung up".into());
        }
        while let Some(event) = session.poll_event() {
            match event {
                Event::Answered { status, .. } if status.is_ok() => answered += 1,
                Event::Bound { .. } => {}
                other => return Err(format!("{other:?}").into()),
            }
        }
    }
    let started = started.ok_or("it was never bound")?;
    Ok(messages as f64 / started.elapsed().as_secs_f64())
}

fn carrier(mut socket: TcpStream) -> Res<u64> {
    socket.set_nodelay(true)?;
    let mut session = Session::smsc(Config::default(), 0);
    let mut buffer = vec![0; READ];
    let mut taken = 0u64;
    while turn(&mut socket, &mut session, &mut buffer, 0)? {
        while let Some(event) = session.poll_event() {
            match event {
                Event::BindAsked(_) => session.answer_bind(Status::OK, 0),
                Event::Submit { seq, sm } => {
                    if sm.view().octets() != load::TEXT.as_bytes() {
                        return Err("a text came that was not sent".into());
                    }
                    taken += 1;
                    session.answer_submit(seq, Status::OK, taken.to_string().as_bytes());
                }
                other => return Err(format!("{other:?}").into()),
            }
        }
    }
    Ok(taken)
}
