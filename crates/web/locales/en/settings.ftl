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

ring = Keys of this installation
ring-says = Refusals are kept by digests that only these keys can make. They lie outside the database and outside every backup: without them nobody who refused is recognised.
ring-keys = Keys for numbers
ring-count = { $n ->
    [one] { $n } key
   *[other] { $n } keys; the newest counts, the others are kept
}
ring-renewed = Newest key added
ring-exported = Last exported
ring-is-exported = A sealed copy was made
ring-not-exported = No sealed copy of the newest key
ring-left = Under a former key
ring-left-says = { $n ->
    [0] Nothing
    [one] { $n } refusal, of a number that nobody knows any more; it is obeyed
   *[other] { $n } refusals, of numbers that nobody knows any more; they are obeyed
}
ring-export-says = Make a sealed copy at the server, and keep it apart from the backups:
ring-rotate-says = Add a new key when somebody may have seen the old one. The server is stopped meanwhile; refusals keep their force:
