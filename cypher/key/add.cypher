// A key that was made. Its secret is not here, only what proves it; a prefix is never given twice.
CREATE (:AccessKey {prefix: $prefix, hash: $hash, name: $name, organisation: $organisation, roles: $roles,
                    manufacturers: $manufacturers, created: $created, expires: $expires, revoked: $revoked})
