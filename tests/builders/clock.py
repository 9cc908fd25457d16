from datetime import UTC, datetime

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # a Friday morning: "now" where a test may choose
LONG_AGO = datetime(2025, 1, 7, 8, 0, tzinfo=UTC)  # before any clock that a test reads
