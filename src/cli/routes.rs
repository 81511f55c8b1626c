//! `routes`: rules that choose a connector; what they would do, what changes, and the way back.

use super::link::Link;
use super::{Call, delivery, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum Routes {
    /// Add a rule; the first that fits wins
    Add(Box<Add>),
    /// List rules in their order
    List,
    /// Which way a message would go, and why
    Explain {
        number: String,
        #[arg(long)]
        class: Option<String>,
        /// The sender it would show
        #[arg(long, short = 's')]
        from: Option<String>,
        /// What it would say
        #[arg(long)]
        text: Option<String>,
        /// Ask the draft instead of what is in force
        #[arg(long)]
        draft: bool,
    },
    /// The draft: show it, write it from a file, forget it
    #[command(subcommand)]
    Draft(Draft),
    /// What the draft would do with the messages of the last day
    Replay,
    /// Put the draft in force
    Publish,
    /// Bring the rules back that were in force before, or those of a version
    Undo { version: Option<i64> },
    /// What was in force, newest first
    History,
    /// Remove a rule
    Remove { id: String },
}

#[derive(Subcommand)]
pub(super) enum Draft {
    /// Its rules in their order
    Show,
    /// Write all its rules from a file, as `routes list --json` gives them
    Write { file: std::path::PathBuf },
    /// Forget it
    Discard,
}

#[derive(Args)]
pub(super) struct Add {
    /// How the number begins, as +972; several with commas
    #[arg(long, value_delimiter = ',')]
    prefix: Vec<String>,
    /// Countries of the number, as IL
    #[arg(long, value_delimiter = ',', value_name = "CC")]
    country: Vec<String>,
    /// Networks of the number as MCC and MNC, as 42501
    #[arg(long, value_delimiter = ',', value_name = "MCCMNC")]
    network: Vec<String>,
    #[arg(long, value_delimiter = ',')]
    class: Vec<String>,
    /// The sender it is for; `*` at its end fits any rest
    #[arg(long, value_delimiter = ',')]
    from: Vec<String>,
    /// The workspace whose messages it is for
    #[arg(long = "of", value_name = "WORKSPACE")]
    workspaces: Vec<String>,
    /// Days it holds on, as mon,tue
    #[arg(long, value_delimiter = ',')]
    days: Vec<String>,
    /// Hours it holds, as 08:00-20:00
    #[arg(long, value_name = "FROM-TO")]
    hours: Option<String>,
    /// The zone of days and hours
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// A word the text must hold; may stand several times
    #[arg(long)]
    contains: Vec<String>,
    /// A regular expression the text must hold
    #[arg(long, default_value = "")]
    pattern: String,
    /// What one SMS may cost, as 0.06
    #[arg(long, value_name = "PRICE")]
    max_price: Option<String>,
    /// Connectors, best first; where they share, NAME:WEIGHT
    #[arg(long, required = true, value_delimiter = ',')]
    to: Vec<String>,
    /// How one is chosen: order, share or cheapest
    #[arg(long, default_value = "order")]
    choose: String,
    /// Put a beginning of the number in place of another, as +521=+52
    #[arg(long, value_name = "OLD=NEW")]
    rewrite_number: Option<String>,
    /// Show this sender
    #[arg(long, default_value = "", value_name = "SENDER")]
    rewrite_from: String,
    /// Replace words of the text, as ₪=ILS; may stand several times
    #[arg(long, value_name = "OLD=NEW")]
    rewrite_text: Vec<String>,
    /// What people call it
    #[arg(long, default_value = "")]
    name: String,
    /// Add it to the draft instead
    #[arg(long)]
    draft: bool,
}

/// `OLD=NEW` as two.
fn pair(text: &str) -> Done<(String, String)> {
    let parts = text.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned()));
    parts.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("'{text}' is no replacement")).fix("write it as OLD=NEW")
    })
}

