//! The routes: sentences with a draft and its difference, an answer, the form of a rule.

use engine::lookup::Answer;
use engine::route::doc::{Doc, HoursDoc};
use engine::route::explain::{Explained, Hop, Step};
use engine::route::list::{NetworksView, RateView};
use engine::route::replay::{Cost, Difference, Move};
use engine::route::steps::steps;
use engine::route::{Miss, Rewritten};
use sms::Class;
use sms::form::{Field, FieldKind, KindInfo};
use store::route::{Choose, Rewrite};
use web::pages::connections::ConnectionForm;
use web::pages::lookup::{self, Asked, LookupView};
use web::pages::routes::{
    AskForm, DraftBar, FaultLine, RoutesView, RuleForm, Told, VersionLine, form_page, view,
};
use web::ui::form::Choice;

use super::frame::{Look, MINUTE, NOW, named};

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

fn rules(look: &Look) -> Vec<Doc> {
    let base = |id: &str, to: &[&str]| Doc { id: id.into(), to: texts(to), ..Doc::default() };
    vec![
        Doc {
            name: look.say("Codes first", "קודים קודם"),
            countries: texts(&["IL"]),
            classes: vec![Class::Otp],
            ..base("row_1", &["hexa", "northline"])
        },
        Doc {
            senders: texts(&["TERN*"]),
            prefixes: texts(&["+4477", "+4478"]),
            choose: Choose::Share,
            weights: vec![3, 1],
            hours: Some(HoursDoc {
                days: texts(&["mon", "tue", "wed", "thu", "fri"]),
                from: "08:00".into(),
                to: "20:00".into(),
                zone: "Europe/London".into(),
            }),
            ..base("row_2", &["northline", "hexa"])
        },
        Doc {
            networks: texts(&["42501", "42502"]),
            contains: texts(&["מבצע", "sale"]),
            choose: Choose::Cheapest,
            ceiling_micros: Some(60_000),
            off: true,
            rewrite: Rewrite {
                strip: "+521".into(),
                add: "+52".into(),
                sender: "TERN".into(),
                words: vec![("₪".into(), "ILS".into())],
            },
            ..base("row_3", &["northline", "hexa", "backup"])
        },
        base("row_4", &["northline"]),
    ]
}

fn answer() -> Answer {
    Answer {
        network: "23415".into(),
        country: "GB".into(),
        sort: "mobile".into(),
        ported: Some(true),
        error: String::new(),
        at: NOW - MINUTE,
        until: NOW + 60 * MINUTE,
    }
}

fn lookup_view(look: &Look) -> LookupView {
    let form = ConnectionForm {
        values: vec![
            ("base".into(), "https://hlr.example".into()),
            ("answer_network".into(), "/mccmnc".into()),
        ],
        exists: true,
        fault: Some(("base".into(), look.say("is needed", "חסר"))),
        ..ConnectionForm::default()
    };
    let asked = Some(Asked { number: look.phone("142"), answer: Some(answer()), error: None });
    LookupView { form, all: true, asks: true, asked }
}

/// Some fields of the form; the whole of it is the connectors'.
const LOOKUP: KindInfo = KindInfo {
    name: "lookup",
    fields: &[
        Field { name: "base", kind: FieldKind::Text, default: None, advanced: false },
        Field { name: "key", kind: FieldKind::Secret, default: Some(""), advanced: false },
        Field { name: "answer_network", kind: FieldKind::Text, default: None, advanced: false },
        Field {
            name: "when",
            kind: FieldKind::Choice(&["unknown", "always"]),
            default: Some("unknown"),
            advanced: false,
        },
        Field {
            name: "wait_s",
            kind: FieldKind::Number { min: 1, max: 600 },
            default: Some("30"),
            advanced: true,
        },
    ],
};

