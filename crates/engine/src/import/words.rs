//! What headers are called in six languages. Words are hints; what stands in the column decides.

/// What a header says of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Phone,
    FirstName,
    LastName,
    FullName,
    Email,
    Birthday,
    City,
    Consent,
    ConsentDate,
    Note,
    /// A column of a problem file of ours.
    Ours,
}

/// Whole headers and single words, lower case, without apostrophes and dots. Earlier lines win.
const WORDS: [(Says, &[&str]); 11] = [
    (Says::Ours, &["row", "problem", "suggestion"]),
    (
        Says::ConsentDate,
        &[
            "consent date",
            "date of consent",
            "opt in date",
            "optin date",
            "תאריך אישור",
            "תאריך הסכמה",
            "дата согласия",
            "дата згоди",
            "hozzájárulás dátuma",
            "hozzájárulás ideje",
            "fecha de consentimiento",
            "fecha de aceptación",
        ],
    ),
    (
        Says::Birthday,
        &[
            "birthday",
            "birthdate",
            "birth date",
            "date of birth",
            "dob",
            "יום הולדת",
            "תאריך לידה",
            "дата рождения",
            "день рождения",
            "дата народження",
            "день народження",
            "születési dátum",
            "születésnap",
            "születési idő",
            "fecha de nacimiento",
            "nacimiento",
            "cumpleaños",
        ],
    ),
    (
        Says::Email,
        &[
            "email",
            "e mail",
            "mail",
            "email address",
            "דואל",
            "אימייל",
            "מייל",
            "דואר אלקטרוני",
            "почта",
            "эл почта",
            "электронная почта",
            "емейл",
            "пошта",
            "ел пошта",
            "електронна пошта",
            "email cím",
            "e mail cím",
            "correo",
            "correo electrónico",
        ],
    ),
    (
        Says::FirstName,
        &[
            "first name",
            "firstname",
            "first",
            "given name",
            "fname",
            "forename",
            "שם פרטי",
            "имя",
            "імя",
            "keresztnév",
            "utónév",
            "nombre",
            "nombres",
        ],
    ),
    (
        Says::LastName,
        &[
            "last name",
            "lastname",
            "last",
            "surname",
            "family name",
            "family",
            "lname",
            "שם משפחה",
            "משפחה",
            "фамилия",
            "прізвище",
            "vezetéknév",
            "családnév",
            "apellido",
            "apellidos",
        ],
    ),
    (
        Says::FullName,
        &[
            "full name",
            "fullname",
            "name",
            "contact",
            "client",
            "customer",
            "שם מלא",
            "שם",
            "לקוח",
            "שם הלקוח",
            "фио",
            "имя и фамилия",
            "фамилия имя",
            "клиент",
            "піб",
            "клієнт",
            "teljes név",
            "név",
            "ügyfél",
            "vevő",
            "nombre completo",
            "nombre y apellido",
            "nombre y apellidos",
            "cliente",
        ],
    ),
    (
        Says::Consent,
        &[
            "consent",
            "permission",
            "opt in",
            "optin",
            "agrees",
            "subscribed",
            "marketing",
            "sms consent",
            "אישור דיוור",
            "הסכמה",
            "דיוור",
            "אישור",
            "מאשר דיוור",
            "согласие",
            "согласие на рассылку",
            "рассылка",
            "згода",
            "згода на розсилку",
            "розсилка",
            "hozzájárulás",
            "acepta sms",
            "acepta",
            "consentimiento",
            "autoriza",
        ],
    ),
    (
        Says::City,
        &[
            "city",
            "town",
            "place",
            "עיר",
            "ישוב",
            "יישוב",
            "город",
            "населённый пункт",
            "місто",
            "város",
            "település",
            "ciudad",
            "localidad",
            "población",
        ],
    ),
    (
        Says::Note,
        &[
            "note",
            "notes",
            "comment",
            "comments",
            "remark",
            "remarks",
            "הערות",
            "הערה",
            "комментарий",
            "примечание",
            "заметки",
            "примітка",
            "примітки",
            "коментар",
            "megjegyzés",
            "observaciones",
            "nota",
            "notas",
            "comentario",
            "comentarios",
        ],
    ),
    (
        Says::Phone,
        &[
            "phone",
            "phone number",
            "telephone",
            "tel",
            "mobile",
            "mobile number",
            "mobile phone",
            "cell",
            "cellphone",
            "cell phone",
            "cellular",
            "gsm",
            "msisdn",
            "number",
            "sms",
            "whatsapp",
            "טלפון",
            "טלפון נייד",
            "נייד",
            "סלולרי",
            "פלאפון",
            "מספר",
            "телефон",
            "тел",
            "мобильный",
            "моб",
            "сотовый",
            "номер",
            "мобільний",
            "telefon",
            "telefonszám",
            "mobil",
            "mobilszám",
            "mobiltelefon",
            "teléfono",
            "telefono",
            "celular",
            "móvil",
            "movil",
            "número",
            "numero",
        ],
    ),
];

fn plain(header: &str) -> String {
    let kept: String = header
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '`' | '"' | '״' | '׳' | '.'))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a header says, if it says anything known: the whole of it, else one of its words.
pub(super) fn says(header: &str) -> Option<Says> {
    let plain = plain(header);
    if plain.is_empty() || plain.len() > 80 {
        return None;
    }
    let whole = WORDS.iter().find(|(_, words)| words.contains(&plain.as_str()));
    let single = || {
        WORDS.iter().find(|(says, words)| {
            // `row` and `first` are words of any sentence; alone they are headers.
            *says != Says::Ours
                && plain.split(' ').any(|word| word.chars().count() > 3 && words.contains(&word))
        })
    };
    whole.or_else(single).map(|(says, _)| *says)
}

/// A header as the name of a field: lower case, words joined by `_`.
pub(super) fn field_name(header: &str) -> String {
    plain(header).chars().take(40).map(|c| if c == ' ' { '_' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_six_languages() {
        for (header, meaning) in [
            ("טלפון", Says::Phone),
            ("Telefonszám", Says::Phone),
            ("Номер телефона:", Says::Phone),
            ("Celular", Says::Phone),
            ("Ім'я", Says::FirstName),
            ("שם פרטי", Says::FirstName),
            ("Прізвище", Says::LastName),
            ("Vezetéknév", Says::LastName),
            ("first_name", Says::FirstName),
            ("Name", Says::FullName),
            ("ФИО", Says::FullName),
            ("דוא\"ל", Says::Email),
            ("E-mail", Says::Email),
            ("Fecha de nacimiento", Says::Birthday),
            ("תאריך אישור", Says::ConsentDate),
            ("אישור דיוור", Says::Consent),
            ("Acepta SMS", Says::Consent),
            ("Согласие на рассылку", Says::Consent),
            ("Місто", Says::City),
            ("Observaciones", Says::Note),
            ("problem", Says::Ours),
        ] {
            assert_eq!(says(header), Some(meaning), "{header}");
        }
        for header in ["", "Скидка", "col17", "0501234567", "my row of things"] {
            assert_eq!(says(header), None, "{header}");
        }
    }

    #[test]
    fn a_header_becomes_a_field_name() {
        assert_eq!(field_name("Last  Visit (2024)"), "last_visit_2024");
        assert_eq!(field_name("Скидка"), "скидка");
    }
}
