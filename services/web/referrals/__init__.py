"""Pages of requests for help: asking, how one stands, the answer of a network, the office's board."""
