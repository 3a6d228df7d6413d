"""The SQL of the revisions; a package so that the files are installed."""
