"""The public contract: what travels on Kafka, one module per owner.

A message type is ``owner.aggregate.verb.vN``. Within a version only optional fields are added; a breaking
change is a new type beside the old one. Every released revision is kept in ``released/`` and tested.
"""
