//! Segments, the proof of a number, what may be a refusal.

use sms::life::Status;
use web::pages::claims::ClaimRow;
use web::pages::compliance::{ClockRow, ComplianceView, Event, Line as Said, ProofView, StaleRow, Suspect};
use web::pages::reconfirm::{self, ReconfirmView, RunRow};
use web::pages::segments::{Found, Line, Segment, SegmentsView};
use web::pages::{compliance, segments};
use web::ui::form::Choice;

use super::frame::{DAY, Look, MINUTE, NOW};

fn line(path: &str, depth: usize, kind: &'static str, text: &str) -> Line {
    Line { path: path.into(), depth, kind, text: text.into() }
}

fn segment_view(look: &Look) -> SegmentsView {
    let city = look.say("city = Bristol", "עיר = חיפה");
    let text = format!("{city} and (tag = gold or replied > 30d ago) and not consent = left");
    SegmentsView {
        segments: vec![
            Segment {
                id: "seg_1".into(), name: look.say("Near the shop", "ליד החנות"), text: text.clone()
            },
            Segment {
                id: "seg_2".into(),
                name: look.say("Quiet for a year", "שקטים כבר שנה"),
                text: "replied = never and received > 365d ago".into(),
            },
        ],
        id: "seg_1".into(),
        name: look.say("Near the shop", "ליד החנות"),
        text,
        number: look.phone("118"),
        lines: vec![
            line("", 0, "all", ""),
            line("0", 1, "is", &city),
            line("1", 1, "any", ""),
            line("1.0", 2, "is", "tag = gold"),
            line("1.1", 2, "is", "replied > 30d ago"),
            line("2", 1, "not", ""),
            line("2.0", 2, "is", "consent = left"),
        ],
        subjects: vec![Choice::new("list", "list"), Choice::new("city", "city")],
        found: Found {
            count: 1_284,
            sample: vec![
                ("con_118".into(), look.say("Dana Levi", "דנה לוי"), look.phone("118")),
                ("con_377".into(), String::new(), look.phone("377")),
            ],
            why: vec![(0, "all".into(), false), (1, city, true), (1, "tag = gold".into(), false)],
            ..Found::default()
        },
        name_fault: None,
    }
}

