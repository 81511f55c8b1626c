use super::*;

fn vote(n: i64) -> Record {
    Record::inbound(&NewInbound {
        connector: 7,
        sender: format!("+97250000{n:04}"),
        recipient: "4545".into(),
        text: "1".into(),
        received_at: n,
        dedupe: Vec::new(),
        concat: Some(Concat { reference: n, total: 2, seq: 1 }),
        tlvs: String::new(),
    })
}

fn receipt() -> Receipt {
    Receipt {
        h: -5,
        smsc_id: "abc".into(),
        status: Status::Delivered,
        code: Code::None,
        detail: "000".into(),
        from: "+972501234567".into(),
        to: "Shop".into(),
        text: "Hello".into(),
    }
}

fn all(journal: &Journal) -> Vec<Record> {
    journal.next(usize::MAX).unwrap().map_or(Vec::new(), |c| c.records)
}

#[test]
fn what_was_kept_comes_back_in_order_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("spill/received.journal");
    let journal = Journal::open(path.clone(), LIMIT).unwrap();
    assert!(journal.is_empty() && !path.exists());
    let kept = [vote(1), Record::receipt(7, &receipt()), vote(2)];
    assert!(journal.append(&kept[..2]).unwrap() && journal.append(&kept[2..]).unwrap());
    drop(journal);
    let journal = Journal::open(path.clone(), LIMIT).unwrap();
    assert!(!journal.is_empty());
    assert_eq!(all(&journal), kept);
    assert_eq!(kept[1].as_receipt(), Some((7, receipt())));
    assert_eq!(kept[0].as_inbound().map(|m| (m.received_at, m.concat.unwrap().total)), Some((1, 2)));
    let first = journal.next(1).unwrap().unwrap();
    assert!(!journal.done(&first).unwrap());
    let rest = journal.next(10).unwrap().unwrap();
    assert_eq!((rest.first, rest.records.len(), rest.journal), (1, 2, first.journal));
    assert!(journal.done(&rest).unwrap());
    assert!(journal.is_empty() && !path.exists());
}

#[test]
fn a_torn_end_is_cut_off_wherever_it_was_torn() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("received.journal");
    let journal = Journal::open(path.clone(), LIMIT).unwrap();
    assert!(journal.append(&[vote(1)]).unwrap());
    let one = std::fs::metadata(&path).unwrap().len();
    assert!(journal.append(&[vote(2)]).unwrap());
    drop(journal);
    let whole = std::fs::read(&path).unwrap();
    for length in one..whole.len() as u64 {
        std::fs::write(&path, &whole[..usize::try_from(length).unwrap()]).unwrap();
        let journal = Journal::open(path.clone(), LIMIT).unwrap();
        assert_eq!(all(&journal), [vote(1)], "torn at {length}");
        assert!(journal.append(&[vote(3)]).unwrap());
        assert_eq!(all(&journal), [vote(1), vote(3)]);
    }
    // A bit that fell over in the last record, which is then no record.
    let mut bent = whole;
    *bent.last_mut().unwrap() ^= 4;
    std::fs::write(&path, &bent).unwrap();
    assert_eq!(all(&Journal::open(path.clone(), LIMIT).unwrap()), [vote(1)]);
    std::fs::write(&path, b"no journal at all").unwrap();
    assert!(Journal::open(path.clone(), LIMIT).unwrap().is_empty());
    assert!(path.with_extension("damaged").exists());
}

#[test]
fn what_has_no_room_is_refused_whole() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(dir.path().join("j"), 1_000).unwrap();
    let mut kept = 0;
    while journal.append(&[vote(kept)]).unwrap() {
        kept += 1;
    }
    assert!(kept > 1 && !journal.append(&[vote(1), vote(2)]).unwrap());
    assert_eq!(all(&journal).len() as i64, kept);
    journal.done(&journal.next(usize::MAX).unwrap().unwrap()).unwrap();
    assert!(journal.append(&[vote(1)]).unwrap(), "there is room again");
}

#[test]
fn what_a_webhook_told_comes_back_with_the_try_and_part_it_named() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(dir.path().join("spill/received.journal"), LIMIT).unwrap();
    let receipt = Receipt { text: String::new(), ..receipt() };
    let told = Told { receipt, named: Some((77, 2)), part: Some(1) };
    assert!(journal.append(&[Record::called(9, &told)]).unwrap());
    let read = all(&journal);
    assert_eq!(read[0].as_called(), Some((9, told)));
    assert!(read[0].as_receipt().is_none() && read[0].as_inbound().is_none());
}
