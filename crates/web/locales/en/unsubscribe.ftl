# The public page behind the link in a message.
unsub-title = Stop messages from { $business }
unsub-ask = Stop messages to this number?
unsub-ask-says = It takes effect within seconds. Nothing changes until you press the button.
unsub-again = This page was open for a long time. Nothing has changed yet: please press the button once more.
unsub-what = All advertising from { $business } to this number stops.
unsub-button = Stop these messages
unsub-done = Stopped
unsub-already = Already stopped
unsub-done-says = { $business } sends no more advertising to this number. Nothing else is needed.
unsub-unknown = This link no longer works
unsub-unknown-says = It may be cut off or very old. Reply STOP to any message from the business instead; that always works.
unsub-foot = Messages about an order you made still arrive. You can also reply STOP to any message.
