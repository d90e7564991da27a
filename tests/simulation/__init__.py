"""``make simulate``: a year of requests for help, decided on as the service does, without Kafka or PostgreSQL."""
