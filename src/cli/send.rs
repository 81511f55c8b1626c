//! `send`: one message, and with `--wait` its end.

use super::link::Link;
use super::{Call, messages, show};
use crate::failure::{Done, Exit, Failure};
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const LOOK_AGAIN: Duration = Duration::from_millis(200);

#[derive(Args)]
pub(super) struct Send {
    /// The number, with its country's code
    #[arg(long, value_name = "N")]
    to: String,
    #[arg(long, value_name = "T")]
    text: String,
    /// What the handset shows
    #[arg(long, value_name = "S")]
    from: Option<String>,
    /// transactional when absent
    #[arg(long, value_name = "C")]
    class: Option<String>,
    /// An optional parameter for carriers by SMPP, as "0x1401 text 1107"; may be given several times
    #[arg(long, value_name = "LINE")]
    tlv: Vec<String>,
    /// Wait until it has ended
    #[arg(long)]
    wait: bool,
    /// How long to wait, in seconds
    #[arg(long, default_value_t = 60, requires = "wait")]
    timeout: u64,
    /// Decide and keep nothing
    #[arg(long, conflicts_with = "wait")]
    dry_run: bool,
}

impl Send {
    pub(super) fn run(self, call: &Call) -> Done {
        let link = if self.wait { Link::server(&call.place)? } else { call.link()? };
        let mut body = json!({ "to": self.to, "text": self.text });
        for (name, value) in [("from", &self.from), ("class", &self.class)] {
            if let Some(value) = value {
                body[name] = json!(value);
            }
        }
        if !self.tlv.is_empty() {
            body["tlvs"] = json!(self.tlv.join("\n"));
        }
        let path = if self.dry_run { "/v1/messages?dry_run=true" } else { "/v1/messages" };
        let accepted = link.post(path, &body)?;
        let id = accepted["id"].as_str().unwrap_or_default().to_owned();
        if self.wait {
            return wait(call, &link, &id, Duration::from_secs(self.timeout));
        }
        show::one(call.format, &accepted, &format!("{id} is {}.", show::cell(&accepted["status"])));
        if link.store().is_some() && !self.dry_run {
            show::hint(&format!(
                "It is stored; no server runs. Start it: sendword serve{}",
                super::shown(&call.place.dir)
            ));
        }
        Ok(())
    }
}

/// Waits for the end of a message. What ended badly is a failure, said by its exit code.
fn wait(call: &Call, link: &Link, id: &str, patience: Duration) -> Done {
    let until = Instant::now() + patience;
    loop {
        let message = link.get(&format!("/v1/messages/{id}"))?;
        if ended(&message) {
            show::one(call.format, &message, &messages::people(&message));
            return match message["status"].as_str() {
                Some("delivered") => Ok(()),
                Some("suppressed") => Err(end(Exit::Refused, &message)),
                _ => Err(end(Exit::Failure, &message)),
            };
        }
        if Instant::now() > until {
            show::one(call.format, &message, &messages::people(&message));
            let what = format!("{id} is still {}", show::cell(&message["status"]));
            return Err(Failure::new(Exit::TimedOut, what).fix(format!("sendword messages show {id}")));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn ended(message: &Value) -> bool {
    let status = message["status"].as_str().and_then(|s| s.parse::<sms::Status>().ok());
    status.is_some_and(sms::Status::is_final)
}

fn end(exit: Exit, message: &Value) -> Failure {
    let what = format!("{} is {}", show::cell(&message["id"]), show::cell(&message["status"]));
    Failure::new(exit, what).why(show::cell(&message["reason"]["code"]))
}
