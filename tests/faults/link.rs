//! F36, F37, F48, F49, F54–F58, F60, F16: roads that break and carriers that will not be bound.

use crate::world::{Plan, QUICK, World, quick};
use connectors::net::{Asked, Net, Socket, Tcp};
use connectors::{Options, Times};
use sim::Greeting;
use sim::proxy::{Way, Weather};
use sms::live::LinkState;
use sms::{Class, Code, Status};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A world whose first message has arrived.
async fn carrying() -> World {
    let w = World::start().await;
    let id = w.one(Class::Transactional).await;
    w.until(id, Status::Delivered).await;
    w
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f36_half_an_open_connection() {
    let w = carrying().await;
    let gone = Way { swallow: true, ..Way::default() };
    w.proxy().weather(|weather| *weather = Weather::both(gone));
    let lost = w.put(Class::Marketing, 3).await;
    w.all(&lost, Status::Unknown).await;
    w.wait("the link is given up", async || (w.proxy().connections() > 1).then_some(())).await;
    w.proxy().weather(|weather| *weather = Weather::default());
    w.proxy().reset();
    let next = w.one(Class::Marketing).await;
    w.until(next, Status::Delivered).await;
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f37_a_reset_in_the_middle_of_a_pdu() {
    let w = carrying().await;
    w.proxy().weather(|weather| weather.reset_after_up = Some(40));
    let cut = w.one(Class::Marketing).await;
    assert_eq!(w.until(cut, Status::Unknown).await.code, Code::AmbiguousSubmit);
    let next = w.one(Class::Marketing).await;
    w.until(next, Status::Delivered).await;
    // The other way round: the answer is torn.
    w.smsc().fault(|f| f.reports.hold = true);
    w.proxy().weather(|weather| weather.reset_after_down = Some(20));
    let torn = w.one(Class::Marketing).await;
    w.until(torn, Status::Unknown).await;
    let next = w.one(Class::Marketing).await;
    w.until(next, Status::Submitted).await;
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f48_one_octet_at_a_time() {
    let w = carrying().await;
    w.proxy().weather(|weather| weather.down = Way { chunk: 1, rate: 10, ..Way::default() });
    let slow = w.one(Class::Marketing).await;
    w.until(slow, Status::Unknown).await;
    w.wait("the trickling link is given up", async || (w.proxy().connections() > 1).then_some(())).await;
    w.proxy().weather(|weather| *weather = Weather::default());
    w.proxy().reset();
    let next = w.one(Class::Marketing).await;
    w.until(next, Status::Delivered).await;
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f49_a_carrier_that_stops_reading() {
    let times = Times { answer: 30_000, enquire: 30_000, ..QUICK };
    let options =
        Options { times, net: Arc::new(Tcp { send_buffer: Some(16 * 1024) }), ..Options::default() };
    let settings = vec![("window", "5000")];
    let w = World::of(Plan { options, settings, ..Plan::default() }).await;
    // With a window this wide, what the link has shown to stand grows with the answers first.
    let first = w.put(Class::Marketing, 600).await;
    w.settled(&first).await;
    w.proxy().weather(|weather| weather.up.stop_reading = true);
    let texts = vec!["x".repeat(160); 1_200];
    let ids = w.put_texts(Class::Marketing, &texts, 600_000, 0).await;
    w.wait("the link that is not read is given up", async || (w.proxy().connections() > 1).then_some(()))
        .await;
    w.proxy().weather(|weather| *weather = Weather::default());
    w.proxy().reset();
    let count = w.settled(&ids).await;
    let sent = count.get(&Status::Delivered).copied().unwrap_or(0);
    assert!(sent > 0, "what never left was not withdrawn: {count:?}");
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f54_a_wrong_password_is_not_hammered() {
    let config = sim::Config { password: Some("right".into()), ..quick() };
    let w = World::of(Plan { carriers: vec![config], ..Plan::default() }).await;
    let waits = w.one(Class::Marketing).await;
    let connector = w.ways[0].connector;
    w.wait("it is told", async || {
        let states = w.db.read(store::live::states).await.unwrap();
        states.get(&connector).filter(|s| s.state == LinkState::AuthFailed && !s.error.is_empty()).map(|_| ())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(w.proxy().connections(), 1, "it was asked again within a minute");
    let alarms = w.alarms().await;
    assert!(
        alarms.iter().any(|a| a.about.kind.name() == "auth_failed" && a.about.connector == connector),
        "{alarms:?}"
    );
    assert_eq!(w.message(waits).await.status, Status::Queued);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f55_a_link_that_flaps_makes_nothing_more_unclear() {
    let w = World::start().await;
    // Answers would come after the fall: whatever is written is unclear.
    w.smsc().fault(|f| (f.drop_after_ms, f.slow_ms, f.black_hole) = (150, 400, true));
    let ids = w.put(Class::Marketing, 100).await;
    w.wait("it flaps", async || (w.smsc().counts().binds >= 10).then_some(())).await;
    let binds = w.smsc().counts().binds as usize;
    w.smsc().fault(|f| (f.drop_after_ms, f.slow_ms, f.black_hole) = (0, 0, false));
    let count = w.settled(&ids).await;
    let unknown = count.get(&Status::Unknown).copied().unwrap_or(0);
    assert!(unknown <= 10 + binds, "{unknown} unclear after {binds} falls with a window of 10");
    assert_eq!(count.get(&Status::Delivered).copied().unwrap_or(0) + unknown, 100);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f55_nothing_is_written_before_a_fallen_link_has_answered() {
    let w = World::start().await;
    w.smsc().fault(|f| f.drop_after_ms = 100);
    w.wait("it has fallen", async || (w.smsc().counts().binds >= 2).then_some(())).await;
    // From now on the bind is answered and nothing after it: no enquiry, no message. A link that was answered before
    // is still one that stands, so it is to fall first.
    w.smsc().fault(|f| f.mute = true);
    let binds = w.smsc().counts().binds;
    w.wait("a mute link is bound", async || (w.smsc().counts().binds > binds).then_some(())).await;
    w.smsc().fault(|f| f.drop_after_ms = 0);
    let binds = w.smsc().counts().binds;
    let id = w.one(Class::Marketing).await;
    w.wait("it is bound again and again", async || (w.smsc().counts().binds >= binds + 3).then_some(()))
        .await;
    assert_eq!(w.smsc().counts().submitted, 0, "a message was written into a link nobody had answered on");
    assert_eq!(w.message(id).await.status, Status::Queued);
    w.smsc().fault(|f| f.mute = false);
    w.until(id, Status::Delivered).await;
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f56_what_is_said_before_the_bind() {
    for greeting in [Greeting::Outbind, Greeting::Unbind, Greeting::Deliver, Greeting::Garbage] {
        let faults = sim::Faults { greeting, ..sim::Faults::default() };
        let w =
            World::of(Plan { carriers: vec![sim::Config { faults, ..quick() }], ..Plan::default() }).await;
        let id = w.one(Class::Transactional).await;
        let survives = matches!(greeting, Greeting::Outbind | Greeting::Deliver);
        if !survives {
            w.wait("it comes again", async || (w.proxy().connections() > 1).then_some(())).await;
            w.smsc().fault(|f| f.greeting = Greeting::Silent);
        }
        w.until(id, Status::Delivered).await;
        let inbound = w.db.read(|tx| store::machine::inbound::open_ids(tx, 10)).await.unwrap();
        assert!(inbound.is_empty(), "{greeting:?}: a message was taken before the bind");
        w.judge().await;
    }
}

/// Messages a second between the first and the last that the carrier saw.
async fn pace(window: &'static str, weather: Weather, count: usize) -> f64 {
    let options = Options { times: Times::default(), ..Options::default() };
    let settings = vec![("window", window)];
    let w = World::of(Plan { settings, options, ..Plan::default() }).await;
    w.smsc().fault(|f| f.no_receipts = true);
    w.proxy().weather(|road| *road = weather);
    let ids = w.put(Class::Transactional, count).await;
    w.all(&ids, Status::Submitted).await;
    let at: Vec<i64> =
        w.smsc().journal().iter().filter(|e| e.what == sim::What::Submit).map(|e| e.at).collect();
    w.judge().await;
    (count as f64 - 1.0) * 1_000.0 / (at[at.len() - 1] - at[0]).max(1) as f64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f57_the_window_is_used_whatever_the_distance() {
    for (delay_ms, count) in [(20, 200), (150, 60)] {
        let way = Way { delay_ms, ..Way::default() };
        // The road itself sleeps in whole milliseconds, both ways.
        let wanted = 0.9 * 10.0 / ((2 * delay_ms + 4) as f64 / 1_000.0);
        let mut best = 0.0_f64;
        for _ in 0..4 {
            best = best.max(pace("10", Weather::both(way), count).await);
            if best >= wanted {
                break;
            }
        }
        assert!(best >= wanted, "{best:.0} a second at {} ms, {wanted:.0} wanted", 2 * delay_ms);
    }
    let narrow = pace("100", Weather::both(Way { rate: 125_000, ..Way::default() }), 300).await;
    assert!(narrow > 50.0, "{narrow:.0} a second over 1 Mbit/s");
}

/// A network whose names are looked up here.
struct Names {
    looked: AtomicUsize,
    answer: Mutex<io::Result<SocketAddr>>,
}

impl Names {
    fn say(&self, answer: io::Result<SocketAddr>) {
        *self.answer.lock().unwrap() = answer;
    }
}

impl Net for Names {
    fn look_up<'a>(&'a self, _: &'a str) -> Asked<'a, Vec<SocketAddr>> {
        self.looked.fetch_add(1, Ordering::Relaxed);
        let answer = match &*self.answer.lock().unwrap() {
            Ok(address) => Ok(vec![*address]),
            Err(e) => Err(e.kind().into()),
        };
        Box::pin(async { answer })
    }
    fn connect(&self, address: SocketAddr) -> Asked<'_, Box<dyn Socket>> {
        Box::pin(async move { Tcp::default().connect(address).await })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f58_names_that_are_not_found_or_change() {
    let unknown = || Err(io::ErrorKind::NotFound.into());
    let names = Arc::new(Names { looked: AtomicUsize::new(0), answer: Mutex::new(unknown()) });
    let options = Options { times: QUICK, net: names.clone(), ..Options::default() };
    let w = World::of(Plan { options, carriers: vec![quick(), quick()], ..Plan::default() }).await;
    // The second connector goes by the same resolver; one connector is enough here.
    let second = w.ways[1].connector;
    w.db.write("off", move |tx| store::connector::set_enabled(tx, second, false)).await.unwrap();
    let id = w.one(Class::Transactional).await;
    w.wait("it is tried again", async || (names.looked.load(Ordering::Relaxed) > 3).then_some(())).await;
    names.say(Ok(w.ways[0].proxy.addr()));
    w.until(id, Status::Delivered).await;
    names.say(unknown());
    w.ways[0].proxy.reset();
    let kept = w.one(Class::Transactional).await;
    w.until(kept, Status::Delivered).await;
    names.say(Ok(w.ways[1].proxy.addr()));
    w.ways[0].proxy.reset();
    let moved = w.one(Class::Transactional).await;
    w.until(moved, Status::Delivered).await;
    assert!(w.ways[1].smsc.counts().submitted > 0, "the new address was not taken");
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f60_a_carrier_that_is_silently_slow() {
    let times = Times { answer: 4_000, ..QUICK };
    let settings = vec![("window", "500")];
    let options = Options { times, ..Options::default() };
    let w = World::of(Plan { options, settings, ..Plan::default() }).await;
    w.smsc().fault(|f| f.no_receipts = true);
    // Thirty answers a second, whatever is written.
    w.proxy().weather(|weather| weather.down.rate = 33 * 30);
    let ids = w.put(Class::Marketing, 200).await;
    for id in &ids {
        let m = w
            .wait("every answer comes", async || {
                Some(w.message(*id).await).filter(|m| m.status != Status::Queued)
            })
            .await;
        assert_eq!(m.status, Status::Submitted, "an answer was waited for in vain");
    }
    assert_eq!(w.smsc().counts().binds, 1);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f16_a_message_that_breaks_the_link_is_alone_with_it() {
    let w = World::start().await;
    w.smsc().fault(|f| f.poison = true);
    let mut texts = vec!["hello".to_owned(); 30];
    texts[4] = "this is poison".to_owned();
    let ids = w.put_texts(Class::Transactional, &texts, 600_000, 0).await;
    let count = w.settled(&ids).await;
    assert_eq!(w.message(ids[4]).await.status, Status::Unknown);
    assert_eq!(count.get(&Status::Delivered), Some(&29), "others went down with it: {count:?}");
    assert!(w.smsc().counts().binds <= 4, "the lane was blocked");
    w.judge().await;
}
