"""``make bench``: the product against bare loops in the same run; ratios, never absolute times.

Each part is a module with ``measure``, which says what is compared; ``pairs.py`` says how rounds are compared, and
``show.py`` what the results are held to.
"""
