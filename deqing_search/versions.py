"""Every format number in one place. Raise a number in the same commit as the change it stands for.

An index records the numbers it was built with (`store.current`); a different number means: rebuild. Only numbers
stand here, so that opening an index need not import the stages that the numbers belong to.
"""

from typing import Final

INDEX: Final = 2  # an older index cannot be read, or ids of passages are made in another way
EXTRACTION: Final = 17  # a medium gives another text or other edits for the same file
CLEANING: Final = 30  # any fix gives another text
STRUCTURE: Final = 15  # any text is cut into other passages
METADATA: Final = 5  # the same text or path gives other metadata
ANALYSIS: Final = 7  # the same text and dictionaries give another `AnalysedPassage`
SUGGESTIONS: Final = 5  # the file of suggestions is written in another form
RELATED: Final = 1  # the file of related words is written in another form, or its vectors are made in another way
SEGMENT: Final = 11  # the array file or the stored fields of a segment change, or the names its codec is pickled by
PANEL: Final = 2  # the same reports give other rows or columns of a panel
BACKUP: Final = 1  # the folder of a backup is laid out in another way
MAPPED_TABLE: Final = 1  # a mapped table is written in another form
JSONL: Final = 1  # a field of the JSON records changes its meaning or goes
