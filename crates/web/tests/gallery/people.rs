//! Contacts, a person, lists, import, inbox.

use sms::life::Status;
use web::pages::contacts::{AddPerson, ContactsView, Person};
use web::pages::import::{Cell, Column, Counts, Earlier, ImportStartView, ImportView, Row, Stage};
use web::pages::inbox::{Conversation, Entry, InboxView, NewMessageView, Thread};
use web::pages::lists::{List, ListsView};
use web::pages::many::{DeedView, Many, SureView, Typed};
use web::pages::person::{ConsentEvent, PersonView};
use web::pages::person_more::{Double, Happened, More};
use web::pages::{self, contacts, import, inbox, lists, person};
use web::ui::blocks::Trouble;
use web::ui::form::Choice;
use web::ui::state::May;
use web::ui::table::Pager;

use super::frame::{DAY, Look, MINUTE, NOW, countries, named};

fn lists_of(look: &Look) -> Vec<Choice> {
    vec![
        Choice::new("lst_1", look.say("Loyal, Bristol", "לקוחות קבועים, חיפה")),
        Choice::new("lst_2", look.say("Newsletter", "עדכונים")),
    ]
}

fn contacts_view(look: &Look) -> ContactsView {
    let loyal = look.say("Loyal, Bristol", "לקוחות קבועים, חיפה");
    let person =
        |name: &str, last: &str, may, lists: Vec<String>, out: Option<i64>, back: Option<i64>| Person {
            id: format!("con_{last}"),
            name: name.into(),
            phone: look.phone(last),
            may,
            lists,
            tags: vec![look.say("Gold", "זהב")],
            last_out: out.map(|ago| NOW - ago),
            last_in: back.map(|ago| NOW - ago),
        };
    ContactsView {
        all: 12_418,
        more: false,
        may: 11_702,
        left: 388,
        unknown: 328,
        lists: lists_of(look),
        people: vec![
            person("Dana Levi", "118", May::Yes, vec![loyal.clone()], Some(10 * MINUTE), Some(MINUTE)),
            person("Иван Петров", "164", May::Yes, vec![loyal.clone()], Some(10 * MINUTE), Some(2 * MINUTE)),
            person(
                "Konstantina Papadaki",
                "207",
                May::Yes,
                vec![loyal, look.say("Newsletter", "עדכונים")],
                Some(DAY),
                Some(9 * DAY),
            ),
            person("", "377", May::Left, vec![], Some(10 * MINUTE), Some(MINUTE)),
            person("נועה בן־ארי", "186", May::Unknown, vec![], Some(21 * DAY), None),
            person("Hugh Penrose", "214", May::No, vec![], None, None),
        ],
        pager: Pager {
            says: look.say("1 to 6 of 12,418", "1 עד 6 מתוך 12,418"),
            first: None,
            next: Some("/contacts?after=con_214".into()),
        },
        tags: vec![Choice::new("", look.w.t("many-any-tag")), Choice::new("tag_1", look.say("Gold", "זהב"))],
        many: many(look),
        ..ContactsView::default()
    }
}

fn person_view(look: &Look) -> PersonView {
    PersonView {
        id: "con_118".into(),
        name: look.say("Dana Levi", "דנה לוי"),
        first_name: look.say("Dana", "דנה"),
        last_name: look.say("Levi", "לוי"),
        phone: look.phone("118"),
        may: May::No,
        consents: vec![
            ConsentEvent {
                at: NOW - DAY,
                given: false,
                source: look.say("Replied by SMS", "השיבה בהודעה"),
                wording: "הסר".into(),
            },
            ConsentEvent {
                at: NOW - 200 * DAY,
                given: true,
                source: look.say("Form at the till, import of 3 May", "טופס בקופה, ייבוא מ־3 במאי"),
                wording: look.say("Yes, send me offers by SMS", "כן, אפשר לשלוח לי מבצעים בהודעות"),
            },
        ],
        fields: vec![(look.say("City", "עיר"), look.say("Bristol", "חיפה"))],
        thread: Some("thr_1".into()),
        more: more(look),
    }
}

