//! What we answer by ourselves: to a refusal, to a return, to a question who we are. No offers, one part where the
//! name allows. Its own words in every language, because the person's language is not the page's.

use crate::refusal::Kind;

struct Answers {
    language: &'static str,
    refused: &'static str,
    refused_all: &'static str,
    returned: &'static str,
    help: &'static str,
}

const ALL: &[Answers] = &[
    Answers {
        language: "en",
        refused: "you are off the list and get no more advertising from us. To come back, reply START.",
        refused_all: "you get no more messages from us.",
        returned: "you are on the list again. To leave it, reply STOP.",
        help: "to get no more advertising from us, reply STOP. Write here and a person answers.",
    },
    Answers {
        language: "he",
        refused: "המספר הוסר ולא יישלחו אליו עוד פרסומות. לחזרה יש להשיב הצטרף.",
        refused_all: "המספר הוסר ולא יישלחו אליו עוד הודעות.",
        returned: "המספר חזר לרשימה. להסרה יש להשיב הסר.",
        help: "להסרה מפרסומות יש להשיב הסר. אפשר לכתוב כאן ונציג ישיב.",
    },
    Answers {
        language: "ru",
        refused: "номер исключён из рассылки, рекламы больше не будет. Вернуться: ответьте СТАРТ.",
        refused_all: "номер исключён, сообщений больше не будет.",
        returned: "номер снова в рассылке. Отказаться: ответьте СТОП.",
        help: "чтобы не получать рекламу, ответьте СТОП. Напишите сюда, и вам ответит человек.",
    },
    Answers {
        language: "uk",
        refused: "номер вилучено з розсилки, реклами більше не буде. Повернутися: відповідь СТАРТ.",
        refused_all: "номер вилучено, повідомлень більше не буде.",
        returned: "номер знову в розсилці. Відмовитися: відповідь СТОП.",
        help: "щоб не отримувати реклами, надішліть СТОП. Напишіть сюди, і вам відповість людина.",
    },
    Answers {
        language: "hu",
        refused: "leiratkozását rögzítettük, több reklámot nem küldünk. Visszatérés: START.",
        refused_all: "kérését rögzítettük, több üzenetet nem küldünk.",
        returned: "újra a listán van. Leiratkozás: STOP.",
        help: "ha nem kér több reklámot, válasza legyen STOP. Írjon ide, és munkatársunk válaszol.",
    },
    Answers {
        language: "es",
        refused: "baja confirmada, no recibirá más publicidad nuestra. Para volver, responda ALTA.",
        refused_all: "baja confirmada, no recibirá más mensajes nuestros.",
        returned: "está de nuevo en la lista. Para salir, responda BAJA.",
        help: "para no recibir publicidad, responda BAJA. Escriba aquí y le contestará una persona.",
    },
    Answers {
        language: "ar",
        refused: "تم إلغاء اشتراك هذا الرقم ولن تصله إعلانات أخرى. للعودة أرسل اشتراك.",
        refused_all: "تم إلغاء هذا الرقم ولن تصله رسائل أخرى.",
        returned: "عاد هذا الرقم إلى القائمة. للإلغاء أرسل إلغاء.",
        help: "لإيقاف الإعلانات أرسل إلغاء. اكتب هنا وسيجيبك أحد موظفينا.",
    },
    Answers {
        language: "fr",
        refused: "désinscription confirmée, vous ne recevrez plus de publicité. Pour revenir : START.",
        refused_all: "désinscription confirmée, vous ne recevrez plus de messages.",
        returned: "vous êtes de nouveau inscrit. Pour quitter la liste : STOP.",
        help: "pour ne plus recevoir de publicité, répondez STOP. Écrivez ici, une personne répondra.",
    },
];

/// The answer to a word, which begins with the workspace's name; `None` where silence is right.
pub(super) fn answer(kind: Kind, all: bool, language: &str, workspace: &str) -> Option<String> {
    let words = ALL.iter().find(|a| a.language == language).or(ALL.first())?;
    let text = match kind {
        Kind::Optout if all => words.refused_all,
        Kind::Optout => words.refused,
        Kind::Optin => words.returned,
        Kind::Help => words.help,
        Kind::Suspect | Kind::Inbox => return None,
    };
    Some(format!("{workspace}: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::judge;

    #[test]
    fn every_answer_is_short_and_names_a_word_that_works() {
        for a in ALL {
            for (text, kind) in [(a.refused, Kind::Optin), (a.returned, Kind::Optout), (a.help, Kind::Optout)]
            {
                let words = text.split(['.', ' ', ':', ',']).filter(|w| !w.is_empty());
                assert!(words.clone().any(|w| judge(w).kind == kind), "{}: {text}", a.language);
            }
            for text in [a.refused, a.refused_all, a.returned, a.help] {
                let parts = sms::parts::size(&format!("Noa's shop: {text}")).parts;
                assert!(parts <= 2, "{}: {parts} parts: {text}", a.language);
            }
        }
    }

    #[test]
    fn an_unknown_language_gets_english_and_an_ordinary_message_nothing() {
        assert!(answer(Kind::Optout, false, "xx", "Shop").unwrap().starts_with("Shop: you are off"));
        assert_eq!(answer(Kind::Inbox, false, "en", "Shop"), None);
        assert_eq!(answer(Kind::Suspect, false, "en", "Shop"), None);
    }
}
