"""Decisions about requests: pure, without a clock."""
