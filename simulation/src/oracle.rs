//! The judge: what was promised and what carriers saw, against what the rows say.

use crate::ledger::{Covers, Halt, Ledger};
use crate::rows::{Message, Rows, int};
use crate::scene::{keys, workspace_id};
use crate::world::World;
use sms::Status;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::machine::receipt_key::of_account;

/// What must hold at every moment.
pub(crate) fn check(world: &mut World, rows: &Rows) {
    let messages = rows.messages();
    let mut wrong = Vec::new();
    promised(&world.ledger, &messages, &mut wrong);
    one_place(rows, &messages, &mut wrong);
    bounded(world, rows, &mut wrong);
    counted(rows, &messages, &mut wrong);
    refused_by_text(world, rows);
    wrong.into_iter().for_each(|w| world.ledger.complain(w));
}

/// What keeps the program from rest; a receipt that will never come does not.
const UNREST: [(&str, &str); 6] = [
    ("to send", "SELECT count(*) FROM outbox o JOIN stream s ON s.id = o.stream WHERE s.state = 0"),
    ("in flight", "SELECT count(*) FROM flight"),
    ("messages in", "SELECT count(*) FROM inbound WHERE state = 0"),
    ("jobs", "SELECT count(*) FROM job WHERE subject <> 0"),
    // 0 is a circuit that is open, 5 a connector without traffic; 2 is a refused password, 3 a connector that is refused.
    (
        "alarms of a circuit that is closed",
        "SELECT count(*) FROM alarm a JOIN connector_state s ON s.connector = a.connector
         WHERE a.kind = 0 AND a.cleared_at = 0 AND s.state <> 5",
    ),
    (
        "alarms of a password that is right",
        "SELECT count(*) FROM alarm a JOIN connector_state s ON s.connector = a.connector
         WHERE a.kind = 2 AND a.cleared_at = 0 AND s.state <> 3",
    ),
];

/// Whether nothing waits to be sent and nothing is under way.
pub(crate) fn is_at_rest(rows: &Rows) -> bool {
    UNREST.iter().all(|(_, text)| rows.one(text) == 0) && unadopted(rows) == 0
}

/// Receipts that match nothing although their part is known.
fn unadopted(rows: &Rows) -> usize {
    let orphans = rows.all("SELECT account, h FROM orphan_receipt");
    if orphans.is_empty() {
        return 0;
    }
    let keys = rows.keys();
    orphans.iter().filter(|r| keys.contains_key(&of_account(int(&r[0]), int(&r[1])))).count()
}

/// What is still going on, in words.
pub(crate) fn unrest(world: &World, rows: &Rows) -> String {
    let counts: Vec<String> =
        UNREST.iter().map(|(what, text)| format!("{} {what}", rows.one(text))).collect();
    let links = rows.all("SELECT state, limited_by, window_used, error FROM connector_state");
    let jobs = rows.all("SELECT kind, subject, state, tries, error FROM job WHERE subject <> 0");
    let flight = rows.all(
        "SELECT f.message, f.part, f.connector, f.link, f.attempt, f.at, m.text, m.status FROM flight f JOIN message m ON m.id = f.message LIMIT 4",
    );
    format!(
        "{}, {} unadopted; flight {flight:?}; outside {}; links {links:?}; jobs {jobs:?}",
        counts.join(", "),
        unadopted(rows),
        world.unrest()
    )
}

/// What must hold in the end besides.
pub(crate) fn judge(world: &mut World, rows: &Rows) {
    check(world, rows);
    let messages = rows.messages();
    let mut wrong = Vec::new();
    let ledger = &world.ledger;
    settled(rows, &messages, &mut wrong);
    copies(world, rows, &messages, &mut wrong);
    recorded(ledger, &messages, &mut wrong);
    halts(ledger, &mut wrong);
    receipts(ledger, rows, &messages, &mut wrong);
    campaigns(ledger, rows, &messages, &mut wrong);
    inbound(ledger, rows, &mut wrong);
    let ledger = &mut world.ledger;
    wrong.into_iter().for_each(|w| ledger.complain(w));
    for m in &messages {
        ledger.count(m.status.name());
        if m.possible_duplicate {
            ledger.count("possible duplicates");
        }
    }
}

