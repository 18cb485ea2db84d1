"""Column names of the export of the Firmware Information Repository (FIR), and of files with declared bases."""

PATH, EFFECTIVE_FROM, EFFECTIVE_TO = "Firmware_Upgrade_Path", "Effective_From", "Effective_To"
HELD, PENDING, LAST_CHANGED, NOTICE = "Held_Bases", "Pending_Bases", "Last_Changed", "Notice"
MANUFACTURER_NAME = "Manufacturer_Name"
NUMBER, VERSION = "Entry.number", "Version"

ATTRIBUTE_COLUMNS = {
    "Entry.status": "status",
    "Device_Type.name": "device_type",
    "Device_Model.manufacturer_identifier": "manufacturer",
    "Device_Model.model_identifier": "model",
    "Device_Model.hardware_version.version": "hardware_version",
    "Device_Model.hardware_version.revision": "hardware_revision",
    "Device_Model.firmware_version": "firmware_version",
    "SMETS_CHTS Version.Version_number_and_effective_date": "smets_chts_version",
    "GBCS Version.version_number": "gbcs_version",
    "CPA_Certificate.identification_number": "cpa_number",
    "CPA_Certificate.security_characteristics_version": "cpa_characteristics",
    "CPA_Certificate.expiry_date": "cpa_date",
    "DLMS_Certificate.identification_number": "dlms_number",
    "DLMS_Certificate.DLMS_version": "dlms_version",
    "ZSE_Certificate.identification_number": "zse_number",
    "ZSE_Certificate.ZSE_version": "zse_version",
    "Manufacturer_Image.creator": "image_creator",
    "Manufacturer_Image.hash": "image_hash",
    "Manufacturer_Image.descriptor": "image_descriptor",
}
"""The columns after the entry number, with the attribute of each."""


PATH_COLUMNS = (PATH, EFFECTIVE_FROM, EFFECTIVE_TO, HELD, PENDING)
"""The columns from which the loader reads a file with declared bases."""


COLUMNS = (VERSION, NUMBER, *ATTRIBUTE_COLUMNS, *PATH_COLUMNS, MANUFACTURER_NAME, LAST_CHANGED, NOTICE)
