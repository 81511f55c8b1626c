//! `packs`: countries' rules. What is in force, what a text that comes in means, what a file would do.
//!
//! `check` and `try` are pure: they need no store and no server.

use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::Subcommand;
use engine::law::{Law, case, read, shelf};
use engine::refusal;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(super) enum Packs {
    /// The packs in force, and files that were not loaded
    List,
    /// A pack: where it comes from, who reviewed it, its text
    Show { pack: String },
    /// Hold a pack in force to its own cases
    Test { pack: String },
    /// Read a file as strictly as a start does, and hold it to its own cases
    Check { file: PathBuf },
    /// Write FILE.sig, without which a file is not loaded
    Sign { file: PathBuf },
    /// Load the files of DIR/packs anew
    Reload,
    /// Write down that somebody answerable reviewed a pack
    Reviewed {
        pack: String,
        #[arg(long, value_name = "NAME")]
        by: String,
        /// As what, as `counsel`
        #[arg(long)]
        role: String,
        #[arg(long, default_value = "")]
        note: String,
    },
    /// What the workspace wishes of the rules
    Wishes,
    /// Make a rule stricter, or laxer where its pack gives leave
    Wish {
        /// content.ad_label, window.marketing, frequency.marketing, practise …
        rule: String,
        /// A level, hours as 10:00-18:00, a count as 2/14
        value: String,
        #[arg(long, default_value = "")]
        reason: String,
        /// Until when, as 2027-03-01T00:00:00Z
        #[arg(long)]
        until: Option<String>,
    },
    /// Let the packs alone decide a rule again
    Unwish { rule: String },
    /// Messages that wait because they read like advertising
    Held,
    /// Let a held message go
    Release { id: String },
    /// Take a held message back
    Drop { id: String },
    /// What was refused at the doors, and by which rule
    Decisions,
    /// Judge a text as if it had come in
    Try {
        /// A country's pack (il, hu, es, ua, ru, us …), or `all`
        pack: String,
        #[arg(long, value_name = "T")]
        text: String,
    },
}

impl Packs {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Packs::List => list(call),
            Packs::Show { pack } => show_one(call, &pack),
            Packs::Test { pack } => {
                let found = call.link()?.get(&format!("/v1/packs/{}/test", escaped(&pack)))?;
                told(call, &found)
            }
            Packs::Check { file } => check(call, &file),
            Packs::Sign { file } => sign(call, &file),
            Packs::Reload => {
                let loaded = call.link()?.post("/v1/packs/reload", &json!({}))?;
                let faults = loaded["faults"].as_array().cloned().unwrap_or_default();
                let says = if loaded["changed"] == true { "The law changed." } else { "Nothing changed." };
                show::one(call.format, &loaded, says);
                unloaded(&faults)
            }
            Packs::Reviewed { pack, by, role, note } => {
                let body = json!({ "name": by, "role": role, "note": note });
                let made = call.link()?.post(&format!("/v1/packs/{}/reviews", escaped(&pack)), &body)?;
                show::one(call.format, &made, &format!("{pack} is reviewed by {by}, {role}."));
                Ok(())
            }
            Packs::Wishes => {
                let all = call.link()?.list("/v1/law/wishes", usize::MAX)?;
                let columns = [
                    ("rule", "rule"),
                    ("value", "value"),
                    ("holds", "holds"),
                    ("until", "until"),
                    ("by", "by"),
                    ("reason", "reason"),
                ];
                show::many(call.format, &all, &columns);
                Ok(())
            }
            Packs::Wish { rule, value, reason, until } => {
                let body = json!({ "rule": rule, "value": value, "reason": reason, "until": until });
                let made = call.link()?.post("/v1/law/wishes", &body)?;
                show::one(call.format, &made, &format!("{rule} is {value}."));
                Ok(())
            }
            Packs::Unwish { rule } => {
                call.link()?.call("DELETE", &format!("/v1/law/wishes/{}", escaped(&rule)), None)?;
                show::one(
                    call.format,
                    &json!({ "rule": rule, "ended": true }),
                    &format!("{rule} is as its pack says."),
                );
                Ok(())
            }
            Packs::Held => {
                let all = call.link()?.list("/v1/law/holds", usize::MAX)?;
                let columns = [
                    ("id", "id"),
                    ("to", "to"),
                    ("class", "class"),
                    ("word", "word"),
                    ("rule", "rule"),
                    ("text", "text"),
                ];
                show::many(call.format, &all, &columns);
                Ok(())
            }
            Packs::Release { id } => decide(call, &id, "release"),
            Packs::Drop { id } => decide(call, &id, "drop"),
            Packs::Decisions => {
                let all = call.link()?.list("/v1/decisions?limit=200", 200)?;
                let columns = [
                    ("at", "at"),
                    ("class", "class"),
                    ("code", "code"),
                    ("rule", "rule"),
                    ("source", "source"),
                ];
                show::many(call.format, &all, &columns);
                Ok(())
            }
            Packs::Try { pack, text } => judge(call, &pack, &text),
        }
    }
}

