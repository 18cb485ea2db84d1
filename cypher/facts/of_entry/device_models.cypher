// The device models that an entry ever had.
MATCH (e:Entry {number: $entry})<-[:OF_ENTRY]-(q:Revision)
RETURN collect(DISTINCT q.device_model) AS device_models
