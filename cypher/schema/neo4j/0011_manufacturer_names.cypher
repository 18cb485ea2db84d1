// The names of the companies behind manufacturer codes. Several codes may have one name.
CREATE CONSTRAINT manufacturer_name_id IF NOT EXISTS FOR (n:ManufacturerName) REQUIRE n.id IS UNIQUE;
