"""``buendnisbus publish``: the partners' command, over HTTP or Kafka."""
