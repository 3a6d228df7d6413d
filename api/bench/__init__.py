"""Measuring (性能测量): each piece of work beside the least that the same database could do for it, in the same run.

A module per piece of work; `figures` says what a figure is, `place` where it is measured.
"""
