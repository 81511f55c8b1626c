//! Twilio: forms in, JSON out, webhooks as forms signed with the account's token.

use std::sync::Arc;

use serde_json::json;
use sms::{Code, Status};
use wire::proof::{self, Pairs};

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, get};

pub(super) struct Twilio;

fn error(status: u16, code: u32, message: &str) -> Reply {
    let more = format!("https://www.twilio.com/docs/errors/{code}");
    Reply::json(status, &json!({ "code": code, "message": message, "more_info": more, "status": status }))
}

/// A webhook with its signature.
fn signed(setup: &Setup, url: &str, fields: &[(&str, &str)]) -> Call {
    let pairs: Pairs = fields.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    Call::form(url, fields).with("x-twilio-signature", proof::twilio(&setup.password, url, &pairs))
}

impl Face for Twilio {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        let who = asked.basic().ok_or(Refusal::Login)?;
        if who != (setup.user.clone(), setup.password.clone()) {
            return Err(Refusal::Login);
        }
        let account = format!("/2010-04-01/Accounts/{}", setup.user);
        if asked.method == "GET" && asked.path == format!("{account}.json") {
            return Ok(None);
        }
        if asked.method != "POST" || asked.path != format!("{account}/Messages.json") {
            return Err(Refusal::Nowhere);
        }
        let form = asked.form();
        let of = |name| get(&form, name).to_owned();
        let from = if of("From").is_empty() { of("MessagingServiceSid") } else { of("From") };
        Ok(Some(vec![Wanted {
            from,
            to: of("To"),
            text: of("Body"),
            hook: of("StatusCallback"),
            name: String::new(),
        }]))
    }

    fn account(&self, setup: &Setup) -> Reply {
        Reply::json(200, &json!({ "sid": setup.user, "status": "active", "type": "Full" }))
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        match sent.first() {
            Some(Ok(sent)) => Reply::json(
                201,
                &json!({
                    "sid": sent.id, "status": "queued", "to": sent.wanted.to, "from": sent.wanted.from,
                    "body": sent.wanted.text, "num_segments": sent.parts.to_string(), "error_code": null,
                    "direction": "outbound-api", "api_version": "2010-04-01", "price_unit": "USD"
                }),
            ),
            Some(Err(refusal)) => self.refused(refusal, asked),
            None => error(400, 21602, "Message body is required."),
        }
    }

    fn refused(&self, refusal: &Refusal, _: &Asked) -> Reply {
        match refusal {
            Refusal::Login => error(401, 20003, "Authenticate"),
            Refusal::Number => error(400, 21211, "Invalid 'To' Phone Number"),
            Refusal::Text => {
                error(400, 21617, "The concatenated message body exceeds the 1600 character limit")
            }
            Refusal::Slow(_) => error(429, 20429, "Too Many Requests").after(refusal),
            Refusal::Failed => Reply::text(500, "Internal Server Error"),
            Refusal::Nowhere => error(404, 20404, "The requested resource was not found"),
        }
    }

    fn id(&self, chance: u64) -> String {
        format!("SM{:016x}{:016x}", chance, chance.rotate_left(29) ^ 0x5a5a_5a5a_5a5a_5a5a)
    }

    fn report(&self, setup: &Setup, sent: &Sent, told: &Told, _: i64) -> Vec<Call> {
        let status = match told.status {
            Status::Delivered => "delivered",
            Status::Buffered | Status::Submitted => "sent",
            _ => "undelivered",
        };
        let number = match told.code {
            Code::AbsentSubscriber | Code::MemoryFull | Code::ExpiredAtCarrier => "30003",
            Code::UnknownSubscriber => "30005",
            Code::ContentRefused => "30007",
            _ => "30008",
        };
        let url = &sent.wanted.hook;
        if url.is_empty() {
            return Vec::new();
        }
        let mut fields = vec![
            ("MessageSid", sent.id.as_str()),
            ("SmsSid", &sent.id),
            ("MessageStatus", status),
            ("SmsStatus", status),
            ("AccountSid", &setup.user),
            ("From", &sent.wanted.from),
            ("To", &sent.wanted.to),
            ("ApiVersion", "2010-04-01"),
        ];
        if status == "undelivered" {
            fields.push(("ErrorCode", number));
        }
        vec![signed(setup, url, &fields)]
    }

    fn inbound(&self, setup: &Setup, written: &Written, _: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let segments = written.total.to_string();
        let fields = [
            ("MessageSid", written.id.as_str()),
            ("SmsMessageSid", &written.id),
            ("AccountSid", &setup.user),
            ("From", &written.from),
            ("To", &written.to),
            ("Body", &written.text),
            ("NumMedia", "0"),
            ("NumSegments", &segments),
            ("SmsStatus", "received"),
            ("ApiVersion", "2010-04-01"),
        ];
        signed(setup, &url, &fields)
    }
}
