//! The frame with lifelike data, and the pages that need little more: home, doors, errors, settings, keys.

use maud::Markup;
use sms::live::LinkState;
use web::pages::door::{FirstRunView, LoginError, LoginView};
use web::pages::error::Kind;
use web::pages::home::{CampaignLine, ConnectionLine, HomeView, Need, RunningView, Steps, Today};
use web::pages::keys::{KeyLine, KeysView};
use web::pages::law::{Brought, LawView};
use web::pages::settings::{LiveStep, RingLine, SettingsView};
use web::pages::templates::{self, TemplateRow, TemplatesView};
use web::pages::unsubscribe::{Stage, UnsubscribeView};
use web::pages::{door, error, home, keys, law, settings, unsubscribe};
use web::shell::{Place, Running, Shell, Theme};
use web::ui::blocks::Toast;
use web::ui::charts::Beat;
use web::ui::form::Choice;
use web::words::{Language, Words};

/// 17 November 2026, 12:14 in London; 14:14 in Jerusalem.
pub(crate) const NOW: i64 = 1_794_917_640_000;
pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const DAY: i64 = 86_400_000;

/// A language with its shop.
pub(crate) struct Look {
    pub(crate) w: Words,
    he: bool,
}

impl Look {
    pub(crate) fn new(language: &'static Language) -> Self {
        let he = language.code == "he";
        let zone = jiff::tz::TimeZone::get(if he { "Asia/Jerusalem" } else { "Europe/London" }).unwrap();
        Look { w: Words::new(language, zone, NOW), he }
    }

    /// The English or the Hebrew text.
    pub(crate) fn say(&self, en: &str, he: &str) -> String {
        if self.he { he } else { en }.to_owned()
    }

    pub(crate) fn shop(&self) -> String {
        self.say("Tern & Tiller", "נעלי רבקה")
    }

    /// A phone number as the shop writes it.
    pub(crate) fn phone(&self, last: &str) -> String {
        if self.he { format!("050-123-4{last}") } else { format!("+44 7700 900{last}") }
    }

    pub(crate) fn shell(&self, here: &str) -> Shell {
        Shell {
            workspace: self.shop(),
            test: false,
            person: self.say("Marta Voss", "רבקה לוי"),
            sees: Place::ALL,
            unread: 3,
            alarms: 2,
            running: None,
            up: (2, 3),
            theme: Theme::System,
            csrf: "t0k3n".into(),
            toast: None,
            here: here.into(),
            false_clock: false,
            notices: Vec::new(),
        }
    }

    pub(crate) fn test_shell(&self, here: &str) -> Shell {
        Shell { test: true, up: (1, 1), ..self.shell(here) }
    }

    pub(crate) fn autumn(&self) -> String {
        self.say("Autumn sale", "מבצע סתיו")
    }
}

pub(crate) fn beats(n: usize, bad: &[usize]) -> Vec<Beat> {
    (0..n)
        .map(|i| match i {
            _ if bad.contains(&i) => Beat::Down,
            _ if i % 7 == 5 => Beat::Idle,
            _ => Beat::Up,
        })
        .collect()
}

pub(crate) fn named(name: &'static str, page: Markup) -> (&'static str, String) {
    (name, page.into_string())
}

pub(crate) fn countries(look: &Look) -> Vec<Choice> {
    vec![
        Choice::new("GB", look.say("United Kingdom", "בריטניה")),
        Choice::new("IL", look.say("Israel", "ישראל")),
    ]
}

pub(crate) fn zones(look: &Look) -> Vec<Choice> {
    vec![
        Choice::new("Europe/London", look.say("London", "לונדון")),
        Choice::new("Asia/Jerusalem", look.say("Jerusalem", "ירושלים")),
    ]
}

pub(crate) fn lines(look: &Look) -> Vec<CampaignLine> {
    let line = |id: &str, name: String, state: &str, ago, people, delivered, replies, left| CampaignLine {
        id: id.into(),
        name,
        state: state.into(),
        at: NOW - ago,
        people,
        delivered,
        replies,
        left,
    };
    vec![
        line("cmp_1", look.autumn(), "running", 10 * MINUTE, 4_812, 3_118, 29, 6),
        line(
            "cmp_2",
            look.say("Boot care evening", "ערב טיפוח עור"),
            "completed",
            5 * DAY,
            1_204,
            1_165,
            41,
            3,
        ),
        line(
            "cmp_3",
            look.say("Falmouth reopening", "פתיחת סניף הכרמל"),
            "completed_with_failures",
            9 * DAY,
            2_630,
            2_501,
            88,
            9,
        ),
        line(
            "cmp_4",
            look.say("October newsletter", "עדכון אוקטובר"),
            "completed",
            21 * DAY,
            11_870,
            11_181,
            64,
            31,
        ),
        line(
            "cmp_5",
            look.say("Storm jackets are in", "הקולקציה החדשה"),
            "stopped",
            34 * DAY,
            4_377,
            4_201,
            102,
            12,
        ),
    ]
}

