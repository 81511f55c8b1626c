//! The replies of the compliance list, each from a phone of its own, and the link for leaving as a person in Israel meets it.

use super::cases::{browse, key, link_is_up};
use super::*;

const OURS: &str = "+972541110000";

/// What is written, and what it is taken for. The ids are those of the list.
const REPLIES: &[(&str, &str, &str)] = &[
    ("R1", "הסר", "optout"),
    ("R3", "\u{200F}הסר\u{200F}", "optout"),
    ("R5", "הָסֵר", "optout"),
    ("R7", "vxr", "optout"),
    ("R8", "דאםפ", "optout"),
    ("R9", "STOP!", "optout"),
    ("R11", "s t o p", "optout"),
    ("R12", "stop stop stop", "optout"),
    ("R13", "STOP 🙏", "optout"),
    ("R15", "CTOП", "optout"),
    ("R16", "cnjg", "optout"),
    ("R17", "please stop texting me", "optout"),
    ("R18", "Stop. Thank you", "optout"),
    ("R19", "stop by the shop", ""),
    ("R20", "We have got to STOP this bill", "suspect"),
    ("R21", "where is the bus stop?", ""),
    ("R22", "don't stop, love these", ""),
    ("R23", "אל תסירו אותי", ""),
    ("R25", "stpo", "suspect"),
    ("R27", "ביטול", "optout"),
    ("R28", "إلغاء", "optout"),
    ("R31", "STOP 12345", "suspect"),
    ("R34", "כן", ""),
    ("R37", "leave me alone", "optout"),
    ("R39", "לא", ""),
    ("R41", "ＳＴＯＰ", "optout"),
    ("R43", "ALTO", "optout"),
    ("R43, the other word", "ALTA", "optin"),
    ("R44", "CANCEL", "optout"),
];

#[test]
fn r1_to_r44_every_reply_is_taken_for_what_it_is_and_advertising_follows() {
    let (home, carrier) = (Home::lawful(), Carrier::start());
    home.init();
    let number = |n: usize| format!("+97254300{n:04}");
    let rows: String = (0..REPLIES.len()).map(|n| format!("Dana,{}\n", number(n))).collect();
    home.import(&home.file("people.csv", &format!("name,phone\n{rows}")), "all");
    home.carrier("carrier", carrier.port(), &[]);
    home.json(&["numbers", "add", OURS]);
    let key = key(&home);
    let server = home.serve_at(TUESDAY);
    link_is_up(&home);
    for (n, (id, text, _)) in REPLIES.iter().enumerate() {
        let posted = carrier.phone(&number(n)).post(text, OURS);
        assert!(posted.is_ok(), "{id}: {posted:?}");
    }
    let heard = until("every reply is known", SOON, || {
        let all = server.ask("GET", "/v1/inbound?limit=100", Some(&key), None).json();
        let all = all["data"].as_array().cloned().unwrap_or_default();
        (all.len() == REPLIES.len()).then_some(all)
    });
    let mut wrong = Vec::new();
    for (n, (id, text, expected)) in REPLIES.iter().enumerate() {
        let one = heard.iter().find(|m| m["from"] == number(n).as_str()).expect("it came in");
        let effect = one["effect"].as_str().unwrap_or_default().split(' ').next().unwrap_or_default();
        if effect != *expected {
            wrong.push(format!("{id} {text}: {effect} instead of {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let told = state(&home, &launch(&home, "מבצע", &[]), "completed");
    let kept = REPLIES.iter().filter(|(_, _, e)| ["optout", "suspect"].contains(e)).count();
    let stays = i64::try_from(REPLIES.len() - kept).expect("few");
    assert_eq!(count(&told, "delivered"), stays, "whoever refused, or may have, gets nothing: {told}");
    assert_eq!(server.end(), 0);
}

#[test]
fn l1_l2_l4_looking_changes_nothing_and_the_button_acts_in_the_readers_direction() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let id = launch(&home, "מבצע {{unsubscribe_url}}", &[]);
    state(&home, &id, "completed");
    let text = carrier.phone(PEOPLE[0]).inbox()[0].text.clone();
    let token = text
        .split("/u/")
        .nth(1)
        .map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
    let path = format!("/u/{}", token.unwrap_or_else(|| panic!("no link in {text}")));
    // Cases L1 and L2: a preview, a mail scanner that opens and opens again.
    for method in ["HEAD", "GET", "GET"] {
        assert_eq!(browse(&server, method, &path, "", "").status, 200, "{method}");
    }
    assert!(may(&home, PEOPLE[0]), "looking is no refusal");
    // Case L4: right to left, a masked number, one button; what it does is done when the page is there.
    let page = browse(&server, "GET", &path, "", "").body;
    assert!(page.contains("dir=\"rtl\"") && !page.contains("2000001") && !page.contains("<script"), "{page}");
    let nonce =
        page.split("name=\"nonce\" value=\"").nth(1).and_then(|r| r.split('"').next()).expect("a nonce");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let bare = browse(&server, "POST", &path, form, "");
    assert!(may(&home, PEOPLE[0]), "a post that saw no page is no press: {}", bare.status);
    let done = browse(&server, "POST", &path, form, &format!("nonce={nonce}"));
    assert!(done.status == 200 && !may(&home, PEOPLE[0]) && may(&home, PEOPLE[1]), "{}", done.body);
    assert_eq!(server.end(), 0);
}
