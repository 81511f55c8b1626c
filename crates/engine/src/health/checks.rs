//! The checks, one function each or a few lines, in the order in which they are told.

use super::{Check, Measured, NAMES, State};
use crate::connector::{self, SIMULATOR};
use crate::{Ctx, Result, queue};
use sms::live::LinkState;
use store::machine::{alarm, client, client_out, job, node, orphan, unconfirmed};
use store::workspace::Mode;
use store::{Engine, Tx};

const GIB: u64 = 1 << 30;
/// A log beyond this is not folded back as it should be.
const LOG_MOST: u64 = 256 << 20;
/// A closure that holds the writer longer than this holds up everybody.
const LONGEST_MS: u128 = 1_000;
/// Closures that wait beyond this mean that the disk is too slow.
const WAITING_MOST: usize = 10_000;
/// The disk is short below this share of it, and full below the other or 512 MiB.
const DISK_SHORT_PERCENT: u64 = 10;
const DISK_FULL_PERCENT: u64 = 2;
const DISK_FULL: u64 = GIB / 2;
/// A one-time code or other urgent message that waits longer than this waits too long.
const URGENT_MS: i64 = 60_000;
/// A job this much behind its time is late.
const LATE_MS: i64 = 60_000;
/// The clock may be behind the newest id by so much.
const CLOCK_MS: i64 = 60_000;
/// Beyond this many nobody counts.
const COUNTED_MOST: i64 = 1_000_000;
/// So many receipts of unknown messages are ordinary for a while.
const ORPHANS_MOST: i64 = 100;

/// What one check found: state, figure, words, what to do.
type Found = (State, i64, String, String);

pub(super) fn all(tx: &mut Tx<'_>, m: &Measured) -> Result<Vec<Check>> {
    let queues = queue::list(tx, &Ctx::system(0))?;
    let mut checks = Vec::with_capacity(NAMES.len());
    for (name, unit) in NAMES {
        let (state, value, says, fix) = match *name {
            "version" => (State::Ok, 0, format!("Sendword {}", m.version), String::new()),
            "server" => server(m),
            "store" => (State::Ok, 0, engine(m).to_owned(), String::new()),
            "store_size" => {
                (State::Ok, int(m.vitals.file_bytes), size(m, m.vitals.file_bytes), String::new())
            }
            "store_log" => log(m),
            "store_longest" => longest(m),
            "store_commits" => commits(m),
            "store_waiting" => waiting(m),
            "disk_free" => disk(m),
            "keys" => keys(tx, m)?,
            "clock" => clock(tx, m),
            "nodes" => nodes(&queues, &node::all(tx)?, m),
            "journal" => journal(m),
            "links" => links(&queues, m),
            "queues" => depth(&queues),
            "queue_oldest" => oldest(&queues),
            "clients" => clients(client::summary(tx, COUNTED_MOST)?, tx.now()),
            "unconfirmed" => open(unconfirmed::open(tx, COUNTED_MOST)?),
            "orphan_receipts" => orphans(orphan::count(tx)?),
            "jobs_late" => late(tx, m)?,
            "jobs_failed" => failed(tx)?,
            _ => alarms(tx)?,
        };
        checks.push(Check { name, state, value, unit, says, fix });
    }
    Ok(checks)
}

/// Programs that send through us: who is bound, and what nobody comes for.
fn clients(s: client::Summary, now: i64) -> Found {
    if s.enabled == 0 && s.waiting == 0 {
        return well(0, "no SMPP clients");
    }
    let says = format!(
        "{} of {} SMPP clients are bound, {} receipts and messages wait",
        s.bound, s.enabled, s.waiting
    );
    let waited = if s.oldest == 0 { 0 } else { now - s.oldest };
    if waited < client_out::KEEP_MS / 3 {
        return well(s.waiting, says);
    }
    let fix = "they are forgotten after three days: sendword clients list shows whose they are";
    (State::Warn, s.waiting, format!("{says}, the oldest for {} h", waited / 3_600_000), fix.into())
}

