//! Messages, connections, numbers, the simulator.

use sms::form::{Field, FieldKind, KindInfo};
use sms::life::Status;
use sms::live::{Limit, LinkState};
use sms::parts::Encoding;
use sms::reason::Code;
use web::pages::clients::{ClientLine, ClientView, ClientsView, Fresh, SessionLine};
use web::pages::connection::{ConnectionView, FailedLine};
use web::pages::connections::{ConnectionCard, ConnectionForm, ConnectionsView, LaneLine};
use web::pages::message::{Event, MessageView};
use web::pages::messages::{MessageLine, MessagesView};
use web::pages::modem::{FoundLine, ModemCard};
use web::pages::numbers::{LeaseLine, NameSaid, NumberLine, NumbersView, SenderLine};
use web::pages::phone::{Offer, PhoneCard, SimLine};
use web::pages::queues::{QueuesView, StreamLine};
use web::pages::simulator::{Phone, PhoneLine, SimulatorView, WireLine};
use web::pages::trace::{PacketsView, TraceView, packets_page};
use web::pages::{clients, connection, connections, message, messages, modem, numbers, queues, simulator};
use web::shell::{Place, Shell};
use web::ui::form::Choice;
use web::ui::state::Tone;
use web::ui::table::Pager;

use super::frame::{Look, MINUTE, NOW, beats, named};

const SMPP: KindInfo = KindInfo {
    name: "smpp",
    fields: &[
        Field { name: "host", kind: FieldKind::Text, default: None, advanced: false },
        Field {
            name: "port",
            kind: FieldKind::Number { min: 1, max: 65_535 },
            default: Some("2775"),
            advanced: false,
        },
        Field { name: "system_id", kind: FieldKind::Text, default: None, advanced: false },
        Field { name: "password", kind: FieldKind::Secret, default: None, advanced: false },
        Field {
            name: "bind",
            kind: FieldKind::Choice(&["trx", "tx", "rx"]),
            default: Some("trx"),
            advanced: true,
        },
        Field {
            name: "window",
            kind: FieldKind::Number { min: 1, max: 10_000 },
            default: Some("10"),
            advanced: true,
        },
        Field { name: "tls", kind: FieldKind::Choice(&["off", "on"]), default: Some("off"), advanced: true },
    ],
};

fn card(id: &str, name: &str, state: LinkState, error: &str) -> ConnectionCard {
    let bad: &[usize] = if state == LinkState::Down { &[56, 57, 58, 59] } else { &[] };
    ConnectionCard {
        id: id.into(),
        name: name.into(),
        kind: "smpp".into(),
        state,
        since: NOW - 9 * MINUTE,
        error: error.into(),
        beats: beats(60, bad),
        rate_tenths: if state == LinkState::Bound { 118 } else { 0 },
        limit_tenths: Some(120),
        queued: 2_904,
        flight: 0,
        window: 10,
        heard: Some(NOW - 2_000),
        stale: state == LinkState::NoTraffic,
        hint: engine::connector::hint(error).map(engine::connector::Hint::name),
        quality: engine::connector::Quality {
            sent: 4_812,
            reported: 4_700,
            delivered: 4_624,
            half_ms: Some(3_100),
            most_ms: Some(41_000),
        },
        lanes: vec![
            LaneLine { lane: "transactional", waiting: 3, paused: 0, oldest: Some(400), drain: Some(1_000) },
            LaneLine {
                lane: "bulk",
                waiting: 2_901,
                paused: 800,
                oldest: Some(598_000),
                drain: Some(246_000),
            },
        ],
        oldest: Some(598_000),
        drain: Some(246_000),
        limit: if state == LinkState::Bound { Limit::Pace } else { Limit::LinkDown },
    }
}

fn packet(look: &Look, ours: bool, command: &str, open: bool) -> engine::trace::View {
    use engine::trace::{Field, Sort};
    let field = |name: &str, value: &str, sort| Field { name: name.into(), value: value.into(), sort };
    engine::trace::View {
        id: 7,
        at: NOW - 2_000,
        link: 0,
        ours,
        dialect: "smpp".into(),
        command: command.into(),
        status: if ours { String::new() } else { "ESME_ROK 0x0".into() },
        seq: 8_812,
        message: Some(9),
        fields: vec![
            field("source_addr_ton", "5", Sort::Plain),
            field("destination_addr", &look.phone("142"), Sort::Address),
            field("password", "***", Sort::Secret),
            field("short_message", "שלום, ההזמנה מוכנה (36 octets)", Sort::Text),
        ],
        raw: open.then(|| (0..90).collect()),
    }
}

