//! What comes in, over a real store: the same stories on SQLite and PostgreSQL.

use super::*;
use crate::consent::not_a_refusal;
use crate::{Ctx, inbox, unsubscribe};
use sms::Code;
use store::machine::inbound::NewInbound;
use store::{Clock, Options, connector, message, number, params, route, sql, suppression};

const DANA: &str = "+972502345678";
const SHOP: &str = "+972559876543";

struct World {
    db: Db,
    shop: i64,
    other: i64,
}

fn new(name: &str) -> workspace::New {
    workspace::New {
        name: name.into(),
        country: "IL".into(),
        language: "en".into(),
        zone: "Asia/Jerusalem".into(),
        mode: Mode::Live,
        parts_max: 6,
    }
}

fn world(options: &Options) -> World {
    let db = Db::open(options).unwrap();
    let (shop, other) = db
        .write_blocking("setup", |tx| {
            let carrier = connector::add(tx, "carrier", "smpp", &Default::default(), &Default::default())?;
            route::add(tx, "", None, "", &[carrier])?;
            // These are about what comes in, at whatever hour; the law has tests of its own.
            store::setting::set(tx, store::setting::LAW_MODE, "advise")?;
            let shop = workspace::insert(tx, &new("Noa"))?.id;
            let other = workspace::insert(tx, &new("Other"))?.id;
            number::add(tx, shop, SHOP, "long", carrier)?;
            number::add(tx, other, "4545", "short", carrier)?;
            for (workspace, first) in [(shop, "Dana"), (other, "Danusia")] {
                contact(tx, workspace, first)?;
            }
            Ok::<_, store::Error>((shop, other))
        })
        .unwrap();
    World { db, shop, other }
}

fn contact(tx: &mut Tx<'_>, workspace: i64, first: &str) -> store::Result<()> {
    let (id, tag) = (tx.id(), tx.tag(DANA));
    tx.exec(
        sql!(
            "INSERT INTO contact (id, workspace, number, tag, first_name, last_name, fields, search, consent,
               consent_at, import, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, '', '{}', lower($5), 1, 0, 0, 0, 0)"
        ),
        &params![id, workspace, DANA, tag, first],
    )
    .map(drop)
}

fn on_both(name: &str, story: fn(&World)) {
    let dir = tempfile::tempdir().unwrap();
    let mut options = Options { dir: dir.path().into(), url: None, clock: Clock::default() };
    story(&world(&options));
    if let Some(server) = store::testing::Postgres::shared(name) {
        options.url = Some(server.database());
        story(&world(&options));
    }
}

