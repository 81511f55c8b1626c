//! Messages, what nobody knows about, the simulator, clients, numbers.

use sms::life::Status;
use sms::parts::Encoding;
use sms::reason::Code;
use web::pages::alarms::{AlarmLine, AlarmsView};
use web::pages::clients::{ClientLine, ClientView, ClientsView, Fresh, SessionLine};
use web::pages::connections::ConnectionForm;
use web::pages::held::{HeldLine, HeldView};
use web::pages::message::{Event, MessageView};
use web::pages::messages::{MessageLine, MessagesView};
use web::pages::numbers::{LeaseLine, NameSaid, NumberLine, NumbersView, SenderLine};
use web::pages::simulator::{Phone, PhoneLine, SimulatorView, WireLine};
use web::pages::trace::{PacketsView, TraceView, packets_page};
use web::pages::unconfirmed::{ConfirmView, UnconfirmedView};
use web::pages::{alarms, clients, held, message, messages, numbers, simulator, unconfirmed};
use web::shell::Place;
use web::ui::form::Choice;
use web::ui::state::Tone;
use web::ui::table::Pager;

use super::connections::{packet, trace_view};
use super::frame::{Look, MINUTE, NOW, named};

fn message_view(look: &Look, status: Status, reason: Code) -> MessageView {
    let event = |after: i64, tone, icon, what: String, says: String, raw: Option<&str>| Event {
        at: NOW - 10 * MINUTE + after,
        tone,
        icon,
        what,
        says,
        raw: raw.map(str::to_owned),
    };
    let w = &look.w;
    let dump = "0000  00 00 00 c4 00 00 00 04  00 00 00 00 00 00 22 6c   submit_sm\n0010  00 01 01 34 34 37 37 30  30 39 30 30 31 34 32 00   source";
    MessageView {
        id: "msg_01KA7V3Q9D2MX".into(),
        at: NOW - 10 * MINUTE,
        name: look.say("Dana Levi", "דנה לוי"),
        to: look.phone("118"),
        from: look.phone("142"),
        text: look.say(
            "Hi Dana, the autumn sale starts today – 30% off jackets until Sunday. Reply STOP",
            "שלום דנה, מבצע סתיו בנעלי רבקה: 30% הנחה על כל המגפיים. להסרה יש להשיב הסר",
        ),
        characters: 130,
        encoding: Encoding::Ucs2,
        parts: 2,
        class: "marketing".into(),
        status,
        reason,
        took: Some(221_000),
        tlvs: "0x1400 text 1101234567\n0x1401 text 1107".into(),
        campaign: Some(("cmp_1".into(), look.autumn())),
        connector: Some(("cnn_1".into(), "Northline SMPP".into())),
        by: look.say("Marta Voss", "רבקה לוי"),
        test: false,
        possible_duplicate: reason != Code::None,
        events: vec![
            event(120, Tone::Neutral, "sent", w.t("event-accepted"), look.autumn(), None),
            event(140, Tone::Neutral, "sent", w.t("event-handed-one"), "5F2A91".into(), Some(dump)),
            event(
                9_900,
                Tone::Attention,
                "attention",
                w.t("reason-absent-subscriber"),
                w.t("reason-absent-subscriber-we"),
                None,
            ),
            event(221_000, Tone::Delivered, "delivered", w.t("status-delivered"), String::new(), None),
        ],
        thread: Some("thr_1".into()),
        contact: Some("con_118".into()),
        may_resend: reason != Code::None,
        traced: true,
        may_cancel: false,
    }
}

