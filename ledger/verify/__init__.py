"""Checking a bundle offline (离线核验): the bytes in it and the keys of the reader, and nothing else in the world.

No database and no web framework is imported from here on.
"""