impl World {
    fn run<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.db.write_blocking("test", f)
    }

    /// A text comes in and is handled as the running program does it.
    fn receive(&self, from: &str, to: &str, text: &str) {
        let (from, to, text) = (from.to_owned(), to.to_owned(), text.to_owned());
        self.run(move |tx| {
            let delivery = NewInbound {
                connector: 77,
                sender: from.clone(),
                recipient: to.clone(),
                text: text.clone(),
                received_at: tx.now(),
                dedupe: Vec::new(),
                concat: None,
                tlvs: String::new(),
            };
            Ok(machine::insert(tx, &[delivery])?)
        })
        .unwrap();
        assert_eq!(run_open(&self.db).unwrap(), 1);
    }

    fn ctx(&self) -> Ctx {
        Ctx::system(self.shop)
    }

    /// What would become of a message of this class to Dana.
    fn try_send(&self, workspace: i64, class: Class) -> Code {
        let one = Submission {
            workspace,
            to: DANA.into(),
            text: "Sale!".into(),
            class: Some(class),
            source: "rest",
            ..Submission::default()
        };
        let verdict =
            self.run(move |tx| Ok(submit::admit(tx, std::slice::from_ref(&one))?.remove(0))).unwrap();
        verdict.map_or_else(|r| r.code, |_| Code::None)
    }

    fn conversation(&self) -> inbox::Conversation {
        let ctx = self.ctx();
        self.run(move |tx| {
            let found = thread::by_address(tx, ctx.workspace, DANA)?.ok_or(Error::NotFound("thread"))?;
            inbox::thread(tx, &ctx, found.id)
        })
        .unwrap()
    }

    /// A campaign whose message has reached Dana.
    fn campaign(&self) -> i64 {
        let shop = self.shop;
        self.run(move |tx| {
            let (campaign, now) = (tx.id(), tx.now());
            tx.exec(
                sql!(
                    "INSERT INTO campaign (id, workspace, name, text, sender, class, list, state, version, audience,
                       planned, due, replies, opt_outs, error, created_at, launched_at, done_at)
                     VALUES ($1, $2, 'Sale', '', '', 5, 0, 'running', 1, 1, 0, 0, 0, 0, '', 0, 0, 0)"
                ),
                &params![campaign, shop],
            )?;
            let one = Submission {
                workspace: shop,
                to: DANA.into(),
                text: "Sale!".into(),
                class: Some(Class::Marketing),
                campaign,
                source: "campaign",
                ..Submission::default()
            };
            let sent = submit(tx, &[one])?.remove(0).map_err(|r| Error::Refused { code: r.code, rule: r.rule })?;
            tx.exec(sql!("UPDATE message SET submitted_at = $2 WHERE id = $1"), &params![sent.id, now])?;
            Ok(campaign)
        })
        .unwrap()
    }

    /// Replies and opt-outs of a campaign.
    fn counts(&self, campaign: i64) -> (i64, i64) {
        let counts = self.run(move |tx| {
            let sql = sql!("SELECT replies, opt_outs FROM campaign WHERE id = $1");
            Ok(tx.one(sql, &params![campaign], |r| Ok((r.get(0)?, r.get(1)?)))?)
        });
        counts.unwrap().unwrap()
    }

    fn token(&self) -> String {
        let shop = self.shop;
        self.run(move |tx| unsubscribe::url_token(tx, shop, DANA)).unwrap()
    }
}

/// Texts that went out by themselves, oldest first.
fn answers(conversation: &inbox::Conversation) -> Vec<&str> {
    conversation.items.iter().filter(|i| i.class == Some(Class::Control)).map(|i| i.text.as_str()).collect()
}

fn a_refusal_stops_advertising_and_is_answered_once(w: &World) {
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None);
    // Written nationally and without a plus, the number is the same one.
    w.receive("0502345678", "972559876543", "הסר");
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::SuppressedWorkspace);
    assert_eq!(w.try_send(w.shop, Class::Transactional), Code::None);
    assert_eq!(w.try_send(w.other, Class::Marketing), Code::None, "another workspace's own matter");
    w.receive(DANA, SHOP, "STOP!");
    let seen = w.conversation();
    let said = answers(&seen);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("Noa: המספר הוסר"), "{said:?}");
    let effects: Vec<&str> = seen.items.iter().filter(|i| i.inbound).map(|i| i.effect.as_str()).collect();
    assert_eq!(effects, ["optout keyword:הסר", "optout keyword:stop"]);
    assert_eq!((seen.consent, seen.thread.name.as_str()), ("refused", "Dana"));
    let (ctx, shop) = (w.ctx(), w.shop);
    let state = w.run(move |tx| consent::state(tx, &ctx, DANA)).unwrap();
    assert_eq!(state.events.len(), 2, "each of their words is on record");
    assert_eq!((state.events[0].action.as_str(), state.events[0].method.as_str()), ("refuse", "mo_keyword"));
    let from =
        w.run(move |tx| Ok(message::list(tx, shop, &message::Filter { limit: 9, ..Default::default() })?));
    assert_eq!(from.unwrap()[0].sender, "972559876543", "the answer shows the number that was written to");
}

