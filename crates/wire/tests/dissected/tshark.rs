//! Captures made of octets, and what tshark says of them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

const TSHARK: &str = "/usr/bin/tshark";

/// Tests that could not run are counted: continuous integration fails unless the list stays empty.
pub(crate) fn is_installed(test: &str) -> bool {
    if Path::new(TSHARK).exists() {
        return true;
    }
    eprintln!("skipped: {test} because tshark is not installed");
    if let Some(list) = std::env::var_os("SENDWORD_SKIPS") {
        let mut list = std::fs::OpenOptions::new().create(true).append(true).open(list).unwrap();
        writeln!(list, "skipped: {test} because tshark is not installed").unwrap();
    }
    false
}

/// Packets of a protocol over TCP, one segment each.
pub(crate) fn of_tcp(name: &str, packets: &[Vec<u8>]) -> String {
    let ports = format!("tcp.port==5000,{name}");
    said(name, &tcp(packets), &["-d", &ports, "-o", "tcp.check_checksum:FALSE"])
}

/// TPDUs, each with whether a handset wrote it.
pub(crate) fn of_tpdus(packets: &[(bool, Vec<u8>)]) -> String {
    let dlt = "uat:user_dlts:\"User 0 (DLT=147)\",\"gsm_sms\",\"0\",\"\",\"0\",\"\"";
    said("gsm_sms", &directed(packets), &["-o", dlt])
}

fn said(name: &str, capture: &[u8], more: &[&str]) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (own, n) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let file: PathBuf = std::env::temp_dir().join(format!("sendword-{name}-{own}-{n}.pcap"));
    std::fs::write(&file, capture).unwrap();
    let out = Command::new(TSHARK).arg("-r").arg(&file).args(more).args(["-V", "-O", name]).output().unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// The file format of libpcap with raw IPv4 inside.
fn tcp(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    for word in [0xA1B2_C3D4u32, 0x0004_0002, 0, 0, 65_535, 101] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    let mut sequence = 1u32;
    for payload in packets {
        let length = 40 + payload.len();
        for word in [0u32, 0, length as u32, length as u32] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        let [high, low] = (length as u16).to_be_bytes();
        out.extend_from_slice(&[0x45, 0, high, low, 0, 0, 0, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
        // From port 40000 to 5000, no options, PSH and ACK.
        out.extend_from_slice(&[0x9C, 0x40, 0x13, 0x88]);
        out.extend_from_slice(&sequence.to_be_bytes());
        out.extend_from_slice(&[0, 0, 0, 1, 0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0]);
        out.extend_from_slice(payload);
        sequence += payload.len() as u32;
    }
    out
}

/// The newer format, whose packets say which way they went: what a handset wrote came in, what a centre wrote went out.
fn directed(packets: &[(bool, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut block = |kind: u32, body: &[u8]| {
        let length = (12 + body.len().next_multiple_of(4)) as u32;
        out.extend([kind, length].iter().flat_map(|word| word.to_le_bytes()));
        out.extend_from_slice(body);
        out.resize(out.len().next_multiple_of(4), 0);
        out.extend(length.to_le_bytes());
    };
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    block(0x0A0D_0D0A, &words(&[0x1A2B_3C4D, 1, u32::MAX, u32::MAX]));
    // User 0, which the dissector is given by the command line.
    block(1, &words(&[147, 65_535]));
    for (handset, tpdu) in packets {
        let mut body = words(&[0, 0, 0, tpdu.len() as u32, tpdu.len() as u32]);
        body.extend_from_slice(tpdu);
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend(words(&[2 | 4 << 16, if *handset { 1 } else { 2 }, 0]));
        block(6, &body);
    }
    out
}

pub(crate) fn without_complaint(said: &str, head: &str, count: usize) {
    assert_eq!(said.matches(head).count(), count, "not every packet was read: {said}");
    for complaint in ["Malformed", "Expert Info", "xception"] {
        let near = said.find(complaint).map(|at| &said[said.floor_char_boundary(at.saturating_sub(1_500))..]);
        assert!(near.is_none(), "{complaint}: {}", near.unwrap_or_default());
    }
}

#[test]
fn a_complaint_is_heard() {
    if !is_installed("a_complaint_is_heard") {
        return;
    }
    let torn = of_tpdus(&[(true, vec![0x01, 0x00, 0x0C, 0x91, 0x79])]);
    assert!(torn.contains("Malformed"), "{torn}");
}
