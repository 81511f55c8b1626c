//! Carriers behind an HTTP interface: for each one what a message asks of it, what its answers mean, what its webhooks
//! say, and how it proves that a webhook is its own. All four are pure.
//!
//! A provider's session is [`session`]: the same link, pump and intent as every other carrier's, with [`bridge`] in the
//! place of the socket. A request without an answer is an unknown outcome, never a failure.

mod account;
mod batch;
mod bridge;
#[cfg(test)]
mod cases;
mod clickatell;
mod generic;
#[cfg(test)]
mod hostile;
mod infobip;
mod jasmin;
mod kannel;
mod messagebird;
mod pick;
mod plivo;
mod read;
mod session;
mod sinch;
mod telnyx;
mod template;
#[cfg(feature = "testing")]
pub mod testing;
mod trial;
mod twilio;
mod vonage;
mod vonage_messages;

pub(crate) use account::{Account, address, name_of, named};
pub(crate) use bridge::{Back, Bridge};
pub(crate) use generic::{Generic, are_headers, is_pick, is_template};
pub(crate) use pick::Pick;
pub(crate) use read::{clean, words};
pub use trial::trial;

use crate::errors::Errors;
use serde::{Deserialize, Serialize};
use sms::form::KindInfo;
use sms::{Code, Status};
use std::sync::Arc;
use store::connector::Settings;
use store::machine::inbound::Concat;
use wire::proof::Pairs;
use wire::smpp::Meaning;

/// The kinds of this module.
pub(crate) const KINDS: &[KindInfo] = &[
    twilio::KIND,
    vonage::KIND,
    plivo::KIND,
    infobip::KIND,
    sinch::KIND,
    messagebird::KIND,
    telnyx::KIND,
    clickatell::KIND,
    kannel::KIND,
    jasmin::KIND,
    generic::KIND,
];

/// Whether a kind is one of these.
pub(crate) fn is_kind(name: &str) -> bool {
    KINDS.iter().any(|kind| kind.name == name)
}

/// Whether a webhook carries the user and password that the settings ask for, where they ask for any.
pub(crate) fn is_let_in(settings: &Settings, hook: &Hook<'_>) -> bool {
    let of = |name: &str| settings.get(name).map_or("", String::as_str);
    let (user, password) = (of("hook_user"), of("hook_password"));
    if user.is_empty() && password.is_empty() {
        return true;
    }
    let wanted = format!("{user}:{password}");
    let said = hook.header("Authorization").and_then(|h| h.strip_prefix("Basic "));
    let said = said.and_then(|pair| wire::proof::unbase64(pair.trim())).unwrap_or_default();
    wire::proof::equal(&said, wanted.as_bytes())
}

/// A phone's number with its plus: providers write it with and without.
pub(crate) fn international(address: &str) -> String {
    let digits = address.len() > 8 && address.bytes().all(|b| b.is_ascii_digit());
    if digits && !address.starts_with('0') { format!("+{address}") } else { address.to_owned() }
}

/// A message as a provider is asked to carry it: whole, the provider cuts it.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// With its plus.
    pub(crate) to: String,
    pub(crate) from: String,
    pub(crate) text: String,
    /// It needs UCS-2.
    pub(crate) unicode: bool,
    pub(crate) valid_s: i64,
    /// The end of that, ms since 1970.
    pub(crate) valid_until: i64,
    /// The name of this try: what comes back with it is about it, whatever happened to the answer.
    pub(crate) name: String,
    /// The name of the message, the same for every try: whoever asks twice under one name is carried once.
    pub(crate) same: String,
    /// Where reports are to go; empty where nobody knows how we are reached.
    pub(crate) hook: String,
}

impl Mail {
    /// The address of its reports, which brings the name of the try back; empty where there is none.
    pub(crate) fn named_hook(&self) -> String {
        if self.hook.is_empty() {
            String::new()
        } else {
            format!("{}?{}={}", self.hook, account::NAME, self.name)
        }
    }

    /// The recipient's digits alone.
    pub(crate) fn to_digits(&self) -> &str {
        self.to.trim_start_matches('+')
    }

    /// The sender, a number without its plus.
    pub(crate) fn sender_bare(&self) -> &str {
        self.from.trim_start_matches('+')
    }
}

/// A request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Call {
    /// The name of the try it is for.
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What came back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// `Retry-After`, where it said so.
    pub(crate) pause_ms: Option<i64>,
    pub(crate) body: String,
}

/// What a reply means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// Taken, under these ids: one for all its parts, or one each.
    Taken(Vec<String>),
    /// Not taken.
    Refused { meaning: Meaning, code: Code, words: String },
    /// The account itself is refused.
    Locked(String),
    /// Nobody knows whether it was taken.
    Unknown(String),
}

impl Said {
    pub(crate) fn refused(meaning: Meaning, code: Code, words: impl Into<String>) -> Said {
        Said::Refused { meaning, code, words: words.into() }
    }
}

/// A webhook as it came in, and the address its sender called.
#[derive(Debug)]
pub(crate) struct Hook<'a> {
    pub(crate) method: &'a str,
    /// The whole address as the provider called it.
    pub(crate) url: &'a str,
    /// What stands behind the token in the path.
    pub(crate) place: &'a str,
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body: &'a [u8],
    /// Ms since 1970.
    pub(crate) now: i64,
}

