"""Whether the reports contain a sentence, word for word, and where.

`check` is the conductor. `sentences` cuts a text, `candidates` asks the engine for passages. `places` looks up a
sentence and its clauses in them; `fits` finds the passage that differs least, by `alignment`. `claims` decides which
differences change a claim, `attribution` reads which report a text names, `records` makes JSON.

`reuse` is the conductor of the other question: who else has the clauses of a report. `shared_clauses` cuts a text,
`edited_clauses` finds a clause that was changed a little, `inheritance` counts over all reports.
"""
