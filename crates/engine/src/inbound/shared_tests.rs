//! A code that two workspaces share, seen from each of them.

use super::*;
use crate::lease;
use crate::{Actor, Permission};

const CODE: &str = "5050";

/// The code is the shop's; CLUB is the shop's word and VOTE the other's.
fn shared(w: &World) {
    let shop = w.shop;
    w.run(move |tx| {
        number::add(tx, shop, CODE, "shared", 0)?;
        let console = Ctx::new(shop, Actor::Console, false, Permission::ALL);
        for (word, workspace) in [("CLUB", "Noa"), ("VOTE", "Other")] {
            let new = lease::New {
                code: CODE.into(),
                word: word.into(),
                workspace: workspace.into(),
                ..Default::default()
            };
            lease::add(tx, &console, &new)?;
        }
        Ok(())
    })
    .unwrap();
}

/// A message of a workspace from the code reached Dana so long ago.
fn wrote(w: &World, workspace: i64, days_ago: i64) {
    w.run(move |tx| {
        let at = tx.now() - days_ago * DAY_MS;
        let one = Submission {
            workspace,
            to: DANA.into(),
            text: "Hello".into(),
            from: Some(CODE.into()),
            source: "rest",
            ..Submission::default()
        };
        let id = submit(tx, &[one])?.remove(0).map_err(|r| Error::Refused { code: r.code, rule: r.rule })?.id;
        tx.exec(sql!("UPDATE message SET submitted_at = $2 WHERE id = $1"), &params![id, at])?;
        Ok(())
    })
    .unwrap();
}

/// What a workspace sees of what came in.
fn seen(w: &World, workspace: i64) -> Vec<String> {
    let all = w.run(move |tx| Ok(inbound::list(tx, workspace, i64::MAX, 50)?)).unwrap();
    all.into_iter().rev().map(|i| i.text).collect()
}

/// What a workspace answered by itself.
fn said(w: &World, workspace: i64) -> Vec<String> {
    let filter = message::Filter { limit: 50, ..Default::default() };
    let all = w.run(move |tx| Ok(message::list(tx, workspace, &filter)?)).unwrap();
    all.into_iter().filter(|m| m.class == Class::Control).map(|m| m.text).collect()
}

pub(super) fn shared_words_lead_to_their_workspace(w: &World) {
    shared(w);
    w.receive(DANA, CODE, "vote 4");
    w.receive(DANA, "+5050", "Vоtе 4");
    w.receive(DANA, CODE, "club");
    w.receive(DANA, CODE, "what is this?");
    assert_eq!(seen(w, w.other), ["vote 4", "Vоtе 4"]);
    assert_eq!(seen(w, w.shop), ["club", "what is this?"], "the rest is for who holds the code");
    w.receive(DANA, CODE, "STOP vote");
    assert_eq!(w.try_send(w.other, Class::Marketing), Code::SuppressedWorkspace);
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None);
    assert_eq!(said(w, w.other).len(), 1);
    assert!(said(w, w.shop).is_empty());
}

pub(super) fn shared_answers_go_to_who_wrote_last(w: &World) {
    shared(w);
    wrote(w, w.shop, 2);
    wrote(w, w.other, 1);
    w.receive(DANA, CODE, "thank you");
    assert_eq!((seen(w, w.other).len(), seen(w, w.shop).len()), (1, 0));
    wrote(w, w.shop, 0);
    w.receive(DANA, CODE, "and you");
    assert_eq!((seen(w, w.other).len(), seen(w, w.shop).len()), (1, 1));
}

