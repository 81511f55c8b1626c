//! What we write by ourselves to people who sign up, in every language a recipient may read. No offers, nothing to click
//! that anybody but the recipient would have to trust.

/// The words of one language. `{business}`, `{link}` and `{code}` are filled in.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// Its code.
    pub language: &'static str,
    /// A form's heading, to begin with.
    pub form_title: &'static str,
    /// What a form asks agreement to, to begin with.
    pub wording: &'static str,
    /// What the question for a name is called, to begin with.
    pub first_name: &'static str,
    /// The question to the number, answered by a word or the link…
    pub ask: &'static str,
    /// …by a word alone…
    pub ask_reply: &'static str,
    /// …by the link alone: a name cannot be answered.
    pub ask_link: &'static str,
    /// That it is done.
    pub joined: &'static str,
    /// The yes that is asked for.
    pub yes: &'static str,
    /// The question whether a permission that ends shall go on.
    pub again: &'static str,
    /// A code that shows whose phone it is.
    pub code: &'static str,
}

/// Every language, the first one first.
pub const ALL: &[Words] = &[
    Words {
        language: "en",
        form_title: "News and offers from {business}",
        wording: "I agree that {business} sends me news and offers by SMS to this number. I can stop at any time, free of charge, by replying STOP or by the link in a message.",
        first_name: "First name",
        ask: "{business}: do you want our messages at this number? Reply YES or open {link} Not you? Do nothing.",
        ask_reply: "{business}: do you want our messages at this number? Reply YES. Not you? Do nothing.",
        ask_link: "{business}: do you want our messages at this number? Open {link} Not you? Do nothing.",
        joined: "{business}: you are on the list. To leave it, reply STOP.",
        yes: "YES",
        again: "{business}: may we go on writing to you? Reply YES or open {link} If you do nothing, we stop.",
        code: "{code} is your code to see who wrote to this number. If you did not ask for it, do nothing.",
    },
    Words {
        language: "he",
        form_title: "עדכונים והטבות מאת {business}",
        wording: "אני מסכים/ה ש-{business} ישלחו לי פרסומות ועדכונים במסרון (SMS) למספר הזה. אפשר להפסיק בכל עת וללא תשלום, בתשובה ״הסר״ או בקישור שבהודעה.",
        first_name: "שם פרטי",
        ask: "{business}: לשלוח הודעות למספר הזה? להסכמה יש להשיב כן או להיכנס {link} לא ביקשתם? אין צורך לעשות דבר.",
        ask_reply: "{business}: לשלוח הודעות למספר הזה? להסכמה יש להשיב כן. לא ביקשתם? אין צורך לעשות דבר.",
        ask_link: "{business}: לשלוח הודעות למספר הזה? להסכמה: {link} לא ביקשתם? אין צורך לעשות דבר.",
        joined: "{business}: המספר ברשימה. להסרה יש להשיב הסר.",
        yes: "כן",
        again: "{business}: להמשיך לשלוח הודעות? להסכמה יש להשיב כן או להיכנס {link} בלי תשובה נפסיק.",
        code: "{code} הוא הקוד לבירור מי כתב למספר הזה. לא ביקשתם? אין צורך לעשות דבר.",
    },
    Words {
        language: "ru",
        form_title: "Новости и предложения: {business}",
        wording: "Я согласен (согласна) получать от {business} рекламу и новости по SMS на этот номер. Отказаться можно бесплатно в любой момент: ответить СТОП или открыть ссылку из сообщения.",
        first_name: "Имя",
        ask: "{business}: присылать вам сообщения на этот номер? Ответьте ДА или откройте {link} Это не вы? Ничего не делайте.",
        ask_reply: "{business}: присылать вам сообщения на этот номер? Ответьте ДА. Это не вы? Ничего не делайте.",
        ask_link: "{business}: присылать вам сообщения на этот номер? Откройте {link} Это не вы? Ничего не делайте.",
        joined: "{business}: номер в рассылке. Отказаться: ответьте СТОП.",
        yes: "ДА",
        again: "{business}: писать вам дальше? Ответьте ДА или откройте {link} Без ответа мы перестанем.",
        code: "{code} – код, чтобы узнать, кто писал на этот номер. Если вы его не просили, ничего не делайте.",
    },
    Words {
        language: "uk",
        form_title: "Новини та пропозиції: {business}",
        wording: "Я погоджуюся отримувати від {business} рекламу й новини через SMS на цей номер. Відмовитися можна безкоштовно будь-коли: відповісти СТОП або відкрити посилання з повідомлення.",
        first_name: "Ім’я",
        ask: "{business}: надсилати вам повідомлення на цей номер? Відповідь ТАК або {link} Це не ви? Нічого не робіть.",
        ask_reply: "{business}: надсилати вам повідомлення на цей номер? Відповідь ТАК. Це не ви? Нічого не робіть.",
        ask_link: "{business}: надсилати вам повідомлення на цей номер? Відкрийте {link} Це не ви? Нічого не робіть.",
        joined: "{business}: номер у розсилці. Відмовитися: надішліть СТОП.",
        yes: "ТАК",
        again: "{business}: писати вам далі? Відповідь ТАК або {link} Без відповіді ми припинимо.",
        code: "{code} – код, щоб дізнатися, хто писав на цей номер. Якщо ви його не просили, нічого не робіть.",
    },
    Words {
        language: "hu",
        form_title: "Hírek és ajánlatok: {business}",
        wording: "Hozzájárulok, hogy a(z) {business} SMS-ben reklámot és híreket küldjön erre a számra. A hozzájárulás önkéntes, és bármikor ingyen visszavonható: a STOP válasszal vagy az üzenetben lévő hivatkozással.",
        first_name: "Keresztnév",
        ask: "{business}: küldhetünk üzeneteket erre a számra? Válasz: IGEN, vagy {link} Nem Ön kérte? Nincs teendője.",
        ask_reply: "{business}: küldhetünk üzeneteket erre a számra? Válasz: IGEN. Nem Ön kérte? Nincs teendője.",
        ask_link: "{business}: küldhetünk üzeneteket erre a számra? Nyissa meg: {link} Nem Ön kérte? Nincs teendője.",
        joined: "{business}: a szám a listán van. Leiratkozás: STOP.",
        yes: "IGEN",
        again: "{business}: írhatunk továbbra is? Válasz: IGEN, vagy {link} Válasz nélkül abbahagyjuk.",
        code: "{code} a kódja annak kiderítéséhez, ki írt erre a számra. Ha nem Ön kérte, nincs teendője.",
    },
    Words {
        language: "es",
        form_title: "Novedades y ofertas de {business}",
        wording: "Acepto que {business} me envíe publicidad y novedades por SMS a este número. Puedo darme de baja gratis en cualquier momento respondiendo BAJA o con el enlace de un mensaje.",
        first_name: "Nombre",
        ask: "{business}: ¿quiere recibir nuestros mensajes en este número? Responda SI o abra {link} ¿No fue usted? No haga nada.",
        ask_reply: "{business}: ¿quiere recibir nuestros mensajes en este número? Responda SI. ¿No fue usted? No haga nada.",
        ask_link: "{business}: ¿quiere recibir nuestros mensajes en este número? Abra {link} ¿No fue usted? No haga nada.",
        joined: "{business}: ya está en la lista. Para salir, responda BAJA.",
        yes: "SI",
        again: "{business}: ¿podemos seguir escribiéndole? Responda SI o abra {link} Si no hace nada, paramos.",
        code: "{code} es su código para ver quién escribió a este número. Si no lo pidió, no haga nada.",
    },
];