fn connections(look: &Look) -> Vec<ConnectionLine> {
    let line = |id: &str, name: &str, state, says: String, bad: &[usize]| ConnectionLine {
        id: id.into(),
        name: name.into(),
        state,
        hint: None,
        says,
        beats: beats(40, bad),
    };
    vec![
        line(
            "cnn_1",
            "Northline SMPP",
            LinkState::Bound,
            look.say("11.8 of 12 parts/s", "11.8 מתוך 12 חלקים לשנייה"),
            &[],
        ),
        line(
            "cnn_2",
            "Quill SMPP",
            LinkState::NoTraffic,
            look.say("nothing for 29 min", "שום דבר כבר 29 דק׳"),
            &[],
        ),
        line(
            "cnn_3",
            "Hexa Mobile",
            LinkState::Down,
            look.say("no answer for 4 min", "אין תשובה כבר 4 דק׳"),
            &[36, 37, 38, 39],
        ),
    ]
}

fn full_home(look: &Look) -> HomeView {
    let mut by_hour = [0; 24];
    for (hour, n) in [(7, 20), (8, 195), (9, 841), (10, 1_104), (11, 707), (12, 3_417)] {
        by_hour[hour] = n;
    }
    HomeView {
        steps: Some(Steps { tested: true, answered: true, campaigned: false, live: false }),
        running: Some(RunningView {
            id: "cmp_1".into(),
            name: look.autumn(),
            state: "running".into(),
            ends: Some(NOW + 5 * MINUTE),
            rate_tenths: 118,
            delivered: 3_118,
            waiting: 262,
            failed: 37,
            unknown: 0,
            suppressed: 0,
            rest: 1_395,
        }),
        today: Today { sent: 6_284, delivered: 6_039, no_report: 75, replies: 37, left: 5, by_hour },
        needs: vec![
            Need::Threads {
                n: 3, oldest: NOW - 22 * MINUTE, who: look.say("Marcus Webb", "רונית כהן")
            },
            Need::Unconfirmed { n: 2 },
            Need::ConnectionDown { id: "cnn_3".into(), name: "Hexa Mobile".into() },
        ],
        connections: connections(look),
        campaigns: lines(look),
    }
}

fn doors(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let first = FirstRunView {
        business: look.shop(),
        login: "marta@ternandtiller.example".into(),
        country: look.say("GB", "IL"),
        countries: countries(look),
        zone: look.say("Europe/London", "Asia/Jerusalem"),
        zones: zones(look),
        ..FirstRunView::default()
    };
    let wrong = FirstRunView {
        error: Some((
            "password".into(),
            look.say("Too short: at least 10 characters.", "קצרה מדי: לפחות 10 תווים."),
        )),
        ..first.clone()
    };
    let login = LoginView {
        workspace: look.shop(),
        host: "sms.ternandtiller.example".into(),
        login: "marta@ternandtiller.example".into(),
        error: Some(LoginError::Mismatch),
        next: "/inbox".into(),
    };
    vec![
        named("first-run", door::first_run(w, Theme::System, &first)),
        named("first-run-refused", door::first_run(w, Theme::System, &wrong)),
        named("login", door::login(w, Theme::System, &login)),
        named(
            "login-paused",
            door::login(w, Theme::System, &LoginView { error: Some(LoginError::Paused(15)), ..login }),
        ),
        named("outside-error", error::outside(w, Theme::System, Kind::NotFound, "req_1")),
    ]
}

fn unsubscribes(look: &Look) -> Vec<(&'static str, String)> {
    let at = |stage| UnsubscribeView {
        business: look.shop(),
        masked: look.say("+44 7700 900•••", "050-•••-4518"),
        action: "/u/abc".into(),
        nonce: "18f.abc".into(),
        stage,
    };
    vec![
        named("unsubscribe", unsubscribe::view(&look.w, &at(Stage::Ask))),
        named("unsubscribe-done", unsubscribe::view(&look.w, &at(Stage::Done))),
        named("unsubscribe-unknown", unsubscribe::view(&look.w, &at(Stage::Unknown))),
    ]
}