pub(super) fn shared_refusals_reach_all_who_wrote(w: &World) {
    shared(w);
    wrote(w, w.shop, 29);
    wrote(w, w.other, 1);
    w.receive(DANA, CODE, "STOP");
    for (workspace, name, stranger) in [(w.shop, "Noa", "Other"), (w.other, "Other", "Noa")] {
        assert_eq!(w.try_send(workspace, Class::Marketing), Code::SuppressedWorkspace, "{name}");
        assert_eq!(seen(w, workspace), ["STOP"], "{name} has its own copy");
        let said = said(w, workspace);
        assert!(said.is_empty(), "T2: {name} sees nothing that names {stranger}: {said:?}");
    }
    let told = said(w, workspace::HOUSE);
    assert_eq!(told.len(), 1, "T2: one confirmation: {told:?}");
    assert!(told[0].starts_with("Noa, Other: "), "T2: it names all who were meant: {told:?}");
    assert_eq!(w.run(|tx| Ok(workspace::list(tx)?.len())).unwrap(), 2, "nobody sees the house itself");
    w.receive(DANA, CODE, "STOP");
    assert_eq!(said(w, workspace::HOUSE).len(), 1, "at most one");
    let first = w.run(|tx| Ok(inbound::list(tx, 0, i64::MAX, 9)?)).unwrap();
    assert!(first.is_empty(), "nothing is left unassigned");
}

pub(super) fn shared_refusal_of_everything_reaches_the_pool(w: &World) {
    shared(w);
    wrote(w, w.other, 1);
    w.receive(DANA, CODE, "הסר הכל");
    assert_eq!(w.try_send(w.other, Class::Transactional), Code::SuppressedAll);
    assert_eq!(w.try_send(w.shop, Class::Transactional), Code::SuppressedAll, "who never wrote is meant too");
    assert!(seen(w, w.shop).is_empty() && said(w, w.shop).is_empty(), "and sees nothing of it");
    assert_eq!((seen(w, w.other).len(), said(w, w.other).len()), (1, 1));
}

/// What an intent makes of a message that waits.
fn intent(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Code> {
    use store::machine::{flight, outbox, stream};
    let connector = message::get(tx, workspace, id)?.map_or(0, |m| m.connector);
    let epoch = flight::own(tx, connector)?.unwrap_or_default();
    let mut chosen = Vec::new();
    for s in stream::with_work(tx, connector)? {
        let ready = outbox::read(tx, s.key.lane, s.id, (i64::MIN, 0), tx.now() + DAY_MS, 100)?;
        chosen.extend(ready.iter().filter(|r| r.row.id == id).map(outbox::Ready::chosen));
    }
    assert_eq!(chosen.len(), 1, "it waits in its lane");
    outbox::take(tx, outbox::Taker { connector, link: 0, epoch }, &chosen)?;
    Ok(message::get(tx, workspace, id)?.map_or(Code::None, |m| m.code))
}

/// Case T5, at admission and at the intent.
pub(super) fn shared_refusal_of_a_stranger_binds_the_code(w: &World) {
    shared(w);
    let (shop, other) = (w.shop, w.other);
    let from = |workspace: i64, sender: &'static str, class: Class| Submission {
        workspace,
        to: DANA.into(),
        text: "Sale!".into(),
        from: Some(sender.into()),
        class: Some(class),
        source: "rest",
        ..Submission::default()
    };
    let code = |one: Submission| {
        let verdict = w.run(move |tx| Ok(submit::admit(tx, std::slice::from_ref(&one))?.remove(0))).unwrap();
        verdict.map_or_else(|r| r.code, |_| Code::None)
    };
    // One waits in the lane already when the refusal comes.
    let waiting = from(shop, CODE, Class::Marketing);
    let id = w
        .run(move |tx| Ok(submit(tx, std::slice::from_ref(&waiting))?.remove(0).map(|a| a.id).ok()))
        .unwrap()
        .unwrap();
    w.receive(DANA, CODE, "STOP");
    assert_eq!(w.run(|tx| Ok(inbound::list(tx, 0, i64::MAX, 9)?)).unwrap().len(), 1, "the unassigned");
    assert!(w.run(|tx| Ok(suppression::list(tx, 0, (i64::MAX, 0, 0), 9)?)).unwrap().is_empty());
    for workspace in [shop, other] {
        assert_eq!(code(from(workspace, CODE, Class::Marketing)), Code::SuppressedPool);
        assert_eq!(code(from(workspace, CODE, Class::Transactional)), Code::None);
    }
    assert_eq!(code(from(shop, SHOP, Class::Marketing)), Code::None, "another sender is another matter");
    let end = w.run(move |tx| intent(tx, shop, id)).unwrap();
    assert_eq!(end, Code::SuppressedPool, "what waited does not leave");
    w.receive(DANA, CODE, "START");
    assert_eq!(code(from(other, CODE, Class::Marketing)), Code::None);
}