fn messages_view(look: &Look) -> MessagesView {
    let line = |id: &str, name: &str, last: &str, text: &str, status, reason| MessageLine {
        id: id.into(),
        at: NOW - 10 * MINUTE,
        name: name.into(),
        to: look.phone(last),
        from: look.phone("142"),
        text: text.into(),
        status,
        reason,
        parts: 2,
        possible_duplicate: status == Status::Unknown,
    };
    let sale = look
        .say("Hi Dana, the autumn sale starts today – 30% off", "שלום דנה, מבצע סתיו בנעלי רבקה: 30% הנחה");
    MessagesView {
        campaign: Some(("cmp_1".into(), look.autumn())),
        reason: Some(Code::AbsentSubscriber),
        messages: vec![
            line("msg_1", "Dana Levi", "118", &sale, Status::Delivered, Code::None),
            line("msg_2", "", "377", &sale, Status::Undelivered, Code::UnknownSubscriber),
            line(
                "msg_3",
                "Иван Петров",
                "164",
                "Добрый день, Иван! Да, осталась одна пара",
                Status::Submitted,
                Code::None,
            ),
            line("msg_4", "נועה בן־ארי", "186", &sale, Status::Unknown, Code::AmbiguousSubmit),
            line("msg_5", "Hugh Penrose", "214", &sale, Status::Suppressed, Code::SuppressedWorkspace),
        ],
        pager: Pager { says: String::new(), first: None, next: Some("/messages?after=msg_5".into()) },
        ..MessagesView::default()
    }
}

fn simulator_view(look: &Look) -> SimulatorView {
    let line = |ago: i64, text: &str, sent, parts, link: Option<&str>| PhoneLine {
        at: NOW - ago * MINUTE,
        text: text.into(),
        sent,
        parts,
        link: link.map(str::to_owned),
    };
    let phone = |name: String, number: &str, lang: &str, lines| Phone {
        name,
        number: number.into(),
        shown: number.into(),
        peer_shown: look.phone("142"),
        lang: lang.into(),
        peer: look.phone("142"),
        lines,
    };
    SimulatorView {
        phones: vec![
            phone(
                look.say("Noa", "נועה"),
                "+999 555 0100",
                "he",
                vec![
                    line(14, "שלום נועה, ההזמנה שלך מחכה בסניף. עד מתי לשמור אותה?", false, 1, None),
                    line(13, "עד חמישי בערב, תודה", true, 1, None),
                ],
            ),
            phone(
                look.say("Ivan", "איוון"),
                "+999 555 0201",
                "ru",
                vec![line(16, "Иван, ваш заказ 20418 готов. Магазин открыт до 18:00.", false, 1, None)],
            ),
            phone(
                look.say("Lucía", "לוסיה"),
                "+999 555 0305",
                "es",
                vec![line(34, "Hola Lucía: 30% en chaquetas hasta el domingo.", false, 2, Some("/u/abc"))],
            ),
        ],
        wire: vec![
            WireLine {
                id: "msg_1".into(),
                at: NOW - 13_000,
                status: Status::Delivered,
                who: look.say("Noa", "נועה"),
            },
            WireLine {
                id: "msg_2".into(),
                at: NOW - 15_000,
                status: Status::Queued,
                who: look.say("Ivan", "איוון"),
            },
        ],
        test_text: look.w.t("sim-test-text"),
    }
}

fn client_line(name: &str, enabled: bool, sessions: i64) -> ClientLine {
    let session = |n: i64| SessionLine {
        bind: ["transceiver", "receiver"][(n % 2) as usize],
        address: format!("192.0.2.{}", n + 7),
        version: "3.4",
        tls: n == 0,
        since: NOW - (n + 1) * 47 * MINUTE,
        rate: 34 - n * 30,
        accepted: 18_204 * (2 - n),
        refused: 12 * n,
    };
    ClientLine {
        id: format!("cli_{name}"),
        name: name.into(),
        system_id: name.into(),
        enabled,
        sessions: (0..sessions).map(session).collect(),
        waiting: if sessions == 0 { 1_240 } else { 3 },
        bound_at: Some(NOW - 90 * MINUTE),
        bound_from: "192.0.2.7".into(),
        numbers: vec!["4545".into()],
    }
}

fn clients_view() -> ClientsView {
    let clients = vec![
        client_line("acme", true, 2),
        client_line("ternbank", true, 0),
        client_line("old-crm", false, 0),
    ];
    ClientsView { clients }
}

