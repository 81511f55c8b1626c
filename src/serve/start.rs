//! What a start says and checks: log, clock, address.

use super::door::Door;
use crate::config::Config;
use crate::failure::{Done, Exit, Failure};
use std::io::{IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::process::{Command, Stdio};
use store::{Clock, Db};
use tracing_subscriber::EnvFilter;

/// Logs to stderr by a filter as `info` or `engine=debug`.
pub(super) fn log(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let format = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = format.with_ansi(std::io::stderr().is_terminal()).try_init(); // a second start in one process keeps the first
}

/// The wall clock, started elsewhere where `SENDWORD_CLOCK` says so: the server's, and that of a command which works on
/// the store itself.
pub(crate) fn clock() -> Done<Clock> {
    let Ok(text) = std::env::var("SENDWORD_CLOCK") else { return Ok(Clock::default()) };
    let at = doors::time::parse(&text).ok_or_else(|| {
        Failure::new(Exit::Usage, format!("SENDWORD_CLOCK: '{text}' is no moment"))
            .fix("write it in RFC 3339, as 2026-12-01T09:00:00Z")
    })?;
    Ok(Clock::starting_at(at))
}

/// `SENDWORD_LAW=advise` tells the law and does not keep it: for development and checks, like a false clock.
pub(crate) fn law_is_kept() -> Done<bool> {
    match std::env::var("SENDWORD_LAW").as_deref() {
        Err(_) | Ok("" | "keep") => Ok(true),
        Ok("advise") => Ok(false),
        Ok(other) => {
            Err(Failure::new(Exit::Usage, format!("SENDWORD_LAW: '{other}' is neither keep nor advise")))
        }
    }
}

/// Puts the packs in force, the built-in ones and those of DIR/packs.
pub(super) fn law(db: &Db) -> Done {
    let kept = law_is_kept()?;
    let dir = db.dir().join("packs");
    let files = engine::law::load::files(&dir)
        .map_err(|e| Failure::new(Exit::Failure, format!("{} cannot be read", dir.display())).why(e))?;
    let loaded = db.write_blocking("law", move |tx| {
        engine::law::keep(tx, kept)?;
        engine::law::load::install(tx, &files)
    })?;
    for fault in &loaded.faults {
        tracing::error!(file = %fault.name, problem = %fault.problem, "a pack was not loaded; the last good one stays");
    }
    if !kept {
        harmless(db, "SENDWORD_LAW=advise is set")?;
    }
    Ok(())
}

/// A clock that lies may not send to people: with it, every connector must lead to this machine.
pub(super) fn clock_is_harmless(db: &Db) -> Done {
    if db.clock().is_shifted() { harmless(db, "SENDWORD_CLOCK is set") } else { Ok(()) }
}

fn harmless(db: &Db, what: &str) -> Done {
    let out = db.read_blocking(store::connector::enabled)?;
    let away = |c: &&store::connector::Row| {
        let device = c.settings.get("device").and_then(|device| device.rsplit_once(':'));
        let device = device.map(|(host, _)| host.trim_start_matches("tcp:"));
        let host = c.settings.get("host").map(String::as_str).or(device).map(str::to_owned);
        let base = c.settings.get("base").and_then(|base| base.parse::<axum::http::Uri>().ok());
        let host = host.or_else(|| base.and_then(|uri| uri.host().map(str::to_owned)));
        c.kind != engine::connector::SIMULATOR && !host.as_deref().is_some_and(is_loopback)
    };
    match out.iter().find(away) {
        None => Ok(()),
        Some(c) => Err(Failure::new(Exit::Usage, format!("{what}, and messages could leave this machine"))
            .why(format!("connector '{}' leads elsewhere", c.name))
            .fix(format!("sendword connectors disable {}, or unset it", c.name))),
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The lines of a start, on stderr as all that is no data.
pub(super) fn greet(config: &Config, address: SocketAddr, door: &Door) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "Sendword is at http://{address}/");
    let _ = writeln!(err, "Its data are in {}", config.data.display());
    if door.harmless {
        let _ = writeln!(err, "Test mode: nothing leaves this computer.");
    }
    if let Some(url) = &door.first_run {
        let _ = writeln!(err, "Begin at {url}");
        show_in_browser(url);
    }
    if std::env::var_os("SENDWORD_CLOCK").is_some() {
        let _ = writeln!(err, "Its clock was set by SENDWORD_CLOCK; nothing leaves this machine.");
    }
    if law_is_kept().is_ok_and(|kept| !kept) {
        let _ = writeln!(err, "The law is told and not kept (SENDWORD_LAW); nothing leaves this machine.");
    }
}

/// Opens a page where somebody sits at a screen; otherwise the line on stderr is enough.
fn show_in_browser(url: &str) {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let screen = cfg!(target_os = "macos") || set("DISPLAY") || set("WAYLAND_DISPLAY");
    if !screen || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return;
    }
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = Command::new(opener);
    let quiet = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match quiet.spawn() {
        // Waited for, so that nothing of it stays behind.
        Ok(mut child) => drop(std::thread::spawn(move || child.wait())),
        Err(e) => tracing::debug!(error = %e, "no browser could be opened"),
    }
}
