//! Campaigns: the list, the composer in its states, live, report.

use sms::parts::Encoding;
use sms::reason::Code;
use web::pages::campaign::{CampaignView, Counts, Reply};
use web::pages::campaigns::CampaignsView;
use web::pages::composer::{Audience, Check, ComposerView, Level, Meter, Preview};
use web::pages::{campaign, campaigns, composer};
use web::ui::form::Choice;

use super::frame::{DAY, Look, MINUTE, NOW, lines, named};

fn composer_view(look: &Look) -> ComposerView {
    let text = look.say(
        "Hi {{first_name}}, the autumn sale starts today – 30% off jackets until Sunday. Show this in any Tern & Tiller. Don’t want more? Reply STOP",
        "שלום {{first_name}}, מבצע סתיו בנעלי רבקה: 30% הנחה על כל המגפיים עד יום שישי בצהריים. להצגה בקופה בכל הסניפים. להסרה יש להשיב הסר",
    );
    let name = look.say("Dana", "דנה");
    let check = |level, says: String, fix: Option<(String, String)>| Check { level, says, fix };
    let hebrew = look.w.language.code == "he";
    ComposerView {
        id: "cmp_9".into(),
        name: look.autumn(),
        saved: Some(NOW - 11 * MINUTE),
        lists: vec![
            Choice::new("lst_1", look.say("Loyal, Bristol", "לקוחות קבועים, חיפה")),
            Choice::new("lst_2", look.say("Bought today", "קנו היום")),
        ],
        list: "lst_1".into(),
        version: 3,
        fault: None,
        class: "marketing".into(),
        topic: "boots".into(),
        topics: vec![
            Choice::new("", look.w.t("composer-topic-none")),
            Choice::new("boots", look.say("Sales", "מבצעים")),
        ],
        from: look.phone("142"),
        froms: vec![
            Choice::new(
                look.phone("142"),
                look.say("+44 7700 900142, people can reply", "050-123-4142, אפשר להשיב"),
            ),
            Choice::new("TERNTILLER", look.say("TERNTILLER, nobody can reply", "RIVKA, אי אפשר להשיב")),
        ],
        fields: vec![
            Choice::new("{{first_name}}", look.w.t("first-name")),
            Choice::new("{{unsubscribe_url}}", look.say("Link to leave", "קישור להסרה")),
        ],
        sample_json: format!("{{\"first_name\":\"{name}\"}}"),
        table_json: sms::alphabet::gsm7::table_json(),
        meter: if hebrew {
            Meter {
                encoding: Some(Encoding::Ucs2),
                parts: vec![(67, 67), (52, 67)],
                guilty: vec![],
                parts_without: 2,
            }
        } else {
            Meter {
                encoding: Some(Encoding::Ucs2),
                parts: vec![(67, 67), (63, 67)],
                guilty: vec![('\u{2013}', 49), ('\u{2019}', 119)],
                parts_without: 1,
            }
        },
        histogram: vec![(4_420, 2), (392, 3)],
        audience: Audience {
            all: 5_240,
            out: vec![
                (Code::SuppressedWorkspace, 211),
                (Code::NotMobile, 64),
                (Code::Duplicate, 38),
                (Code::NoConsent, 115),
            ],
            rest: 4_812,
        },
        preview: Some(Preview {
            index: 3,
            of: 4_812,
            name: look.say("Dana Levi", "דנה לוי"),
            phone: look.phone("118"),
            text: text.replace("{{first_name}}", &name),
            rtl: hebrew,
            longest: Some((look.say("Konstantina P.", "אלכסנדרה ב׳"), 137)),
        }),
        checks: vec![
            check(Level::Ok, look.w.f("composer-check-consent", web::args!(n: 4_812)), None),
            check(Level::Ok, look.say("Way to leave: reply STOP", "דרך להסרה: תשובה ״הסר״"), None),
            check(
                Level::Warn,
                look.say("12 people have no first name: “Hi ,”", "ל־12 נמענים אין שם פרטי: ״שלום ,״"),
                Some(("#text".into(), look.say("Set fallback", "קביעת ברירת מחדל"))),
            ),
        ],
        through_at: Some(NOW + 4 * MINUTE),
        text,
    }
}

fn blocked(look: &Look) -> ComposerView {
    let mut view = composer_view(look);
    view.checks.insert(
        0,
        Check {
            level: Level::Stop,
            says: look.w.t("composer-check-leave-none"),
            fix: Some(("#text".into(), look.w.t("composer-field-leave"))),
        },
    );
    view
}

