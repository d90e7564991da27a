"""With what a command ends: what is not named here is 0, all done."""

REFUSED, USAGE, UNREACHABLE, INTERRUPTED = 1, 2, 3, 130
