//! What a modem tells of itself, its card and its network: what a page shows, and never what a message says.

use super::Registration;

/// Whether this can be a card's PIN: four to eight digits (27.007 clause 8.3).
pub fn is_pin(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// How the card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Card {
    /// Nobody has asked yet, or the modem does not say.
    #[default]
    Unknown,
    /// It needs no PIN now.
    Ready,
    /// It waits for its PIN.
    Pin,
    /// The PIN was wrong too often: it waits for its PUK, which a person enters in a telephone.
    Puk,
    /// None is in.
    Absent,
    /// It does not work, or another lock than its own is on it.
    Failed,
}

impl Card {
    /// As rows and documents name it.
    pub const fn name(self) -> &'static str {
        match self {
            Card::Unknown => "unknown",
            Card::Ready => "ready",
            Card::Pin => "pin",
            Card::Puk => "puk",
            Card::Absent => "absent",
            Card::Failed => "failed",
        }
    }

    /// By what `AT+CPIN?` says, with or without its blanks.
    pub fn of(said: &str) -> Card {
        match said.replace(' ', "").as_str() {
            "READY" => Card::Ready,
            "SIMPIN" => Card::Pin,
            "SIMPUK" => Card::Puk,
            // PIN2 guards other things than messages.
            "SIMPIN2" | "SIMPUK2" => Card::Ready,
            "" => Card::Unknown,
            _ => Card::Failed,
        }
    }
}

impl Registration {
    /// As rows and documents name it.
    pub const fn name(self) -> &'static str {
        match self {
            Registration::Idle => "idle",
            Registration::Home => "home",
            Registration::Searching => "searching",
            Registration::Denied => "denied",
            Registration::Unknown => "unknown",
            Registration::Roaming => "roaming",
        }
    }

    /// Whether messages can go.
    pub const fn carries(self) -> bool {
        matches!(self, Registration::Home | Registration::Roaming)
    }
}

/// A memory for messages and how full it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memory {
    /// `SM`, `ME`, `MT` …
    pub name: String,
    /// Places taken.
    pub used: u32,
    /// Places there are.
    pub total: u32,
}

/// All that is known now; empty where it is not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Its make.
    pub maker: String,
    /// Its model.
    pub model: String,
    /// The version of its software.
    pub revision: String,
    /// Its own number of fifteen digits.
    pub imei: String,
    /// The card's own number.
    pub iccid: String,
    /// The subscriber.
    pub imsi: String,
    /// The card's telephone number, where it knows it.
    pub number: String,
    /// The service centre.
    pub centre: String,
    /// The network's name.
    pub operator: String,
    /// Whether it is in a network.
    pub registration: Option<Registration>,
    /// The signal in dBm.
    pub signal_dbm: Option<i32>,
    /// How the card stands.
    pub card: Card,
    /// Tries left for the PIN, where the modem tells.
    pub pin_left: Option<u8>,
    /// Where messages are stored.
    pub memory: Memory,
}

impl Facts {
    /// What the card is known by: its own number, which it tells before its PIN; else the modem it is in.
    pub fn card_key(&self) -> String {
        match (self.iccid.is_empty(), self.imei.is_empty()) {
            (false, _) => format!("iccid:{}", self.iccid),
            (_, false) => format!("imei:{}", self.imei),
            _ => String::new(),
        }
    }

    /// What is sent by this card is counted under this: the subscriber, else the card.
    pub fn subscriber_key(&self) -> String {
        if self.imsi.is_empty() { self.card_key() } else { format!("imsi:{}", self.imsi) }
    }
}