fn trace_view(look: &Look) -> TraceView {
    TraceView {
        base: "/delivery/connections/cnn_1".into(),
        watched: Some((NOW + 15 * MINUTE, "5012".into())),
        packets: vec![packet(look, false, "submit_sm_resp", true), packet(look, true, "submit_sm", true)],
    }
}

fn queues_view(look: &Look) -> QueuesView {
    let line = |id: &str, campaign: Option<String>, lane, state, waiting| StreamLine {
        id: id.into(),
        campaign: campaign.map(|name| ("cmp_1".into(), name)),
        class: "transactional".into(),
        connection: ("cnn_1".into(), "Northline SMPP".into()),
        lane,
        state,
        waiting,
        oldest: Some(598_000),
        may: true,
    };
    QueuesView {
        queues: vec![
            card("cnn_1", "Northline SMPP", LinkState::Bound, ""),
            card("cnn_3", "Hexa Mobile", LinkState::Down, "connection refused (os error 111)"),
        ],
        only: None,
        all: 3,
        search: (String::new(), "oldest"),
        streams: vec![
            line("row_1", Some(look.autumn()), "bulk", "running", 2_101),
            line("row_2", Some("צעיפים לחורף".into()), "bulk", "paused", 800),
            line("row_3", None, "transactional", "running", 3),
        ],
        pager: Pager { next: Some("/delivery/queues?after=row_3".into()), ..Pager::default() },
        here: "/delivery/queues?part=all".into(),
    }
}

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

