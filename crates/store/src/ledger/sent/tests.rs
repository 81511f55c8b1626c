use super::*;

const DAY: i64 = DAY_MS;

fn log(dir: &Path, records: &[Sent]) {
    Log::of(dir).append(records).unwrap();
}

fn accepted(message: i64, at: i64) -> Sent {
    Sent { h: 7, stream: 9, ..Sent::part(Kind::Accepted, message, 0, 1, at) }
}

fn all(dir: &Path, backup: i64) -> (Vec<i64>, Trust) {
    let mut out = Vec::new();
    let trust = read(dir, &[backup], &mut |r| {
        if r.kind == Kind::Accepted {
            out.push(r.message);
        }
        Ok(())
    });
    (out, trust.unwrap())
}

/// Three days: one before the copy, the copy's own, one after it.
fn three_days(dir: &Path) {
    log(dir, &[accepted(1, DAY)]);
    log(dir, &[accepted(2, 2 * DAY), Sent::of(Kind::Backup, 77, 2 * DAY + 1), accepted(3, 2 * DAY + 2)]);
    log(dir, &[accepted(4, 3 * DAY)]);
    log(dir, &[accepted(5, 3 * DAY)]);
}

#[test]
fn a_record_reads_back_and_no_flipped_bit_does() {
    for kind in Kind::ALL {
        let one =
            Sent { part: 254, attempt: 65_535, stream: -1, h: i64::MIN, ..Sent::of(*kind, i64::MAX, -5) };
        assert_eq!(Sent::decode(&one.encode()), Some(one));
        for bit in 0..SIZE * 8 {
            let mut bytes = one.encode();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Sent::decode(&bytes), None, "bit {bit}");
        }
    }
}

#[test]
fn days_have_names_and_names_have_days() {
    for (day, name) in [(0, "1970-01-01"), (20_779, "2026-11-22"), (19_782, "2024-02-29"), (-1, "1969-12-31")]
    {
        assert_eq!((name_of(day).as_str(), day_of(name)), (name, Some(day)));
    }
    for name in ["2026-02-30", "2026-2-3", "began", "2026-11-22.gz", ""] {
        assert_eq!(day_of(name), None, "{name}");
    }
    assert!((-700_000..800_000).step_by(17).all(|day| day_of(&name_of(day)) == Some(day)));
}

#[test]
fn read_from_the_copys_own_day_on() {
    let dir = tempfile::tempdir().unwrap();
    three_days(dir.path());
    assert_eq!(all(dir.path(), 77), (vec![2, 3, 4, 5], Trust::Whole));
    assert_eq!(all(dir.path(), 78), (vec![1, 2, 3, 4, 5], Trust::Missing), "no file knows of that copy");
    assert_eq!(all(&dir.path().join("nowhere"), 77), (vec![], Trust::Missing));
}

#[test]
fn a_gap_is_noticed() {
    type Break = fn(&Path);
    let breaks: &[(&str, Break, Trust)] = &[
        ("a day is gone", |d| std::fs::remove_file(d.join("1970-01-04")).unwrap(), Trust::Damaged),
        ("a record of a closed day is cut off", |d| cut(&d.join("1970-01-03"), SIZE), Trust::Damaged),
        ("half a record is left in the middle", |d| flip(&d.join("1970-01-04"), SIZE + 3), Trust::Damaged),
        ("the newest ends in half a record", |d| cut(&d.join("1970-01-05"), 10), Trust::Whole),
    ];
    for (what, break_it, trust) in breaks {
        let dir = tempfile::tempdir().unwrap();
        three_days(dir.path());
        log(dir.path(), &[accepted(6, 4 * DAY)]);
        break_it(dir.path());
        assert_eq!(all(dir.path(), 77).1, *trust, "{what}");
    }
}

fn cut(path: &Path, octets: usize) {
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..bytes.len() - octets]).unwrap();
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, &bytes).unwrap();
}

#[test]
fn a_clock_that_went_back_writes_on_in_the_newest_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut one = Log::of(dir.path());
    one.append(&[Sent::of(Kind::Backup, 77, 5 * DAY)]).unwrap();
    one.append(&[accepted(1, 2 * DAY)]).unwrap();
    log(dir.path(), &[accepted(2, 2 * DAY)]);
    assert_eq!(all(dir.path(), 77), (vec![1, 2], Trust::Whole));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn old_days_go_and_the_newest_never() {
    let dir = tempfile::tempdir().unwrap();
    three_days(dir.path());
    assert_eq!(tidy(dir.path(), 3 * DAY, 1), Ok(1));
    assert_eq!(all(dir.path(), 77), (vec![2, 3, 4, 5], Trust::Whole));
    assert_eq!(tidy(dir.path(), 900 * DAY, 1), Ok(1));
    assert_eq!(all(dir.path(), 0).0, [4, 5]);
}
