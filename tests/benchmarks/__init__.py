"""``make bench``: the product against bare loops in the same run; ratios, never absolute times."""
