# Settings and API keys.
theme-system = As the system
theme-light = Light
theme-dark = Dark
settings-workspace = Workspace
settings-language-help = For answers Sendword gives by itself, and for whoever chose no language.
settings-own = Language and look, for you
settings-theme = Look
settings-is-test = Test mode
settings-is-live = Live
settings-live-says = From then on messages leave to real phones by your connections. Contacts, texts and settings stay.
settings-live-on = Messages leave by your connections.
settings-missing = { $n ->
    [one] 1 step is missing
   *[other] { $n } steps are missing
}
settings-step-connection = A connection to a carrier is up
settings-step-sender = There is a sender or a number
keys-under = Programs send and read with a key. Each secret is shown once.
keys-name = Name
keys-name-help = Which program it is for.
keys-test = Test key: everything it sends is simulated
keys-new = New key
keys-make = Make key
keys-fresh = Copy the secret now
keys-fresh-says = It is not stored in readable form and cannot be shown again.
keys-example = Example request
keys-secret = Secret
keys-kind = Kind
keys-made = Made
keys-used = Last used
keys-never = never
keys-revoke = Revoke
keys-empty = No keys yet
keys-empty-says = A key lets a program of yours send messages and read answers.