fn client_view(look: &Look, fresh: bool) -> ClientView {
    let wire = TraceView { base: "/delivery/clients/cli_1".into(), ..trace_view(look) };
    let values = vec![("rate".into(), "100".into()), ("allow".into(), "192.0.2.0/24".into())];
    ClientView {
        client: client_line("acme", true, if fresh { 0 } else { 2 }),
        form: ConnectionForm { values, exists: true, ..ConnectionForm::default() },
        fresh: fresh.then(|| Fresh { system_id: "acme".into(), password: "7mPqX2Rd".into() }),
        offered: vec!["+44 7700 900142".into()],
        trace: Some(if fresh { TraceView { watched: None, packets: Vec::new(), ..wire } } else { wire }),
        failed: Some(Vec::new()),
    }
}

fn bad_client(look: &Look) -> ConnectionForm {
    let why = look.say("“10.0.0” is no address or range.", "“10.0.0” אינו כתובת או טווח.");
    ConnectionForm {
        name: "acme".into(),
        values: vec![("allow".into(), "10.0.0".into())],
        fault: Some(("allow".into(), why)),
        ..ConnectionForm::default()
    }
}

fn lease(word: &str, whose: Option<&str>, state: &'static str, until: Option<i64>) -> LeaseLine {
    LeaseLine {
        id: "row_7".into(),
        code: "5050".into(),
        word: word.into(),
        whose: whose.map(str::to_owned),
        from: NOW - 90 * MINUTE,
        until,
        state,
        may_end: true,
    }
}

fn numbers_view(look: &Look) -> NumbersView {
    NumbersView {
        numbers: vec![
            NumberLine {
                id: "row_1".into(),
                number: look.phone("142"),
                kind: "long".into(),
                connector: "Northline SMPP".into(),
            },
            NumberLine {
                id: "row_2".into(),
                number: "5050".into(),
                kind: "shared".into(),
                connector: String::new(),
            },
            NumberLine {
                id: "row_1".into(),
                number: "4545".into(),
                kind: "short".into(),
                connector: String::new(),
            },
        ],
        senders: vec![
            SenderLine {
                id: "row_1".into(),
                name: "TERNTILLER".into(),
                country: "GB".into(),
                status: "submitted",
                may_decide: true,
                alike: true,
                ..SenderLine::default()
            },
            SenderLine {
                id: "row_2".into(),
                name: look.phone("142"),
                status: "approved",
                ..SenderLine::default()
            },
        ],
        leases: vec![
            lease("JOIN", Some("Tern & Tiller"), "running", None),
            lease("הצבעה", None, "coming", Some(NOW + 90 * MINUTE)),
        ],
        said: Some(NameSaid {
            name: "Ieumi".into(),
            wrong: vec![look.say(
                "It is, or looks like, “leumi”, a name that is not yours to show.",
                "זה, או נראה כמו, ”leumi“ – שם שאינו שלכם.",
            )],
            alike: true,
            length: (5, 11),
            no_way_out: true,
        }),
        tried: Some((
            "5050".into(),
            "join".into(),
            Some(engine::lease::Tried {
                word: Some("JOIN".into()),
                workspace: Some("Tern & Tiller".into()),
                own: true,
                verdict: "optout",
            }),
        )),
        connectors: vec![Choice::new("cnn_1", "Northline SMPP")],
        unassigned: vec![("+44 7700 900199".into(), 2)],
        fault: Some(("sender".into(), look.say("At most 11 letters and digits.", "עד 11 אותיות וספרות."))),
    }
}

