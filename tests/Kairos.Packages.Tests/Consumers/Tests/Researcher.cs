// snippet: docs/testing.md xunit
