// The device models that an entry was ever of.
MATCH (e:Entry {number: $entry})<-[:OF_ENTRY]-(q:Revision)
RETURN collect(DISTINCT q.device_model) AS device_models