/// P1: what was accepted is there, once, and under the id it was answered with.
fn promised(ledger: &Ledger, messages: &[Message], wrong: &mut Vec<String>) {
    let by_id: HashMap<i64, &Message> = messages.iter().map(|m| (m.id, m)).collect();
    let mut by_name: HashMap<(&str, &str), usize> = HashMap::new();
    for m in messages.iter().filter(|m| !m.name.0.is_empty()) {
        *by_name.entry((&m.name.0, &m.name.1)).or_default() += 1;
    }
    for one in &ledger.wanted {
        let Some(id) = one.id else { continue };
        match by_id.get(&id) {
            None => wrong.push(format!("P1: {} was accepted as {id} and is gone", one.name.0)),
            Some(m) if m.name != one.name || m.workspace != workspace_id(one.workspace) => {
                wrong.push(format!("P1: {id} was answered for {:?} and is {:?}", one.name, m.name));
            }
            Some(_) => {}
        }
    }
    for (name, n) in by_name.into_iter().filter(|(_, n)| *n > 1) {
        wrong.push(format!("P1: {name:?} is there {n} times"));
    }
}

/// P1: a message waits in exactly one place, or is past waiting.
fn one_place(rows: &Rows, messages: &[Message], wrong: &mut Vec<String>) {
    let outbox = rows.map("SELECT id, count(*) FROM outbox GROUP BY id");
    let flight = rows.map("SELECT message, count(*) FROM flight GROUP BY message");
    let agenda = rows.map("SELECT id, count(*) FROM agenda GROUP BY id");
    for m in messages {
        let at = |map: &BTreeMap<i64, i64>| map.get(&m.id).copied().unwrap_or(0);
        let (waits, flies, later) = (at(&outbox), at(&flight), at(&agenda));
        let good = match m.status {
            Status::Queued if m.parts > 1 => (waits == 1) != (flies > 0) || (waits <= 1 && flies <= m.parts),
            Status::Queued => waits + flies == 1 && later == 0,
            Status::Scheduled => later == 1 && waits + flies == 0,
            // What goes a second time may be settled by a receipt of the first while it waits.
            _ if m.attempt > 0 || m.parts > 1 => waits <= 1 && later == 0,
            _ => waits + flies + later == 0,
        };
        if !good {
            let at = format!("outbox {waits}, flight {flies}, agenda {later}");
            wrong.push(format!("P1: {:?} is {} (try {}) and stands in {at}", m.name, m.status, m.attempt));
        }
    }
    let known: BTreeSet<i64> = messages.iter().map(|m| m.id).collect();
    for id in outbox.keys().chain(flight.keys()).chain(agenda.keys()).filter(|id| !known.contains(id)) {
        wrong.push(format!("P1: {id} waits and is no message"));
    }
}

/// P2: at most twice the window of each link is under way, or the parts of one message.
fn bounded(world: &World, rows: &Rows, wrong: &mut Vec<String>) {
    let found = rows.all(
        "SELECT connector, link, count(*), count(DISTINCT message) FROM flight GROUP BY connector, link",
    );
    let connectors = rows.connectors();
    for r in &found {
        let way = connectors.iter().position(|c| *c == int(&r[0])).and_then(|n| world.plan.ways.get(n));
        let window = way.map_or(0, |w| w.window);
        // A message longer than all there is goes alone.
        if int(&r[2]) > 2 * window && int(&r[3]) > 1 {
            let over = int(&r[2]);
            wrong.push(format!("P2: {over} parts in flight of one link with a window of {window}"));
        }
    }
}

