//! The story of a message as sentences in English, for programs and the command line; pages have their own words.

use sms::{Code, Status};
use store::message::Message;

/// What a story may tell beside the states a message came to; each has its words here and on pages.
pub const KINDS: &[&str] = &[
    "accepted",
    "routed",
    "scheduled",
    "submitted",
    "slowed",
    "back",
    "retry",
    "rerouted",
    "ambiguous",
    "resent",
    "late_answer",
    "late_refusal",
    "early_receipt",
    "adopted",
    "conflict",
    "sent_again",
    "sent_log",
    "held",
    "let_be",
    "given_up",
    "replaced",
    "rewritten_number",
    "rewritten_sender",
    "rewritten_text",
    "law_added",
    "law_deferred",
    "law_refused",
    "law_released",
];

/// Whether the receipt was there before the answer it belongs to: the answer's own transaction took it up.
pub(super) fn came_early(row: &Message) -> bool {
    let reported = matches!(row.status, Status::Delivered | Status::Undelivered);
    reported && row.done_at > 0 && row.done_at == row.submitted_at
}

/// One line as a sentence.
pub(super) fn words(kind: &str, detail: &str, code: Code) -> String {
    let with = |says: &str| if detail.is_empty() { format!("{says}.") } else { format!("{says}: {detail}.") };
    match kind {
        "accepted" => with("Accepted and stored"),
        "routed" => with("It goes by this connector"),
        "scheduled" => "It waits for its time.".into(),
        "submitted" => with("Handed over; the carrier took it"),
        "slowed" => "The carrier asked to slow down; it kept its place and waited.".into(),
        "back" => "It had not left yet when the link ended; it went back to its place.".into(),
        "retry" => with("A temporary error of the carrier; it is tried again later"),
        "rerouted" => with("It goes by the next connector of its route; nothing of it had been taken"),
        "ambiguous" => with("Sent, and no answer was seen, so nobody knows whether the carrier took it"),
        "resent" => "It goes once more and is marked as a possible copy.".into(),
        "late_answer" => with("A late answer: the carrier had taken it"),
        "late_refusal" => with("A late answer: the carrier had refused it"),
        "early_receipt" => "The receipt came before the answer; it was kept and matched.".into(),
        "adopted" => with("A receipt under another id can only mean this message; it was matched"),
        "held" => "The store was restored; it is held until a person releases it.".into(),
        "conflict" => with("The carrier contradicts itself; what was known stays"),
        "sent_again" => with("A person had it sent once more"),
        "sent_log" => "It had left before the restore, by the sent-log; it is not sent again.".into(),
        "let_be" => with("A person looked at it and left it as it is"),
        "rewritten_number" => with("Its route changed the number; it was"),
        "rewritten_sender" => with("Its route changed the sender; it was"),
        "rewritten_text" => with("Its route changed the text; it was"),
        "law_added" => with("The law asks for what was added to the text"),
        "law_deferred" => with("It waits for the hours in which it may arrive, by"),
        "law_refused" => with("Judged anew, it may not go, by"),
        "law_released" => with("Somebody looked at it and let it go"),
        "given_up" => with("A person counts it as failed"),
        "replaced" => "Its sender replaced it by another text before it left.".into(),
        other => ended(other, detail, code),
    }
}

fn ended(kind: &str, detail: &str, code: Code) -> String {
    let why = if code == Code::None { String::new() } else { format!(" ({code})") };
    let says = match (kind.parse::<Status>(), code) {
        (Ok(Status::Delivered), _) => "It is on the handset".to_owned(),
        (Ok(Status::Expired), Code::ExpiredHere) => "Its validity ended before it could leave".to_owned(),
        (Ok(Status::Expired), _) => "Its validity ended at the carrier".to_owned(),
        (Ok(Status::Suppressed), _) => format!("Kept back at the last moment{why}"),
        (Ok(Status::Cancelled), _) => format!("Taken back before it left{why}"),
        (Ok(Status::Rejected), _) => format!("Refused{why}"),
        (Ok(Status::Undelivered), _) => format!("It did not arrive{why}"),
        (Ok(status), _) => format!("{status}{why}"),
        (Err(_), _) => kind.replace('_', " "),
    };
    let detail = detail.trim();
    if detail.is_empty() { format!("{says}.") } else { format!("{says}: {detail}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_sentence() {
        for kind in KINDS.iter().chain(&["expired", "suppressed", "cancelled"]) {
            let says = words(kind, "", Code::ExpiredHere);
            assert!(says.ends_with('.') && says.contains(' '), "{kind}: {says}");
            assert!(!says.contains('_') || says.contains('('), "{kind}: {says}");
        }
        assert_eq!(
            words("retry", "ESME_RMSGQFUL 0x14", Code::None),
            "A temporary error of the carrier; it is tried again later: ESME_RMSGQFUL 0x14."
        );
        assert_eq!(
            words("suppressed", "", Code::SuppressedWorkspace),
            "Kept back at the last moment (SUPPRESSED_WORKSPACE)."
        );
    }

    /// Whatever the store notes of a message is one of the kinds: a new one cannot be forgotten here.
    #[test]
    fn whatever_is_noted_has_words() {
        fn sources(dir: &std::path::Path, all: &mut String) {
            for entry in std::fs::read_dir(dir).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    sources(&path, all);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    all.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let mut text = String::new();
        sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/src"), &mut text);
        let mut found = std::collections::BTreeSet::new();
        for call in ["notes.push((", "::note(tx, ", "self.note("] {
            for rest in text.split(call).skip(1) {
                let inside = rest.split(';').next().unwrap_or_default();
                // The kind is the first literal, where it is one.
                if let Some(kind) = inside.split('"').nth(1).filter(|k| !k.contains(' ') && !k.is_empty()) {
                    found.insert(kind.to_owned());
                }
            }
        }
        assert!(found.len() > 8 && found.contains("rerouted"), "{found:?}");
        let unknown: Vec<_> = found.iter().filter(|kind| !KINDS.contains(&kind.as_str())).collect();
        assert!(unknown.is_empty(), "no words for {unknown:?}");
    }
}
