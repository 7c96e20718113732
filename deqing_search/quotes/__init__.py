"""Whether the reports contain a sentence, word for word, and where.

`check` is the conductor: it checks sentences, quotations and the words around them. `sentences` cuts a text, `leads`
knows the words that introduce a quotation, `attribution` reads which report a text names. `verdicts` decides on one
stretch: `candidates` asks the engine for passages, `places` looks up a sentence and its clauses in them, `fits` finds
the passage that differs least, by `alignment`, and `claims` decides which differences change a claim. `prose` finds the
words of reports among those of a writer. `records` makes JSON.

`reuse` is the conductor of the other question: who else has the clauses of a report. `shared_clauses` cuts a text,
`edited_clauses` finds a clause that was changed a little, `inheritance` counts over all reports.
"""