/// Counters say what rows say.
fn counted(rows: &Rows, messages: &[Message], wrong: &mut Vec<String>) {
    let depth = rows.all(
        "SELECT s.id, s.depth, (SELECT count(*) FROM outbox o WHERE o.lane = s.lane AND o.stream = s.id) AS n
         FROM stream s WHERE s.depth <> n",
    );
    for r in &depth {
        wrong.push(format!("the depth of a stream says {}, its rows {}", r[1], r[2]));
    }
    let stray = rows.one("SELECT count(*) FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM stream s WHERE s.id = o.stream AND s.lane = o.lane)");
    if stray > 0 {
        wrong.push(format!("{stray} rows of the outbox belong to no stream"));
    }
    let mut by_campaign: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    let mut accepted: BTreeMap<i64, i64> = BTreeMap::new();
    let mut delivered: BTreeMap<i64, i64> = BTreeMap::new();
    for m in messages {
        *accepted.entry(m.workspace).or_default() += 1;
        if m.status == Status::Delivered {
            *delivered.entry(m.workspace).or_default() += 1;
        }
        if m.campaign != 0 {
            *by_campaign.entry((m.campaign, m.status.number())).or_default() += 1;
            if m.possible_duplicate {
                *by_campaign.entry((m.campaign, -2)).or_default() += 1;
            }
        }
    }
    let said = rows.all(
        "SELECT campaign, status, sum(n) FROM campaign_count WHERE status <> -1 GROUP BY campaign, status HAVING sum(n) <> 0",
    );
    let said: BTreeMap<(i64, i64), i64> =
        said.iter().map(|r| ((int(&r[0]), int(&r[1])), int(&r[2]))).collect();
    if said != by_campaign {
        wrong.push(format!("campaigns are counted as {said:?}, their rows are {by_campaign:?}"));
    }
    for (what, status, rows_say) in [("accepted", 0, accepted), ("delivered", 7, delivered)] {
        let said = rows.map(&format!(
            "SELECT workspace, sum(n) FROM traffic WHERE status = {status} GROUP BY workspace"
        ));
        if said != rows_say {
            wrong.push(format!("traffic counts {what} as {said:?}, rows are {rows_say:?}"));
        }
    }
}

/// P4 for a refusal by text: it is confirmed when the rows say so.
fn refused_by_text(world: &mut World, rows: &Rows) {
    let found = rows.all("SELECT tag, workspace FROM suppression");
    if found.is_empty() {
        return;
    }
    let keys = keys();
    for (from, _) in world.ledger.inbound.clone() {
        for ws in 0..world.plan.workspaces {
            let covers = Covers::Number(ws, from.clone());
            let row = [keys.tag(&from).to_string(), workspace_id(ws).to_string()];
            if found.contains(&row.to_vec()) && !world.ledger.halts.iter().any(|h| h.covers == covers) {
                world.step += 1;
                let in_flight = rows.in_flight(&covers);
                let step = world.step;
                world.ledger.halts.push(Halt { covers, step, until: None, stoppable: false, in_flight });
            }
        }
    }
}

/// In the end nothing is under way.
fn settled(rows: &Rows, messages: &[Message], wrong: &mut Vec<String>) {
    for r in rows.all("SELECT message, part, connector FROM flight") {
        wrong.push(format!("message {} part {} is still in flight of {}", r[0], r[1], r[2]));
    }
    for m in messages.iter().filter(|m| matches!(m.status, Status::Accepted | Status::Submitting)) {
        wrong.push(format!("{:?} is still {}", m.name, m.status));
    }
}

/// P2 and P3: every copy beyond the first is said to be possible, and is at most one.
fn copies(world: &World, rows: &Rows, messages: &[Message], wrong: &mut Vec<String>) {
    let ledger = &world.ledger;
    let again =
        rows.map("SELECT message, count(*) FROM message_event WHERE kind = 'sent_again' GROUP BY message");
    let by_name: HashMap<&(String, String), &Message> = messages.iter().map(|m| (&m.name, m)).collect();
    for ((name, part), copies) in &ledger.copies {
        let Some(m) = by_name.get(name) else {
            wrong.push(format!("a carrier saw {name:?}, which nobody accepted"));
            continue;
        };
        let taken = copies.iter().filter(|c| c.taken).count();
        let flagged = m.possible_duplicate;
        if taken > 1 && !flagged {
            wrong.push(format!("P3: {name:?} part {part} was taken {taken} times and nobody says so"));
        }
        let asked = (0..world.plan.workspaces)
            .find(|ws| workspace_id(*ws) == m.workspace)
            .map_or(0, |ws| world.programs.resends(ws));
        // Once by itself where its class says so, and each time a person asks for it.
        let most = 1 + i64::from(!m.hold) + again.get(&m.id).copied().unwrap_or(0).min(asked);
        if taken as i64 > most {
            let policy = if m.hold { "hold" } else { "resend" };
            wrong.push(format!("P2: {name:?} part {part} was taken {taken} times, its policy is {policy}"));
        }
    }
    // Whoever is called sent was seen by a carrier, unless a person has said that it counts as failed.
    let given_up = rows.map("SELECT message, 1 FROM message_event WHERE kind = 'given_up'");
    for m in messages.iter().filter(|m| !m.name.0.is_empty() && !given_up.contains_key(&m.id)) {
        let sent = matches!(
            m.status,
            Status::Submitted | Status::Buffered | Status::Delivered | Status::Undelivered
        );
        let taken =
            |part| ledger.copies.get(&(m.name.clone(), part)).is_some_and(|c| c.iter().any(|c| c.taken));
        let seen = (0..m.parts).any(taken);
        if sent && !seen {
            wrong.push(format!("P1: {:?} is {} and no carrier took it", m.name, m.status));
        }
    }
}

