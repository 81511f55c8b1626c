//! Providers with an HTTP interface, pretended: their requests, their answers, and webhooks signed as they sign them.
//!
//! Behind each is the same world of phones as behind an SMSC: the same endings of numbers choose what happens, the same
//! faults can be switched on. One file a provider; here is what they share.

mod clickatell;
mod infobip;
mod jasmin;
mod kannel;
mod messagebird;
mod plivo;
mod shape;
mod sinch;
mod telnyx;
mod twilio;
mod vonage;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use wire::smpp::{Kind as Spelling, Sm, SmBuf, Status, coding, destination, source};

pub use crate::provider::{Kind, Setup};
use shape::{Asked, Call, Face, Refusal, Reply, Sent, Wanted};

use super::account::{Account, Cargo, Mo, Outgoing, lock};
use super::world::{World, bump};
use crate::chance;
use crate::journal::{Entry, What};

/// Messages whose reports know where to go.
const REMEMBERED: usize = 200_000;
/// A webhook is waited for no longer.
const HOOK: Duration = Duration::from_secs(10);
/// The longest text that is taken, characters.
const TEXT_MAX: usize = 1_600;

/// What is kept of a message until its last report.
#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<String, Arc<Sent>>,
    order: VecDeque<String>,
}

struct House {
    world: Arc<World>,
    setup: Setup,
    account: Arc<Account>,
    kept: Mutex<Kept>,
    /// Parts of phones' long messages that wait for the others, by phone and address.
    joining: Mutex<HashMap<(String, String), Vec<Mo>>>,
    client: reqwest::Client,
}

/// Serves one provider until the world stops.
pub(super) async fn serve(world: Arc<World>, setup: Setup, listener: TcpListener) {
    let Some(account) = world.account("provider") else { return };
    let client = reqwest::Client::builder().no_proxy().timeout(HOOK).build();
    let Ok(client) = client else { return };
    account.arrive();
    world.greet(&account);
    let house = Arc::new(House {
        world: Arc::clone(&world),
        setup,
        account,
        kept: Mutex::default(),
        joining: Mutex::default(),
        client,
    });
    tokio::spawn(call(Arc::clone(&house)));
    let router = Router::new().fallback(taken).with_state(house);
    let mut stop = world.stop.subscribe();
    let ended = async move {
        let _ = stop.wait_for(|stop| *stop).await; // a world that is gone ends it too
    };
    // An address that was bound can only fail to be served when the machine is out of descriptors.
    let _ = axum::serve(listener, router).with_graceful_shutdown(ended).await;
}