fn more(look: &Look) -> More {
    let event = |at, icon, key: &str, text: &str, href: &str| Happened {
        at,
        icon,
        what: look.w.t(key),
        text: text.to_owned(),
        href: href.to_owned(),
        ..Happened::default()
    };
    More {
        story: vec![
            event(NOW - DAY, "suppressed", "story-refuse", "", ""),
            event(NOW - DAY, "inbox", "story-in", "הסר", "/inbox/thr_1"),
            Happened {
                status: Some(Status::Delivered),
                ..event(
                    NOW - DAY - MINUTE,
                    "send",
                    "story-out",
                    &look.say("Hi Dana, the autumn sale starts today", "שלום דנה, מבצע סתיו"),
                    "/messages/msg_1",
                )
            },
            event(NOW - 200 * DAY, "userplus", "story-made", "", ""),
        ],
        older: "?before=1".into(),
        tags: vec![look.say("Gold", "זהב")],
        on: vec![("lst_1".into(), look.say("Newsletter", "עדכונים"))],
        off: vec![Choice::new("lst_2", look.say("Club", "מועדון"))],
        fields: vec![(look.say("city", "עיר"), look.say("Bristol", "חיפה"))],
        merges: vec![("mrg_1".into(), look.phone("119"))],
        doubles: Some(vec![Double {
            id: "con_2".into(),
            name: look.say("Dana Levy", "דנה לוי"),
            phone: look.phone("120"),
        }]),
        ..More::default()
    }
}

fn many(look: &Look) -> Many {
    Many {
        query: "q=levi".into(),
        found: "12,418".into(),
        tags: vec![look.say("Gold", "זהב"), look.say("New", "חדש")],
        lists: vec![Choice::new("lst_1", look.say("Newsletter", "עדכונים"))],
        saved: vec![("flt_1".into(), look.say("Haifa, may", "חיפה, מותר"), "q=haifa&may=yes".into())],
        may_erase: true,
        deeds: vec![("blk_1".into(), look.w.t("deed-add-tag"))],
        fault: None,
    }
}

fn deeds(look: &Look) -> Vec<(&'static str, String)> {
    let deed = |state: &str, undoes| DeedView {
        id: "blk_1".into(),
        what: format!("{}: {}", look.w.t("deed-add-tag"), look.say("Gold", "זהב")),
        state: state.into(),
        of: 12_418,
        seen: 7_500,
        changed: 7_122,
        left_out: 3,
        undoes,
        stuck: !undoes,
        words: String::new(),
    };
    let shell = look.shell("/contacts/deeds/blk_1");
    let typed = Typed {
        deed: "erase".into(),
        found: true,
        words: look.say("They asked by letter", "ביקשו במכתב"),
        ..Typed::default()
    };
    let sure = SureView { query: "q=levi".into(), typed: typed.clone(), n: 12_418, people: "12,418".into() };
    let stops = SureView { typed: Typed { deed: "suppress".into(), ..typed.clone() }, ..sure.clone() };
    let typed = Typed { words: String::new(), who: vec!["con_118".into()], ..typed };
    let fault = Some((typed, "reason".into(), look.w.t("why-reason-required")));
    let refused =
        ContactsView { many: Many { fault, ..many(look) }, query: "levi".into(), ..contacts_view(look) };
    let wrong = PersonView {
        more: More {
            fault: Some(("number".into(), look.w.t("why-not-mobile"))),
            typed: vec![("phone".into(), "123".into()), ("first_name".into(), "Dana".into())],
            ..more(look)
        },
        ..person_view(look)
    };
    vec![
        named("many-sure", pages::many::sure(&look.w, &shell, &sure)),
        named("many-sure-suppress", pages::many::sure(&look.w, &shell, &stops)),
        named("contacts-refused", contacts::view(&look.w, &look.shell("/contacts"), &refused)),
        named("person-refused", person::view(&look.w, &look.shell("/contacts/con_118"), &wrong)),
        named("deed-running", pages::many::deed(&look.w, &shell, &deed("running", false))),
        named("deed-done", pages::many::deed(&look.w, &shell, &deed("done", true))),
    ]
}

