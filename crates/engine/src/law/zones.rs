//! Where the clocks of a country stand: all of its zones, for nobody knows from a number which of them a person is in.

/// The zones of a country; none where we do not know, and then nothing is open there.
pub(super) fn of(country: &str) -> &'static [&'static str] {
    ZONES.iter().find(|(iso, _)| *iso == country).map_or(&[], |(_, zones)| zones)
}

/// Ends and steps of each country's clocks: zones between two that are named open and close between them.
const ZONES: &[(&str, &[&str])] = &[
    ("AE", &["Asia/Dubai"]),
    ("AM", &["Asia/Yerevan"]),
    ("AR", &["America/Argentina/Buenos_Aires"]),
    ("AT", &["Europe/Vienna"]),
    ("AU", &["Australia/Perth", "Australia/Darwin", "Australia/Brisbane", "Australia/Sydney"]),
    ("AZ", &["Asia/Baku"]),
    ("BE", &["Europe/Brussels"]),
    ("BG", &["Europe/Sofia"]),
    ("BR", &["America/Rio_Branco", "America/Manaus", "America/Sao_Paulo", "America/Noronha"]),
    ("BY", &["Europe/Minsk"]),
    ("CA", &["America/Vancouver", "America/Regina", "America/Toronto", "America/St_Johns"]),
    ("CH", &["Europe/Zurich"]),
    ("CL", &["America/Santiago", "America/Punta_Arenas", "Pacific/Easter"]),
    ("CN", &["Asia/Shanghai"]),
    ("CO", &["America/Bogota"]),
    ("CY", &["Asia/Nicosia"]),
    ("CZ", &["Europe/Prague"]),
    ("DE", &["Europe/Berlin"]),
    ("DK", &["Europe/Copenhagen"]),
    ("EE", &["Europe/Tallinn"]),
    ("EG", &["Africa/Cairo"]),
    ("ES", &["Europe/Madrid", "Atlantic/Canary"]),
    ("FI", &["Europe/Helsinki"]),
    ("FR", &["Europe/Paris"]),
    ("GB", &["Europe/London"]),
    ("GE", &["Asia/Tbilisi"]),
    ("GR", &["Europe/Athens"]),
    ("HK", &["Asia/Hong_Kong"]),
    ("HR", &["Europe/Zagreb"]),
    ("HU", &["Europe/Budapest"]),
    ("IE", &["Europe/Dublin"]),
    ("IL", &["Asia/Jerusalem"]),
    ("IN", &["Asia/Kolkata"]),
    ("IT", &["Europe/Rome"]),
    ("JO", &["Asia/Amman"]),
    ("JP", &["Asia/Tokyo"]),
    ("KE", &["Africa/Nairobi"]),
    ("KR", &["Asia/Seoul"]),
    ("KZ", &["Asia/Almaty"]),
    ("LT", &["Europe/Vilnius"]),
    ("LU", &["Europe/Luxembourg"]),
    ("LV", &["Europe/Riga"]),
    ("MD", &["Europe/Chisinau"]),
    ("MT", &["Europe/Malta"]),
    ("MX", &["America/Tijuana", "America/Hermosillo", "America/Mexico_City", "America/Cancun"]),
    ("NG", &["Africa/Lagos"]),
    ("NL", &["Europe/Amsterdam"]),
    ("NO", &["Europe/Oslo"]),
    ("NZ", &["Pacific/Auckland"]),
    ("PE", &["America/Lima"]),
    ("PH", &["Asia/Manila"]),
    ("PL", &["Europe/Warsaw"]),
    ("PT", &["Europe/Lisbon", "Atlantic/Azores"]),
    ("PY", &["America/Asuncion"]),
    ("RO", &["Europe/Bucharest"]),
    ("RS", &["Europe/Belgrade"]),
    (
        "RU",
        &[
            "Europe/Kaliningrad",
            "Europe/Moscow",
            "Europe/Samara",
            "Asia/Yekaterinburg",
            "Asia/Omsk",
            "Asia/Krasnoyarsk",
            "Asia/Irkutsk",
            "Asia/Yakutsk",
            "Asia/Vladivostok",
            "Asia/Magadan",
            "Asia/Kamchatka",
        ],
    ),
    ("SA", &["Asia/Riyadh"]),
    ("SE", &["Europe/Stockholm"]),
    ("SG", &["Asia/Singapore"]),
    ("SI", &["Europe/Ljubljana"]),
    ("SK", &["Europe/Bratislava"]),
    ("TH", &["Asia/Bangkok"]),
    ("TR", &["Europe/Istanbul"]),
    ("UA", &["Europe/Kyiv"]),
    (
        "US",
        &[
            "Pacific/Honolulu",
            "America/Anchorage",
            "America/Los_Angeles",
            "America/Phoenix",
            "America/Denver",
            "America/Chicago",
            "America/New_York",
        ],
    ),
    ("UY", &["America/Montevideo"]),
    ("UZ", &["Asia/Tashkent"]),
    ("ZA", &["Africa/Johannesburg"]),
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_zone_is_known_to_the_clock() {
        for (country, zones) in super::ZONES {
            for zone in *zones {
                assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{country}: {zone}");
            }
        }
        assert!(super::ZONES.windows(2).all(|w| w[0].0 < w[1].0), "countries stand in order, once each");
        assert!(super::of("XX").is_empty());
    }
}
