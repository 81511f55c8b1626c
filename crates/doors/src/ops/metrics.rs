//! `/metrics`: counts for Prometheus, of the installation as a whole. No number, name or text of a message is in it.

use crate::Doors;
use crate::problem::Answer;
use axum::extract::State;
use axum::http::{HeaderName, header};
use engine::health::{self, Measured, Report, State as Health};
use engine::{Ctx, alarm};
use sms::Status;
use std::fmt::Write;
use store::connector::Connector;
use store::live::{Depth, State as Live};

/// One family of values.
struct Family {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
}

pub(super) async fn show(State(doors): State<Doors>) -> Answer<([(HeaderName, &'static str); 1], String)> {
    let measured = Measured::now(doors.db(), true);
    let (connectors, states, depths, totals, report) = doors
        .db()
        .read(move |tx| {
            let (states, depths) = (store::live::states(tx)?, store::live::depths(tx)?);
            let totals = engine::message::totals(tx)?;
            let report = health::report(tx, &measured)?;
            let open = alarm::list(tx, &Ctx::system(0))?.open;
            Ok::<_, engine::Error>((store::connector::list(tx)?, states, depths, totals, (report, open)))
        })
        .await?;
    let mut out = String::with_capacity(4_096);
    vitals(&mut out, &doors);
    clients(&mut out, doors.smpp());
    messages(&mut out, &totals);
    let depth = |c: &Connector| depths.get(&c.id).copied().unwrap_or_default();
    links(&mut out, &connectors, &|c| states.get(&c.id).cloned(), &depth);
    let (report, open) = report;
    checks(&mut out, &report);
    alarms(&mut out, &open);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], out))
}

fn vitals(out: &mut String, doors: &Doors) {
    let vitals = doors.db().vitals();
    let one = |out: &mut String, name, kind, help, value: u64| {
        head(out, &Family { name, kind, help });
        let _ = writeln!(out, "{name} {value}");
    };
    one(out, "sendword_store_commits_total", "counter", "Batches committed.", vitals.commits);
    one(out, "sendword_store_syncs_total", "counter", "Syncs of the log.", vitals.syncs);
    one(out, "sendword_store_closures_total", "counter", "Closures run.", vitals.closures);
    one(out, "sendword_store_waiting", "gauge", "Closures waiting for the writer.", vitals.waiting as u64);
    let longest = u64::try_from(vitals.longest.1).unwrap_or(u64::MAX);
    let disk = doors.db().disk() as u64;
    one(out, "sendword_disk_level", "gauge", "Room: 0 fine, 1 low, 2 no advertising, 3 nothing new.", disk);
    let jump = doors.db().clock_jump_ms().unsigned_abs();
    one(out, "sendword_clock_doubted_ms", "gauge", "A jump of the clock that is not believed yet.", jump);
    one(out, "sendword_store_longest_ms", "gauge", "The longest closure since the start.", longest);
}

