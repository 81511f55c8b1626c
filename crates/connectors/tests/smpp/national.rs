//! National tables through the simulator: the phone shows the exact text, in as many parts as were planned.

use crate::{PATIENCE, house, start};
use sms::parts::Ability;
use sms::{Class, Encoding, Status};

const TURKISH: &str = "Sayın müşterimiz, İstanbul şubemizdeki siparişiniz hazırlandı. Ürünlerinizi bugün saat 18:00'e \
                       kadar kargo görevlisinden teslim alabilirsiniz. Teşekkürler, iyi günler!";
const HINDI: &str =
    "प्रिय ग्राहक, आपका ऑर्डर भेज दिया गया है। कृपया आज शाम छह बजे तक घर पर रहें। धन्यवाद, आपका दिन शुभ हो।";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turkish_and_hindi_arrive_letter_by_letter_in_the_parts_that_were_counted() {
    for (text, table) in [(TURKISH, "turkish"), (HINDI, "hindi")] {
        let ability = Ability { shifts: table.parse().unwrap(), latin1: false };
        let (planned, plain) = (ability.size(text), Ability::default().size(text));
        assert_eq!((plain.encoding, planned.encoding), (Encoding::Ucs2, Encoding::Gsm7));
        assert!(planned.parts < plain.parts, "{table} saves nothing: {planned:?}");
        for (ability, size) in [(ability, planned), (Ability::default(), plain)] {
            // The connection need not allow it any more: what was planned is what leaves.
            let mut w = house(1, &[]).await;
            w.ability = ability;
            let w = at_simulator(w).await;
            let supervisor = start(&w);
            let ids = w.put(Class::Transactional, vec![("+99950000100".into(), text.into())]).await;
            let shown = tokio::time::timeout(
                PATIENCE,
                w.smsc.phone("+99950000100").expect(text.split(' ').next().unwrap_or(text)),
            );
            assert_eq!(shown.await.unwrap().unwrap().text, text, "{table}");
            let m = w.until(ids[0], Status::Delivered).await;
            assert_eq!((m.parts, m.spelling.encoding), (size.parts as i64, size.encoding));
            assert_eq!(w.smsc.counts().submitted, size.parts as u64, "{table}");
            supervisor.stop().await;
        }
    }
}

/// Back to the pretend carrier that every house begins with.
async fn at_simulator(w: crate::world::World) -> crate::world::World {
    let (id, port) = (w.connector, w.smsc.addr().port().to_string());
    w.db.write("set", move |tx| {
        let set = [("host", "127.0.0.1"), ("port", port.as_str()), ("system_id", "esme")];
        let settings = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        store::connector::replace(tx, id, &settings, &std::collections::BTreeMap::new())
    })
    .await
    .unwrap();
    w
}