/// What left is in the file beside the database, and so is every refusal that was confirmed: a restore must know.
fn recorded(ledger: &Ledger, messages: &[Message], wrong: &mut Vec<String>) {
    let ids: HashMap<&(String, String), i64> = messages.iter().map(|m| (&m.name, m.id)).collect();
    for ((name, part), copies) in &ledger.copies {
        let Some(id) = ids.get(name) else { continue };
        let known = ledger.intents.get(&(*id, *part)).copied().unwrap_or(0);
        if known < copies.len() {
            wrong
                .push(format!("P6: {name:?} part {part} left {} times, the log knows {known}", copies.len()));
        }
    }
    for halt in &ledger.halts {
        let Covers::Number(ws, number) = &halt.covers else { continue };
        if !ledger.refused.contains(&(workspace_id(*ws), keys().tag(number))) {
            wrong.push(format!("P6: the refusal of {number} was confirmed and no record of it is kept"));
        }
    }
}

/// P4: after a confirmed refusal, pause or stop nothing new leaves.
fn halts(ledger: &Ledger, wrong: &mut Vec<String>) {
    for halt in &ledger.halts {
        let mut used: BTreeMap<&((String, String), i64), usize> = BTreeMap::new();
        for (key, copies) in &ledger.copies {
            if !covers(halt, ledger, &key.0) {
                continue;
            }
            let after =
                copies.iter().filter(|c| c.step > halt.step && halt.until.is_none_or(|u| c.step <= u));
            *used.entry(key).or_default() += after.count();
        }
        for (key, n) in used.into_iter().filter(|(_, n)| *n > 0) {
            let allowed = usize::from(halt.in_flight.contains(key));
            if n > allowed {
                let covers = &halt.covers;
                wrong.push(format!(
                    "P4: {key:?} left {n} times after {covers:?} was confirmed, {allowed} was in flight"
                ));
            }
        }
    }
}

fn covers(halt: &Halt, ledger: &Ledger, name: &(String, String)) -> bool {
    match &halt.covers {
        Covers::Campaign(word) => name.0 == *word,
        Covers::Number(workspace, number) => {
            let single =
                ledger.wanted.iter().any(|w| w.name == *name && w.workspace == *workspace && w.advert);
            let campaign =
                ledger.campaigns.get(&name.0).is_some_and(|c| c.workspace == *workspace && c.advert);
            name.1 == *number && (single || campaign)
        }
    }
}

/// P7: what a carrier was told to be kept shows in the message, or stands in the list of what matches nothing.
fn receipts(ledger: &Ledger, rows: &Rows, messages: &[Message], wrong: &mut Vec<String>) {
    let connectors = rows.connectors();
    let by_id: HashMap<i64, &Message> = messages.iter().map(|m| (m.id, m)).collect();
    let keys = rows.keys();
    let orphans: BTreeSet<(i64, String)> = rows
        .all("SELECT account, smsc_id FROM orphan_receipt")
        .into_iter()
        .map(|r| (int(&r[0]), r[1].clone()))
        .collect();
    let conflicts: BTreeSet<i64> = rows
        .all("SELECT message FROM message_event WHERE kind = 'conflict'")
        .iter()
        .map(|r| int(&r[0]))
        .collect();
    let mut told: BTreeMap<i64, BTreeMap<i64, Vec<Status>>> = BTreeMap::new();
    for r in &ledger.reported {
        let account = connectors.get(r.carrier).copied().unwrap_or(0);
        let h = sms::receipt::id_key(r.id.as_bytes()) as i64;
        match keys.get(&of_account(account, h)) {
            Some((message, part)) => {
                told.entry(*message).or_default().entry(*part).or_default().push(r.status);
                if orphans.contains(&(account, r.id.clone())) {
                    wrong.push(format!("P7: receipt {} has a message and was never adopted", r.id));
                }
            }
            None if !orphans.contains(&(account, r.id.clone())) => {
                wrong.push(format!("P7: receipt {} of c{} was kept and is nowhere", r.id, r.carrier));
            }
            None => {}
        }
    }
    for (id, parts) in told {
        let Some(m) = by_id.get(&id) else { continue };
        if let Some(why) = contradicts(m, &parts, conflicts.contains(&id)) {
            wrong.push(format!("P7: {:?} is {} (code {}) though {why}", m.name, m.status, m.code));
        }
    }
}

