"""Whether a sentence stands in the reports, word for word, and where.

`check` is the conductor. `sentences` cuts a text, `candidates` asks the engine for passages. `places` looks up a
sentence and its clauses in them; `fits` finds the one that differs least, by `alignment`. `claims` says which
differences change a claim, `attribution` reads which report a text names, `records` makes JSON.
"""