fn connection_pages(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let shell = look.shell("/delivery/connections");
    let all = ConnectionsView {
        connections: vec![
            card("cnn_1", "Northline SMPP", LinkState::Bound, ""),
            card("cnn_3", "Hexa Mobile", LinkState::Down, "connection refused (os error 111)"),
            card("cnn_4", "Quill", LinkState::AuthFailed, "bind_transceiver_resp: ESME_RINVPASWD"),
            card("cnn_2", "Backup", LinkState::NoTraffic, ""),
        ],
    };
    let form = ConnectionForm {
        name: "Northline SMPP".into(),
        kind: "smpp".into(),
        values: vec![("host".into(), "smsc.northline.example".into()), ("system_id".into(), "tern".into())],
        fault: Some((
            "port".into(),
            look.say("must be a whole number from 1 to 65535", "חייב להיות מספר שלם מ־1 עד 65535"),
        )),
        exists: false,
        ..ConnectionForm::default()
    };
    let one = ConnectionView {
        card: card("cnn_3", "Hexa Mobile", LinkState::Down, "connection refused (os error 111)"),
        form: ConnectionForm { fault: None, exists: true, ..form.clone() },
        kind: SMPP,
        hooks: None,
        failed: Some(vec![
            FailedLine {
                at: NOW - 4 * MINUTE,
                ours: true,
                command: "submit_sm".into(),
                status: Some("ESME_RINVSRCADR 0xA".into()),
                fields: [
                    ("part", "1/2"),
                    ("after_ms", "41"),
                    ("source", "ton 5, npi 0, 10 octets"),
                    ("data_coding", "0x08"),
                ]
                .map(|(name, value)| (name.into(), value.into()))
                .to_vec(),
                message: Some("msg_1".into()),
            },
            FailedLine {
                at: NOW - 9 * MINUTE,
                ours: true,
                command: "submit_sm".into(),
                status: None,
                fields: vec![("attempt".into(), "1".into())],
                message: None,
            },
        ]),
        trace: Some(trace_view(look)),
        modem: None,
        phone: None,
        offer: None,
        test_to: String::new(),
        test_error: None,
    };
    let modem = modem_view(look, &one);
    vec![
        named("connections", connections::view(w, &shell, &all)),
        named(
            "connections-empty",
            connections::view(w, &look.test_shell("/delivery/connections"), &ConnectionsView::default()),
        ),
        named("queues", queues::view(w, &look.shell("/delivery/queues"), &queues_view(look))),
        named(
            "queues-empty",
            queues::view(
                w,
                &shell,
                &QueuesView { here: "/delivery/queues?part=all".into(), ..QueuesView::default() },
            ),
        ),
        named("connection-new", connections::new(w, &shell, &[SMPP], &form, &maud::html! {})),
        named("connection", connection::view(w, &shell, &one)),
        named("connection-modem", connection::view(w, &shell, &modem)),
        named("connection-phone", connection::view(w, &shell, &phone_view(look, &one))),
        named("connection-new-modem", connections::new(w, &shell, &[SMPP], &form, &found(look, &shell))),
    ]
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

fn modem_view(look: &Look, like: &ConnectionView) -> ConnectionView {
    let modem = ModemCard {
        model: "Huawei E173".into(),
        port: "/dev/serial/by-id/usb-HUAWEI_E173-if02-port0".into(),
        imei: "352099001761481".into(),
        sim: "…6789".into(),
        number: look.phone("142"),
        centre: "+447700900000".into(),
        operator: "Partner".into(),
        registration: "home".into(),
        signal: Some((4, -79)),
        card: "pin".into(),
        pin_left: Some(1),
        memory: (19, 20),
        nearly_full: true,
        sent: [(40, 40), (118, 0)],
        rests_until: Some(NOW + 9 * MINUTE),
        balance: Some((look.say("Balance: 42.50", "יתרה: 42.50 ₪"), NOW - MINUTE)),
        aside: 2,
        at: NOW,
    };
    let card =
        card("cnn_5", "Till modem", LinkState::AuthFailed, "the SIM card asks for its PIN, and none is set");
    ConnectionView { card, modem: Some(modem), failed: Some(Vec::new()), ..like.clone() }
}

fn phone_view(look: &Look, like: &ConnectionView) -> ConnectionView {
    let sim = SimLine {
        slot: 1,
        carrier: "Partner".into(),
        number: look.phone("143"),
        bars: Some(3),
        ready: true,
        chosen: true,
        sent: [(40, 60), (212, 0)],
        ..SimLine::default()
    };
    let other = SimLine {
        slot: 2,
        bars: Some(1),
        ready: false,
        number: String::new(),
        sent: [(60, 60), (300, 0)],
        rests_until: Some(NOW + 12 * MINUTE),
        ..sim.clone()
    };
    let phone = PhoneCard {
        paired_at: Some(NOW - 900 * MINUTE),
        seen_at: Some(NOW - MINUTE),
        asks: true,
        offered_until: Some(NOW + 9 * MINUTE),
        model: "Pixel 9".into(),
        android: "16".into(),
        app: "1.4.0".into(),
        battery: Some(14),
        charging: false,
        skew_ms: 4 * MINUTE,
        sims: vec![sim, other],
    };
    let offer = Offer {
        code: "7KQ2M-0XD4B".into(),
        address: "https://sms.shop.example".into(),
        link: "sendword://pair?v=1&u=https%3A%2F%2Fsms.shop.example&c=7KQ2M-0XD4B".into(),
        until: NOW + 9 * MINUTE,
    };
    let card = card("cnn_6", "Till phone", LinkState::Bound, "");
    ConnectionView { card, phone: Some(phone), offer: Some(offer), failed: Some(Vec::new()), ..like.clone() }
}

fn found(look: &Look, shell: &Shell) -> maud::Markup {
    let one = FoundLine {
        device: "/dev/serial/by-id/usb-HUAWEI_E173-if02-port0".into(),
        best: true,
        model: "Huawei E173".into(),
        imei: "352099001761481".into(),
        operator: "Partner".into(),
        card: "ready".into(),
        signal_dbm: Some(-79),
        ..FoundLine::default()
    };
    let other = FoundLine { device: "/dev/ttyUSB0".into(), best: false, ..one.clone() };
    let taken = FoundLine { connection: Some("Till modem".into()), card: "pin".into(), ..one.clone() };
    let silent =
        FoundLine { device: "/dev/ttyACM3".into(), error: "nobody answers".into(), ..FoundLine::default() };
    modem::scan(&look.w, shell, Some(&[one, other, taken, silent]))
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

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let shell = look.shell("/messages");
    let failed = message_view(look, Status::Undelivered, Code::UnknownSubscriber);
    let mut all = connection_pages(look);
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
