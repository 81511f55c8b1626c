//! States as people see them: one colour, one icon and one word each, the same on every page.

use maud::{Markup, html};
use sms::life::Status;
use sms::live::LinkState;
use sms::reason::Code;

use crate::ui::icon;
use crate::words::Words;

/// The five state colours, and none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Arrived, up, allowed.
    Delivered,
    /// Under way.
    Waiting,
    /// Somebody should look.
    Attention,
    /// Did not work.
    Failed,
    /// Left, or kept back by the law.
    Suppressed,
    /// Nothing to say yet.
    Neutral,
}

impl Tone {
    /// The end of its class names.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Delivered => "delivered",
            Tone::Waiting => "waiting",
            Tone::Attention => "attention",
            Tone::Failed => "failed",
            Tone::Suppressed => "suppressed",
            Tone::Neutral => "neutral",
        }
    }

    /// The fill of its bars.
    pub const fn fill(self) -> &'static str {
        match self {
            Tone::Neutral => "f-rest",
            Tone::Delivered => "f-delivered",
            Tone::Waiting => "f-waiting",
            Tone::Attention => "f-attention",
            Tone::Failed => "f-failed",
            Tone::Suppressed => "f-suppressed",
        }
    }

    /// Whether its bars are hatched, so that they differ without colour.
    pub const fn hatched(self) -> bool {
        matches!(self, Tone::Failed | Tone::Suppressed)
    }
}

/// A state: colour, icon, word.
pub fn pill(tone: Tone, icon_name: &str, word: &str) -> Markup {
    html! { span class={ "st st-" (tone.class()) } { (icon(icon_name)) (word) } }
}

/// A state on a tinted ground, for the head of a page.
pub fn pill_solid(tone: Tone, icon_name: &str, word: &str) -> Markup {
    html! { span class={ "st st-" (tone.class()) " solid" } { (icon(icon_name)) (word) } }
}

/// Colour and icon of a message's status.
pub const fn status_look(status: Status) -> (Tone, &'static str) {
    match status {
        Status::Accepted | Status::Queued => (Tone::Waiting, "queued"),
        Status::Scheduled => (Tone::Waiting, "calendar"),
        Status::Submitting => (Tone::Waiting, "sending"),
        Status::Submitted => (Tone::Waiting, "sent"),
        Status::Buffered => (Tone::Waiting, "waiting"),
        Status::Unknown => (Tone::Attention, "unknown"),
        Status::Delivered => (Tone::Delivered, "delivered"),
        Status::Undelivered | Status::Rejected | Status::Expired => (Tone::Failed, "failed"),
        Status::Cancelled => (Tone::Neutral, "stop"),
        Status::Suppressed => (Tone::Suppressed, "suppressed"),
    }
}

/// The word of a message's status.
pub fn status_word(w: &Words, status: Status) -> String {
    w.t(&format!("status-{}", status.name()))
}

/// A message's status.
pub fn status(w: &Words, status: Status) -> Markup {
    let (tone, icon) = status_look(status);
    pill(tone, icon, &status_word(w, status))
}

/// A connector's state.
pub fn link_look(state: LinkState) -> (Tone, &'static str) {
    match state {
        LinkState::Bound => (Tone::Delivered, "delivered"),
        LinkState::Connecting => (Tone::Waiting, "sending"),
        LinkState::Throttled => (Tone::Attention, "attention"),
        LinkState::AuthFailed | LinkState::Down => (Tone::Failed, "failed"),
        LinkState::NoTraffic => (Tone::Attention, "unknown"),
        LinkState::Disabled => (Tone::Neutral, "paused"),
    }
}

/// The word of a connector's state; `hint` is what its last error leads to. A card that stays locked is no carrier that
/// refuses a password.
pub fn link_word(w: &Words, state: LinkState, hint: Option<&str>) -> String {
    match (state, hint) {
        (LinkState::AuthFailed, Some("pin" | "puk")) => w.t("link-card-locked"),
        _ => w.t(&format!("link-{}", state.name().replace('_', "-"))),
    }
}

/// A connector's state, as a pill.
pub fn link(w: &Words, state: LinkState, hint: Option<&str>) -> Markup {
    let (tone, icon) = link_look(state);
    pill(tone, icon, &link_word(w, state, hint))
}

/// The campaign states of the contract, for pages and for the test on their words.
pub const CAMPAIGN_STATES: &[&str] = &[
    "draft",
    "scheduled",
    "freezing",
    "running",
    "paused",
    "waiting_hours",
    "throttled",
    "completed",
    "completed_with_failures",
    "stopped",
    "held",
];

/// Colour and icon of a campaign's state, by its name in JSON.
pub fn campaign_look(state: &str) -> (Tone, &'static str) {
    match state {
        "scheduled" => (Tone::Waiting, "calendar"),
        "freezing" => (Tone::Waiting, "queued"),
        "running" => (Tone::Waiting, "sending"),
        "paused" => (Tone::Attention, "paused"),
        "waiting_hours" => (Tone::Waiting, "clock"),
        "throttled" | "completed_with_failures" | "held" => (Tone::Attention, "attention"),
        "completed" => (Tone::Delivered, "delivered"),
        "stopped" => (Tone::Neutral, "stop"),
        _ => (Tone::Neutral, "draft"),
    }
}

/// The word of a campaign's state.
pub fn campaign_word(w: &Words, state: &str) -> String {
    w.t(&format!("campaign-state-{}", state.replace('_', "-")))
}

/// A campaign's state.
pub fn campaign(w: &Words, state: &str) -> Markup {
    let (tone, icon) = campaign_look(state);
    pill(tone, icon, &campaign_word(w, state))
}

/// A reason in a few words; the whole of it stands on the message's page.
pub fn reason_short(w: &Words, code: Code) -> String {
    w.t(&code.key())
}

/// Whether a person may be messaged, as pages show it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum May {
    /// Consent on file.
    Yes,
    /// No consent.
    No,
    /// Nobody ever said.
    #[default]
    Unknown,
    /// The person left.
    Left,
}

/// The consent chip.
pub fn may(w: &Words, may: May) -> Markup {
    match may {
        May::Yes => pill(Tone::Delivered, "delivered", &w.t("may-yes")),
        May::No => pill(Tone::Failed, "failed", &w.t("may-no")),
        May::Unknown => pill(Tone::Attention, "attention", &w.t("may-unknown")),
        May::Left => pill(Tone::Suppressed, "suppressed", &w.t("may-left")),
    }
}

/// Whether a person may be messaged, as a sentence beside their name.
pub fn may_said(w: &Words, may: May) -> Markup {
    match may {
        May::Yes => pill(Tone::Delivered, "delivered", &w.t("may-said-yes")),
        May::No => pill(Tone::Failed, "failed", &w.t("may-said-no")),
        May::Unknown => pill(Tone::Attention, "attention", &w.t("may-said-unknown")),
        May::Left => pill(Tone::Suppressed, "suppressed", &w.t("may-said-left")),
    }
}
