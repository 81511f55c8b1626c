//! `clients`: accounts of programs that bind to our SMPP server.

use super::delivery::{Told, pairs};
use super::link::Link;
use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum Clients {
    /// Make an account; a password that is made up is shown this once
    Add {
        name: String,
        /// Settings, as system_id=shop password=secret binds=5 window=50 rate=100
        #[arg(long, num_args = 1.., value_name = "KEY=VALUE")]
        set: Vec<String>,
    },
    /// List them and who is bound
    List,
    /// One of them, with its settings and sessions
    Show { name: String },
    /// Change settings
    Set {
        name: String,
        #[arg(num_args = 1.., value_name = "KEY=VALUE")]
        set: Vec<String>,
    },
    /// Let one bind
    Enable { name: String },
    /// Let one bind no more; its sessions end
    Disable { name: String },
    /// Give one another password, shown this once; its sessions end
    ResetPassword { name: String },
    /// Hand what is written to a number of ours over to a client
    Number {
        number: String,
        /// The client; without it the number is nobody's again
        #[arg(long)]
        client: Option<String>,
    },
    /// Look at its wire for some minutes
    Watch {
        name: String,
        /// Only at this number, or a piece of one
        #[arg(long, default_value = "")]
        number: String,
        #[arg(long, default_value_t = 15)]
        minutes: i64,
    },
    /// Look no longer
    Unwatch { name: String },
    /// What stood on its wire while somebody looked
    Trace {
        name: String,
        #[command(flatten)]
        how: Told,
    },
    /// What of it was refused or could not be read last, without numbers and text
    Failed { name: String },
    /// Remove one with what waits for it
    Remove { name: String },
}

impl Clients {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        match self {
            Clients::Add { name, set } => {
                let made = link.post("/v1/clients", &json!({ "name": name, "settings": pairs(&set)? }))?;
                secret(call, &made);
            }
            Clients::List => list(call, &link)?,
            Clients::Show { name } => {
                let one = link.get(&path(&link, &name, "")?)?;
                show::one(call.format, &one, &shown(&one));
            }
            Clients::Set { name, set } => patch(call, &link, &name, &json!({ "settings": pairs(&set)? }))?,
            Clients::Enable { name } => patch(call, &link, &name, &json!({ "enabled": true }))?,
            Clients::Disable { name } => patch(call, &link, &name, &json!({ "enabled": false }))?,
            Clients::ResetPassword { name } => {
                secret(call, &link.post(&path(&link, &name, "/password")?, &json!({}))?);
            }
            Clients::Number { number, client } => {
                let id = client.as_deref().map(|name| find(&link, name)).transpose()?;
                let body = json!({ "number": number, "client": id });
                let given = link.post("/v1/clients/numbers", &body)?;
                let people = match client {
                    Some(name) => format!("What is written to {number} goes to {name} as well."),
                    None => format!("{number} is no client's."),
                };
                show::one(call.format, &given, &people);
            }
            Clients::Watch { name, number, minutes } => {
                let body = json!({ "number": number, "minutes": minutes });
                let made = link.post(&path(&link, &name, "/watch")?, &body)?;
                let people = format!("Looking at {name} until {}.", show::cell(&made["until"]));
                show::one(call.format, &made, &people);
            }
            Clients::Unwatch { name } => {
                link.call("DELETE", &path(&link, &name, "/watch")?, None)?;
                show::one(call.format, &json!({ "name": name, "watched": false }), "Nobody looks any more.");
            }
            Clients::Trace { name, how } => how.show(call, &path(&link, &name, "/trace")?)?,
            Clients::Failed { name } => {
                let all = link.list(&path(&link, &name, "/failed")?, usize::MAX)?;
                let columns =
                    [("when", "at"), ("what", "command"), ("answered", "status"), ("fields", "fields")];
                show::many(call.format, &all, &columns);
            }
            Clients::Remove { name } => {
                link.call("DELETE", &path(&link, &name, "")?, None)?;
                let told = json!({ "name": name, "removed": true });
                show::one(call.format, &told, &format!("{name} is removed."));
            }
        }
        Ok(())
    }
}

fn find(link: &Link, name: &str) -> Done<String> {
    let all = link.list("/v1/clients", usize::MAX)?;
    let found = all.iter().find(|c| c["name"] == name || c["id"] == name || c["system_id"] == name);
    let id = found.and_then(|c| c["id"].as_str()).map(str::to_owned);
    id.ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no client '{name}'"))
            .fix("see them with: sendword clients list")
    })
}

fn path(link: &Link, name: &str, rest: &str) -> Done<String> {
    Ok(format!("/v1/clients/{}{rest}", find(link, name)?))
}

fn patch(call: &Call, link: &Link, name: &str, body: &Value) -> Done {
    let changed = link.call("PATCH", &path(link, name, "")?, Some(body))?;
    let state = if changed["enabled"] == true { "may bind" } else { "may not bind" };
    show::one(call.format, &changed, &format!("{name} {state}."));
    Ok(())
}

fn list(call: &Call, link: &Link) -> Done {
    let mut all = link.list("/v1/clients", usize::MAX)?;
    if call.format == show::Format::People {
        for one in &mut all {
            one["bound"] = json!(one["sessions"].as_array().map_or(0, Vec::len));
        }
    }
    let columns = [
        ("name", "name"),
        ("system id", "system_id"),
        ("may bind", "enabled"),
        ("bound", "bound"),
        ("waiting", "waiting"),
        ("last bound", "bound_at"),
        ("from", "bound_from"),
    ];
    show::many(call.format, &all, &columns);
    Ok(())
}

/// The one moment a password is seen.
fn secret(call: &Call, made: &Value) {
    let word = |name: &str| made[name].as_str().unwrap_or_default();
    show::one(call.format, made, &format!("system_id={} password={}", word("system_id"), word("password")));
    if call.format == show::Format::People {
        show::hint("This is the only time the password is shown.");
    }
}

fn shown(one: &Value) -> String {
    let mut out = format!("{} ({})", show::cell(&one["name"]), show::cell(&one["system_id"]));
    for (name, value) in one["settings"].as_object().into_iter().flatten() {
        out.push_str(&format!("\n  {name}={}", show::cell(value)));
    }
    for session in one["sessions"].as_array().into_iter().flatten() {
        out.push_str(&format!(
            "\n  bound as {} from {} since {}, {}/s",
            show::cell(&session["bind"]),
            show::cell(&session["address"]),
            show::cell(&session["since"]),
            show::cell(&session["rate"]),
        ));
    }
    out
}