fn int(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn well(value: i64, says: impl Into<String>) -> Found {
    (State::Ok, value, says.into(), String::new())
}

fn mib(bytes: u64) -> String {
    if bytes >= 10 * GIB { format!("{} GiB", bytes / GIB) } else { format!("{} MiB", bytes >> 20) }
}

fn engine(m: &Measured) -> &'static str {
    match m.engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}

fn server(m: &Measured) -> Found {
    if m.serving {
        return well(int(m.vitals.open_s), "the server runs");
    }
    (State::Warn, 0, "no server runs; nothing is sent".into(), "sendword serve".into())
}

fn size(m: &Measured, bytes: u64) -> String {
    if m.engine == Engine::Postgres { "kept by the database".into() } else { mib(bytes) }
}

fn log(m: &Measured) -> Found {
    let (bytes, says) = (m.vitals.log_bytes, size(m, m.vitals.log_bytes));
    if bytes <= LOG_MOST {
        return well(int(bytes), says);
    }
    let fix = "a program holds an old view of the database open: end other readers of sendword.db";
    (State::Warn, int(bytes), format!("{says} are not folded back"), fix.into())
}

fn longest(m: &Measured) -> Found {
    let (name, ms) = m.vitals.longest;
    let value = i64::try_from(ms).unwrap_or(i64::MAX);
    let says = if name.is_empty() { "none yet".to_owned() } else { format!("{name}, {ms} ms") };
    if ms <= LONGEST_MS {
        return well(value, says);
    }
    (State::Warn, value, says, "the disk or the machine is slow: look at what else uses it".into())
}

fn commits(m: &Measured) -> Found {
    let per_minute = m.vitals.commits * 60 / m.vitals.open_s.max(1);
    well(int(per_minute), format!("{} in {} s", m.vitals.commits, m.vitals.open_s))
}

fn waiting(m: &Measured) -> Found {
    let n = m.vitals.waiting;
    let value = i64::try_from(n).unwrap_or(i64::MAX);
    if n <= WAITING_MOST {
        return well(value, format!("{n} wait for the writer"));
    }
    (State::Fail, value, format!("{n} wait for the writer"), "the disk is too slow for what is asked".into())
}

fn disk(m: &Measured) -> Found {
    let Some((free, all)) = m.disk else {
        return (State::Unknown, 0, "it cannot be told".into(), String::new());
    };
    let says = format!("{} of {} free", mib(free), mib(all));
    let fix = "free some space, or move the data directory to a larger disk";
    let state = if free < DISK_FULL || free < all / 100 * DISK_FULL_PERCENT {
        State::Fail
    } else if free < all / 100 * DISK_SHORT_PERCENT {
        State::Warn
    } else {
        return well(int(free), says);
    };
    (state, int(free), says, fix.into())
}

fn keys(tx: &mut Tx<'_>, m: &Measured) -> Result<Found> {
    Ok(match m.keys {
        (0, _) => {
            let fix = "bring keys/ back from a copy: without it refusals are not recognised";
            (State::Fail, 0, "the key ring is not there".into(), fix.into())
        }
        (n, 0) if store::keys::exported(tx)?.is_some() => {
            let ring = crate::keyring::look(tx)?;
            let mut says = "readable by their owner alone, and exported once".to_owned();
            if ring.keys > 1 {
                says += &format!(
                    "; {} keys for numbers, {} refusals still under a former one",
                    ring.keys, ring.left
                );
            }
            well(n, says)
        }
        // In test mode there is nothing yet that would be lost with them.
        (n, 0) if !store::workspace::list(tx)?.iter().any(|w| w.mode == Mode::Live) => {
            well(n, "readable by their owner alone; not exported yet")
        }
        (n, 0) if tx.keys().is_renewed() => {
            let says = "the newest key was never exported: without it nobody who refused is recognised";
            (State::Warn, n, says.into(), "sendword keys export FILE --passphrase-file FILE".into())
        }
        (n, 0) => {
            let says =
                "never exported: if this disk is lost no backup opens, and nobody who refused is recognised";
            (State::Warn, n, says.into(), "sendword keys export FILE --passphrase-file FILE".into())
        }
        (n, open) => {
            let says = format!("{open} of {n} can be read by others");
            (State::Fail, n, says, "chmod 600 in keys/ of the data directory".into())
        }
    })
}

