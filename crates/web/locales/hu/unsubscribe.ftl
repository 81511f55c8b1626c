# Az üzenetben lévő hivatkozás oldala.
unsub-title = Üzenetek leállítása: { $business }
unsub-ask = Leállítja az üzeneteket erre a számra?
unsub-ask-says = Másodperceken belül érvényes. Amíg nem nyomja meg a gombot, semmi sem változik.
unsub-what = { $business } minden reklámja megszűnik erre a számra.
unsub-button = Üzenetek leállítása
unsub-done = Leállítva
unsub-already = Már le van állítva
unsub-done-says = { $business } nem küld több reklámot erre a számra. Nincs más teendője.
unsub-unknown = Ez a hivatkozás már nem működik
unsub-unknown-says = Lehet, hogy csonka vagy nagyon régi. Válaszoljon STOP szóval a cég bármelyik üzenetére; az mindig működik.
unsub-foot = A rendeléseiről szóló üzenetek továbbra is megérkeznek. Bármelyik üzenetre válaszolhat STOP szóval is.
unsub-again = Az oldal sokáig volt nyitva. Még semmi sem változott: kérjük, nyomja meg újra a gombot.
