"""The local platform: real Kafka, real PostgreSQL and our services, without containers."""
