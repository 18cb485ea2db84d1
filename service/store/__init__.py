"""One typed function a question to the graph: the only place where queries are used."""