fn proof_view(look: &Look) -> ProofView {
    let event = |at, action: &str, method: String, wording: String, link| Event {
        at,
        noted_at: at,
        action: action.into(),
        method,
        wording_hash: if wording.is_empty() { String::new() } else { "5f2a91c0d4e8b7a6".repeat(4) },
        wording,
        evidence: "inb_01J9Z3ABCDEFG".into(),
        facts: vec![("form".into(), "3".into())],
        link,
    };
    ProofView {
        asked: look.phone("118"),
        phone: look.phone("118"),
        may: false,
        why: look.say("The person asked us to stop", "האדם ביקש להפסיק"),
        since: NOW - DAY,
        events: vec![
            event(
                NOW - 90 * DAY,
                "grant",
                look.say("A form they filled in", "טופס שמילאו"),
                look.say("I agree to get offers by SMS.", "אני מסכימה לקבל מבצעים במסרון."),
                17,
            ),
            event(NOW - DAY, "refuse", look.say("Replied by SMS", "השיבה בהודעה"), String::new(), 2_418),
            event(NOW - DAY, "retract", look.say("By many at once", "לרבים בבת אחת"), String::new(), 2_419),
            event(NOW - DAY, "ask", look.say("Filled in a form", "מולא טופס"), String::new(), 2_420),
            event(NOW - DAY, "expire", look.say("By itself", "מעצמו"), String::new(), 2_421),
        ],
        silences: vec![(NOW - DAY, 0)],
        lines: vec![
            Said {
                at: NOW - 2 * DAY,
                text: look.say("Shoes are here", "הנעליים כאן"),
                status: Some(Status::Delivered),
            },
            Said { at: NOW - DAY, text: "הסר".into(), status: None },
            Said { at: NOW - 80 * DAY, text: String::new(), status: Some(Status::Delivered) },
        ],
        checked: true,
        holds: true,
        whole: "/compliance?part=whole&number=1".into(),
        end: "9c1f".repeat(16),
        json: "/compliance/proof.json?number=1".into(),
        access: "/compliance/access.json?number=1".into(),
    }
}

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let at = |path: &str| look.shell(path);
    let gathering =
        SegmentsView { found: Found { gathering: true, ..Found::default() }, ..SegmentsView::default() };
    let fault = SegmentsView {
        text: "city =".into(),
        found: Found { fault: Some(look.say("A value is missing.", "חסר ערך.")), ..Found::default() },
        name_fault: Some(look.say("Is needed.", "נדרש.")),
        ..SegmentsView::default()
    };
    let waiting = ComplianceView {
        suspects: vec![Suspect {
            id: "inb_1".into(),
            phone: look.phone("214"),
            text: "We have got to STOP this bill".into(),
            at: NOW - 9 * MINUTE,
            until: NOW + DAY,
        }],
        stale: vec![StaleRow {
            contact: "con_7".into(),
            name: look.say("Hugh Penrose", "יוסי מזרחי"),
            phone: look.phone("215"),
            why: "nobody".into(),
            at: NOW - DAY,
        }],
        claims: vec![ClaimRow {
            id: "row_9".into(),
            phone: look.phone("219"),
            wording: look.say("I agree to news by SMS", "אני מסכימה לקבל עדכונים במסרון"),
            claimed: NOW - DAY,
            refused: NOW - 9 * DAY,
            import: "imp_3".into(),
            row: 41,
        }],
        may_erase: true,
        ..ComplianceView::default()
    };
    let clock = |kind: &str, days, ran_at| ClockRow { kind: kind.into(), days, ran_at, gone: 12 };
    let clocks = [
        clock("code_texts", 1, Some(NOW - DAY)),
        clock("message_texts", 730, Some(NOW - DAY)),
        clock("inbound_texts", 730, None),
        clock("problem_rows", 90, None),
        clock("decisions", 2_557, None),
        clock("undo", 90, None),
        clock("addresses", 730, None),
        clock("evidence", 2_557, None),
    ];
    let broken = ComplianceView {
        proof: Some(ProofView { holds: false, may: true, events: vec![], lines: vec![], ..proof_view(look) }),
        ..ComplianceView::default()
    };
    let proven = ComplianceView {
        number: look.phone("118"),
        proof: Some(proof_view(look)),
        may_erase: true,
        ..ComplianceView::default()
    };
    let early = ComplianceView {
        proof: Some(ProofView { checked: false, ..proof_view(look) }),
        number: look.phone("118"),
        ..ComplianceView::default()
    };
    let nothing = ComplianceView {
        number: "12".into(),
        fault: Some(look.say("This is no phone number.", "זה לא מספר טלפון.")),
        ..ComplianceView::default()
    };
    let run = |id: &str, kind: &str, state: &str, counts| RunRow {
        id: id.into(),
        kind: kind.into(),
        state: state.into(),
        at: NOW - DAY,
        counts,
    };
    let again = ReconfirmView {
        allowed: true,
        before_days: 30,
        answer_days: 14,
        people: [("ending", 41), ("weak", 1_203)],
        sender: Some("+972541110000".into()),
        text: look.say(
            "Northwind: may we go on writing to you? Reply YES or open … If you do nothing, we stop.",
            "מרפאת דנה: להמשיך לשלוח הודעות? להסכמה יש להשיב כן או להיכנס … בלי תשובה נפסיק.",
        ),
        fault: None,
        may: true,
        runs: vec![
            run("row_1", "weak", "waiting", [812, 300, 0, 14, 9]),
            run("row_2", "ending", "over", [0, 120, 310, 4, 7]),
        ],
    };
    let forbidden = ReconfirmView {
        fault: Some(look.say("Nothing was changed.", "דבר לא השתנה.")),
        ..ReconfirmView::default()
    };
    vec![
        ("reconfirm", reconfirm::view(w, &at("/compliance/reconfirm"), &again).into_string()),
        ("reconfirm-none", reconfirm::view(w, &at("/compliance/reconfirm"), &forbidden).into_string()),
        ("segments", segments::view(w, &at("/contacts/segments"), &segment_view(look)).into_string()),
        ("segments-gathering", segments::view(w, &at("/contacts/segments"), &gathering).into_string()),
        ("segments-fault", segments::view(w, &at("/contacts/segments"), &fault).into_string()),
        ("compliance", compliance::view(w, &at("/compliance"), &waiting).into_string()),
        ("compliance-keep", compliance::keep(w, &at("/compliance/keep"), true, &clocks).into_string()),
        ("compliance-none", compliance::view(w, &at("/compliance"), &nothing).into_string()),
        ("proof", compliance::view(w, &at("/compliance"), &proven).into_string()),
        ("proof-early", compliance::view(w, &at("/compliance"), &early).into_string()),
        ("proof-broken", compliance::view(w, &at("/compliance"), &broken).into_string()),
    ]
}
