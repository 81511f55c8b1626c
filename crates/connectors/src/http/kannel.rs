//! Kannel's sendsms as an upstream: a GET per message, a name of ours as its id, reports by the address we hand over.

use super::read::{self, get};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{provider, secret, text};
use sms::form::KindInfo;
use sms::{Code, Status};
use wire::smpp::Meaning::{Message, Temporary};

const NO_BASE: Option<&str> = None;

pub(crate) const KIND: KindInfo = provider!(
    "kannel",
    NO_BASE,
    [
        text("username", None, false),
        secret("password", None, false),
        text("path", Some("/cgi-bin/sendsms"), true),
        text("smsc", Some(""), true),
    ]
);

/// Delivered, failed, rejected by the SMSC.
const REPORTS: &str = "19";

pub(crate) struct Kannel {
    base: String,
    user: String,
    password: String,
    path: String,
    smsc: String,
    errors: Errors,
}

impl Kannel {
    pub(crate) fn of(own: &Own<'_>) -> Kannel {
        Kannel {
            base: own.base(""),
            user: own.text("username"),
            password: own.text("password"),
            path: own.text("path"),
            smsc: own.text("smsc"),
            errors: own.errors.clone(),
        }
    }
}

impl Provider for Kannel {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let minutes = (mail.valid_s / 60).max(1).to_string();
        let mut fields = vec![
            ("username", self.user.as_str()),
            ("password", &self.password),
            ("from", &mail.from),
            ("to", &mail.to),
            ("charset", "UTF-8"),
            ("coding", if mail.unicode { "2" } else { "0" }),
            ("text", &mail.text),
            ("validity", &minutes),
        ];
        if !self.smsc.is_empty() {
            fields.push(("smsc", &self.smsc));
        }
        // Kannel fills in what stands behind each percent sign.
        let hook = format!("{}&type=%d&answer=%A&to=%p", mail.named_hook());
        if !mail.hook.is_empty() {
            fields.extend([("dlr-mask", REPORTS), ("dlr-url", hook.as_str())]);
        }
        Ok(read::get_of(format!("{}{}?{}", self.base, self.path, read::form(fields))))
    }

    fn meaning(&self, name: &str, reply: &Reply) -> Said {
        let words = read::words(reply);
        if let Some(said) = read::refusal(&self.errors, &[], reply.status.into(), words.clone()) {
            return said;
        }
        match reply.status {
            200 | 202 => {
                let said = reply.body.trim_start();
                match said.split(':').next().and_then(|n| n.trim().parse::<u8>().ok()) {
                    Some(0 | 3) => Said::Taken(vec![name.to_owned()]),
                    // 4 and above: it says that it has not taken the message.
                    Some(4..) => Said::refused(Temporary, Code::TemporaryFault, words),
                    _ if said.starts_with("Sent") => Said::Taken(vec![name.to_owned()]),
                    _ => Said::Unknown(words),
                }
            }
            503 if reply.body.contains("try again") => Said::refused(Temporary, Code::TemporaryFault, words),
            400 if reply.body.contains("receiver") => Said::refused(Message, Code::BadAddress, words),
            _ => read::by_status(reply),
        }
    }

    fn proof(&self, _: &Hook<'_>) -> Proof {
        Proof::Holds(None)
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let mut fields = hook.query();
        fields.extend(hook.form());
        let of = |name: &str| get(&fields, name).to_owned();
        if hook.place == "inbound" {
            let from = of("from");
            if from.is_empty() {
                return Err(
                    "it names no phone: let the service call this address with ?from=%p&to=%P&text=%a&id=%I",
                );
            }
            let message = Incoming { id: of("id"), from, to: of("to"), text: of("text"), concat: None };
            return Ok(Read::of([News::Message(message)]));
        }
        let name = of(super::account::NAME);
        if name.is_empty() {
            return Err("it names no message");
        }
        let answer = of("answer");
        // A failure repeats the SMSC's own report, whose text has the reason.
        let told = sms::receipt::parse_text(&answer);
        let (status, code) = match of("type").as_str() {
            "1" => (Status::Delivered, Code::None),
            "2" => {
                let told = told.as_ref().map(|t| (t.status, t.code));
                let told = told.filter(|(status, _)| status.is_final() && *status != Status::Delivered);
                told.unwrap_or((Status::Undelivered, Code::UnknownCode))
            }
            "16" => (Status::Rejected, Code::CarrierRejected),
            "4" | "8" => return Ok(Read::default()),
            _ => return Err("it tells a state that is not known"),
        };
        let detail = read::clean(answer.strip_prefix("NACK/").unwrap_or_default());
        let (phone, sender) = (of("to"), String::new());
        Ok(Read::of([News::Report(Report {
            id: name.clone(),
            status,
            code,
            detail,
            phone,
            sender,
            name,
            part: None,
        })]))
    }
}