fn keys_view(look: &Look) -> KeysView {
    KeysView {
        keys: vec![
            KeyLine {
                id: "key_1".into(),
                name: look.say("Shop backend", "שרת החנות"),
                hint: "9f2a".into(),
                test: false,
                made: NOW - 40 * DAY,
                used: Some(NOW - MINUTE),
            },
            KeyLine {
                id: "key_2".into(),
                name: "CI".into(),
                hint: "ee00".into(),
                test: true,
                made: NOW - DAY,
                used: None,
            },
        ],
        fresh: Some("sk_test_1aa7c0ffee1aa7c0ffee1aa7c0ffee00".into()),
        fault: None,
        base: "http://127.0.0.1:8767".into(),
    }
}

fn settings_view(look: &Look) -> SettingsView {
    let step = |key: &str, done, href: &str| LiveStep { says: look.w.t(key), done, href: href.into() };
    SettingsView {
        name: look.shop(),
        country: look.say("United Kingdom", "ישראל"),
        zone: look.say("Europe/London", "Asia/Jerusalem"),
        language: look.w.language.code.clone(),
        ring: Some(RingLine { keys: 2, renewed: Some(NOW - 86_400_000), exported: None, left: Some(1) }),
        live_steps: vec![
            step("settings-step-connection", false, "/delivery/connections"),
            step("settings-step-sender", false, "/delivery/numbers"),
        ],
    }
}

fn templates_view(look: &Look) -> TemplatesView {
    let row = |id: &str, state: &str, text: String, may_decide| TemplateRow {
        id: id.into(),
        class: look.w.t("tpl-class-service"),
        country: "IL".into(),
        text,
        reference: "1107161234".into(),
        state: state.into(),
        asked_by: "rivka@shop.example".into(),
        at: NOW - 3_600_000,
        decided_by: if state == "waits" { String::new() } else { "avi@shop.example".into() },
        until: (state == "approved").then_some(NOW + 90 * 86_400_000),
        note: if state == "refused" {
            look.say("Says a price", "מזכיר מחיר")
        } else {
            String::new()
        },
        may_decide,
        own: !may_decide,
    };
    let text = look.say(
        "Hello {{first_name}}, your order {{number}} is ready.",
        "שלום {{first_name}}, ההזמנה {{number}} מוכנה.",
    );
    TemplatesView {
        level: "require".into(),
        may_end: true,
        rows: vec![
            row("row_1", "waits", text.clone(), true),
            row("row_2", "waits", text.clone(), false),
            row("row_3", "approved", text.clone(), false),
            row("row_4", "refused", text, false),
        ],
        classes: vec![Choice::new("marketing", look.w.t("tpl-class-marketing"))],
        fault: Some((look.say("Sale", "מבצע"), look.say("It waits already.", "כבר ממתין."))),
    }
}

