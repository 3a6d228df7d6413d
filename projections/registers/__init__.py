"""Registers (名册): documents, certificates, trainings, posts, obligations, bodies, drawn files, triages."""
