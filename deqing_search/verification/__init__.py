"""Checks a text against the reports: its quotations, and the figures that it states in its own words.

`check` is the conductor: `quotes` gives a finding for each sentence, and `neighbours` and `frames` compare the place
and the year that the text names with those of its sources. Then the figures that the text states are compared with
those that `research` reads from the reports: `stated` reads the figures of a text, `comparison` compares. `article` has
the sentences and quotations of a text, `places` the places that it names.
"""