fn contradicts(m: &Message, parts: &BTreeMap<i64, Vec<Status>>, noted: bool) -> Option<String> {
    let said = |s: Status| parts.values().filter(|all| all.contains(&s)).count() as i64;
    if said(Status::Delivered) == m.parts {
        return (m.status != Status::Delivered).then(|| "carriers reported it delivered".into());
    }
    if m.parts > 1 {
        return None; // which part decides is for the parts' own tests
    }
    let finals: Vec<Status> = parts.values().flatten().copied().filter(|s| s.is_final()).collect();
    if finals.is_empty() || finals.contains(&m.status) {
        return None;
    }
    // Another final may have come first (an answer to another try, the validity's end): then the report is noted.
    if m.status.is_final() && noted {
        return None;
    }
    // A try that was sent again is not ended by what is said of the try before.
    (m.attempt == 0 || m.status.is_final()).then(|| format!("carriers reported {finals:?}"))
}

/// Everybody on a campaign's list is a message, a skip or planned, once; and the campaign's numbers say the same.
fn campaigns(ledger: &Ledger, rows: &Rows, messages: &[Message], wrong: &mut Vec<String>) {
    for (word, campaign) in ledger.campaigns.iter().filter(|(_, c)| c.launched && c.id.is_some()) {
        let id =
            campaign.id.as_deref().and_then(|id| sms::id::parse(sms::id::kind::CAMPAIGN, id)).unwrap_or(0);
        let found = rows.all(&format!("SELECT state, audience, planned FROM campaign WHERE id = {id}"));
        let Some(row) = found.first() else {
            wrong.push(format!("P1: campaign {word} is gone"));
            continue;
        };
        let (state, audience, planned) = (row[0].as_str(), int(&row[1]), int(&row[2]));
        let sent = messages.iter().filter(|m| m.campaign == id).count() as i64;
        let skipped = rows.one(&format!("SELECT count(*) FROM campaign_skip WHERE campaign = {id}"));
        let counted =
            rows.one(&format!("SELECT sum(n) FROM campaign_count WHERE campaign = {id} AND status = -1"));
        if audience != planned + sent + skipped || skipped != counted {
            wrong.push(format!(
                "campaign {word} ({state}): audience {audience}, planned {planned}, messages {sent}, skipped {skipped} (counted {counted})"
            ));
        }
        if state != "stopped" && audience != campaign.people {
            wrong.push(format!("campaign {word} ({state}) has {audience} of {} people", campaign.people));
        }
        if planned != 0 && state != "paused" {
            wrong.push(format!("campaign {word} ({state}) came to rest with {planned} planned"));
        }
    }
}

/// What people wrote and we said to be kept is there.
fn inbound(ledger: &Ledger, rows: &Rows, wrong: &mut Vec<String>) {
    let mut there: BTreeMap<(String, String), i64> = BTreeMap::new();
    for r in rows.all("SELECT sender, text FROM inbound") {
        *there.entry((r[0].clone(), r[1].clone())).or_default() += 1;
    }
    let mut kept: BTreeMap<(String, String), i64> = BTreeMap::new();
    for one in &ledger.inbound {
        *kept.entry(one.clone()).or_default() += 1;
    }
    for (one, n) in kept {
        let has = there.get(&one).copied().unwrap_or(0);
        if has < n {
            wrong.push(format!("{n} messages of {} were kept, {has} are there", one.0));
        }
    }
}