/// Case T6: what another workspace was refused is nobody's business here.
pub(super) fn shared_refusals_tell_nobody_else(w: &World) {
    shared(w);
    wrote(w, w.other, 1);
    w.receive(DANA, CODE, "STOP");
    let ctx = Ctx::system(w.shop);
    let seen = w.run(move |tx| {
        Ok((consent::state(tx, &ctx, DANA)?, consent::refusals(tx, &ctx, Some(DANA), None, 9)?))
    });
    let (state, refusals) = seen.unwrap();
    assert!(state.stopped.is_empty() && state.events.is_empty() && refusals.is_empty(), "{state:?}");
}

pub(super) fn shared_leases_are_exclusive_and_end(w: &World) {
    shared(w);
    let (shop, other) = (w.shop, w.other);
    let person = move |workspace| Ctx::new(workspace, Actor::Key(1), false, Permission::ALL);
    let add = move |ctx: Ctx, word: &'static str, from: Option<i64>, until: Option<i64>| {
        w.run(move |tx| {
            let new = lease::New {
                code: CODE.into(),
                word: word.into(),
                from_at: from,
                until_at: until,
                ..Default::default()
            };
            lease::add(tx, &ctx, &new)
        })
    };
    let why = |result: Result<i64>| match result {
        Err(Error::Invalid { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(add(person(shop), "Сlub", None, None)), "word_taken", "the C is Cyrillic");
    assert_eq!(why(add(person(shop), "v o t e", None, None)), "word_taken");
    assert_eq!(why(add(person(shop), "stop", None, None)), "word_reserved");
    assert_eq!(
        why(add(person(other), "SALE", None, None)),
        "no_shared_code",
        "only its holder gives words away"
    );
    let now = w.run(|tx| Ok(tx.now())).unwrap();
    assert_eq!(why(add(person(shop), "SALE", Some(now), Some(now))), "ends_before_it_begins");
    add(person(shop), "SALE", Some(now + 1_000), Some(now + 2_000)).unwrap();
    assert_eq!(why(add(person(shop), "SALE", None, None)), "word_taken", "it would meet the one to come");
    add(person(shop), "SALE", Some(now + 2_000), None).unwrap();
    // The other sees its own word alone; the holder sees that VOTE is taken and not by whom.
    let views = |ctx: Ctx| w.run(move |tx| lease::list(tx, &ctx)).unwrap();
    let theirs = views(person(other));
    assert_eq!(theirs.iter().map(|v| v.word.as_str()).collect::<Vec<_>>(), ["VOTE"]);
    let ours = views(person(shop));
    assert_eq!(ours.len(), 4);
    let vote = ours.iter().find(|v| v.word == "VOTE").unwrap();
    assert_eq!((vote.workspace.as_deref(), vote.own, vote.may_end), (None, false, true));
    let (id, ctx) = (vote.id, person(shop));
    let stranger = person(other);
    let join = ours.iter().find(|v| v.word == "CLUB").unwrap().id;
    assert_eq!(w.run(move |tx| lease::end(tx, &stranger, join)), Err(Error::NotFound("lease")));
    let tried =
        |ctx: Ctx, text: &'static str| w.run(move |tx| lease::try_text(tx, &ctx, CODE, text)).unwrap();
    assert_eq!(tried(person(other), "club").word, None, "a stranger's word is nobody's");
    assert_eq!(tried(person(shop), "vote stop").verdict, "optout");
    w.run(move |tx| lease::end(tx, &ctx, id)).unwrap();
    w.receive(DANA, CODE, "vote 4");
    assert_eq!((seen(w, other).len(), seen(w, shop).len()), (0, 1));
}