fn decide(call: &Call, id: &str, verb: &str) -> Done {
    call.link()?.post(&format!("/v1/law/holds/{}/{verb}", escaped(id)), &json!({}))?;
    show::one(call.format, &json!({ "id": id, verb: true }), &format!("{id}: {verb}."));
    Ok(())
}

fn list(call: &Call) -> Done {
    let found = call.link()?.get("/v1/packs")?;
    let mut packs = found["data"].as_array().cloned().unwrap_or_default();
    if call.format == show::Format::People {
        for pack in &mut packs {
            pack["state"] = json!(if pack["reviewed"] == true { "reviewed" } else { "unreviewed" });
        }
    }
    let columns =
        [("id", "id"), ("version", "version"), ("state", "state"), ("origin", "origin"), ("title", "title")];
    show::many(call.format, &packs, &columns);
    unloaded(found["faults"].as_array().map_or(&[][..], Vec::as_slice))
}

/// Files that were not loaded are a failure that is told after everything else.
fn unloaded(faults: &[Value]) -> Done {
    let Some(first) = faults.first() else { return Ok(()) };
    let what = format!("{} was not loaded; the last good one stays", show::cell(&first["name"]));
    Err(Failure::new(Exit::Partly, what).why(show::cell(&first["problem"])).fix("sendword packs check FILE"))
}

fn show_one(call: &Call, pack: &str) -> Done {
    let found = call.link()?.get(&format!("/v1/packs/{}", escaped(pack)))?;
    let state = if found["reviewed"] == true { "reviewed" } else { "UNREVIEWED" };
    let says = format!(
        "{} {} ({state})\nsha256 {}\nfrom {}\n\n{}",
        show::cell(&found["id"]),
        show::cell(&found["version"]),
        show::cell(&found["sha256"]),
        show::cell(&found["origin"]),
        show::cell(&found["text"]),
    );
    show::one(call.format, &found, &says);
    Ok(())
}

fn told(call: &Call, found: &Value) -> Done {
    let failed = found["failed"].as_array().cloned().unwrap_or_default();
    let n = found["cases"].as_i64().unwrap_or_default();
    show::one(
        call.format,
        found,
        &format!("{}: {n} cases, {} failed.", show::cell(&found["pack"]), failed.len()),
    );
    match failed.first() {
        None => Ok(()),
        Some(case) => Err(Failure::new(Exit::Failure, format!("case '{}' fails", show::cell(&case["case"])))
            .why(show::cell(&case["why"]))),
    }
}

fn text_of(file: &PathBuf) -> Done<String> {
    std::fs::read_to_string(file)
        .map_err(|e| Failure::new(Exit::Failure, format!("{} cannot be read", file.display())).why(e))
}

/// Beside the built-in packs, in the place of the one with the same id.
fn check(call: &Call, file: &PathBuf) -> Done {
    let text = text_of(file)?;
    let pack = read::read(&text).map_err(|wrong| {
        Failure::new(Exit::Failure, format!("{} is no pack", file.display()))
            .why(wrong)
            .fix("docs/packs.md says what each key means")
    })?;
    let mut with: Vec<_> = shelf::BUILTIN.iter().filter(|p| p.id() != pack.id()).cloned().collect();
    with.push(pack.clone());
    let failed: Vec<Value> = case::failures(&Law::new(with, true), &pack)
        .into_iter()
        .map(|(case, why)| json!({ "case": case, "why": why }))
        .collect();
    let found = json!({
        "pack": pack.name(), "sha256": pack.sha256, "cases": pack.file.case.len(), "failed": failed
    });
    told(call, &found)
}

fn sign(call: &Call, file: &PathBuf) -> Done {
    let text = text_of(file)?;
    let made = call.link()?.post("/v1/packs/sign", &json!({ "text": text }))?;
    let mut beside = file.clone().into_os_string();
    beside.push(".sig");
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, format!("{}\n", show::cell(&made["signature"])))
        .map_err(|e| Failure::new(Exit::Failure, format!("{} cannot be written", beside.display())).why(e))?;
    show::one(call.format, &made, &format!("{} is written.", beside.display()));
    Ok(())
}

fn judge(call: &Call, pack: &str, text: &str) -> Done {
    let Some(pack) = refusal::pack(pack) else {
        let known = refusal::PACKS.join(", ");
        return Err(Failure::new(Exit::NotFound, format!("there is no pack '{pack}'"))
            .fix(format!("name one of {known}")));
    };
    let verdict = refusal::judge(text);
    let (kind, rule) = (verdict.kind.name(), &verdict.rule);
    let value = json!({ "pack": pack, "verdict": kind, "rule": rule, "normalised": verdict.normalised });
    show::one(call.format, &value, &format!("{kind} ({rule}): {}", verdict.normalised));
    Ok(())
}
