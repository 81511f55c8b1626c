//! Connections with their wire, modems and phones, the queues.

use sms::form::{Field, FieldKind, KindInfo};
use sms::live::{Limit, LinkState};
use web::pages::connection::{ConnectionView, FailedLine};
use web::pages::connections::{ConnectionCard, ConnectionForm, ConnectionsView, LaneLine};
use web::pages::modem::{FoundLine, ModemCard};
use web::pages::phone::{Offer, PhoneCard, SimLine};
use web::pages::queues::{QueuesView, StreamLine};
use web::pages::trace::TraceView;
use web::pages::{connection, connections, modem, queues};
use web::shell::Shell;
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

pub(crate) fn packet(look: &Look, ours: bool, command: &str, open: bool) -> engine::trace::View {
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

pub(crate) fn trace_view(look: &Look) -> TraceView {
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

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
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