/// What waits for a person: messages in doubt, alarms, what a restore holds.
fn troubles(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let doubt = messages_view(look).messages.into_iter().filter(|m| m.status == Status::Unknown).collect();
    let waiting = UnconfirmedView {
        n: 118,
        campaign: Some(("cmp_1".into(), look.autumn())),
        messages: MessagesView { messages: doubt, ..MessagesView::default() },
        may: true,
        fault: None,
    };
    let asked = ConfirmView {
        decision: "resend",
        n: 118,
        upto: "msg_4".into(),
        campaign: Some(("cmp_1".into(), look.autumn())),
    };
    let alarm = |id: &str, kind: &str, hint, detail: &str| AlarmLine {
        id: id.into(),
        kind: kind.into(),
        connection: Some(("cnn_4".into(), "Quill".into())),
        campaign: None,
        value: 400,
        detail: detail.into(),
        hint,
        at: NOW - 41 * MINUTE,
        known: None,
        cleared: None,
        may: true,
    };
    let bad = AlarmsView {
        open: vec![
            alarm("alm_1", "auth_failed", Some("password"), "bind_transceiver_resp: ESME_RINVPASWD"),
            AlarmLine {
                known: Some(NOW - MINUTE),
                connection: None,
                ..alarm("alm_2", "keys_not_exported", None, "")
            },
        ],
        past: vec![AlarmLine { cleared: Some(NOW - MINUTE), ..alarm("alm_3", "link_down", None, "refused") }],
    };
    let line = |id: &str, kind, class: &str| HeldLine {
        id: id.into(),
        kind,
        name: if kind == "campaign" { look.autumn() } else { "Northline SMPP".into() },
        class: class.into(),
        waiting: 1_395,
    };
    let restored = HeldView {
        at: NOW - MINUTE,
        backup_at: NOW - 900 * MINUTE,
        known: false,
        held: vec![line("row_1", "campaign", "marketing"), line("row_2", "messages", "transactional")],
    };
    let shell = look.shell("/messages/unconfirmed");
    vec![
        named("unconfirmed", unconfirmed::view(w, &shell, &waiting)),
        named("unconfirmed-none", unconfirmed::view(w, &shell, &UnconfirmedView::default())),
        named("unconfirmed-ask", unconfirmed::confirm(w, &shell, &asked)),
        named("alarms", alarms::view(w, &shell, &bad)),
        named("alarms-none", alarms::view(w, &shell, &AlarmsView::default())),
        named("held", held::view(w, &shell, &restored)),
        named("held-none", held::view(w, &shell, &HeldView::default())),
    ]
}

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let shell = look.shell("/messages");
    let failed = message_view(look, Status::Undelivered, Code::UnknownSubscriber);
    let mut all = troubles(look);
    all.extend([
        named("messages", messages::view(w, &shell, &messages_view(look))),
        named("messages-empty", messages::view(w, &shell, &MessagesView::default())),
        named("message", message::view(w, &shell, &message_view(look, Status::Delivered, Code::None))),
        named("message-failed", message::view(w, &shell, &failed)),
        named("clients", clients::view(w, &shell, &clients_view())),
        named("clients-empty", clients::view(w, &shell, &ClientsView::default())),
        named("client", clients::one(w, &shell, &engine::client::INFO, &client_view(look, false))),
        named("client-fresh", clients::one(w, &shell, &engine::client::INFO, &client_view(look, true))),
        named("client-new", clients::new(w, &shell, &engine::client::INFO, &bad_client(look))),
        named(
            "trace",
            packets_page(
                w,
                &shell,
                Place::Messages,
                &PacketsView {
                    back: ("/messages/msg_1".into(), look.say("The message", "ההודעה")),
                    title: look.say("What stood on the wire", "מה עבר על הקו"),
                    file: "/messages/msg_1/trace".into(),
                    packets: vec![
                        packet(look, true, "submit_sm", true),
                        packet(look, false, "deliver_sm", false),
                    ],
                },
            ),
        ),
        named("numbers", numbers::view(w, &shell, &numbers_view(look))),
        named("numbers-empty", numbers::view(w, &shell, &NumbersView::default())),
        named(
            "simulator",
            simulator::view(w, &look.test_shell("/delivery/simulator"), &simulator_view(look)),
        ),
    ]);
    all
}