fn who_comes_back_is_written_to_again(w: &World) {
    w.receive(DANA, SHOP, "stop");
    let (ctx, import) = (w.ctx(), grant_by(Method::Import));
    let state = w.run(move |tx| consent::grant(tx, &ctx, &import)).unwrap();
    assert_eq!(state, store::consent::State::Refused, "a file lifts nobody's refusal");
    let (ctx, staff) = (w.ctx(), grant_by(Method::Staff));
    w.run(move |tx| consent::grant(tx, &ctx, &staff)).unwrap();
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::SuppressedWorkspace);
    w.receive(DANA, SHOP, "start");
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None);
    assert_eq!(w.conversation().consent, "granted");
    w.receive(DANA, SHOP, "start");
    assert_eq!(answers(&w.conversation()).len(), 1, "one a day, whatever changes");
    w.receive(DANA, SHOP, "yes");
    w.receive(DANA, SHOP, "stopall");
    assert_eq!(w.try_send(w.shop, Class::Transactional), Code::SuppressedAll);
    w.receive(DANA, SHOP, "start");
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::SuppressedAll, "it lifts advertising alone");
}

fn grant_by(method: Method) -> Grant {
    Grant { number: DANA.into(), method, wording: "I agree.".into(), evidence: "x".into(), claimed_at: 0 }
}

fn a_doubtful_message_waits_for_a_person(w: &World) {
    w.receive(DANA, SHOP, "We have got to STOP this bill");
    assert!(w.conversation().suspect);
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::SuppressedWorkspace);
    assert!(answers(&w.conversation()).is_empty());
    let ctx = w.ctx();
    w.run(move |tx| not_a_refusal(tx, &ctx, DANA)).unwrap();
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None);
    // What is sure can no longer be waved through.
    w.receive(DANA, SHOP, "STOP 12345");
    w.receive(DANA, SHOP, "STOP");
    let ctx = w.ctx();
    assert_eq!(w.run(move |tx| not_a_refusal(tx, &ctx, DANA)), Err(Error::Conflict("not_suspected")));
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::SuppressedWorkspace);
}

/// R45: nobody decided in a day, and it was a refusal that only the person takes back.
fn silence_is_a_refusal(w: &World) {
    w.receive(DANA, SHOP, "We have got to STOP this bill");
    let (ctx, shop) = (w.ctx(), w.shop);
    let waiting = w.run(move |tx| consent::suspects(tx, &ctx)).unwrap();
    assert_eq!(
        waiting.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(),
        ["We have got to STOP this bill"]
    );
    assert_eq!((waiting[0].number.as_str(), waiting[0].until - waiting[0].at), (DANA, consent::PATIENCE_MS));
    assert_eq!(w.run(move |tx| consent::time_out(tx, shop)).unwrap(), 0, "a day is not over");
    let (ctx, message) = (w.ctx(), waiting[0].inbound);
    w.run(move |tx| consent::decide(tx, &ctx, message, false)).unwrap();
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None);
    w.receive(DANA, SHOP, "he said stop");
    w.run(move |tx| {
        let day = tx.now() - consent::PATIENCE_MS;
        let sql = sql!("UPDATE suppression SET at = $2 WHERE workspace = $1");
        Ok(tx.exec(sql, &params![shop, day])?)
    })
    .unwrap();
    assert_eq!(w.run(move |tx| consent::time_out(tx, shop)).unwrap(), 1);
    let ctx = w.ctx();
    let view = w.run(move |tx| consent::state(tx, &ctx, DANA)).unwrap();
    assert_eq!((view.consent, view.suspect, view.events[0].method.as_str()), ("refused", false, "timeout"));
    let ctx = w.ctx();
    assert_eq!(w.run(move |tx| not_a_refusal(tx, &ctx, DANA)), Err(Error::Conflict("not_suspected")));
    let ctx = w.ctx();
    assert!(w.run(move |tx| consent::suspects(tx, &ctx)).unwrap().is_empty());
    w.receive(DANA, SHOP, "start");
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None);
}

