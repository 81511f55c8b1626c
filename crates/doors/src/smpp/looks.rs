//! What stands on clients' wires: packets of those that somebody looks at, and always the last that failed. Sessions put
//! them here; one task writes them, beside everything else that goes on. Where nobody looks a session compares one number.

use super::{House, lock};
use engine::client::{FAILED_KEPT, Failed, Packet, Watch};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::Bell;
use wire::smpp::{Status, command};
use wire::trace::{Decoded, Dialect, Frames, Sort, decode, without_secrets};

/// Packets of a client that may wait to be written; older ones go first.
const WAITING_MAX: usize = 300;
/// How often they are written while there are any, and how often it is looked who looks where no bell tells.
const FLUSH: Duration = Duration::from_millis(500);
const LOOK: Duration = Duration::from_secs(5);

/// What all sessions share of it.
#[derive(Default)]
pub(super) struct Wires {
    /// Who looks; the number rises with every change.
    watches: Mutex<Arc<Vec<Watch>>>,
    change: AtomicU64,
    /// By client: its workspace and what waits to be written.
    waiting: Mutex<HashMap<i64, (i64, Waiting)>>,
}

#[derive(Default)]
struct Waiting {
    packets: VecDeque<Packet>,
    failed: VecDeque<Failed>,
}

/// Whose wire it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose {
    pub(super) client: i64,
    pub(super) workspace: i64,
    pub(super) session: i64,
}

impl Wires {
    /// Rises when somebody begins or ceases to look.
    pub(super) fn change(&self) -> u64 {
        self.change.load(Ordering::Acquire)
    }

    /// A tap where somebody looks at this client.
    pub(super) fn tap(&self, whose: Whose, now: i64) -> Option<Box<Tap>> {
        let watches: Vec<Watch> =
            lock(&self.watches).iter().filter(|w| w.connector == whose.client).cloned().collect();
        let looks = watches.iter().any(|w| w.until_at > now);
        let frames = || Frames::new(Dialect::Smpp);
        looks.then(|| Box::new(Tap { whose, watches, sent: frames(), read: frames() }))
    }

    fn put(&self, whose: Whose, packet: Packet) {
        let mut waiting = lock(&self.waiting);
        let (_, one) = waiting.entry(whose.client).or_insert_with(|| (whose.workspace, Waiting::default()));
        if one.packets.len() >= WAITING_MAX {
            one.packets.pop_front();
        }
        one.packets.push_back(packet);
    }

    /// A request of a client was refused, or could not be read.
    pub(super) fn failed(&self, whose: Whose, at: i64, asked: u32, status: Status, body: &[u8]) {
        let decoded = decode(Dialect::Smpp, &[&head(asked, body.len())[..], body].concat());
        let plain = decoded.fields.iter().filter(|f| f.sort == Sort::Plain);
        let failed = Failed {
            at,
            ours: false,
            command: command::name(asked).to_owned(),
            status: status
                .name()
                .map_or_else(|| format!("0x{:X}", status.0), |name| format!("{name} 0x{:X}", status.0)),
            fields: plain.map(|f| format!("{}: {}\n", f.name, f.value)).collect(),
            message: 0,
        };
        let mut waiting = lock(&self.waiting);
        let (_, one) = waiting.entry(whose.client).or_insert_with(|| (whose.workspace, Waiting::default()));
        if one.failed.len() as i64 >= FAILED_KEPT {
            one.failed.pop_front();
        }
        one.failed.push_back(failed);
    }
}

/// A header by which a body that came without one can be taken apart.
fn head(asked: u32, body: usize) -> [u8; 16] {
    let mut head = [0; 16];
    head[..4].copy_from_slice(&u32::try_from(body + 16).unwrap_or(u32::MAX).to_be_bytes());
    head[4..8].copy_from_slice(&asked.to_be_bytes());
    head
}

/// A tap on one session.
pub(super) struct Tap {
    whose: Whose,
    watches: Vec<Watch>,
    sent: Frames,
    read: Frames,
}

impl Tap {
    /// Octets were written, or read.
    pub(super) fn saw(&mut self, wires: &Wires, octets: &[u8], ours: bool, now: i64) {
        let mut found = Vec::new();
        let frames = if ours { &mut self.sent } else { &mut self.read };
        frames.feed(octets, &mut |packet| found.push(packet.to_vec()));
        for packet in found {
            let decoded = decode(Dialect::Smpp, &packet);
            if self.watches.iter().any(|w| w.until_at > now && fits(&w.mask, &decoded)) {
                wires.put(self.whose, row(self.whose, &packet, &decoded, ours, now));
            }
        }
    }
}

/// Whether a packet speaks of a number that is looked at; what names none is kept with every mask.
fn fits(mask: &str, decoded: &Decoded) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut numbers = decoded.fields.iter().filter(|f| f.sort == Sort::Address).peekable();
    mask.is_empty() || numbers.peek().is_none() || numbers.any(|f| digits(&f.value).contains(mask))
}

fn row(whose: Whose, packet: &[u8], decoded: &Decoded, ours: bool, at: i64) -> Packet {
    let sign = |sort| match sort {
        Sort::Plain => ' ',
        Sort::Address => '#',
        Sort::Text => '"',
        Sort::Secret => '!',
    };
    let line = |f: &wire::trace::Field| {
        format!("{}{}: {}\n", sign(f.sort), f.name, f.value.replace(['\n', '\r'], " "))
    };
    Packet {
        id: 0,
        connector: whose.client,
        link: whose.session,
        at,
        ours,
        dialect: Dialect::Smpp.name().to_owned(),
        command: decoded.command.clone(),
        status: decoded.status.clone(),
        seq: i64::from(decoded.seq),
        message: 0,
        fields: decoded.fields.iter().map(line).collect(),
        raw: without_secrets(packet, decoded),
    }
}

/// Reads who looks and writes what waits, until the server ends.
pub(super) async fn run(house: Arc<House>) {
    let mut stopping = house.stopping.clone();
    let mut bell = house.db().listen(Bell::Connectors);
    loop {
        match house.db().read(engine::client::watches).await {
            Ok(all) => {
                let mut held = lock(&house.wires.watches);
                if **held != all {
                    *held = Arc::new(all);
                    house.wires.change.fetch_add(1, Ordering::Release);
                }
            }
            Err(e) => tracing::debug!(error = %e, "who looks at clients' wires could not be read"),
        }
        let looked = tokio::time::Instant::now();
        loop {
            let pause = if lock(&house.wires.waiting).is_empty() { LOOK } else { FLUSH };
            tokio::select! {
                _ = bell.changed() => break,
                () = tokio::time::sleep(pause) => {}
                _ = stopping.changed() => return write(&house).await,
            }
            write(&house).await;
            if looked.elapsed() >= LOOK {
                break;
            }
        }
    }
}

async fn write(house: &House) {
    let all = std::mem::take(&mut *lock(&house.wires.waiting));
    for (client, (workspace, waiting)) in all {
        let (packets, failed) = (Vec::from(waiting.packets), Vec::from(waiting.failed));
        let kept = house.db().background("smpp_wire", move |tx| {
            engine::client::keep(tx, client, workspace, &packets, &failed)
        });
        if let Err(e) = kept.await {
            tracing::debug!(client, error = %e, "what stood on a client's wire could not be kept");
        }
    }
}
