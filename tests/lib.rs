//! Nothing of its own: see `tests/` for the tests.
