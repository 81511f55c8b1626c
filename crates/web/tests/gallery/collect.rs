//! Sign-up forms as the staff writes them, and how they reach people: tablets, posters, "who texted me?".

use std::collections::BTreeMap;

use engine::collect::form::{Asked, Draft, Kind, LANGUAGES, Said, View};
use engine::collect::who::Writer;
use engine::collect::{keyword, kiosk, topic};
use web::pages::forms::{self, EditView, FormsView};
use web::pages::poster;
use web::ui::form::Choice;

use super::frame::{DAY, Look, MINUTE, NOW, named};

fn draft(look: &Look) -> Draft {
    let said = |title: &str, intro: &str, wording: &str| Said {
        title: title.into(),
        intro: intro.into(),
        wording: wording.into(),
        labels: BTreeMap::from([("first_name".into(), look.say("First name", "שם פרטי"))]),
    };
    let english = said(
        "Be the first to hear",
        "New shoes and sales, twice a month.",
        "I agree to get offers of Tern & Tiller by SMS. I can stop at any time.",
    );
    let hebrew = said(
        "לשמוע ראשונים",
        "נעליים חדשות ומבצעים, פעמיים בחודש.",
        "אני מסכימה לקבל מבצעים של נעלי רבקה במסרון. אפשר להפסיק בכל עת.",
    );
    let ask = |name: &str, kind, required, choices: &[&str]| Asked {
        name: name.into(),
        kind,
        required,
        choices: choices.iter().map(|c| (*c).to_owned()).collect(),
    };
    Draft {
        list: 0,
        country: look.say("GB", "IL"),
        countries: vec!["ES".into()],
        sender: String::new(),
        double_optin: true,
        languages: vec!["he".into(), "en".into()],
        texts: BTreeMap::from([("en".into(), english), ("he".into(), hebrew)]),
        fields: vec![
            ask("first_name", Kind::Text, true, &[]),
            ask("city", Kind::Choice, false, &["חיפה", "Bristol"]),
        ],
        topics: vec![look.say("Sales", "מבצעים")],
        sites: vec!["https://www.shop.example".into()],
    }
}

fn form(look: &Look, id: i64, name: String, version: i64) -> View {
    View {
        id,
        slug: "k7m2p9xaQd".into(),
        url: "https://sms.shop.example/f/k7m2p9xaQd".into(),
        name,
        draft: draft(look),
        version,
        hash: "5f2a91c0".repeat(8),
        changed: version > 1,
        closed: false,
        waiting: 12,
        taken: 318,
        lapsed: 4,
        updated_at: NOW - DAY,
    }
}

fn all(look: &Look) -> FormsView {
    let closed =
        View { closed: true, changed: false, ..form(look, 3, look.say("Fair 2025", "יריד 2025"), 1) };
    let titles = LANGUAGES[..2].iter().zip(["Sales", "מבצעים"]);
    FormsView {
        forms: vec![
            ("row_1".into(), form(look, 1, look.say("At the till", "ליד הקופה"), 3)),
            ("row_2".into(), form(look, 2, look.say("Autumn", "סתיו"), 0)),
            ("row_3".into(), closed),
        ],
        topics: vec![topic::View {
            id: 1,
            name: look.say("Sales", "מבצעים"),
            titles: titles.map(|(language, title)| ((*language).to_owned(), title.to_owned())).collect(),
        }],
        words: vec![keyword::View { id: 1, number: String::new(), word: "JOIN".into(), form: 1 }],
        numbers: vec![look.phone("142")],
        fault: Some(("word".into(), look.w.t("why-reserved"))),
    }
}

fn one(look: &Look) -> EditView {
    let kept = form(look, 1, look.say("At the till", "ליד הקופה"), 3);
    let till = |id, name: String, waits| kiosk::View {
        id,
        name,
        waits,
        seen_at: if waits { 0 } else { NOW - 2 * MINUTE },
    };
    let tills =
        [till(1, look.say("Till 1", "קופה 1"), false), till(2, look.say("By the door", "ליד הדלת"), true)];
    let shell = look.shell("/contacts/forms/row_1");
    let beside = poster::share(&look.w, &shell, "row_1", &kept, &tills, Ok(Some("7KQ2MXD")));
    EditView {
        id: "row_1".into(),
        name: kept.name.clone(),
        draft: kept.draft.clone(),
        versions: vec![
            (3, "5f2a91c0".repeat(8), "person:rivka@shop.example".into(), NOW - DAY),
            (2, "91c0d4e8".repeat(8), "console".into(), NOW - 40 * DAY),
        ],
        kept: Some(kept),
        lists: vec![
            Choice::new("", look.w.t("forms-no-list")),
            Choice::new("lst_1", look.say("Club", "מועדון")),
        ],
        senders: vec![Choice::new("", look.w.t("forms-first-sender")), Choice::new("SHOP", "SHOP")],
        topics: vec![look.say("Sales", "מבצעים"), look.say("New shoes", "נעליים חדשות")],
        beside,
        fault: None,
    }
}

fn wrong(look: &Look) -> EditView {
    let why = look.w.t("why-required");
    let view = one(look);
    EditView {
        id: "new".into(),
        name: String::new(),
        kept: None,
        versions: Vec::new(),
        beside: maud::html! {},
        fault: Some(("wording-he".into(), why)),
        ..view
    }
}

fn written(look: &Look) -> Vec<Writer> {
    let by = |business: String, basis, wording: String| Writer {
        business,
        last: NOW - DAY,
        basis,
        since: NOW - 90 * DAY,
        wording,
        token: "k7m2p9xaq3w5".into(),
    };
    let words = draft(look).texts[if look.w.language.code == "he" { "he" } else { "en" }].wording.clone();
    vec![
        by(look.shop(), "granted", words),
        by(look.say("Quill Dental", "מרפאת הכרמל"), "none", String::new()),
        by(look.say("Old Gym", "חדר כושר"), "refused", String::new()),
    ]
}

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
    use poster::Asked as At;
    let (w, shell) = (&look.w, look.shell("/contacts/forms"));
    let kept = form(look, 1, look.say("At the till", "ליד הקופה"), 3);
    let number = look.phone("142");
    let who = |at: At| poster::texted(w, &at, "1794917640.5f2a91c0", "050 123 4118");
    vec![
        named("forms", forms::view(w, &shell, &all(look))),
        named("forms-empty", forms::view(w, &look.test_shell("/contacts/forms"), &FormsView::default())),
        named("form-edit", forms::edit(w, &shell, &one(look))),
        named("form-new", forms::edit(w, &shell, &wrong(look))),
        named("poster", poster::poster(w, &kept, &look.shop(), Some(("JOIN", &number)))),
        named("poster-plain", poster::poster(w, &kept, &look.shop(), None)),
        named("kiosk", poster::kiosk(w)),
        named("who", who(At::Number(String::new()))),
        named("who-wrong", who(At::Number(w.t("pub-wrong-not-a-number")))),
        named("who-code", who(At::Code(true))),
        named("who-found", who(At::Found(written(look)))),
        named("who-nobody", who(At::Found(Vec::new()))),
    ]
}
