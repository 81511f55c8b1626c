//! Texts and what must become of them; the letters before the numbers are those of the compliance cases.

use super::*;

fn check(table: &[(&str, Kind)]) {
    let wrong: Vec<String> = table
        .iter()
        .map(|(text, kind)| (text, kind, judge(text)))
        .filter(|(_, kind, v)| **kind != v.kind)
        .map(|(text, kind, v)| format!("«{text}» should be {kind:?}, is {:?} by {}", v.kind, v.rule))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_compliance_cases() {
    use Kind::*;
    check(&[
        ("הסר", Optout),                            // R1
        ("\u{200F}הסר\u{200F}", Optout),            // R3
        ("הָסֵר", Optout),                            // R5
        ("vxr", Optout),                            // R7
        ("דאםפ", Optout),                           // R8
        ("STOP!", Optout),                          // R9
        ("s t o p", Optout),                        // R11
        ("stop stop stop", Optout),                 // R12
        ("STOP 🙏", Optout),                        // R13
        ("CTOП", Optout),                           // R15
        ("cnjg", Optout),                           // R16
        ("please stop texting me", Optout),         // R17
        ("Stop. Thank you", Optout),                // R18
        ("stop by the shop", Inbox),                // R19
        ("We have got to STOP this bill", Suspect), // R20
        ("where is the bus stop?", Inbox),          // R21
        ("don't stop, love these", Inbox),          // R22
        ("אל תסירו אותי", Inbox),                   // R23
        ("stpo", Suspect),                          // R25
        ("ביטול", Optout),                          // R27
        ("إلغاء", Optout),                          // R28
        ("STOP 12345", Suspect),                    // R31
        ("כן", Inbox),                              // R34
        ("leave me alone", Optout),                 // R37
        ("לא", Inbox),                              // R39
        ("ＳＴＯＰ", Optout),                       // R41
        ("ALTO", Optout),                           // R43
        ("ALTA", Optin),                            // R43
        ("CANCEL", Optout),                         // R44
        ("הסר הכל", Optout),                        // T4
        ("START", Optin),                           // C1
    ]);
}

#[test]
fn every_word_of_every_language_alone_and_with_filler() {
    for lists in [words::REFUSE, words::REFUSE_ALL, words::PHRASES] {
        for (_, list) in lists {
            for word in *list {
                for text in [
                    (*word).to_owned(),
                    word.to_uppercase(),
                    format!("  {word}!!! 🙏"),
                    format!("{word}, please"),
                ] {
                    assert_eq!(judge(&text).kind, Kind::Optout, "{text}: {}", judge(&text).rule);
                }
            }
        }
    }
    for (lists, kind) in [(words::REJOIN, Kind::Optin), (words::HELP, Kind::Help)] {
        for (_, list) in lists {
            for word in *list {
                assert_eq!(judge(word).kind, kind, "{word}");
                assert_eq!(judge(&word.to_uppercase()).kind, kind, "{word}");
            }
        }
    }
    for word in words::NOT {
        assert_eq!(judge(word).kind, Kind::Inbox, "{word}: {}", judge(word).rule);
    }
    for word in words::NEIGHBOURS.iter().chain(words::FILLER) {
        let kind = judge(word).kind;
        assert!(matches!(kind, Kind::Inbox | Kind::Optin), "{word} is {kind:?}");
    }
}

#[test]
fn more_ways_to_say_it() {
    use Kind::*;
    check(&[
        ("Хватит слать мне рекламу!", Optout),
        ("Больше не присылайте, пожалуйста", Optout),
        ("отпишите меня от рассылки", Optout),
        ("Стоп", Optout),
        ("СТОП СТОП", Optout),
        ("jngbcfnmcz", Optout),
        ("ыещз", Optout),
        ("Відписатися", Optout),
        ("Не надсилайте більше", Optout),
        ("vxhru", Optout),
        (",xhru tu,h", Optout),
        ("תפסיקו לשלוח לי הודעות", Optout),
        ("הסר אותי בבקשה", Optout),
        ("תודה, הסר", Optout),
        ("ה ס ר", Optout),
        ("Leiratkozás", Optout),
        ("leiratkozas", Optout),
        ("Kérem, ne küldjenek többet", Optout),
        ("BAJA", Optout),
        ("baja por favor", Optout),
        ("Por favor no me envíen más", Optout),
        ("no mas", Optout),
        ("Stop at once", Optout),
        ("opt-out", Optout),
        ("UNSUBSCRIBE.", Optout),
        ("I want to unsubscribe", Optout),
        ("stop texting me at the bus stop", Optout),
        ("ЅTOP", Optout),
        ("لا ترسلوا لي رسائل", Optout),
        ("STOPALL", Optout),
    ]);
}

#[test]
fn what_is_no_refusal() {
    use Kind::*;
    check(&[
        ("", Inbox),
        ("🙏", Inbox),
        ("yes", Inbox),
        ("да", Inbox),
        ("sí", Inbox),
        ("igen", Inbox),
        ("כן, תודה", Inbox),
        ("¿Tienen algo para mañana?", Inbox),
        ("El precio es muy alto", Inbox),
        ("What time does it end?", Inbox),
        ("זה די יקר", Inbox),
        ("shop", Inbox),
        ("hasta mañana", Inbox),
        ("sh", Inbox),
        ("Do you have size 42?", Inbox),
        ("אשמח לתור ביום ראשון", Inbox),
        ("Сколько стоит доставка?", Inbox),
        ("never stop sending these", Inbox),
        ("no quiero darme de baja", Inbox),
        ("alat", Inbox),
        ("start stop", Suspect),
        ("can I unsubscribe from one list?", Suspect),
        ("унсубскрайб стоп это как", Suspect),
        ("unsubscrib", Suspect),
        ("הסיר", Suspect),
        ("баја", Inbox),
        ("start", Optin),
        ("start please", Optin),
        ("help", Help),
        ("¿Info?", Help),
        ("help stop", Optout),
    ]);
}

#[test]
fn a_refusal_of_everything_and_its_language() {
    for text in ["STOPALL", "stop all", "הסר הכל", "please stop all"] {
        assert_eq!(judge(text).scope(), Scope::All, "{text}");
    }
    for text in ["STOP", "הסר", "стоп"] {
        assert_eq!(judge(text).scope(), Scope::Marketing, "{text}");
    }
    for (text, workspace, answer) in [
        ("הסר", "en", "he"),
        ("STOP", "he", "en"),
        ("stop", "hu", "hu"),
        ("стоп", "uk", "uk"),
        ("стоп", "he", "ru"),
        ("BAJA", "he", "es"),
        ("vxr", "en", "he"),
    ] {
        assert_eq!(judge(text).language(workspace), answer, "{text} in {workspace}");
    }
}

#[test]
fn it_says_which_rule() {
    for (text, rule, normalised) in [
        ("STOP!", "keyword:stop", "stop"),
        ("vxr", "layout:הסר", "vxr"),
        ("where is the bus stop?", "not:bus stop", "where is the bus stop"),
        ("stpo", "near:stop", "stpo"),
        ("STOP 12345", "among:stop", "stop 12345"),
        ("please stop texting me", "phrase:stop texting", "please stop texting me"),
        ("hello there", "none", "hello there"),
    ] {
        let verdict = judge(text);
        assert_eq!((verdict.rule.as_str(), verdict.normalised.as_str()), (rule, normalised));
    }
    let json = serde_json::to_value(judge("STOP!")).unwrap();
    assert_eq!(json, serde_json::json!({"verdict": "optout", "rule": "keyword:stop", "normalised": "stop"}));
}

#[test]
fn the_longest_text_is_judged_whole() {
    let long = "Сколько стоит доставка в Хайфу, и когда её ждать? ".repeat(40);
    assert_eq!(judge(&long).kind, Kind::Inbox);
    assert_eq!(judge(&format!("{long} Не присылайте.")).kind, Kind::Optout);
}
