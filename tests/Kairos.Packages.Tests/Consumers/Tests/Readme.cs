// snippet: src/Kairos.Testing/README.md test
