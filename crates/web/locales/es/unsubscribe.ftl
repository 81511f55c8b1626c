# La página tras el enlace de un mensaje.
unsub-title = Parar los mensajes de { $business }
unsub-ask = ¿Parar los mensajes a este número?
unsub-ask-says = Tiene efecto en segundos. Nada cambia hasta que pulse el botón.
unsub-what = Se para toda la publicidad de { $business } a este número.
unsub-button = Parar estos mensajes
unsub-done = Parado
unsub-already = Ya estaba parado
unsub-done-says = { $business } no envía más publicidad a este número. No hace falta nada más.
unsub-unknown = Este enlace ya no funciona
unsub-unknown-says = Puede que esté cortado o sea muy antiguo. Responda BAJA a cualquier mensaje de la empresa; eso funciona siempre.
unsub-foot = Los mensajes sobre sus pedidos siguen llegando. También puede responder BAJA a cualquier mensaje.
unsub-again = La página estuvo abierta mucho tiempo. Aún no ha cambiado nada: pulse el botón otra vez.
