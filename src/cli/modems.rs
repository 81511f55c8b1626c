//! `modems`: looking for them, what one says of itself, a code to its network, its PIN.

use super::link::Link;
use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum Modems {
    /// Ask every serial port who is there
    Scan {
        /// A modem behind a network too
        #[arg(long, value_name = "HOST:PORT")]
        tcp: Vec<String>,
        /// A pseudo-terminal, or a port of another name, too
        #[arg(long, value_name = "PATH")]
        pty: Vec<String>,
    },
    /// What a modem says of itself, and what its card has sent
    Info { name: String },
    /// Send a code to the network, as *100# for the balance, and show its answer
    Ussd { name: String, code: String },
    /// Have the PIN entered once more, after it failed
    Pin { name: String },
}

impl Modems {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Modems::Scan { tcp, pty } => scan(call, tcp, pty),
            Modems::Info { name } => {
                let link = call.link()?;
                let told = link.get(&format!("/v1/connectors/{}/modem", find(&link, &name)?))?;
                show::one(call.format, &told, &card(&told));
                Ok(())
            }
            Modems::Ussd { name, code } => {
                let link = Link::server(&call.place)?;
                let path = format!("/v1/connectors/{}/ussd", find(&link, &name)?);
                let told = link.post(&path, &json!({ "code": code }))?;
                show::one(call.format, &told, &show::cell(&told["text"]));
                Ok(())
            }
            Modems::Pin { name } => {
                let link = Link::server(&call.place)?;
                let asked = link.post(&format!("/v1/connectors/{}/pin", find(&link, &name)?), &json!({}))?;
                show::one(call.format, &asked, &format!("{name} enters its PIN once."));
                Ok(())
            }
        }
    }
}

fn find(link: &Link, name: &str) -> Done<String> {
    let all = link.list("/v1/connectors", usize::MAX)?;
    let found = all.iter().find(|c| c["kind"] == "modem" && (c["name"] == name || c["id"] == name));
    found.and_then(|c| c["id"].as_str()).map(str::to_owned).ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no modem '{name}'"))
            .fix("see them with: sendword connectors list; look for new ones with: sendword modems scan")
    })
}

/// The server looks where one runs, because it has ports of its own open; else this command does.
fn scan(call: &Call, tcp: Vec<String>, pty: Vec<String>) -> Done {
    let devices: Vec<String> = tcp.iter().map(|address| format!("tcp:{address}")).chain(pty).collect();
    show::hint("Asking every port who is there …");
    let found: Vec<Value> = match Link::server(&call.place) {
        Ok(link) => {
            let told = link.post("/v1/modems/scan", &json!({ "devices": devices }))?;
            told["data"].as_array().cloned().unwrap_or_default()
        }
        Err(_) => {
            let runtime = tokio::runtime::Runtime::new()
                .map_err(|e| Failure::new(Exit::Failure, "the ports cannot be asked").why(e))?;
            let found = runtime.block_on(connectors::modem::scan::scan(&devices));
            found.iter().filter_map(|one| serde_json::to_value(one).ok()).collect()
        }
    };
    let columns = [
        ("device", "device"),
        ("use", "best"),
        ("connection", "connector"),
        ("model", "model"),
        ("imei", "imei"),
        ("sim", "card"),
        ("operator", "operator"),
        ("signal", "signal_dbm"),
        ("error", "error"),
    ];
    show::many(call.format, &found, &columns);
    let free = |one: &&Value| one["best"] == true && one["connector"].is_null();
    match found.iter().find(free).and_then(|one| one["device"].as_str()) {
        Some(device) => show::hint(&format!(
            "Use one with: sendword connectors add NAME --kind modem --set device={device}"
        )),
        None if found.is_empty() => show::hint("No serial port is there. Is the modem plugged in?"),
        None => {}
    }
    Ok(())
}

fn card(told: &Value) -> String {
    let text = |value: &Value| show::cell(value);
    let of = |used: &Value, most: &Value| match most.as_i64() {
        Some(most) if most > 0 => format!("{} of {most}", text(used)),
        _ => text(used),
    };
    let (sim, sent, memory) = (&told["sim"], &told["sent"], &told["memory"]);
    let lines = [
        ("model", text(&told["model"])),
        ("port", text(&told["port"])),
        ("imei", text(&told["imei"])),
        ("operator", format!("{} ({})", text(&told["operator"]), text(&told["registration"]))),
        ("signal", format!("{} dBm, {} of 5 bars", text(&told["signal_dbm"]), text(&told["bars"]))),
        ("sim", format!("{} {}", text(&sim["state"]), text(&sim["imsi"]))),
        ("number", text(&sim["number"])),
        ("smsc", text(&sim["smsc"])),
        ("memory", format!("{} {}", text(&memory["name"]), of(&memory["used"], &memory["total"]))),
        ("sent this hour", of(&sent["hour"], &sent["per_hour"])),
        ("sent today", of(&sent["day"], &sent["per_day"])),
        ("balance", text(&told["balance"])),
        ("unreadable", text(&told["unreadable"])),
    ];
    let told = lines.into_iter().filter(|(_, value)| !value.trim().is_empty());
    told.map(|(name, value)| format!("{name:<16}{value}")).collect::<Vec<_>>().join("\n")
}