impl Hook<'_> {
    /// The first header of a name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub(crate) fn query(&self) -> Pairs {
        read::pairs(self.url.split_once('?').map_or("", |(_, query)| query).as_bytes())
    }

    pub(crate) fn form(&self) -> Pairs {
        read::pairs(self.body)
    }
}

/// Whether a webhook is the provider's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It is; the mark may be shown once, where there is one.
    Holds(Option<String>),
    /// It is not, or nobody can say.
    Fails(&'static str),
}

/// What a webhook tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    Report(Report),
    Message(Incoming),
}

/// What became of a message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) id: String,
    pub(crate) status: Status,
    pub(crate) code: Code,
    pub(crate) detail: String,
    pub(crate) phone: String,
    pub(crate) sender: String,
    /// The name we gave to the try, where it comes back.
    pub(crate) name: String,
    /// The part it is about, from 0, where the provider reports each under the id of all.
    pub(crate) part: Option<i64>,
}

/// A message from a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Incoming {
    /// The provider's id of it.
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) concat: Option<Concat>,
}

/// What a webhook was read as.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Read {
    pub(crate) news: Vec<News>,
    /// Elements that could not be read.
    pub(crate) bad: usize,
}

impl Read {
    pub(crate) fn of(news: impl IntoIterator<Item = News>) -> Read {
        Read { news: news.into_iter().collect(), bad: 0 }
    }

    /// Elements of a batch, each for itself: a bad one spoils no other.
    pub(crate) fn each<T>(items: &[T], read: impl Fn(&T) -> Option<Vec<News>>) -> Read {
        let mut out = Read::default();
        for item in items {
            match read(item) {
                Some(news) => out.news.extend(news),
                None => out.bad += 1,
            }
        }
        out
    }
}

/// One provider with an account's settings. Pure: no socket, no clock, no store.
pub(crate) trait Provider: Send + Sync {
    /// The request for a message; `Err` says why it cannot be sent this way at all.
    fn request(&self, mail: &Mail) -> Result<Call, String>;
    /// What the reply to the request of the try of this name means.
    fn meaning(&self, name: &str, reply: &Reply) -> Said;
    /// Messages that one request takes.
    fn most(&self) -> usize {
        1
    }
    /// One request of several, each made for a message of its own; `None` where they cannot go together.
    fn together(&self, _: &[Call]) -> Option<Call> {
        None
    }
    /// What the reply to such a request says of each message, in the order of their requests; `None` where it tells nothing
    /// of each for itself.
    fn meanings(&self, _: &[Call], _: &Reply) -> Option<Vec<Said>> {
        None
    }
    /// A request that shows whether the account is let in and costs nothing, where there is one.
    fn probe(&self) -> Option<Call> {
        None
    }
    /// What the reply to it means: why the account is locked out.
    fn login(&self, reply: &Reply) -> Result<(), String> {
        match reply.status {
            401 | 403 => Err(format!("the carrier refused the login: {}", read::words(reply))),
            _ => Ok(()),
        }
    }
    /// Whether a webhook is the provider's own, beside the secret in its address.
    fn proof(&self, hook: &Hook<'_>) -> Proof;
    /// What it tells; `Err` where nothing of it can be read.
    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str>;
    /// What it is answered with once everything is stored: type and body.
    fn thanks(&self) -> (&'static str, String) {
        ("text/plain; charset=utf-8", String::new())
    }
}

/// The provider of a kind with these settings; `None` for another kind.
pub(crate) fn of(kind: &str, settings: &Settings) -> Option<Arc<dyn Provider>> {
    let own = Own { settings, errors: Errors::read(settings.get("errors").map_or("", String::as_str)).0 };
    Some(match kind {
        "twilio" => Arc::new(twilio::Twilio::of(&own)),
        "vonage" if own.text("api") == "messages" => Arc::new(vonage_messages::Messages::of(&own)),
        "vonage" => Arc::new(vonage::Vonage::of(&own)),
        "plivo" => Arc::new(plivo::Plivo::of(&own)),
        "infobip" => Arc::new(infobip::Infobip::of(&own)),
        "sinch" => Arc::new(sinch::Sinch::of(&own)),
        "messagebird" => Arc::new(messagebird::MessageBird::of(&own)),
        "telnyx" => Arc::new(telnyx::Telnyx::of(&own)),
        "clickatell" => Arc::new(clickatell::Clickatell::of(&own)),
        "kannel" => Arc::new(kannel::Kannel::of(&own)),
        "http" => Arc::new(generic::Generic::of(&own)),
        "jasmin" => Arc::new(jasmin::Jasmin::of(&own)),
        _ => return None,
    })
}

/// An account's settings as a provider reads them.
pub(crate) struct Own<'a> {
    settings: &'a Settings,
    pub(crate) errors: Errors,
}

impl<'a> Own<'a> {
    /// Settings that are no connector's.
    pub(crate) fn bare(settings: &'a Settings) -> Own<'a> {
        Own { settings, errors: Errors::default() }
    }
}

impl Own<'_> {
    pub(crate) fn text(&self, name: &str) -> String {
        self.settings.get(name).cloned().unwrap_or_default()
    }

    /// Where the interface is, without a last slash.
    pub(crate) fn base(&self, own: &str) -> String {
        let set = self.text("base");
        let base = if set.is_empty() { own } else { set.as_str() };
        base.trim_end_matches('/').to_owned()
    }
}
