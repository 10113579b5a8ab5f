// snippet: docs/testing.md testkit