fn law_view(look: &Look) -> LawView {
    use engine::hold::HoldView;
    use engine::law::pack::{Level, Source};
    use engine::law::registry::{Report, Taken, View};
    use engine::law::{Fault, PackView, Review, WishView};
    let source = |id: &str, cite: &str, confidence: &str| Source {
        id: id.into(),
        cite: cite.into(),
        confidence: confidence.into(),
    };
    let pack = |id: &str, title: &str, own: bool, reviews: Vec<Review>| PackView {
        id: id.into(),
        title: title.into(),
        version: "2026.11.0".into(),
        sha256: "5f2c9a0e77b1c4d8e6f3a2b1c0d9e8f7".into(),
        origin: if own { "builtin".into() } else { format!("{id}.toml") },
        status: "draft-unreviewed".into(),
        reviewed: !reviews.is_empty(),
        reviews,
        review_due: "2027-05-21".into(),
        applies_to: vec!["+972".into()],
        sources: vec![
            source("s30a", "Communications Law 5742-1982, s.30A", "statute-secondary"),
            source("practice", "Local practice; no statutory hours found", "practice"),
        ],
        cases: 17,
        own,
    };
    let review = Review {
        name: look.say("Adv. Noa Cohen", "עו״ד נועה כהן"),
        role: "counsel".into(),
        note: String::new(),
        actor: "console".into(),
        at: NOW,
    };
    let wish = |rule: &str, value: &str, reason: String, until: i64, holds: bool| WishView {
        id: 1,
        rule: rule.into(),
        value: value.into(),
        reason,
        by: "person:usr_1".into(),
        at: NOW,
        until,
        holds,
    };
    let registry = |id: &str, level: Level, state: &'static str| View {
        registry: id.into(),
        pack: "il@2026.11.0".into(),
        level,
        max_age_days: 15,
        state,
        stale_at: NOW,
        taken: (state != "missing").then(|| Taken {
            registry: id.into(),
            source: "https://www.consumers.org.il/".into(),
            as_of: NOW - 20 * 86_400_000,
            loaded_at: NOW,
            actor: "console".into(),
            entries: 213_402,
            skipped: 3,
            sha256: String::new(),
            generation: 1,
        }),
    };
    LawView {
        packs: vec![
            pack("il", "Israel - Communications Law s.30A", true, Vec::new()),
            pack("hu", "Hungary - Grt. 6.§", false, vec![review]),
        ],
        faults: vec![Fault {
            name: "fr.toml".into(),
            id: "fr".into(),
            problem: "line 41: unknown field `sundays`".into(),
            at: NOW,
        }],
        wishes: vec![
            wish("window.marketing", "10:00-18:00", String::new(), 0, true),
            wish("frequency.marketing", "2/14", look.say("High season", "עונה"), NOW + 86_400_000, false),
        ],
        holds: vec![(
            "msg_1".into(),
            HoldView {
                message: 1,
                to: "+972•••••142".into(),
                text: look
                    .say("Your order is on its way. 20% off next time", "הזמנתך נשלחה. 20% הנחה בקנייה הבאה"),
                class: sms::Class::Transactional,
                code: sms::Code::ClassMismatch,
                rule: "il@2026.11.0 classify.marketing_lexicon".into(),
                word: "%".into(),
                at: NOW,
                until: NOW + 86_400_000,
            },
        )],
        large: vec![(
            "cmp_1".into(),
            engine::campaign::guard::View {
                campaign: 1,
                name: look.say("Everything must go", "חיסול מלאי"),
                rule: "volume.workspace".into(),
                people: 48_210,
                usual: 2_400,
                asked_by: "person:usr_1".into(),
                at: NOW,
                deciders: vec![look.say("Rivka Levi", "רבקה לוי")],
                may_decide: true,
            },
        )],
        lists: vec![
            registry("il-do-not-call", Level::Require, "stale"),
            registry("es-lista-robinson", Level::Warn, "missing"),
        ],
        may_change: true,
        brought: Brought {
            report: registry("il-do-not-call", Level::Require, "stale")
                .taken
                .map(|taken| Report { taken, problems: vec![(3, "###-***-####".into())] }),
            ..Brought::default()
        },
        ..LawView::default()
    }
}

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let running = Running { id: "cmp_1".into(), name: look.autumn(), done: 3_417, all: 4_812 };
    let busy = Shell { running: Some(running), ..look.shell("/") };
    let fresh = Shell {
        unread: 0,
        alarms: 0,
        up: (0, 0),
        toast: Some(Toast {
            says: look.say("Saved", "נשמר"),
            link: Some(("/messages/msg_1".into(), look.say("see its timeline", "מה קרה לה"))),
            failed: false,
        }),
        ..look.test_shell("/")
    };
    let mut all = doors(look);
    all.extend(unsubscribes(look));
    all.push(named("home", home::view(w, &busy, &full_home(look))));
    all.push(named(
        "home-fresh",
        home::view(w, &fresh, &HomeView { steps: Some(Steps::default()), ..HomeView::default() }),
    ));
    all.push(named("keys", keys::view(w, &look.shell("/dev/keys"), &keys_view(look))));
    all.push(named("keys-empty", keys::view(w, &look.test_shell("/dev/keys"), &KeysView::default())));
    all.push(named("settings", settings::view(w, &look.test_shell("/settings"), &settings_view(look))));
    all.push(named("law", law::view(w, &look.shell("/settings"), &law_view(look))));
    all.push(named(
        "templates",
        templates::view(w, &look.shell("/settings/law/templates"), &templates_view(look)),
    ));
    all.push(named("law-empty", law::view(w, &look.test_shell("/settings"), &LawView::default())));
    for kind in Kind::ALL {
        all.push((error_name(*kind), error::view(w, &look.shell("/"), *kind, "req_06F3K2").into_string()));
    }
    all
}

fn error_name(kind: Kind) -> &'static str {
    match kind {
        Kind::NotFound => "error-404",
        Kind::Forbidden => "error-403",
        Kind::Stale => "error-stale",
        Kind::BadRequest => "error-400",
        Kind::TooLarge => "error-413",
        Kind::TooMany => "error-429",
        Kind::Internal => "error-500",
        Kind::Busy => "error-503",
    }
}
