//! Jasmin's /send as an upstream: a form per message, an id in words, and callbacks that must be thanked in its own way.

use super::read::{self, get};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{provider, secret, text};
use sms::form::KindInfo;
use sms::{Code, Status};
use wire::proof;
use wire::smpp::Meaning::{Message, Route, Temporary, Throttle};
use wire::smpp::coding;

const NO_BASE: Option<&str> = None;

pub(crate) const KIND: KindInfo = provider!(
    "jasmin",
    NO_BASE,
    [text("username", None, false), secret("password", None, false), text("path", Some("/send"), true)]
);

pub(crate) struct Jasmin {
    base: String,
    user: String,
    password: String,
    path: String,
    errors: Errors,
}

impl Jasmin {
    pub(crate) fn of(own: &Own<'_>) -> Jasmin {
        Jasmin {
            base: own.base(""),
            user: own.text("username"),
            password: own.text("password"),
            path: own.text("path"),
            errors: own.errors.clone(),
        }
    }
}

/// data_coding, which is documented as a number and is the bare octet in what Jasmin 0.10 calls with.
fn data_coding(written: &str) -> u8 {
    let bare = || written.chars().next().and_then(|c| u8::try_from(c).ok());
    written.parse().ok().or_else(bare).unwrap_or_default()
}

/// The text of what a carrier delivered; `None` where the octets are of no alphabet that is known.
fn text_of(data_coding: u8, octets: &[u8]) -> Option<String> {
    let seven = octets.iter().all(|octet| *octet < 0x80);
    if data_coding != 0 || seven { coding::decode(data_coding, octets) } else { None }
}

impl Provider for Jasmin {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let minutes = (mail.valid_s / 60).max(1).to_string();
        let units: Vec<u8> = mail.text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let hex = proof::hex(&units);
        let text = if mail.unicode { ("hex-content", hex.as_str()) } else { ("content", mail.text.as_str()) };
        let hook = mail.named_hook();
        let mut fields = vec![
            ("username", self.user.as_str()),
            ("password", &self.password),
            ("to", mail.to.as_str()),
            ("from", &mail.from),
            ("coding", if mail.unicode { "8" } else { "0" }),
            text,
            ("validity-period", &minutes),
        ];
        if !hook.is_empty() {
            fields.extend([("dlr", "yes"), ("dlr-url", &hook), ("dlr-level", "2"), ("dlr-method", "POST")]);
        }
        Ok(read::post_form(format!("{}{}", self.base, self.path), &fields))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        let words = read::words(reply);
        if let Some(said) = read::refusal(&self.errors, &[], reply.status.into(), words.clone()) {
            return said;
        }
        let quoted = reply.body.split('"').nth(1).unwrap_or_default().trim();
        match reply.status {
            200 if reply.body.starts_with("Success") && !quoted.is_empty() => {
                Said::Taken(vec![quoted.to_owned()])
            }
            200 => Said::Unknown("HTTP 200 without an id".into()),
            412 => Said::refused(Route, Code::CarrierRejected, words),
            403 if quoted.contains("throughput") => Said::refused(Throttle, Code::Throttled, words),
            403 if quoted.contains("balance") => Said::refused(Temporary, Code::CarrierRejected, words),
            400 if quoted.contains("[to]") => Said::refused(Message, Code::BadAddress, words),
            400 if quoted.contains("[from]") => Said::refused(Route, Code::SenderNotAllowed, words),
            _ => read::by_status(reply),
        }
    }

    fn probe(&self) -> Option<Call> {
        let query = read::form([("username", self.user.as_str()), ("password", &self.password)]);
        Some(read::get_of(format!("{}/balance?{query}", self.base)))
    }

    fn proof(&self, _: &Hook<'_>) -> Proof {
        Proof::Holds(None)
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let mut fields = hook.form();
        fields.extend(hook.query());
        let of = |name: &str| get(&fields, name).to_owned();
        let id = of("id");
        if id.is_empty() {
            return Err("it names no message");
        }
        let told = of("message_status");
        if hook.place == "inbound" || told.is_empty() {
            let from = of("from");
            if from.is_empty() {
                return Err("it names no phone");
            }
            let octets = proof::unhex(&of("binary")).filter(|octets| !octets.is_empty());
            // `content` is the same octets again, whatever alphabet they are of.
            let text = octets.and_then(|o| text_of(data_coding(&of("coding")), &o));
            let text = text.unwrap_or_else(|| of("content"));
            return Ok(Read::of([News::Message(Incoming { id, from, to: of("to"), text, concat: None })]));
        }
        let (status, code) = match told.as_str() {
            "DELIVRD" => (Status::Delivered, Code::None),
            "EXPIRED" => (Status::Expired, Code::ExpiredAtCarrier),
            "DELETED" => (Status::Cancelled, Code::DeletedAtCarrier),
            "UNDELIV" => (Status::Undelivered, Code::UnknownCode),
            "REJECTD" => (Status::Rejected, Code::CarrierRejected),
            "ACCEPTD" | "ENROUTE" | "UNKNOWN" | "ESME_ROK" => return Ok(Read::default()),
            esme if esme.starts_with("ESME_") => (Status::Rejected, Code::CarrierRejected),
            _ => return Err("it tells a state that is not known"),
        };
        let known = sms::receipt::parse_text(&format!("id:0 stat:{told} err:{} text:", of("err")));
        let code =
            known.map(|r| r.code).filter(|c| code == Code::UnknownCode && *c != Code::None).unwrap_or(code);
        let name = get(&hook.query(), super::account::NAME).to_owned();
        let (detail, sender) = (of("err"), String::new());
        Ok(Read::of([News::Report(Report {
            id,
            status,
            code,
            detail,
            phone: String::new(),
            sender,
            name,
            part: None,
        })]))
    }

    fn thanks(&self) -> (&'static str, String) {
        ("text/plain", "ACK/Jasmin".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_octets_count_whatever_way_their_coding_is_said() {
        let hebrew = [0x05, 0xE9, 0x05, 0xDC];
        for said in ["8", "\u{8}"] {
            assert_eq!(text_of(data_coding(said), &hebrew).as_deref(), Some("של"), "{said:?}");
        }
        for said in ["0", "\0", ""] {
            assert_eq!(
                text_of(data_coding(said), b"Ol\x05 \x1be5 \x00").as_deref(),
                Some("Olé €5 @"),
                "{said:?}"
            );
        }
        assert_eq!(text_of(0, &hebrew), None, "no septet has eight bits: the text as it was said is better");
    }
}
