"""Figures for researchers and journalists: each module is one instrument, and every figure leads to its passages.

The instruments read an index through the engine protocol (`engine/base.py`) and the conductor of searching. They know
neither the faces nor the kind of engine.
"""