impl Add {
    fn body(&self) -> Done<Value> {
        let leg =
            |word: &String| match word.rsplit_once(':').map(|(name, weight)| (name, weight.parse::<i64>())) {
                Some((name, Ok(weight))) if self.choose == "share" => (name.to_owned(), weight),
                _ => (word.clone(), 1),
            };
        let (to, weights): (Vec<String>, Vec<i64>) = self.to.iter().map(leg).unzip();
        let hours = match (self.hours.as_deref(), self.days.is_empty()) {
            (None, true) => Value::Null,
            (span, _) => {
                let (from, to) = span.unwrap_or("00:00-24:00").split_once('-').unwrap_or_default();
                json!({ "days": self.days, "from": from, "to": to, "zone": self.zone })
            }
        };
        let ceiling = self.max_price.as_deref().map(|text| {
            engine::route::doc::micros(text).ok_or_else(|| {
                Failure::new(Exit::Usage, format!("'{text}' is no price")).fix("write it as 0.06")
            })
        });
        let number = self.rewrite_number.as_deref().map(pair).transpose()?.unwrap_or_default();
        let words = self.rewrite_text.iter().map(|text| pair(text)).collect::<Done<Vec<_>>>()?;
        let mut body = json!({
            "name": self.name, "prefixes": self.prefix, "countries": self.country, "networks": self.network,
            "classes": self.class, "senders": self.from, "workspaces": self.workspaces, "contains": self.contains,
            "pattern": self.pattern, "choose": self.choose, "to": to, "weights": weights,
            "rewrite": { "strip": number.0, "add": number.1, "sender": self.rewrite_from, "words": words },
        });
        if !hours.is_null() {
            body["hours"] = hours;
        }
        if let Some(ceiling) = ceiling.transpose()? {
            body["ceiling_micros"] = json!(ceiling);
        }
        Ok(body)
    }
}

impl Routes {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        let people = |value: &Value, says: &str| show::one(call.format, value, says);
        match self {
            Routes::Add(add) if add.draft => {
                let made = link.post("/v1/routes/draft", &json!({ "add": add.body()? }))?;
                people(
                    &made,
                    "It stands in the draft. See what it would change with: sendword routes replay",
                );
            }
            Routes::Add(add) => {
                let made = link.post("/v1/routes", &add.body()?)?;
                people(&made, &format!("Route {} is added.", show::cell(&made["id"])));
            }
            Routes::List => rules(call, &link.list("/v1/routes", usize::MAX)?),
            Routes::Explain { number, class, from, text, draft } => {
                let given = [
                    ("class", class),
                    ("from", from),
                    ("text", text),
                    ("draft", draft.then(|| "true".into())),
                ];
                explain(call, &link, &number, given)?;
            }
            Routes::Draft(Draft::Show) => {
                let draft = link.get("/v1/routes/draft")?;
                rules(call, draft["rules"].as_array().map_or(&[][..], Vec::as_slice));
            }
            Routes::Draft(Draft::Write { file }) => {
                let name = file.display();
                let wrong =
                    |why: String| Failure::new(Exit::Failure, format!("{name} cannot be read")).why(why);
                let text = std::fs::read_to_string(&file).map_err(|e| wrong(e.to_string()))?;
                let rules: Value = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
                let made = link.post("/v1/routes/draft", &json!({ "rules": rules }))?;
                people(&made, "The draft is written. See what it would change with: sendword routes replay");
            }
            Routes::Draft(Draft::Discard) => {
                link.call("DELETE", "/v1/routes/draft", None)?;
                people(&json!({ "discarded": true }), "The draft is forgotten.");
            }
            Routes::Replay => replay(call, &link.get("/v1/routes/replay")?),
            Routes::Publish => {
                let made = link.post("/v1/routes/publish", &json!({}))?;
                people(&made, &format!("Version {} is in force.", show::cell(&made["version"])));
            }
            Routes::Undo { version } => {
                let made = link.post("/v1/routes/undo", &json!({ "version": version }))?;
                people(&made, &format!("Version {} is in force.", show::cell(&made["version"])));
            }
            Routes::History => {
                let mut all = link.list("/v1/routes/versions", usize::MAX)?;
                for one in &mut all {
                    one["count"] = json!(one["rules"].as_array().map_or(0, Vec::len));
                }
                let columns = [
                    ("version", "version"),
                    ("at", "at"),
                    ("by", "actor"),
                    ("rules", "count"),
                    ("brings back", "restored"),
                ];
                show::many(call.format, &all, &columns);
            }
            Routes::Remove { id } => delivery::remove(call, "routes", &id)?,
        }
        Ok(())
    }
}

/// Rules as a table: what they ask in words.
fn rules(call: &Call, all: &[Value]) {
    let mut all = all.to_vec();
    for rule in &mut all {
        rule["when"] = json!(when(rule));
    }
    show::many(
        call.format,
        &all,
        &[("id", "id"), ("name", "name"), ("when", "when"), ("choose", "choose"), ("to", "to")],
    );
}