async fn taken(
    State(house): State<Arc<House>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let headers = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let asked = Asked {
        method: method.as_str().to_owned(),
        path: uri.path().to_owned(),
        query: shape::pairs(uri.query().unwrap_or_default().as_bytes()),
        headers: headers.collect(),
        body: body.to_vec(),
    };
    let reply = house.answer(&asked).await;
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, reply.body).into_response();
    for (name, value) in reply.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl House {
    fn face(&self) -> &'static dyn Face {
        shape::face(self.setup.kind)
    }

    async fn answer(&self, asked: &Asked) -> Reply {
        let (faults, face) = (self.world.faults(), self.face());
        if faults.refuse_binds {
            return face.refused(&Refusal::Login, asked);
        }
        let wanted = match face.read(&self.setup, asked) {
            Ok(wanted) => wanted,
            Err(refusal) => return face.refused(&refusal, asked),
        };
        let Some(wanted) = wanted else { return face.account(&self.setup) };
        bump(&self.world.tally.asked);
        if faults.poison_all && wanted.iter().any(|one| is_poison(&one.text)) {
            return face.refused(&Refusal::Text, asked);
        }
        if faults.black_hole {
            return std::future::pending().await;
        }
        let mut all = Vec::new();
        for one in wanted {
            all.push(self.take(one));
        }
        let latency = {
            let config = &self.world.config;
            chance::between(config.seed, self.world.now() as u64, config.latency_ms) + faults.slow_ms
        };
        if latency > 0 {
            tokio::time::sleep(Duration::from_millis(latency)).await;
        }
        if faults.lose_answers {
            return std::future::pending().await;
        }
        if faults.fail_after {
            return Reply::text(500, "Internal Server Error");
        }
        face.taken(&all, asked)
    }

    /// One message goes on its way, or is refused.
    fn take(&self, wanted: Wanted) -> Result<Arc<Sent>, Refusal> {
        let now = self.world.now();
        let faults = self.world.faults();
        if !wanted.to.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit()) || wanted.to.len() < 5 {
            return Err(Refusal::Number);
        }
        let spoilt = faults.poison && is_poison(&wanted.text);
        if wanted.text.is_empty() || wanted.text.chars().count() > TEXT_MAX || spoilt {
            return Err(Refusal::Text);
        }
        let split = sms::parts::split(&wanted.text, sms::parts::Reference::Eight(1), u8::MAX);
        let split = split.map_err(|_| Refusal::Text)?;
        let parts = split.parts.len();
        let octets: Vec<u8> = split.parts.into_iter().flat_map(|p| p.body).collect();
        let to = format!("+{}", wanted.to.trim_start_matches('+'));
        let mut body = Vec::new();
        let sm = Sm {
            source: source(&wanted.from),
            destination: destination(&to),
            registered_delivery: 0x11,
            data_coding: coding::of(split.encoding),
            short_message: &octets,
            ..Sm::default()
        };
        sm.encode(Spelling::Submit, &mut body);
        let sm = SmBuf::new(Spelling::Submit, &body).map_err(|_| Refusal::Text)?;
        let face = self.face();
        let name = |world: &World| face.id(chance::draw(world.config.seed, world.fresh()));
        let taken = self.world.accept(&self.account, &sm, now, name);
        let said = match &taken {
            Ok(arrival) => Ok(arrival.name.clone()),
            Err(status) => Err(status.0.to_string()),
        };
        bump(if taken.is_ok() { &self.world.tally.submitted } else { &self.world.tally.refused });
        let mut entries = Vec::new();
        self.world.note_submit(&self.account, &sm.view(), said, now, &mut entries);
        self.world.journal.add(&mut entries);
        let arrival = taken.map_err(|status| match status {
            Status::THROTTLED => Refusal::Slow(faults.retry_after_s),
            Status::INVALID_DESTINATION => Refusal::Number,
            _ => Refusal::Failed,
        })?;
        let sent = Arc::new(Sent { id: arrival.name.clone(), parts, wanted: Wanted { to, ..wanted } });
        let mut kept = lock(&self.kept);
        if kept.order.len() >= REMEMBERED
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.by_id.remove(&oldest);
        }
        kept.order.push_back(sent.id.clone());
        kept.by_id.insert(sent.id.clone(), Arc::clone(&sent));
        Ok(sent)
    }

    /// The webhooks for something that waits; none where it is not whole yet.
    fn hooks(&self, cargo: &Cargo) -> Vec<Call> {
        let (face, now) = (self.face(), self.world.now());
        match cargo {
            Cargo::Report(report) => {
                let sent = lock(&self.kept).by_id.get(&report.arrival.name).cloned();
                sent.map_or_else(Vec::new, |sent| face.report(&self.setup, &sent, &report.says.into(), now))
            }
            Cargo::Mo(mo) if face.joins() && mo.total > 1 => {
                let key = (mo.from.clone(), mo.to.clone());
                let mut joining = lock(&self.joining);
                let parts = joining.entry(key.clone()).or_default();
                parts.push(mo.copy());
                if parts.len() < usize::from(mo.total) {
                    return Vec::new();
                }
                parts.sort_unstable_by_key(|part| part.number);
                let text: String = parts.iter().map(Mo::text).collect();
                joining.remove(&key);
                let whole = shape::Written::of(mo, text, face.id(self.world.fresh()));
                vec![face.inbound(&self.setup, &whole, now)]
            }
            Cargo::Mo(mo) => {
                let one = shape::Written::of(mo, mo.text(), face.id(self.world.fresh()));
                vec![face.inbound(&self.setup, &one, now)]
            }
        }
    }

    fn note(&self, cargo: &Cargo, now: i64) {
        bump(match cargo {
            Cargo::Report(_) => &self.world.tally.reported,
            Cargo::Mo(_) => &self.world.tally.replies,
        });
        let entry = match cargo {
            Cargo::Report(report) => {
                let of = report.arrival.sm.view();
                Entry {
                    at: now,
                    what: What::Report,
                    from: of.destination.display().into_owned(),
                    to: of.source.display().into_owned(),
                    id: report.arrival.name.clone(),
                    text: String::new(),
                    parts: 1,
                    part: 0,
                    state: report.says.status.name().to_owned(),
                }
            }
            Cargo::Mo(mo) => Entry {
                at: now,
                what: What::Reply,
                from: mo.from.clone(),
                to: mo.to.clone(),
                id: String::new(),
                text: mo.text(),
                parts: mo.total,
                part: if mo.total == 1 { 0 } else { mo.number },
                state: String::new(),
            },
        };
        self.world.journal.add(&mut vec![entry]);
    }
}

fn is_poison(text: &str) -> bool {
    text.contains("poison")
}

/// Calls whoever is to know: reports and messages of phones, in their order, each again until it is taken.
async fn call(house: Arc<House>) {
    let mut bell = house.account.bell.subscribe();
    let mut stop = house.world.stop.subscribe();
    loop {
        let mut pulled = Vec::new();
        house.world.next_for(&house.account, 64, &mut pulled);
        for outgoing in pulled {
            house.note(&outgoing.cargo, house.world.now());
            let calls = house.hooks(&outgoing.cargo);
            tokio::spawn(deliver(Arc::clone(&house), outgoing, calls));
        }
        tokio::select! {
            _ = bell.changed() => {}
            _ = stop.changed() => return,
        }
    }
}

async fn deliver(house: Arc<House>, mut outgoing: Outgoing, calls: Vec<Call>) {
    let faults = house.world.faults();
    let mut taken = true;
    for mut call in calls {
        if faults.bad_proofs {
            call.spoil();
        }
        taken &= post(&house.client, &call).await;
    }
    if !taken {
        return house.world.again(&house.account, outgoing, house.world.now());
    }
    if let Cargo::Mo(Mo { taken, .. }) = &mut outgoing.cargo
        && let Some(taken) = taken.take()
    {
        // Who sent it may have stopped waiting.
        let _ = taken.send(Status(0));
    }
}

/// Whether it was answered with a 2xx.
async fn post(client: &reqwest::Client, call: &Call) -> bool {
    let Ok(method) = reqwest::Method::from_bytes(call.method.as_bytes()) else { return true };
    if call.url.is_empty() {
        return true; // nobody wants to know
    }
    let mut request = client.request(method, &call.url);
    for (name, value) in &call.headers {
        request = request.header(*name, value);
    }
    let sent = request.body(call.body.clone()).send().await;
    sent.is_ok_and(|response| response.status().is_success())
}