fn answers_to_a_campaign_are_counted(w: &World) {
    let campaign = w.campaign();
    w.receive(DANA, SHOP, "Do you have size 42?");
    assert_eq!(w.counts(campaign), (1, 0));
    w.receive(DANA, SHOP, "baja");
    w.receive(DANA, SHOP, "baja");
    assert_eq!(w.counts(campaign), (3, 1), "refusing twice is refusing once");
    assert_eq!(w.conversation().thread.campaign, Some(sms::id::public("cmp", campaign)));
}

fn the_link_shows_and_the_button_acts(w: &World) {
    let campaign = w.campaign();
    let token = w.token();
    assert_eq!(token.len(), 14);
    assert_eq!(w.token(), token);
    let t = token.clone();
    let seen = w.run(move |tx| unsubscribe::look(tx, &t)).unwrap();
    assert!(!seen.already && seen.workspace == "Noa" && !seen.number.contains("502345"), "{seen:?}");
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None, "looking changes nothing");
    // L1, L2: whatever opens the page, or posts without having seen it, changes nothing.
    for nonce in ["", "0.x", seen.nonce.split_once('.').unwrap().0, &format!("{}x", seen.nonce)] {
        let (t, nonce) = (token.clone(), nonce.to_owned());
        let old = w.run(move |tx| unsubscribe::act(tx, &t, &nonce));
        assert_eq!(old, Err(Error::Conflict("page_too_old")));
    }
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None, "only the button acts");
    let (t, nonce) = (format!("{token}abc"), seen.nonce.clone());
    assert!(!w.run(move |tx| unsubscribe::act(tx, &t, &nonce)).unwrap().already);
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::SuppressedWorkspace);
    assert_eq!(w.try_send(w.other, Class::Marketing), Code::None);
    let (t, nonce) = (token.clone(), seen.nonce.clone());
    assert!(w.run(move |tx| unsubscribe::act(tx, &t, &nonce)).unwrap().already);
    assert_eq!(w.counts(campaign), (0, 1));
    for wrong in ["", "11111111111111", "not base 58!!!", "אבגדהוזחטיכלמנ", &token[..13]] {
        let (t, nonce) = (wrong.to_owned(), seen.nonce.clone());
        assert_eq!(
            w.run(move |tx| unsubscribe::act(tx, &t, &nonce)),
            Err(Error::NotFound("link")),
            "{wrong}"
        );
    }
    let (shop, other) = (w.shop, w.other);
    let many = w.run(move |tx| {
        Ok((unsubscribe::tokens(tx, shop, &[DANA, "+972501"])?, unsubscribe::tokens(tx, other, &[DANA])?))
    });
    let (ours, theirs) = many.unwrap();
    assert!(ours[0] == token && ours[1] != token && theirs[0] != token);
}

/// Case L7: a guessed link opens nothing, and all of them are answered alike.
fn case_l7_a_guessed_link_opens_nothing(w: &World) {
    let token = w.token();
    let t = token.clone();
    let nonce = w.run(move |tx| unsubscribe::look(tx, &t)).unwrap().nonce;
    let other = if token.ends_with('2') { "3" } else { "2" };
    let near = format!("{}{other}", &token[..13]);
    for guess in [near, token[1..].to_owned(), "z".repeat(14), "z".repeat(18), String::new()] {
        let (seen, done, nonce) = (guess.clone(), guess.clone(), nonce.clone());
        assert_eq!(
            w.run(move |tx| unsubscribe::look(tx, &seen)),
            Err(Error::NotFound("link")),
            "{guess} opens something"
        );
        let acted = w.run(move |tx| unsubscribe::act(tx, &done, &nonce));
        assert_eq!(acted, Err(Error::NotFound("link")), "{guess} does something");
    }
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None);
}

