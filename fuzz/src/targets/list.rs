//! Files of people to import, as they lie on a disk: texts of any spelling, and workbooks as octets.

use crate::{Seen, Target, hold};
use engine::import::Source;

pub(super) const TARGET: Target = Target {
    name: "file",
    about: "files to import, any octets: refused with words or read to the end, the same rows each time",
    seeds: || {
        vec![
            b"name,phone,consent\nDana,050-1234567,yes\nNoa,+972541234567,no\n".to_vec(),
            b"\xef\xbb\xbfphone;first name;birthday\r\n0501234567;\"Dana; Levi\";1.2.1990\r\n0541234567;\"a \"\"b\"\"\";2/3/91\r\n".to_vec(),
            b"phone\tname\n972501234567\tD\xe9\n".to_vec(),
            b"0501234567\n0541234567\n0521234567\n".to_vec(),
            "טלפון,שם\n050-123-4567,דנה\n054 123 4567 / 052-7654321,נועה\n".as_bytes().to_vec(),
            [&[0xFF, 0xFE][..], &"phone,name\n0501234567,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat(),
            b"PK\x03\x04\x14\0\0\0\0\0".to_vec(),
            b"%PDF-1.4\n".to_vec(),
        ]
    },
    words: &[
        b",",
        b";",
        b"\t",
        b"|",
        b"\"",
        b"\"\"",
        b"\n",
        b"\r\n",
        b"\r",
        b"\0",
        b"phone",
        b"name",
        b"0501234567",
        b"+972 54-123-4567",
        b"972521234567,",
        b"=cmd|' /C calc'!A0",
        b"9.72501E+11",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        "שם".as_bytes(),
        b"yes",
        b"1990-02-30",
        b"PK\x03\x04",
        b"\x80",
    ],
    mend: None,
    run,
    memory: (2_000, 12_000_000),
    longest: 4_000,
    cases: 1_000,
};

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    read(case, seen)
}

/// Reads a file twice.
pub(super) fn read(octets: &[u8], seen: &mut Seen) -> Result<(), String> {
    let source = match Source::bytes(octets) {
        Ok(source) => source,
        Err(refused) => {
            seen.mark((refused.code(), refused.to_string().chars().take(24).collect::<String>()));
            return hold(!refused.to_string().is_empty(), || "refused without a word".into());
        }
    };
    seen.mark((source.format(), source.sheets().len().min(4)));
    let plan = match source.plan("IL") {
        Ok(plan) => plan,
        Err(refused) => {
            seen.mark(("plan", refused.code(), refused.to_string().chars().take(24).collect::<String>()));
            return Ok(());
        }
    };
    seen.mark(("columns", plan.phone_columns().count().min(4)));
    let (once, twice) = (source.check(&plan), source.check(&plan));
    hold(format!("{once:?}") == format!("{twice:?}"), || {
        format!("read twice it counts {once:?} and {twice:?}")
    })?;
    let Ok(tally) = once else { return Ok(()) };
    seen.mark((
        tally.phones.mobile > 0,
        tally.phones.invalid > 0,
        tally.phones.empty > 0,
        tally.duplicates > 0,
    ));
    seen.size("rows", tally.rows as usize);
    hold(tally.rows as usize <= octets.len() * 40 + 1, || "more rows than octets".into())?;
    let shown = source.preview(&plan, 20).map_err(|refused| format!("read, and then refused: {refused}"))?;
    hold(shown.len() <= 20, || "a preview without an end".into())
}
