//! Long messages: some parts taken, some not; the same stories on both engines.

mod house;
mod walk;

use house::{House, accepted, again, ambiguous, back, on_both, refused};
use sms::{Class, Code, Status};
use store::machine::settle;

/// One story a test: each runs on both engines.
macro_rules! stories {
    ($($name:ident),* $(,)?) => {
        mod on_both_engines {
            $(#[test] fn $name() { super::on_both(stringify!($name), super::$name); })*
        }
    };
}

stories!(
    answers_in_one_batch_are_one_message_taken,
    answers_in_many_batches_are_one_message_taken,
    only_the_parts_that_came_back_go_again,
    a_part_refused_for_now_waits_its_time_and_goes_alone,
    a_look_that_is_old_takes_only_what_is_missing,
    a_held_message_is_completed_and_stays_unclear,
    a_resending_message_sends_the_missing_first_and_the_unclear_once,
    a_late_answer_spares_the_second_copy,
    a_late_refusal_ends_what_was_unclear,
    a_part_refused_for_good_ends_the_message,
    a_receipt_for_each_part_and_the_first_failure_names_the_reason,
    a_refusal_by_the_person_lets_one_intent_complete_and_no_further,
    a_crash_leaves_all_parts_unclear,
    a_wait_for_receipts_that_is_over_still_listens,
    an_end_in_the_lane_is_told_of_every_part,
    receipts_over_two_links_see_each_other,
);

fn taken(h: &House, class: Class, parts: i64) -> i64 {
    let id = h.put(class, parts);
    assert_eq!(h.take().remove(&id), Some((0..parts).collect()));
    id
}

fn standing(h: &House, id: i64) -> (Status, Code, bool) {
    let m = h.message(id);
    h.counted(id, m.status);
    (m.status, m.code, m.possible_duplicate)
}

fn answers_in_one_batch_are_one_message_taken(h: &House) {
    let id = taken(h, Class::Marketing, 2);
    h.learn(id, vec![(1, accepted(11)), (0, accepted(10))]);
    assert_eq!(standing(h, id), (Status::Submitted, Code::None, false));
    assert_eq!(h.message(id).smsc_id, "id10");
}

fn answers_in_many_batches_are_one_message_taken(h: &House) {
    let id = taken(h, Class::Marketing, 3);
    for part in [2, 0] {
        h.learn(id, vec![(part, accepted(10 + part))]);
        assert_eq!(standing(h, id).0, Status::Queued);
        assert!(h.message(id).in_flight);
    }
    h.learn(id, vec![(1, accepted(11))]);
    assert_eq!(standing(h, id).0, Status::Submitted);
    assert!(h.take().is_empty());
}

fn only_the_parts_that_came_back_go_again(h: &House) {
    let id = taken(h, Class::Marketing, 3);
    h.learn(id, vec![(0, accepted(10)), (1, back())]);
    h.learn(id, vec![(2, accepted(12))]);
    assert_eq!(standing(h, id), (Status::Queued, Code::None, false));
    assert_eq!(h.parts(id), [Status::Submitted, Status::Queued, Status::Submitted]);
    assert_eq!(h.take()[&id], [1]);
    h.learn(id, vec![(1, back())]);
    assert_eq!(h.take()[&id], [1]);
    h.learn(id, vec![(1, accepted(11))]);
    assert_eq!(standing(h, id), (Status::Submitted, Code::None, false));
    assert_eq!(h.message(id).attempt, 0, "what was never refused costs no try");
    // All of them given back: all go again.
    let id = taken(h, Class::Marketing, 2);
    h.learn(id, vec![(0, back()), (1, back())]);
    assert_eq!(h.take()[&id], [0, 1]);
}

fn a_part_refused_for_now_waits_its_time_and_goes_alone(h: &House) {
    let id = taken(h, Class::Transactional, 3);
    let due = h.now() + 60_000;
    h.learn(id, vec![(1, again(due))]);
    assert_eq!(standing(h, id).1, Code::TemporaryFault);
    h.learn(id, vec![(0, accepted(10)), (2, back())]);
    assert_eq!(standing(h, id), (Status::Queued, Code::TemporaryFault, false));
    let m = h.message(id);
    assert_eq!((m.attempt, m.detail.as_str()), (1, "0x64"));
    assert_eq!(h.due(id), Some((due, 2)), "the latest due of all, and the parts that are missing");
    assert_eq!(h.take()[&id], [1, 2]);
    h.learn(id, vec![(2, accepted(12)), (1, accepted(11))]);
    assert_eq!(standing(h, id), (Status::Submitted, Code::None, false));
    // Beyond its validity there is no other try.
    let id = taken(h, Class::Transactional, 2);
    h.learn(id, vec![(0, accepted(20)), (1, again(h.now() + 7_200_000))]);
    assert_eq!(standing(h, id), (Status::Expired, Code::TemporaryFault, false));
    assert_eq!(h.parts(id), [Status::Submitted, Status::Cancelled]);
    assert!(h.take().is_empty());
}

fn a_look_that_is_old_takes_only_what_is_missing(h: &House) {
    let id = h.put(Class::Marketing, 3);
    let old = h.look();
    assert_eq!(h.take()[&id], [0, 1, 2]);
    h.learn(id, vec![(0, accepted(10)), (1, accepted(11)), (2, back())]);
    assert_eq!(h.take_these(old)[&id], [2]);
}

fn a_held_message_is_completed_and_stays_unclear(h: &House) {
    let id = taken(h, Class::Marketing, 3);
    h.learn(id, vec![(0, accepted(10)), (2, back())]);
    h.learn(id, vec![(1, ambiguous())]);
    assert_eq!(h.parts(id), [Status::Submitted, Status::Unknown, Status::Queued]);
    assert_eq!(h.take()[&id], [2]);
    h.learn(id, vec![(2, accepted(12))]);
    assert_eq!(standing(h, id), (Status::Unknown, Code::AmbiguousSubmit, false));
    assert!(h.take().is_empty(), "what is unclear is never sent again by itself");
    // Receipts of the others tell nothing about it; its late answer does.
    h.receipt(10, Status::Delivered, Code::None);
    h.receipt(12, Status::Delivered, Code::None);
    assert_eq!(standing(h, id).0, Status::Unknown);
    h.late(id, 1, 0, Ok(11));
    assert_eq!(standing(h, id), (Status::Submitted, Code::None, false));
    h.receipt(11, Status::Delivered, Code::None);
    assert_eq!(standing(h, id), (Status::Delivered, Code::None, false));
}

fn a_resending_message_sends_the_missing_first_and_the_unclear_once(h: &House) {
    let id = taken(h, Class::Transactional, 3);
    h.learn(id, vec![(0, accepted(10)), (1, ambiguous()), (2, back())]);
    assert_eq!(standing(h, id), (Status::Queued, Code::None, false));
    assert_eq!(h.take()[&id], [2]);
    h.learn(id, vec![(2, accepted(12))]);
    assert_eq!(standing(h, id), (Status::Queued, Code::AmbiguousSubmit, true));
    assert_eq!(h.take()[&id], [1]);
    h.learn(id, vec![(1, back())]);
    assert_eq!(h.take()[&id], [1], "given back is not sent");
    h.learn(id, vec![(1, ambiguous())]);
    assert_eq!(standing(h, id), (Status::Unknown, Code::AmbiguousSubmit, true));
    assert!(h.take().is_empty(), "once, and no more");
    assert_eq!(h.events(id).iter().filter(|e| *e == "resent").count(), 1);
    h.late(id, 1, 1, Ok(11));
    assert_eq!(standing(h, id), (Status::Submitted, Code::None, true));
    for part in 10..13 {
        h.receipt(part, Status::Delivered, Code::None);
    }
    assert_eq!(standing(h, id), (Status::Delivered, Code::None, true));
}

fn a_late_answer_spares_the_second_copy(h: &House) {
    let id = taken(h, Class::Transactional, 2);
    h.learn(id, vec![(0, ambiguous()), (1, accepted(11))]);
    assert_eq!(standing(h, id).0, Status::Queued);
    h.late(id, 0, 0, Ok(10));
    assert_eq!(standing(h, id).0, Status::Submitted);
    assert!(h.take().is_empty(), "the carrier has it");
    h.receipt(10, Status::Undelivered, Code::AbsentSubscriber);
    assert_eq!(standing(h, id), (Status::Undelivered, Code::AbsentSubscriber, true));
    // Where two wait and one is known, one goes.
    let id = taken(h, Class::Transactional, 3);
    h.learn(id, vec![(0, ambiguous()), (1, ambiguous()), (2, accepted(22))]);
    h.late(id, 1, 0, Ok(21));
    assert_eq!(h.take()[&id], [0]);
    // Once it is on the wire again, the old answer changes nothing but its receipt is known.
    h.late(id, 0, 0, Ok(20));
    assert_eq!(h.parts(id), [Status::Queued, Status::Submitted, Status::Submitted]);
    h.learn(id, vec![(0, accepted(30))]);
    for part in [20, 21, 22] {
        h.receipt(part, Status::Delivered, Code::None);
    }
    assert_eq!(standing(h, id), (Status::Delivered, Code::None, true));
}

fn a_late_refusal_ends_what_was_unclear(h: &House) {
    let id = taken(h, Class::Marketing, 2);
    h.learn(id, vec![(0, ambiguous()), (1, accepted(11))]);
    assert_eq!(standing(h, id).0, Status::Unknown);
    h.late(id, 0, 0, Err(Code::BadAddress));
    assert_eq!(standing(h, id), (Status::Undelivered, Code::BadAddress, false));
    h.late(id, 0, 0, Ok(10));
    assert_eq!(standing(h, id).0, Status::Undelivered);
}

fn a_part_refused_for_good_ends_the_message(h: &House) {
    let id = taken(h, Class::Transactional, 3);
    h.learn(id, vec![(1, refused())]);
    h.learn(id, vec![(0, accepted(10))]);
    h.learn(id, vec![(2, back())]);
    assert_eq!(standing(h, id), (Status::Undelivered, Code::BadAddress, false));
    assert_eq!(h.message(id).detail, "0xB (1 of 3 parts taken)");
    assert_eq!(h.parts(id), [Status::Submitted, Status::Rejected, Status::Cancelled]);
    assert!(h.take().is_empty(), "nothing of it is sent any more");
    h.receipt(10, Status::Delivered, Code::None);
    assert_eq!(standing(h, id).0, Status::Undelivered);
    // An unclear part of a resending class does not go again either.
    let id = taken(h, Class::Transactional, 2);
    h.learn(id, vec![(0, ambiguous()), (1, refused())]);
    assert_eq!(standing(h, id).0, Status::Rejected);
    assert!(h.take().is_empty());
    // None taken: the carrier refused the message.
    let id = taken(h, Class::Marketing, 2);
    h.learn(id, vec![(0, refused()), (1, refused())]);
    assert_eq!(standing(h, id), (Status::Rejected, Code::BadAddress, false));
    // While the rest waits in the lane, a receipt of a part may end it: the rest stays.
    let id = taken(h, Class::Marketing, 2);
    h.learn(id, vec![(0, accepted(40)), (1, back())]);
    h.receipt(40, Status::Undelivered, Code::UnknownSubscriber);
    assert_eq!(standing(h, id), (Status::Undelivered, Code::UnknownSubscriber, false));
    assert!(h.take().is_empty());
}

fn a_receipt_for_each_part_and_the_first_failure_names_the_reason(h: &House) {
    let id = taken(h, Class::Marketing, 3);
    h.learn(id, vec![(0, accepted(10)), (1, accepted(11))]);
    h.receipt(10, Status::Delivered, Code::None); // before the last answer
    h.learn(id, vec![(2, accepted(12))]);
    assert_eq!(standing(h, id).0, Status::Submitted);
    h.receipt(11, Status::Buffered, Code::AbsentSubscriber);
    assert_eq!(standing(h, id).0, Status::Buffered);
    h.receipt(11, Status::Undelivered, Code::AbsentSubscriber);
    assert_eq!(standing(h, id), (Status::Undelivered, Code::AbsentSubscriber, false));
    assert_eq!(h.message(id).detail, "err:007");
    h.receipt(12, Status::Delivered, Code::None);
    assert_eq!(standing(h, id).0, Status::Undelivered);
    assert_eq!(h.parts(id), [Status::Delivered, Status::Undelivered, Status::Delivered]);
    // A receipt that came before the answer of its part was stored.
    let id = taken(h, Class::Marketing, 2);
    h.receipt(20, Status::Delivered, Code::None);
    h.receipt(21, Status::Delivered, Code::None);
    h.learn(id, vec![(0, accepted(20)), (1, accepted(21))]);
    assert_eq!(standing(h, id).0, Status::Delivered);
}

fn a_refusal_by_the_person_lets_one_intent_complete_and_no_further(h: &House) {
    let whole = taken(h, Class::Marketing, 3);
    h.learn(whole, vec![(0, accepted(10))]);
    let half = taken(h, Class::Marketing, 2);
    h.learn(half, vec![(0, accepted(20)), (1, back())]);
    let next = h.put(Class::Marketing, 2);
    h.refuse();
    h.learn(whole, vec![(1, accepted(11)), (2, accepted(12))]);
    assert_eq!(standing(h, whole).0, Status::Submitted);
    assert!(h.take().is_empty());
    for id in [half, next] {
        assert_eq!(standing(h, id), (Status::Suppressed, Code::SuppressedWorkspace, false));
    }
    assert_eq!(h.parts(half), [Status::Submitted, Status::Suppressed]);
    h.receipt(20, Status::Delivered, Code::None);
    assert_eq!(standing(h, half).0, Status::Suppressed);
}

fn a_crash_leaves_all_parts_unclear(h: &House) {
    let (held, resent) = (taken(h, Class::Marketing, 3), taken(h, Class::Transactional, 3));
    h.learn(resent, vec![(1, accepted(11))]);
    let taker = h.taker();
    assert_eq!(h.run(move |tx| settle::recover(tx, taker, "restart")), 5);
    assert_eq!(standing(h, held), (Status::Unknown, Code::AmbiguousSubmit, false));
    assert_eq!(standing(h, resent), (Status::Queued, Code::AmbiguousSubmit, true));
    assert_eq!(h.take()[&resent], [0, 2]);
    assert_eq!(h.run(move |tx| settle::recover(tx, taker, "restart")), 2);
    assert_eq!(standing(h, resent).0, Status::Unknown);
    assert!(h.take().is_empty());
}

fn a_wait_for_receipts_that_is_over_still_listens(h: &House) {
    let id = taken(h, Class::Marketing, 2);
    h.learn(id, vec![(0, accepted(10)), (1, accepted(11))]);
    h.receipt(10, Status::Delivered, Code::None);
    h.run(move |tx| settle::no_receipt(tx, &[id]));
    assert_eq!(standing(h, id), (Status::Unknown, Code::NoReceipt, false));
    assert_eq!(h.parts(id), [Status::Delivered, Status::Unknown]);
    h.receipt(11, Status::Delivered, Code::None);
    assert_eq!(standing(h, id), (Status::Delivered, Code::None, false));
}

fn an_end_in_the_lane_is_told_of_every_part(h: &House) {
    let id = h.put(Class::Marketing, 2);
    h.refuse();
    assert!(h.take().is_empty());
    assert_eq!(h.parts(id), [Status::Suppressed, Status::Suppressed]);
    assert_eq!(standing(h, id).0, Status::Suppressed);
}

fn receipts_over_two_links_see_each_other(h: &House) {
    for round in 0..25 {
        let id = taken(h, Class::Marketing, 2);
        let key = 1_000 + round * 2;
        h.learn(id, vec![(0, accepted(key)), (1, accepted(key + 1))]);
        std::thread::scope(|s| {
            for part in 0..2 {
                s.spawn(move || h.receipt(key + part, Status::Delivered, Code::None));
            }
        });
        assert_eq!(standing(h, id).0, Status::Delivered, "round {round}");
    }
}