fn clock(tx: &mut Tx<'_>, m: &Measured) -> Found {
    let behind = sms::id::minted_ms(tx.id()) - tx.now();
    if behind > CLOCK_MS {
        let says = format!("{} s behind what was stored before", behind / 1_000);
        return (State::Fail, behind, says, "set the clock right: timedatectl set-ntp true".into());
    }
    if m.clock_jump_ms != 0 {
        let says = format!("it jumped by {} s, which is not believed yet", m.clock_jump_ms / 1_000);
        return (State::Warn, m.clock_jump_ms, says, "if it is right: sendword clock confirm".into());
    }
    if m.clock_shifted {
        let says = "set by SENDWORD_CLOCK; nothing leaves this machine";
        return (State::Warn, behind.max(0), says.into(), "unset SENDWORD_CLOCK".into());
    }
    well(behind.max(0), "it goes forward")
}

/// Links that should carry and do not; the simulator's counts only where there is nothing else.
/// Who lives, and what each carries.
fn nodes(queues: &[queue::Queue], nodes: &[node::Node], m: &Measured) -> Found {
    if m.engine == Engine::Sqlite {
        return well(1, "one: the store is this machine's own");
    }
    let of = |n: &node::Node| {
        let carried: Vec<&str> = queues
            .iter()
            .filter(|q| q.connector.node == n.id && !q.connector.stale)
            .map(|q| q.connector.name.as_str())
            .collect();
        let carried = if carried.is_empty() { "nothing".to_owned() } else { carried.join(", ") };
        format!("{} ({}) carries {carried}", n.id, n.name)
    };
    let living: Vec<String> = nodes.iter().filter(|n| n.lives && n.carries).map(of).collect();
    if living.is_empty() {
        return (State::Unknown, 0, "no server runs".into(), String::new());
    }
    well(living.len() as i64, living.join("; "))
}

/// What carriers handed over while the database was away and is not in it yet.
fn journal(m: &Measured) -> Found {
    if m.journal == 0 {
        return well(0, "empty");
    }
    let fix = "it is read in as soon as the database answers; the log says what hinders it".to_owned();
    (State::Warn, int(m.journal), format!("{} KiB wait to be read in", m.journal.div_ceil(1024)), fix)
}

fn links(queues: &[queue::Queue], m: &Measured) -> Found {
    let wanted =
        |q: &&queue::Queue| q.connector.state != LinkState::Disabled && q.connector.kind != SIMULATOR;
    let all: Vec<_> = queues.iter().filter(wanted).collect();
    if all.is_empty() {
        return well(0, "only the simulator: nothing leaves this machine");
    }
    if !m.serving {
        return (State::Unknown, 0, format!("{} links; no server runs", all.len()), String::new());
    }
    let carries = |s: LinkState| matches!(s, LinkState::Bound | LinkState::Throttled | LinkState::NoTraffic);
    let bad: Vec<_> = all.iter().filter(|q| q.connector.stale || !carries(q.connector.state)).collect();
    let (n, up) = (bad.len() as i64, all.len() - bad.len());
    let Some(first) = bad.first() else { return well(0, format!("{up} of {up} carry")) };
    let c = &first.connector;
    let word = if c.stale { "stale" } else { c.state.name() };
    let error = if c.error.is_empty() { String::new() } else { format!(" ({})", c.error) };
    let says = format!("{up} of {} carry; {}: {word}{error}", all.len(), c.name);
    let fix = connector::hint(&c.error).map_or("sendword connectors list says more", |h| h.words());
    // A link on its way up is no failure yet.
    let rising = bad.iter().all(|q| q.connector.state == LinkState::Connecting && !q.connector.stale);
    (if rising { State::Warn } else { State::Fail }, n, says, fix.into())
}