fn import_view(look: &Look, stage: Stage) -> ImportView {
    let targets = vec![
        Choice::new("skip", look.w.t("import-target-skip")),
        Choice::new("phone", look.w.t("import-target-phone")),
        Choice::new("first_name", look.w.t("import-target-first-name")),
        Choice::new("field", look.say("New field: City", "שדה חדש: עיר")),
    ];
    let column = |index, head: &str, target: &str, seen: String| Column {
        targets: targets.clone(),
        index,
        head: head.into(),
        target: target.into(),
        seen,
    };
    let row = |number, name: &str, phone: &str, kept| Row {
        number,
        cells: vec![
            (name.into(), Cell::Same, false),
            (phone.into(), kept, true),
            (look.say("Bristol", "חיפה"), Cell::Same, false),
            (String::new(), Cell::Skipped, false),
        ],
    };
    ImportView {
        id: "imp_1".into(),
        file: "clients-autumn.xlsx".into(),
        detected: look
            .say("sheet “Kunden”, 12,430 rows, 4 columns", "גיליון ״Kunden״, 12,430 שורות, 4 עמודות"),
        rows: 12_430,
        columns: vec![
            column(0, "Vorname", "first_name", look.say("12,418 filled", "12,418 מלאים")),
            column(1, "טלפון", "phone", look.say("12,334 look like phones", "12,334 נראים כטלפונים")),
            column(2, "Ort", "field", look.say("37 different", "37 שונים")),
            column(3, "Notizen", "skip", look.say("mostly empty", "כמעט ריק")),
        ],
        preview: vec![
            row(2, "Harriet", &look.phone("123"), Cell::Changed),
            row(3, "Ивана", &look.phone("164"), Cell::Changed),
            row(4, "Tom", &look.phone("152"), Cell::Same),
            row(5, "נועה", &look.phone("186"), Cell::Same),
            row(6, "Priya", "4.47701E+11", Cell::Bad),
        ],
        restored: 1_386,
        lost: 96,
        country: look.say("GB", "IL"),
        countries: countries(look),
        existing: "fill".into(),
        list: look.say("Loyal, Bristol", "לקוחות קבועים, חיפה"),
        consent_source: "till".into(),
        consent_date: "2026-03-14".into(),
        counts: Counts {
            created: 11_902,
            updated: 301,
            duplicates: 118,
            invalid: 96,
            suppressed: 13,
            problems: 214,
        },
        stage,
        fault: None,
    }
}

fn threads(look: &Look) -> Vec<Thread> {
    let thread = |id: &str, name: &str, last: &str, snippet: &str, ours, ago: i64, unread, left| Thread {
        id: id.into(),
        name: name.into(),
        phone: look.phone(last),
        snippet: snippet.into(),
        ours,
        at: NOW - ago * MINUTE,
        unread,
        left,
    };
    vec![
        thread(
            "thr_1",
            &look.say("Dana Levi", "דנה לוי"),
            "118",
            "כן, אשמח למידה 39. אתם פתוחים ביום שישי?",
            false,
            26,
            true,
            false,
        ),
        thread(
            "thr_2",
            "Иван Петров",
            "164",
            "Спасибо! А можно забрать завтра после шести?",
            false,
            14,
            true,
            false,
        ),
        thread(
            "thr_3",
            "Konstantina P.",
            "207",
            "Your jacket is at the Bristol counter, code 4182",
            true,
            18,
            false,
            false,
        ),
        thread("thr_4", "", "377", "STOP", false, 31, false, true),
        thread(
            "thr_5",
            "Lucía Ferrer",
            "245",
            "¿Tienen la chaqueta azul en talla M?",
            false,
            42,
            false,
            false,
        ),
        thread("thr_6", "Szilvia Kertész", "224", "Köszönöm, megkaptam a csomagot", false, 130, false, false),
    ]
}

fn conversation(look: &Look) -> Conversation {
    let out = |ago: i64, text: String, by: String| Entry::Out {
        id: "msg_1".into(),
        at: NOW - ago * MINUTE,
        text,
        by,
        status: Status::Delivered,
        test: false,
    };
    let came = |ago: i64, text: &str, to: String| Entry::In { at: NOW - ago * MINUTE, text: text.into(), to };
    Conversation {
        id: "thr_1".into(),
        contact: Some("con_118".into()),
        name: look.say("Dana Levi", "דנה לוי"),
        phone: look.phone("118"),
        may: May::Yes,
        may_source: look.say("Till form, Bristol, Sat 14 Mar", "טופס בקופה, סניף חיפה, שבת 14 במרץ"),
        waits_since: Some(NOW - 26 * MINUTE),
        entries: vec![
            out(
                49,
                look.say(
                    "Hi Dana, the autumn sale starts today – 30% off jackets until Sunday. Reply STOP",
                    "שלום דנה, מבצע סתיו בנעלי רבקה: 30% הנחה על כל המגפיים עד יום שישי. להסרה יש להשיב הסר",
                ),
                look.say("campaign “Autumn sale”", "קמפיין ״מבצע סתיו״"),
            ),
            came(32, "היי, יש לכם את המגפיים מהתמונה (Storm 2) במידה 39?", look.phone("142")),
            out(
                29,
                "שלום דנה, כן: נשארו 2 זוגות במידה 39 בסניף Bristol, ב־£84 במקום £120. לשמור לך זוג?".into(),
                look.say("Marta", "רבקה"),
            ),
            came(26, "כן, אשמח למידה 39. אתם פתוחים ביום שישי?", String::new()),
            Entry::System {
                at: NOW - 20 * MINUTE,
                says: look.say("“STOP” matched the rule for leaving", "״הסר״ התאים לכלל ההסרה"),
            },
        ],
        from: look.phone("142"),
        cannot: None,
        fault: None,
        fields: vec![(look.say("City", "עיר"), look.say("Bristol", "חיפה"))],
        lists: vec![look.say("Loyal, Bristol", "לקוחות קבועים, חיפה")],
    }
}