fn empty(look: &Look) -> ComposerView {
    ComposerView {
        lists: vec![],
        list: String::new(),
        text: String::new(),
        meter: Meter::default(),
        histogram: vec![],
        audience: Audience::default(),
        preview: None,
        checks: vec![Check { level: Level::Stop, says: look.w.t("composer-check-text"), fix: None }],
        saved: None,
        through_at: None,
        ..composer_view(look)
    }
}

fn live(look: &Look) -> CampaignView {
    let reply = |thread: &str, name: &str, last: &str, ago: i64, text: &str, left| Reply {
        thread: thread.into(),
        name: name.into(),
        phone: look.phone(last),
        at: NOW - ago,
        text: text.into(),
        left,
    };
    CampaignView {
        id: "cmp_1".into(),
        name: look.autumn(),
        state: "running".into(),
        by: look.say("Marta Voss", "רבקה לוי"),
        started: NOW - 10 * MINUTE,
        ended: None,
        counts: Counts {
            audience: 5_240,
            planned: 0,
            skipped: vec![
                (Code::SuppressedWorkspace, 211),
                (Code::NoConsent, 115),
                (Code::NotMobile, 64),
                (Code::Duplicate, 38),
            ],
            accepted: 4_812,
            waiting: 1_395,
            submitted: 256,
            delivered: 3_118,
            undelivered: 30,
            rejected: 7,
            expired: 0,
            cancelled: 0,
            suppressed: 0,
            unknown: 6,
            possible_duplicates: 0,
            replies: 29,
            opt_outs: 6,
        },
        rate_tenths: 118,
        ends: Some(NOW + 5 * MINUTE),
        limited_by: Some(("Northline SMPP".into(), 120)),
        waits: None,
        reasons: vec![
            (Code::UnknownSubscriber, 21),
            (Code::OperatorBlocked, 7),
            (Code::MemoryFull, 5),
            (Code::ContentRefused, 4),
        ],
        replies: vec![
            reply(
                "thr_1",
                "Aoife Brennan",
                "131",
                2_000,
                "Does the 30% include the children’s jackets?",
                false,
            ),
            reply("thr_2", "נועה בן־ארי", "186", 20_000, "תודה! המבצע תקף גם באתר?", false),
            reply("thr_3", "", "377", 40_000, "STOP", true),
        ],
    }
}

fn report(look: &Look) -> CampaignView {
    let live = live(look);
    CampaignView {
        state: "completed_with_failures".into(),
        started: NOW - DAY,
        ended: Some(NOW - DAY + 14 * MINUTE),
        counts: Counts {
            waiting: 0,
            submitted: 24,
            delivered: 4_621,
            undelivered: 121,
            rejected: 11,
            expired: 29,
            unknown: 6,
            possible_duplicates: 2,
            replies: 143,
            opt_outs: 19,
            ..live.counts.clone()
        },
        ends: None,
        limited_by: None,
        ..live
    }
}

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let shell = look.shell("/campaigns");
    let list = CampaignsView { all: 5, campaigns: lines(look), ..CampaignsView::default() };
    let waiting = CampaignView {
        state: "throttled".into(),
        waits: Some(look.say("Northline SMPP is down", "Northline SMPP נפל")),
        limited_by: None,
        ends: None,
        ..live(look)
    };
    let paused = CampaignView { state: "paused".into(), ..live(look) };
    let freezing = CampaignView {
        state: "freezing".into(),
        counts: Counts { planned: 900, audience: 900, ..Counts::default() },
        ..live(look)
    };
    vec![
        named("campaigns", campaigns::view(w, &shell, &list)),
        named("campaigns-empty", campaigns::view(w, &shell, &CampaignsView::default())),
        named("composer", composer::view(w, &shell, &composer_view(look))),
        named("composer-blocked", composer::view(w, &shell, &blocked(look))),
        named("composer-empty", composer::view(w, &look.test_shell("/campaigns"), &empty(look))),
        named("composer-confirm", composer::confirm(w, &shell, &composer_view(look))),
        named("campaign-live", campaign::view(w, &shell, &live(look))),
        named("campaign-waits", campaign::view(w, &shell, &waiting)),
        named("campaign-paused", campaign::view(w, &shell, &paused)),
        named("campaign-freezing", campaign::view(w, &shell, &freezing)),
        named("campaign-stop", campaign::stop(w, &shell, &live(look))),
        named("report", campaign::view(w, &shell, &report(look))),
    ]
}