/// Case L8: the link of one workspace never touches another, nor does its page open the other's button.
fn case_l8_a_link_of_one_workspace_never_touches_another(w: &World) {
    let (token, other) = (w.token(), w.other);
    let theirs = w.run(move |tx| unsubscribe::url_token(tx, other, DANA)).unwrap();
    let look = |token: &str| {
        let token = token.to_owned();
        w.run(move |tx| unsubscribe::look(tx, &token)).unwrap()
    };
    let (ours, seen) = (look(&token), look(&theirs));
    assert_ne!(ours.workspace, seen.workspace);
    let (t, nonce) = (theirs.clone(), ours.nonce);
    let crossed = w.run(move |tx| unsubscribe::act(tx, &t, &nonce));
    assert_eq!(
        crossed,
        Err(Error::Conflict("page_too_old")),
        "the page of one presses the button of another"
    );
    let (t, nonce) = (theirs.clone(), seen.nonce);
    assert!(!w.run(move |tx| unsubscribe::act(tx, &t, &nonce)).unwrap().already);
    assert_eq!(w.try_send(w.other, Class::Marketing), Code::SuppressedWorkspace);
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None);
    assert!(!look(&token).already, "one page tells of the other");
}

fn a_conversation_is_answered_read_and_resolved(w: &World) {
    w.receive(DANA, SHOP, "Are you open\non Friday?");
    let ctx = w.ctx();
    assert_eq!(w.run(move |tx| inbox::unread(tx, &ctx)).unwrap(), 1);
    let seen = w.conversation();
    assert_eq!(seen.thread.snippet, "Are you open on Friday?");
    let (ctx, id) = (w.ctx(), seen.thread.row);
    w.run(move |tx| inbox::reply(tx, &ctx, id, "Until two.")).unwrap();
    let seen = w.conversation();
    let said: Vec<(bool, &str)> = seen.items.iter().map(|i| (i.inbound, i.text.as_str())).collect();
    assert_eq!(said, [(true, "Are you open\non Friday?"), (false, "Until two.")]);
    assert_eq!((seen.thread.unread, seen.thread.snippet.as_str()), (0, "Until two."));
    let ctx = w.ctx();
    w.run(move |tx| inbox::resolve(tx, &ctx, id)).unwrap();
    let found = |search: &str, state| {
        let (ctx, search) = (w.ctx(), search.to_owned());
        let filter = inbox::Filter { state, search, ..inbox::Filter::default() };
        w.run(move |tx| Ok(inbox::threads(tx, &ctx, &filter)?.data.len())).unwrap()
    };
    assert_eq!(found("", Some(inbox::ThreadState::Open)), 0);
    assert_eq!(
        (found("dana", None), found("UNTIL", None), found("0502%", None), found("nobody", None)),
        (1, 1, 0, 0)
    );
    w.receive(DANA, SHOP, "Thanks");
    assert_eq!(found("", Some(inbox::ThreadState::Open)), 1, "who writes again opens it again");
    let (elsewhere, operator) = (Ctx::system(w.other), Ctx::new(w.shop, crate::Actor::Key(1), false, &[]));
    assert_eq!(w.run(move |tx| inbox::thread(tx, &elsewhere, id).map(drop)), Err(Error::NotFound("thread")));
    assert!(matches!(w.run(move |tx| inbox::reply(tx, &operator, id, "x")), Err(Error::NotAllowed(_))));
}

fn a_stopped_person_gets_no_reply_but_knows_why(w: &World) {
    w.receive(DANA, SHOP, "stop all");
    let (ctx, id) = (w.ctx(), w.conversation().thread.row);
    let refused = w.run(move |tx| inbox::reply(tx, &ctx, id, "But wait"));
    assert!(matches!(refused, Err(Error::Refused { code: Code::SuppressedAll, .. })), "{refused:?}");
}