fn inbox_view(look: &Look, open: Option<Conversation>) -> InboxView {
    InboxView {
        view: String::new(),
        all: 21,
        unread: 2,
        threads: threads(look),
        open,
        older: Some("/inbox?after=thr_6".into()),
    }
}

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let at = |path: &str| look.shell(path);
    let fault = ContactsView {
        fault: Some((
            AddPerson { phone: "123".into(), ..AddPerson::default() },
            look.say("This is no mobile number.", "זה לא מספר נייד."),
        )),
        query: "zzz".into(),
        people: vec![],
        pager: Pager::default(),
        ..contacts_view(look)
    };
    let refused = ImportStartView {
        trouble: Some(Trouble {
            what: look.say("This file has no rows", "אין בקובץ שורות"),
            kept: String::new(),
            fix: look
                .say("Choose the sheet with the people and export again.", "יש לייצא את הגיליון שבו האנשים."),
            code: "NO_ROWS".into(),
            request: "req_1".into(),
        }),
        earlier: vec![Earlier {
            id: "imp_0".into(), file: "חיפה.xlsx".into(), at: NOW - DAY, people: 1_120
        }],
    };
    let closed =
        Conversation {
            cannot: Some(look.say(
                "People cannot answer a name, and nobody can answer from one.",
                "אי אפשר להשיב משם שולח.",
            )),
            waits_since: None,
            ..conversation(look)
        };
    let all_lists = ListsView {
        lists: vec![
            List {
                id: "lst_1".into(),
                name: look.say("Loyal, Bristol", "לקוחות קבועים, חיפה"),
                people: 5_240,
                made: NOW - 90 * DAY,
            },
            List {
                id: "lst_2".into(),
                name: look.say("Newsletter", "עדכונים"),
                people: 11_870,
                made: NOW - 300 * DAY,
            },
        ],
        fault: None,
    };
    let new_one = NewMessageView {
        to: "123".into(),
        fault: Some(("to".into(), look.say("This is no mobile number.", "זה לא מספר נייד."))),
        from: look.phone("142"),
        ..NewMessageView::default()
    };
    let mut all = deeds(look);
    let importing = |stage| import::view(w, &at("/contacts/imports/imp_1"), &import_view(look, stage));
    all.extend(vec![
        named("contacts", contacts::view(w, &at("/contacts"), &contacts_view(look))),
        named("contacts-empty", contacts::view(w, &look.test_shell("/contacts"), &ContactsView::default())),
        named("contacts-none", contacts::view(w, &at("/contacts"), &fault)),
        named("person", person::view(w, &at("/contacts/con_118"), &person_view(look))),
        named("lists", lists::view(w, &at("/contacts/lists"), &all_lists)),
        named("lists-empty", lists::view(w, &at("/contacts/lists"), &ListsView::default())),
        named("import-start", import::start(w, &at("/contacts/import"), &refused)),
        named("import", importing(Stage::Check)),
        named("import-running", importing(Stage::Running { done: 7_600 })),
        named("import-done", importing(Stage::Done { took: 2_100, list: Some("lst_1".into()) })),
        named(
            "import-stopped",
            importing(Stage::Stopped {
                done: 700,
                why: look.say("The disk is full", "הדיסק מלא"),
                again: true,
            }),
        ),
        named("inbox", inbox::view(w, &at("/inbox/thr_1"), &inbox_view(look, Some(conversation(look))))),
        named("inbox-list", inbox::view(w, &at("/inbox"), &inbox_view(look, None))),
        named("inbox-closed", inbox::view(w, &at("/inbox/thr_1"), &inbox_view(look, Some(closed)))),
        named("inbox-empty", inbox::view(w, &look.test_shell("/inbox"), &InboxView::default())),
        named("inbox-new", inbox::new_message(w, &at("/inbox/new"), &new_one)),
    ]);
    all
}
