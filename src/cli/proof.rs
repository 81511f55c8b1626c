//! `proof NUMBER`: may we write, on what it rests, every word and every minute; and forgetting a number.

use super::{Call, escaped, show};
use crate::failure::{Done, Exit, Failure};
use clap::Args;
use serde_json::{Value, json};

/// Ends with 1 when the record is not what was written.
#[derive(Args)]
pub(super) struct Proof {
    /// The number, in any spelling
    number: String,
    /// Forget the number instead: texts, names and addresses go, refusals stay
    #[arg(long, requires = "reason")]
    erase: bool,
    /// Who asked for it to be forgotten, and how
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Proof {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = call.link()?;
        if self.erase {
            let told =
                link.post("/v1/proof/erase", &json!({ "number": self.number, "reason": self.reason }))?;
            let people = format!(
                "forgotten: {} contact, {} messages out, {} in; {} refusals stay",
                told["contacts"], told["messages"], told["inbound"], told["refusals"]
            );
            show::one(call.format, &told, &people);
            return Ok(());
        }
        let told = link.get(&format!("/v1/proof?number={}", escaped(&self.number)))?;
        show::one(call.format, &told, &people(&told));
        if told["chain"]["holds"] != true {
            return Err(Failure::new(Exit::Failure, "the record is not what was written")
                .fix("sendword audit verify"));
        }
        Ok(())
    }
}

fn people(told: &Value) -> String {
    let cell = |value: &Value, name: &str| show::cell(&value[name]);
    let mut out = vec![format!("{} at {}", cell(told, "number"), cell(told, "workspace"))];
    let may = &told["may"];
    out.push(match may["marketing"] == true {
        true => format!("may be sent advertising: {} since {}", cell(may, "basis"), cell(may, "since")),
        false => format!("may not be sent advertising: {} since {}", cell(may, "code"), cell(may, "since")),
    });
    let each = |name: &str, line: &dyn Fn(&Value) -> String| -> Vec<String> {
        told[name].as_array().into_iter().flatten().map(line).collect()
    };
    out.extend(each("events", &|e| {
        let words = e["wording"].as_str().filter(|w| !w.is_empty());
        let words = words.map_or(String::new(), |w| format!(": \"{w}\""));
        format!(
            "{}  {} by {}{words}  [link {}]",
            cell(e, "at"),
            cell(e, "action"),
            cell(e, "method"),
            e["link"]
        )
    }));
    out.extend(each("silences", &|s| {
        let after = s["left_after"].as_array().map_or(0, Vec::len);
        format!("{}  silent after {} ms; {after} left after it", cell(s, "at"), s["took_ms"])
    }));
    out.extend(each("messages", &|m| {
        format!("{}  {} {}: {}", cell(m, "accepted_at"), cell(m, "class"), cell(m, "status"), cell(m, "text"))
    }));
    out.extend(each("inbound", &|m| format!("{}  wrote: {}", cell(m, "at"), cell(m, "text"))));
    out.extend(each("decisions", &|d| {
        format!("{}  {} refused: {}", cell(d, "at"), cell(d, "class"), cell(d, "code"))
    }));
    let chain = &told["chain"];
    out.push(format!("chain: {} rows, end {}", chain["rows"], cell(chain, "end")));
    out.join("\n")
}