fn whoever_writes_gets_a_conversation(w: &World) {
    w.receive("MyBank", "4545", "Your code is 1234");
    w.receive("3005", "4545", "Top up");
    let ctx = Ctx::system(w.other);
    let all = w.run(move |tx| inbox::threads(tx, &ctx, &inbox::Filter::default())).unwrap();
    let mut whom: Vec<&str> = all.data.iter().map(|t| t.address.as_str()).collect();
    whom.sort_unstable();
    assert_eq!(whom, ["3005", "MyBank"]);
    let ctx = w.ctx();
    assert!(w.run(move |tx| inbox::threads(tx, &ctx, &inbox::Filter::default())).unwrap().data.is_empty());
}

fn a_message_to_nobody_is_kept_and_a_refusal_in_it_counts_everywhere(w: &World) {
    w.receive(DANA, "5050", "hello?");
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None);
    w.receive(DANA, "5050", "STOP");
    for workspace in [w.shop, w.other] {
        assert_eq!(w.try_send(workspace, Class::Marketing), Code::SuppressedPlatform);
    }
    let kept = w.run(|tx| Ok(inbound::list(tx, 0, i64::MAX, 9)?)).unwrap();
    assert_eq!(kept.len(), 2);
    let hits = w.run(|tx| Ok(suppression::list(tx, 0, (i64::MAX, 0, 0), 9)?)).unwrap();
    assert_eq!((hits.len(), hits[0].reason.as_str()), (1, "self_reply"));
}

#[path = "case_tests.rs"]
mod cases;
#[path = "shared_tests.rs"]
mod shared_code;

#[test]
fn an_address_has_one_form() {
    let mut house = Workspace {
        id: 1,
        name: String::new(),
        country: "IL".into(),
        language: "he".into(),
        zone: "Asia/Jerusalem".into(),
        mode: Mode::Live,
        law_epoch: 1,
        parts_max: 1,
        created_at: 0,
    };
    for (given, expected) in [
        ("0502345678", DANA),
        ("972502345678", DANA),
        ("+972-50-234-5678", DANA),
        ("4477001122334", "+4477001122334"),
        ("3005", "3005"),
        ("MyBank", "MyBank"),
        (" ", ""),
    ] {
        assert_eq!(address_of(given, &house), expected, "{given}");
    }
    house.mode = Mode::Test;
    for (given, expected) in [("+999500001", "+999500001"), ("999500001", "+999500001"), ("3005", "+3005")] {
        assert_eq!(address_of(given, &house), expected, "{given} at the simulator");
    }
}

macro_rules! stories {
    ($($name:ident),+ $(,)?) => { mod on_both_engines { $(#[test] fn $name() { super::on_both(stringify!($name), super::$name); })+ } };
}
stories!(
    a_refusal_stops_advertising_and_is_answered_once,
    who_comes_back_is_written_to_again,
    a_doubtful_message_waits_for_a_person,
    silence_is_a_refusal,
    answers_to_a_campaign_are_counted,
    the_link_shows_and_the_button_acts,
    case_l7_a_guessed_link_opens_nothing,
    case_l8_a_link_of_one_workspace_never_touches_another,
    a_conversation_is_answered_read_and_resolved,
    a_stopped_person_gets_no_reply_but_knows_why,
    whoever_writes_gets_a_conversation,
    a_message_to_nobody_is_kept_and_a_refusal_in_it_counts_everywhere,
    shared_words_lead_to_their_workspace,
    shared_answers_go_to_who_wrote_last,
    shared_refusals_reach_all_who_wrote,
    shared_refusal_of_everything_reaches_the_pool,
    shared_refusal_of_a_stranger_binds_the_code,
    shared_refusals_tell_nobody_else,
    shared_leases_are_exclusive_and_end,
    r43_words_of_a_language_are_never_mixed_up,
    r44_a_word_of_law_refuses_whatever_else_it_may_mean,
    r46_parts_out_of_order_are_judged_as_a_whole,
    r47_the_same_delivery_twice_is_one_event,
    r48_two_machines_do_not_talk_for_ever,
);
use cases::*;
use shared_code::*;
