"""Whether a sentence stands in the reports, word for word, and where.

`check` is the conductor. `sentences` cuts a text, `candidates` asks the engine for passages, `alignment` compares,
`claims` says which differences change a figure, `attribution` reads which report a text names, `records` makes JSON.
"""
