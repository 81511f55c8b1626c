//! Cases of the compliance list that are about replies, each from the delivery to what is known and said afterwards.

use super::*;
use store::machine::inbound::Concat;

impl World {
    /// Deliveries in this order, each a part or whole, and what they make is handled.
    fn deliver(&self, mut all: Vec<NewInbound>) {
        all.iter_mut().for_each(|one| one.received_at = self.db.now_ms());
        self.run(move |tx| Ok(machine::insert(tx, &all)?)).unwrap();
        run_open(&self.db).unwrap();
    }

    /// What is known of Dana: her permission, and how often she refused.
    fn known(&self) -> (&'static str, usize) {
        let ctx = self.ctx();
        let view = self.run(move |tx| consent::state(tx, &ctx, DANA)).unwrap();
        (view.consent, view.events.iter().filter(|e| e.action == "refuse").count())
    }
}

fn delivery(text: &str, dedupe: &[u8], concat: Option<Concat>) -> NewInbound {
    NewInbound {
        connector: 77,
        sender: DANA.into(),
        recipient: SHOP.into(),
        text: text.into(),
        received_at: 0,
        dedupe: dedupe.into(),
        concat,
        tlvs: String::new(),
    }
}

/// What came in, as the conversation shows it.
fn heard(w: &World) -> Vec<(String, String)> {
    let items = w.conversation().items.into_iter().filter(|i| i.inbound);
    items.map(|i| (i.text, i.effect.split(' ').next().unwrap_or_default().to_owned())).collect()
}

/// Case R43: one letter is all that parts leaving from coming back.
pub(super) fn r43_words_of_a_language_are_never_mixed_up(w: &World) {
    w.receive(DANA, SHOP, "ALTA");
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None, "who never left is welcome all the same");
    w.receive(DANA, SHOP, "ALTO");
    assert_eq!(
        (w.known(), w.try_send(w.shop, Class::Marketing)),
        (("refused", 1), Code::SuppressedWorkspace)
    );
    w.receive(DANA, SHOP, "ALTA");
    assert_eq!((w.known().0, w.try_send(w.shop, Class::Marketing)), ("granted", Code::None));
    for near in ["ALT", "ALTI", "ALTOS", "SALTO"] {
        let kind = refusal::judge(near).kind;
        assert!(!matches!(kind, Kind::Optin | Kind::Optout), "{near} is {kind:?}");
    }
}

/// Case R44, the reply: in the middle of a conversation about an appointment the word is a refusal all the same.
pub(super) fn r44_a_word_of_law_refuses_whatever_else_it_may_mean(w: &World) {
    let shop = w.shop;
    let asked = w.run(move |tx| {
        let one = Submission {
            workspace: shop,
            to: DANA.into(),
            text: "Your appointment is on Monday at 10. Write CHANGE to move it.".into(),
            class: Some(Class::Transactional),
            source: "rest",
            ..Submission::default()
        };
        Ok(submit(tx, &[one])?.remove(0).is_ok())
    });
    assert!(asked.unwrap());
    w.receive(DANA, SHOP, "CANCEL");
    assert_eq!(
        (w.known(), w.try_send(w.shop, Class::Marketing)),
        (("refused", 1), Code::SuppressedWorkspace)
    );
    assert_eq!(w.try_send(w.shop, Class::Transactional), Code::None, "the appointment stands");
}

/// Case R46: neither half of it says what the whole says.
pub(super) fn r46_parts_out_of_order_are_judged_as_a_whole(w: &World) {
    let part = |seq, text: &str| {
        let concat = Some(Concat { reference: 9, total: 3, seq });
        delivery(text, &[], concat)
    };
    let (first, second, third) =
        ("Please take my number off, I do not want any of it: ", "do not st", "op writing, it is useful");
    w.deliver(vec![part(3, third), part(1, first)]);
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::None, "it is not whole");
    let shop = w.shop;
    let thread = w.run(move |tx| Ok(thread::by_address(tx, shop, DANA)?)).unwrap();
    assert!(thread.is_none(), "half a message is nobody's conversation");
    w.deliver(vec![part(2, second)]);
    let whole = [first, second, third].concat();
    let effect = effect(&refusal::judge(&whole));
    let kind = effect.split(' ').next().unwrap_or_default().to_owned();
    assert_eq!(heard(w), [(whole, kind)], "one message, in the order it was written");

    // A refusal that is cut in two, its end first: neither half is one.
    let half = |seq, text: &str| delivery(text, &[], Some(Concat { reference: 10, total: 2, seq }));
    let (left, right) = ("please st", "op texting me");
    assert!([left, right].iter().all(|t| refusal::judge(t).kind != Kind::Optout), "a half would do");
    w.deliver(vec![half(2, right), half(1, left)]);
    assert_eq!(heard(w)[1], ("please stop texting me".to_owned(), "optout".to_owned()));
    assert_eq!(
        (w.known(), w.try_send(w.shop, Class::Marketing)),
        (("refused", 1), Code::SuppressedWorkspace)
    );
}

/// Case R47: a carrier that did not hear our answer says it again, at once or in the next batch.
pub(super) fn r47_the_same_delivery_twice_is_one_event(w: &World) {
    let one = delivery("STOP", b"mo-4711", None);
    w.deliver(vec![one.clone(), one.clone()]);
    w.deliver(vec![one]);
    assert_eq!(heard(w), [("STOP".to_owned(), "optout".to_owned())]);
    assert_eq!((w.known(), answers(&w.conversation()).len()), (("refused", 1), 1));
    // The same word under another name is a new word: it is on record, and there is nothing new to confirm.
    w.deliver(vec![delivery("STOP", b"mo-4712", None)]);
    assert_eq!((heard(w).len(), w.known(), answers(&w.conversation()).len()), (2, ("refused", 2), 1));
}

/// Case R48: what a car answers by itself, to everything we say.
pub(super) fn r48_two_machines_do_not_talk_for_ever(w: &World) {
    let machine = "I am driving and cannot answer now. Reply STOP to get no more of these.";
    for _ in 0..5 {
        w.receive(DANA, SHOP, machine);
    }
    assert!(answers(&w.conversation()).len() <= 1, "{:?}", answers(&w.conversation()));
    // One that says the word alone, and comes back by the word in our own confirmation.
    for _ in 0..5 {
        w.receive(DANA, SHOP, "STOP");
        w.receive(DANA, SHOP, "STOP");
    }
    let seen = w.conversation();
    assert_eq!(answers(&seen).len(), 1, "{:?}", answers(&seen));
    for _ in 0..20 {
        w.receive(DANA, SHOP, "START");
        w.receive(DANA, SHOP, "STOP");
    }
    let seen = w.conversation();
    assert_eq!(answers(&seen).len(), 1, "a day has one: {:?}", answers(&seen));
    assert_eq!(w.try_send(w.shop, Class::Marketing), Code::SuppressedWorkspace, "the last word counts");
}