fn depth(queues: &[queue::Queue]) -> Found {
    let n: i64 = queues.iter().map(|q| q.queued).sum();
    let lanes: Vec<String> = queues
        .iter()
        .filter(|q| q.queued > 0)
        .map(|q| match q.limit.name() {
            "" => format!("{} {}", q.connector.name, q.queued),
            limit => format!("{} {} ({limit})", q.connector.name, q.queued),
        })
        .collect();
    well(n, if n == 0 { "nothing waits".to_owned() } else { lanes.join(", ") })
}

fn oldest(queues: &[queue::Queue]) -> Found {
    let lanes = || queues.iter().flat_map(|q| &q.lanes).filter(|l| l.queued > l.paused);
    let all = lanes().filter_map(|l| l.oldest_ms).max().unwrap_or(0);
    let urgent = lanes().filter(|l| l.lane.is_strict()).filter_map(|l| l.oldest_ms).max().unwrap_or(0);
    if urgent > URGENT_MS {
        let says = format!("an urgent message has waited {} s", urgent / 1_000);
        return (State::Fail, all, says, "sendword queues list says what holds it back".into());
    }
    well(all, if all == 0 { "nothing waits".to_owned() } else { format!("{} s", all / 1_000) })
}

fn open(n: i64) -> Found {
    if n == 0 {
        return well(0, "none");
    }
    let fix = "sendword messages unconfirmed, then: sendword messages decide";
    (State::Warn, n, format!("{n} messages arrived once or never; somebody must decide"), fix.into())
}

fn orphans(n: i64) -> Found {
    let says = format!("{n} receipts belong to no message we know");
    if n <= ORPHANS_MOST {
        return well(n, if n == 0 { "none".to_owned() } else { says });
    }
    let fix = "another program may use the same carrier account, or the store is an old copy";
    (State::Warn, n, says, fix.into())
}

fn late(tx: &mut Tx<'_>, m: &Measured) -> Result<Found> {
    let now = tx.now();
    let late: Vec<job::Listed> = job::all(tx)?.into_iter().filter(|j| now - j.due > LATE_MS).collect();
    let n = late.len() as i64;
    let Some(first) = late.first() else { return Ok(well(0, "none")) };
    let says = format!("{n}; {} is {} s behind", first.kind.name(), (now - first.due) / 1_000);
    if !m.serving {
        return Ok((State::Unknown, n, format!("{n}; no server runs"), String::new()));
    }
    Ok((State::Warn, n, says, "look at the log: a job that fails says why".into()))
}

fn failed(tx: &mut Tx<'_>) -> Result<Found> {
    let bad: Vec<job::Listed> = job::all(tx)?.into_iter().filter(|j| !j.error.is_empty()).collect();
    let Some(first) = bad.first() else { return Ok(well(0, "none")) };
    let says = format!("{}; {}: {}", bad.len(), first.kind.name(), first.error);
    Ok((State::Warn, bad.len() as i64, says, "it is tried again by itself; the log says more".into()))
}

/// What people are told of on the page of alarms; one that somebody knows of is no warning any more.
fn alarms(tx: &mut Tx<'_>) -> Result<Found> {
    let open: Vec<alarm::Alarm> = alarm::open(tx)?;
    let news = open.iter().filter(|a| a.known_at == 0).count();
    let n = open.len() as i64;
    let Some(first) = open.iter().find(|a| a.known_at == 0).or(open.first()) else {
        return Ok(well(0, "none"));
    };
    let word = first.about.kind.name();
    let detail = if first.detail.is_empty() { String::new() } else { format!(" ({})", first.detail) };
    if news == 0 {
        return Ok(well(n, format!("{n} open, all known; {word}{detail}")));
    }
    let says = format!("{n} open, {news} of them new; {word}{detail}");
    Ok((State::Warn, n, says, "the page Delivery, Alarms says what was kept and what to do".into()))
}
