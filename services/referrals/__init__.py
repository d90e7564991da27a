"""Referrals: where, and with whom, can I help? Requests are passed on to a network that answers."""