/// What the SMPP server for clients does.
fn clients(out: &mut String, s: &crate::smpp::Stats) {
    let of_now = [
        ("sendword_smpp_server_connections", "Open connections of SMPP clients.", &s.connections),
        ("sendword_smpp_server_sessions", "Bound sessions of SMPP clients.", &s.sessions),
    ];
    for (name, help, sum) in of_now {
        head(out, &gauge(name, help));
        let _ = writeln!(out, "{name} {}", sum.get());
    }
    let (binds, submits) = ("sendword_smpp_server_binds_total", "sendword_smpp_server_submits_total");
    let (hands, broken) = ("sendword_smpp_server_deliveries_total", "sendword_smpp_server_malformed_total");
    type Cases<'a> = &'a [(&'a str, &'a crate::smpp::Sum)];
    let families: [(&str, &str, Cases<'_>); 3] = [
        (
            binds,
            "Binds by how they ended.",
            &[("granted", &s.binds), ("refused", &s.binds_refused), ("turned_away", &s.turned_away)],
        ),
        (
            submits,
            "Messages of SMPP clients by what they were answered.",
            &[("accepted", &s.accepted), ("refused", &s.refused), ("throttled", &s.throttled)],
        ),
        (
            hands,
            "Receipts and messages handed to SMPP clients.",
            &[("taken", &s.delivered), ("refused", &s.delivery_refused)],
        ),
    ];
    for (name, help, cases) in families {
        head(out, &Family { name, kind: "counter", help });
        for (result, sum) in cases {
            let _ = writeln!(out, "{name}{{result=\"{result}\"}} {}", sum.get());
        }
    }
    head(
        out,
        &Family { name: broken, kind: "counter", help: "PDUs of SMPP clients that could not be read." },
    );
    let _ = writeln!(out, "{broken} {}", s.malformed.get());
}

/// Every status is there from the start, so that its first message is seen as a rise.
fn messages(out: &mut String, totals: &[(Status, i64)]) {
    let of = |status: Status| totals.iter().find(|(s, _)| *s == status).map_or(0, |(_, n)| *n);
    let (name, accepted) = ("sendword_messages_total", "sendword_messages_accepted_total");
    head(out, &Family { name: accepted, kind: "counter", help: "Messages accepted." });
    let _ = writeln!(out, "{accepted} {}", of(Status::Accepted));
    head(out, &Family { name, kind: "counter", help: "Messages that came to a status." });
    for status in Status::ALL {
        let _ = writeln!(out, "{name}{{status=\"{}\"}} {}", status.name(), of(*status));
    }
}

fn links(
    out: &mut String,
    connectors: &[Connector],
    state: &dyn Fn(&Connector) -> Option<Live>,
    depth: &dyn Fn(&Connector) -> Depth,
) {
    type Value<'a> = Box<dyn Fn(&Connector) -> i64 + 'a>;
    let families: [(Family, Value<'_>); 5] = [
        (gauge("sendword_queue_waiting", "Messages waiting."), Box::new(|c| depth(c).queued)),
        (
            gauge("sendword_queue_flight", "Parts with an intent and no outcome."),
            Box::new(|c| depth(c).flight),
        ),
        (
            gauge("sendword_connector_window_used", "Requests without an answer."),
            Box::new(|c| state(c).map_or(0, |s| s.window_used)),
        ),
        (
            gauge("sendword_connector_rate", "Parts a second, of late."),
            Box::new(|c| state(c).map_or(0, |s| s.rate)),
        ),
        (
            gauge("sendword_connector_node", "The node that carries it."),
            Box::new(|c| state(c).map_or(0, |s| s.node)),
        ),
    ];
    for (family, value) in &families {
        head(out, family);
        for c in connectors {
            let _ = writeln!(out, "{}{{connector=\"{}\"}} {}", family.name, c.name, value(c));
        }
    }
    head(out, &gauge("sendword_connector_state", "1 for the state a connector is in."));
    for c in connectors {
        let word = match state(c) {
            _ if !c.enabled => "disabled",
            Some(s) => s.state.name(),
            None => "down",
        };
        let (name, kind) = (&c.name, &c.kind);
        let _ = writeln!(
            out,
            "sendword_connector_state{{connector=\"{name}\",kind=\"{kind}\",state=\"{word}\"}} 1"
        );
    }
}

/// What is wrong, as the page of alarms has it; every kind is there from the start.
fn alarms(out: &mut String, open: &[alarm::View]) {
    let name = "sendword_alarms";
    head(out, &gauge(name, "Open alarms by kind."));
    for kind in alarm::Kind::ALL.iter().map(|k| k.name()) {
        let n = open.iter().filter(|a| a.kind == kind).count();
        let _ = writeln!(out, "{name}{{kind=\"{kind}\"}} {n}");
    }
}

/// The checks of `doctor`, under the same names.
fn checks(out: &mut String, report: &Report) {
    let state = "sendword_check_state";
    head(out, &gauge(state, "How a check of doctor came out: 0 ok, 1 warn, 2 fail, -1 unknown."));
    for check in &report.checks {
        let n = match check.state {
            Health::Ok => 0,
            Health::Warn => 1,
            Health::Fail => 2,
            Health::Unknown => -1,
        };
        let _ = writeln!(out, "{state}{{check=\"{}\"}} {n}", check.name);
    }
    let value = "sendword_check_value";
    head(out, &gauge(value, "The figure behind a check of doctor."));
    for check in &report.checks {
        let _ = writeln!(out, "{value}{{check=\"{}\",unit=\"{}\"}} {}", check.name, check.unit, check.value);
    }
    let build = "sendword_build_info";
    head(out, &gauge(build, "1, with the version."));
    let _ = writeln!(out, "{build}{{version=\"{}\"}} 1", report.version);
}

fn gauge(name: &'static str, help: &'static str) -> Family {
    Family { name, kind: "gauge", help }
}

fn head(out: &mut String, f: &Family) {
    let _ = writeln!(out, "# HELP {} {}\n# TYPE {} {}", f.name, f.help, f.name, f.kind);
}
