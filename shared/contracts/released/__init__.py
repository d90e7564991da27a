"""Every revision of every message type that was ever released, with a golden sample of each.

Written by ``python -m shared.contracts release``, never by hand, and never removed: messages of any of them may
still lie on Kafka or be sent by a partner.
"""
