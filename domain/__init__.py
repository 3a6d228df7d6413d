"""Facts and rules: no clock, no chance, no database, no network, no framework."""
