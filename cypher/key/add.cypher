// Stores an access key. The secret is not stored, only its hash. The caller never uses a prefix twice.
CREATE (:AccessKey {prefix: $prefix, hash: $hash, name: $name, organisation: $organisation, roles: $roles,
                    manufacturers: $manufacturers, created: $created, expires: $expires, revoked: $revoked})
