use super::*;
use proptest::prelude::*;

/// Hex ↔ value, clauses 9.2.3.24.1 and 9.2.3.24.8; the first is what Kannel sends.
#[test]
fn concatenation_headers() {
    let cases: &[(&[u8], Concat)] = &[
        (&[5, 0, 3, 1, 2, 1], Concat { reference: Reference::Eight(1), total: 2, seq: 1 }),
        (&[5, 0, 3, 0xFF, 255, 255], Concat { reference: Reference::Eight(255), total: 255, seq: 255 }),
        (&[6, 8, 4, 0xAB, 0xCD, 3, 2], Concat { reference: Reference::Sixteen(0xABCD), total: 3, seq: 2 }),
    ];
    for (octets, concat) in cases {
        assert_eq!(&concat.header(), octets);
        assert_eq!(concat.reference.header_len(), octets.len());
        let header = parse(octets).unwrap();
        assert_eq!((header.concat(), header.body, header.sound), (Some(*concat), &[][..], true));
    }
}

#[test]
fn elements_beside_the_concatenation_are_kept_and_the_last_repeat_counts() {
    let data = [16, 5, 4, 0x0B, 0x84, 0x23, 0xF0, 0, 3, 9, 2, 1, 0, 3, 9, 2, 2, b'x', b'y'];
    let header = parse(&data).unwrap();
    assert_eq!(header.elements.len(), 3);
    assert_eq!(header.elements[0], Element { id: 5, data: &[0x0B, 0x84, 0x23, 0xF0] });
    assert_eq!(header.concat().unwrap().seq, 2);
    assert_eq!(header.body, b"xy");
    assert_eq!(build(&header.elements).unwrap(), data[..17]);
}

#[test]
fn impossible_places_are_no_concatenation() {
    for data in [[5, 0, 3, 1, 0, 0], [5, 0, 3, 1, 2, 0], [5, 0, 3, 1, 2, 3]] {
        assert_eq!(parse(&data).unwrap().concat(), None, "{data:?}");
    }
}

#[test]
fn a_torn_header_gives_what_stands_before_the_tear() {
    assert_eq!(parse(&[]), None);
    assert_eq!(parse(&[5, 0, 3]), None);
    let header = parse(&[4, 0, 9, 1, 2, b'z']).unwrap();
    assert_eq!((header.elements.len(), header.sound, header.body), (0, false, &b"z"[..]));
    assert_eq!((header.tail, header.write()), (&[0, 9, 1, 2][..], vec![4, 0, 9, 1, 2]));
    assert_eq!(build(&[Element { id: 1, data: &[0; 138] }]), None);
    assert_eq!(build(&[Element { id: 1, data: &[0; 300] }]), None);
}

/// One element of each clause, what it says, and the same octets again.
#[test]
fn elements_as_their_clauses_read() {
    let octets = [
        &[0x00u8, 3, 7, 2, 1][..],
        &[0x01, 2, 0x80, 3],
        &[0x04, 2, 0xF0, 0xF1],
        &[0x05, 4, 0x23, 0xF0, 0x0B, 0x84],
        &[0x06, 1, 0x40],
        &[0x24, 1, 2],
        &[0x25, 1, 3],
        &[0x22, 2, 0x00, 0x91],
        &[0xC0, 0],
        &[0x24, 0],
    ]
    .concat();
    let data: Vec<u8> = [octets.len() as u8].into_iter().chain(octets.iter().copied()).collect();
    let header = parse(&data).unwrap();
    let views: Vec<View<'_>> = header.elements.iter().map(Element::view).collect();
    let wide = Ports { destination: 0x23F0, source: 0x0B84, wide: true };
    let wanted = [
        View::Concat(Concat { reference: Reference::Eight(7), total: 2, seq: 1 }),
        View::Waiting(Waiting { kind: WaitingFor::Voice, count: 3, store: true }),
        View::Ports(Ports { destination: 0xF0, source: 0xF1, wide: false }),
        View::Ports(wide),
        View::ServiceCentre(0x40),
        View::SingleShift(2),
        View::LockingShift(3),
        View::ReplyAddress(&[0x00, 0x91]),
        View::Carrier(&[]),
        View::Other(&[]),
    ];
    assert_eq!(views, wanted);
    assert_eq!(header.ports(), Some(wide));
    assert_eq!((header.write(), build(&header.elements)), (data.clone(), Some(data)));
}

#[test]
fn national_tables_are_announced_and_found() {
    let shift = Shift { locking: Some(Language::Portuguese), single: Some(Language::Spanish) };
    let mut header = vec![6];
    write_shift(shift, &mut header);
    assert_eq!(header, [6, 0x24, 1, 2, 0x25, 1, 3]);
    assert_eq!(parse(&header).unwrap().shift(), shift);
    // A reserved language leaves the default tables in place.
    assert_eq!(parse(&[3, 0x25, 1, 14]).unwrap().shift(), Shift::NONE);
}

#[test]
fn ports_are_written_as_they_were_read() {
    for ports in [
        Ports { destination: 0x23F0, source: 0, wide: true },
        Ports { destination: 1, source: 2, wide: true },
        Ports { destination: 1, source: 2, wide: false },
    ] {
        let mut header = vec![0];
        ports.write(&mut header);
        header[0] = header.len() as u8 - 1;
        assert_eq!(parse(&header).unwrap().ports(), Some(ports));
    }
}

proptest! {
    #[test]
    fn any_octets_are_read_without_a_fall_and_written_as_they_came(data in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Some(header) = parse(&data) {
            let _ = (header.concat(), header.ports(), header.shift());
            let _: Vec<View<'_>> = header.elements.iter().map(Element::view).collect();
            prop_assert_eq!(header.write(), &data[..=usize::from(data[0])]);
            prop_assert_eq!(header.body.len() + usize::from(data[0]) + 1, data.len());
            if header.sound && data[0] < 140 {
                prop_assert_eq!(build(&header.elements).unwrap(), &data[..=usize::from(data[0])]);
            }
        }
    }
}