fn told(look: &Look) -> Told {
    let rules = rules(look);
    let hop = |name: &str, price: Option<i64>| Hop { connector: name.into(), price, currency: "EUR".into() };
    Told {
        number: look.phone("142"),
        said: Explained {
            number: "+447700900142".into(),
            country: Some("GB".into()),
            network: Some("23415".into()),
            looked: Some(answer()),
            waits: true,
            test: false,
            steps: vec![
                Step { rule: rules[0].clone(), miss: Some(Miss::Country) },
                Step { rule: rules[1].clone(), miss: None },
            ],
            unasked: 2,
            hops: vec![hop("northline", Some(61_200)), hop("hexa", None)],
            rewritten: Some(Rewritten { sender: Some("TERN".into()), ..Rewritten::default() }),
            parts: 2,
            encoding: Some(sms::Encoding::Ucs2),
        },
    }
}

fn difference() -> Difference {
    let step = |from: Option<&str>, to: Option<&str>, messages: i64| Move {
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        messages,
        parts: messages * 2,
        samples: vec![1, 2, 3],
    };
    Difference {
        messages: 6_284,
        since: NOW - 24 * 60 * MINUTE,
        moved: 1_204,
        changed: 31,
        moves: vec![step(Some("northline"), Some("hexa"), 1_198), step(None, Some("backup"), 6)],
        costs: vec![Cost { currency: "EUR".into(), before: 312_400_000, after: 298_150_000 }],
        unpriced: 12,
        ..Difference::default()
    }
}

fn routes_view(look: &Look) -> RoutesView {
    RoutesView {
        rules: rules(look),
        draft: Some(DraftBar {
            edit: 3,
            version: 7,
            steps: steps(&rules(look)[1..], &changed(look)),
            overtaken: true,
            difference: Some(difference()),
        }),
        may: true,
        touched: Some(("row_2".into(), "up".into())),
        ask: AskForm { number: look.phone("142"), class: "otp".into(), ..AskForm::default() },
        told: Some(told(look)),
        history: vec![
            VersionLine { version: 7, at: NOW - 9 * MINUTE, rules: 4, restored: 5 },
            VersionLine { version: 6, at: NOW - 90 * MINUTE, rules: 3, restored: 0 },
            VersionLine { version: 5, at: NOW - 900 * MINUTE, rules: 4, restored: 0 },
        ],
        rates: vec![RateView {
            connector: "northline".into(),
            currency: "EUR".into(),
            size: 1_412,
            at: NOW - MINUTE,
        }],
        networks: NetworksView { ranges: Some((412, NOW)), ported: Some((182_004, NOW)) },
        connections: vec![Choice::new("northline", "northline"), Choice::new("hexa", "hexa")],
        fault: Some(("rates".into(), look.say("A line cannot be read.", "לא ניתן לקרוא שורה."))),
        faults: vec![FaultLine {
            line: 14,
            rule: 3,
            why: look.say("There is no such connection.", "אין חיבור כזה."),
        }],
    }
}

/// The rules as a draft has them: one is new, one changed, one elsewhere, one gone.
fn changed(look: &Look) -> Vec<Doc> {
    let mut all = rules(look);
    all[2].off = false;
    all[2].contains.pop();
    all.swap(1, 2);
    all.pop();
    all
}

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
    let (w, shell) = (&look.w, look.shell("/delivery/routes"));
    let form = RuleForm {
        rule: rules(look).remove(1),
        ceiling: "0.06".into(),
        connections: vec![Choice::new("northline", "northline"), Choice::new("hexa", "hexa")],
        zones: vec![Choice::new("Europe/London", "Europe/London")],
        zone: "Europe/London".into(),
        fault: Some(("prefixes".into(), look.say("“shop” must be digits.", "„shop” צריך להיות ספרות."))),
    };
    vec![
        named("routes", view(w, &shell, &routes_view(look))),
        named("routes-empty", view(w, &shell, &RoutesView { may: true, ..RoutesView::default() })),
        named("lookup", lookup::view(w, &shell, &LOOKUP, &lookup_view(look))),
        named("lookup-new", lookup::view(w, &shell, &LOOKUP, &LookupView::default())),
        named("route-edit", form_page(w, &shell, &form)),
        named(
            "route-new",
            form_page(w, &shell, &RuleForm { connections: form.connections.clone(), ..RuleForm::default() }),
        ),
    ]
}
