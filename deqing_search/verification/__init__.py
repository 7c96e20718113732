"""Checks a text against the reports: its quotations, and the figures that it states in its own words.

`check` is the conductor: `quotes` gives a finding for each sentence, then the figures that the text states are compared
with those that `research` reads from the reports. `stated` reads the figures of a text, `places` the places that it
names, `comparison` compares.
"""