/// The conditions of a rule in words.
fn when(rule: &Value) -> String {
    const LISTS: [(&str, &str); 7] = [
        ("begins", "prefixes"),
        ("country", "countries"),
        ("network", "networks"),
        ("class", "classes"),
        ("from", "senders"),
        ("of", "workspaces"),
        ("says", "contains"),
    ];
    let mut words: Vec<String> = if rule["off"] == true { vec!["(off)".into()] } else { Vec::new() };
    for (word, name) in LISTS {
        let all: Vec<String> =
            rule[name].as_array().map_or_else(Vec::new, |all| all.iter().map(show::cell).collect());
        if !all.is_empty() {
            words.push(format!("{word} {}", all.join("|")));
        }
    }
    if let Some(pattern) = rule["pattern"].as_str().filter(|p| !p.is_empty()) {
        words.push(format!("fits /{pattern}/"));
    }
    if rule["hours"].is_object() {
        let hours = &rule["hours"];
        words.push(
            format!("{} {}-{} {}", show::cell(&hours["days"]), hours["from"], hours["to"], hours["zone"])
                .replace('"', ""),
        );
    }
    if let Some(most) = rule["ceiling_micros"].as_i64() {
        words.push(format!("at most {}", engine::route::doc::decimal(most)));
    }
    if words.is_empty() { "everything".into() } else { words.join(", ") }
}

fn explain(call: &Call, link: &Link, number: &str, given: [(&str, Option<String>); 4]) -> Done {
    let mut path = format!("/v1/routes/explain?number={}", escaped(number));
    for (name, value) in given {
        if let Some(value) = value {
            path.push_str(&format!("&{name}={}", escaped(&value)));
        }
    }
    let told = link.get(&path)?;
    let all = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut lines = vec![format!(
        "{} (country {}, network {})",
        show::cell(&told["number"]),
        show::cell(&told["country"]),
        show::cell(&told["network"])
    )];
    if told["looked_up"].is_object() {
        let looked = &told["looked_up"];
        let of = |name: &str| show::cell(&looked[name]);
        let rest = format!("country {}, type {}, ported {}", of("country"), of("type"), of("ported"));
        let error = looked["error"].as_str().filter(|e| !e.is_empty());
        lines.push(match error {
            Some(error) => format!("looked up at {}: {error}", of("at")),
            None => format!("looked up at {}: network {}, {rest}", of("at"), of("network")),
        });
    }
    if told["waits_for_look_up"] == true {
        lines.push(
            "It is not looked up yet: a message waits for that, and what follows is without its network."
                .into(),
        );
    }
    if told["test"] == true {
        lines.push("This workspace is in test mode: the simulator carries it. Live it would go so:".into());
    }
    for (n, step) in all(&told["steps"]).iter().enumerate() {
        let says = match step["why_not"].as_str() {
            Some(why) => format!("no: {why}"),
            None => "fits".into(),
        };
        lines.push(format!("  {}. {} — {says}", n + 1, when(&step["rule"])));
    }
    let way = all(&told["way"]);
    if way.is_empty() {
        lines.push("Nothing carries it (NO_ROUTE).".into());
    }
    for (n, hop) in way.iter().enumerate() {
        let price = match hop["price"].as_str() {
            Some(price) => format!("{price} {} an SMS", show::cell(&hop["currency"])),
            None => "price not known".into(),
        };
        let place = if n == 0 { "goes by" } else { "then by" };
        lines.push(format!("{place} {} ({price})", show::cell(&hop["connector"])));
    }
    if told["parts"].as_i64().unwrap_or(0) > 0 {
        lines.push(format!(
            "{} SMS in {}, costs {}",
            told["parts"],
            show::cell(&told["encoding"]),
            show::cell(&told["cost"])
        ));
    }
    if told["rewritten"].is_object() {
        let r = &told["rewritten"];
        lines.push(format!(
            "rewritten: number {}, sender {}, text {}",
            show::cell(&r["to"]),
            show::cell(&r["from"]),
            show::cell(&r["text"])
        ));
    }
    show::one(call.format, &told, &lines.join("\n"));
    Ok(())
}

fn replay(call: &Call, found: &Value) {
    let count = |name: &str| found[name].as_i64().unwrap_or_default();
    let mut lines = vec![format!(
        "{} messages since {}: {} go by another connector, {} change what comes behind it.",
        count("messages"),
        show::cell(&found["since"]),
        count("moved"),
        count("changed")
    )];
    for m in found["moves"].as_array().into_iter().flatten() {
        lines.push(format!(
            "  {} → {}: {} messages, {} SMS (as {})",
            show::cell(&m["from"]),
            show::cell(&m["to"]),
            m["messages"],
            m["parts"],
            show::cell(&m["samples"])
        ));
    }
    for cost in found["costs"].as_array().into_iter().flatten() {
        let name = |key: &str| show::cell(&cost[key]);
        lines.push(format!("Cost: {} → {} {}", name("before"), name("after"), name("currency")));
    }
    show::one(call.format, found, &lines.join("\n"));
}
