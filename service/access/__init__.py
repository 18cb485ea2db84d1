"""Who a caller is, by what it shows: a key of the graph, or a token of an identity provider."""
