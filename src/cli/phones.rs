//! `phones`: pairing the app on a phone with its connection, what a phone says of itself, turning one away.

use super::link::Link;
use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum Phones {
    /// Offer a code for ten minutes; the app that shows it is the connection's phone from then on
    Pair { name: String },
    /// What a phone says of itself, and what its cards have sent
    Info { name: String },
    /// Let the phone in no more; what it has and was not answered is unknown
    Revoke { name: String },
}

impl Phones {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Phones::Pair { name } => {
                let path = format!("/v1/connectors/{}/phone/pair", find(&link, &name)?);
                let told = link.post(&path, &json!({}))?;
                show::one(call.format, &told, &offer(&told));
            }
            Phones::Info { name } => {
                let told = link.get(&format!("/v1/connectors/{}/phone", find(&link, &name)?))?;
                show::one(call.format, &told, &card(&told));
            }
            Phones::Revoke { name } => {
                let path = format!("/v1/connectors/{}/phone/revoke", find(&link, &name)?);
                let told = link.post(&path, &json!({}))?;
                show::one(call.format, &told, &format!("The phone of {name} is let in no more."));
            }
        }
        Ok(())
    }
}

fn find(link: &Link, name: &str) -> Done<String> {
    let all = link.list("/v1/connectors", usize::MAX)?;
    let found = all.iter().find(|c| c["kind"] == "phone" && (c["name"] == name || c["id"] == name));
    found.and_then(|c| c["id"].as_str()).map(str::to_owned).ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no phone '{name}'"))
            .fix("see them with: sendword connectors list; add one with: sendword connectors add NAME --kind phone")
    })
}

fn offer(told: &Value) -> String {
    let text = |name: &str| show::cell(&told[name]);
    format!(
        "code     {}\naddress  {}\nlink     {}\nuntil    {}",
        text("code"),
        text("address"),
        text("link"),
        text("until")
    )
}

fn card(told: &Value) -> String {
    let text = |name: &str| show::cell(&told[name]);
    let mut lines = vec![
        format!("paired    {}", text("paired_at")),
        format!("seen      {}", text("seen_at")),
        format!("model     {} (Android {}, app {})", text("model"), text("android"), text("app")),
        format!(
            "battery   {} %{}",
            text("battery"),
            if told["charging"] == true { ", charging" } else { "" }
        ),
    ];
    for sim in told["sims"].as_array().into_iter().flatten() {
        let of = |name: &str, most: &str| match sim["sent"][most].as_i64() {
            Some(most) if most > 0 => format!("{} of {most}", sim["sent"][name]),
            _ => sim["sent"][name].to_string(),
        };
        lines.push(format!(
            "sim {}     {} {} {}: {} this hour, {} today",
            sim["slot"],
            show::cell(&sim["carrier"]),
            show::cell(&sim["number"]),
            if sim["ready"] == true { "ready" } else { "cannot send" },
            of("hour", "per_hour"),
            of("day", "per_day"),
        ));
    }
    lines.join("\n")
}
