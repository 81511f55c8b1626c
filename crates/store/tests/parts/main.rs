//! Long messages: some parts taken, some not; the same stories on both engines.

mod house;

use house::{House, accepted, on_both};
use sms::{Class, Code, Status};

fn answers_in_one_batch(h: &House) {
    let id = h.put(Class::Marketing, 2);
    assert_eq!(h.take()[&id], [0, 1]);
    h.learn(id, vec![(0, accepted(10)), (1, accepted(11))]);
    assert_eq!((h.message(id).status, h.message(id).code), (Status::Submitted, Code::None));
}

#[test]
fn answers_of_all_parts_in_one_batch_are_one_message_taken() {
    on_both("answers_of_all_parts_in_one_batch_are_one_message_taken", answers_in_one_batch);
}
