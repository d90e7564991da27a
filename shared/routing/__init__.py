"""Which network is asked: one pure decision over what networks say of themselves, and why it is so."""
