//! The story of a message in the words of its reader.

use engine::message::Entry;
use sms::life::Status;
use sms::reason::Code;

use super::ask::Seat;
use super::messages::source;
use crate::args;
use crate::pages::message::Event;
use crate::ui::state::{Tone, status_look, status_word};
use crate::words::Words;

/// Every line of it.
pub(super) fn events(seat: &Seat, story: &[Entry], reason: Code) -> Vec<Event> {
    story.iter().map(|entry| event(seat, entry, reason)).collect()
}

fn event(seat: &Seat, entry: &Entry, reason: Code) -> Event {
    if entry.kind == "accepted" {
        let (what, says) = (seat.words.t("event-accepted"), source(seat, &entry.detail));
        return Event { at: entry.at, tone: Tone::Neutral, icon: "sent", what, says, raw: None };
    }
    told(&seat.words, entry, reason)
}

fn told(w: &Words, entry: &Entry, reason: Code) -> Event {
    let of =
        |tone, icon, what: String, says: String| Event { at: entry.at, tone, icon, what, says, raw: None };
    let plain = |what: String, says: String| of(Tone::Neutral, "sent", what, says);
    let looks = |icon, what: &str, says: String| of(Tone::Attention, icon, w.t(what), says);
    let detail = entry.detail.clone();
    match entry.kind.as_str() {
        "routed" => plain(w.f("event-routed", args!(name: detail.as_str())), String::new()),
        "scheduled" => {
            plain(w.t("status-scheduled"), detail.parse().map_or(String::new(), |at| w.day_time(at)))
        }
        "submitted" => plain(w.t("event-handed-one"), detail),
        "slowed" => looks("clock", "event-slowed", w.t("event-slowed-says")),
        "back" => looks("undo", "event-back", w.t("event-back-says")),
        "retry" => looks("refresh", "event-retry", joined(&w.t("event-retry-says"), &detail)),
        "rerouted" => looks("route", "event-rerouted", rerouted(w, &detail)),
        "ambiguous" => looks("unknown", "event-ambiguous", unanswered(w, &detail)),
        "resent" => looks("refresh", "event-again", w.t("event-again-says")),
        "late_answer" => plain(w.t("event-late"), joined(&w.t("event-late-says"), &detail)),
        "late_refusal" => looks("failed", "event-late", joined(&w.t("event-late-refused"), &detail)),
        "early_receipt" => plain(w.t("event-early"), w.t("event-early-says")),
        "adopted" => plain(w.t("event-adopted"), joined(&w.t("event-adopted-says"), &detail)),
        "held" => looks("paused", "event-held", w.t("event-held-says")),
        "conflict" => looks("attention", "event-conflict", contradiction(w, &detail)),
        "sent_again" => looks("refresh", "event-sent-again", w.t("event-sent-again-says")),
        "sent_log" => looks("undo", "event-sent-log", w.t("event-sent-log-says")),
        "let_be" => plain(w.t("event-let-be"), w.t("event-let-be-says")),
        "replaced" => plain(w.t("event-replaced"), w.t("event-replaced-says")),
        "given_up" => of(Tone::Failed, "failed", w.t("event-given-up"), w.t("event-given-up-says")),
        "rewritten_number" => {
            looks("route", "event-rewritten-number", joined(&w.t("event-rewritten-was"), &detail))
        }
        "rewritten_sender" => {
            looks("route", "event-rewritten-sender", joined(&w.t("event-rewritten-was"), &detail))
        }
        "rewritten_text" => {
            looks("route", "event-rewritten-text", joined(&w.t("event-rewritten-was"), &detail))
        }
        "law_added" => looks("check", "event-law-added", joined(&w.t("event-law-added-says"), &detail)),
        "law_deferred" => {
            looks("clock", "event-law-deferred", joined(&w.t("event-law-deferred-says"), &detail))
        }
        "law_refused" => looks("stop", "event-law-refused", joined(&w.t("event-law-refused-says"), &detail)),
        "law_released" => plain(w.t("event-law-released"), w.t("event-law-released-says")),
        other => ended(w, other, &detail, reason).map_or_else(
            || plain(other.to_owned(), detail.clone()),
            |(status, says)| {
                let (tone, icon) = status_look(status);
                of(tone, icon, status_word(w, status), says)
            },
        ),
    }
}

/// Our sentence, then the carrier's own word.
fn joined(says: &str, detail: &str) -> String {
    if detail.is_empty() { says.to_owned() } else { format!("{says} {detail}") }
}

/// Why it goes by another connection: this one is down, or the carrier's own word.
fn rerouted(w: &Words, detail: &str) -> String {
    if detail == "the connection does not carry" {
        return w.t("event-rerouted-down");
    }
    joined(&w.t("event-rerouted-says"), detail)
}

/// Why no answer was seen, in words where the cause is known.
fn unanswered(w: &Words, detail: &str) -> String {
    let cause = match detail {
        "NoAnswer" => "event-ambiguous-time",
        "Nacked" => "event-ambiguous-nacked",
        "Unreadable" => "event-ambiguous-unreadable",
        _ => return joined(&w.t("event-ambiguous-cut"), detail),
    };
    w.t(cause)
}

/// `delivered after undelivered: …`: what the carrier says now, and what it said before.
fn contradiction(w: &Words, detail: &str) -> String {
    let (what, rest) = detail.split_once(':').unwrap_or((detail, ""));
    let told = what.split_once(" after ").and_then(|(now, before)| {
        let (now, before) = (now.trim().parse().ok()?, before.trim().parse().ok()?);
        Some(w.attr("event-conflict-says", args!(now: status_word(w, now), before: status_word(w, before))))
    });
    told.map_or_else(|| detail.to_owned(), |says| joined(&says, rest.trim()))
}

/// A status it came to, with its reason.
fn ended(w: &Words, kind: &str, detail: &str, reason: Code) -> Option<(Status, String)> {
    let status: Status = kind.parse().ok()?;
    let says = match (status, reason) {
        (Status::Expired, Code::ExpiredHere) => w.t("event-expired-here"),
        (Status::Suppressed, code) => w.f("event-suppressed", args!(why: w.t(&code.key()))),
        (_, Code::None) => String::new(),
        (_, code) => w.t(&code.key()),
    };
    Some((status, joined(&says, detail).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::languages;
    use jiff::tz::TimeZone;

    #[test]
    fn stories_have_words_in_every_language() {
        for language in languages() {
            let w = Words::new(language, TimeZone::UTC, 0);
            let says = contradiction(&w, "undelivered after delivered: 042");
            assert!(says.contains("042") && !says.contains("after") || language.code == "en", "{says}");
            assert_eq!(contradiction(&w, "something else"), "something else");
            assert!(unanswered(&w, "the connection was cut").contains("the connection was cut"));
            assert!(!unanswered(&w, "NoAnswer").contains("NoAnswer"));
            assert_eq!(ended(&w, "no status", "", Code::None), None);
            assert!(
                !rerouted(&w, "the connection does not carry").contains("carry") || language.code == "en"
            );
            let ends = Status::ALL.iter().map(|s| s.name());
            for kind in engine::message::KINDS.iter().copied().filter(|k| *k != "accepted").chain(ends) {
                let entry = Entry { at: 0, kind: kind.into(), detail: String::new(), text: String::new() };
                let event = told(&w, &entry, Code::None);
                assert!(event.what != kind && !event.what.starts_with("event-"), "{}: {kind}", language.code);
                assert!(!event.says.starts_with("event-"), "{}: {kind}", language.code);
            }
        }
    }
}