/// What a person may be told beside, where a pack asks for it: frequency, cost, help, terms.
pub const UNITED_STATES: &str = " Msg frequency varies. Msg & data rates may apply. Reply HELP for help.";

/// The words of a language; English where there are none.
pub fn of(language: &str) -> &'static Words {
    ALL.iter().find(|w| w.language == language).unwrap_or(&ALL[0])
}

/// Whether a text says yes to a question of ours, in whichever language.
pub fn says_yes(text: &str) -> bool {
    match crate::refusal::tokens(text).as_slice() {
        [one] => {
            let yes = ALL.iter().map(|w| w.yes).chain(["y", "sí", "ok", "أجل", "نعم", "oui"]);
            yes.into_iter().any(|y| crate::refusal::tokens(y).first() == Some(one))
        }
        _ => false,
    }
}

/// The question to a number: by reply where the sender can be answered, by link where there is one.
pub fn question(language: &str, business: &str, link: &str, answerable: bool) -> Option<String> {
    let words = of(language);
    let text = match (answerable, link.is_empty()) {
        (true, false) => words.ask,
        (true, true) => words.ask_reply,
        (false, false) => words.ask_link,
        (false, true) => return None,
    };
    Some(filled(text, business, link))
}

/// A text with its places filled; what a business is called fills nothing else.
pub fn filled(text: &str, business: &str, link: &str) -> String {
    text.replace("{link}", link).replace("{business}", business)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::form::LANGUAGES;
    use crate::refusal::{self, Kind};

    #[test]
    fn six_languages_say_everything_and_their_words_work() {
        assert_eq!(ALL.iter().map(|w| w.language).collect::<Vec<_>>(), LANGUAGES);
        for w in ALL {
            assert!(says_yes(w.yes), "{}", w.language);
            for text in [w.ask, w.ask_reply, w.again] {
                assert!(text.contains(w.yes), "{}: {text}", w.language);
            }
            for text in [w.ask, w.ask_link, w.again] {
                assert!(text.contains("{link}") && text.contains("{business}"), "{}: {text}", w.language);
            }
            for text in [w.joined, w.wording] {
                let words = text.split(['.', ' ', ':', ',', '״', '“', '”']).filter(|t| !t.is_empty());
                let stops = words.filter(|t| refusal::judge(t).kind == Kind::Optout).count();
                assert!(stops > 0, "{} names no word that stops: {text}", w.language);
            }
            let link = "https://sms.shop.example/c/12345678901234";
            for text in [w.ask, w.ask_reply, w.ask_link, w.joined, w.again, w.code] {
                let parts = sms::parts::size(&filled(text, "Noa's shop", link)).parts;
                assert!(parts <= 3, "{}: {parts} parts: {text}", w.language);
            }
        }
    }

    #[test]
    fn only_a_bare_yes_is_one() {
        for yes in ["yes", "Yes!", "כן", "да", "ТАК", "igen", "Sí", "si"] {
            assert!(says_yes(yes), "{yes}");
        }
        for other in ["yes but not today", "no", "stop", "לא", "", "yes stop", "yesterday"] {
            assert!(!says_yes(other), "{other}");
        }
    }

    #[test]
    fn a_business_with_braces_fills_nothing() {
        assert_eq!(filled("{business}: {link}", "{link}", "http://a/"), "{link}: http://a/");
    }
}
