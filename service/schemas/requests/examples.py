"""Provides an example request body for each operation. Entries and devices are those of the fictional list in
`examples/`.
"""

from typing import Any

_EDIT = {"entry": "000014", "bases": ["000010"], "accept": [], "effective_from": "2026-07-01"}
_DECISION = {"by": "Ada Example", "reason": "The Release Notes name this base."}
_DEVICE = {"manufacturer": "FE01", "device_model": "10020100", "firmware_version": "02010000"}
_AMENDMENT = _DECISION | {"evidence": {"reference": "Release Notes 1001-v5", "date": "2026-05-20"}, "edits": [_EDIT]}

JSON_EXAMPLES: dict[str, Any] = {
    "answer_batch": {"pairs": [["000001", "000034"], ["000006", "000058"]], "receipts": False},
    "check_plan": {"steps": ["000001", "000002", "000005"]},
    "resolve_device": {"device": _DEVICE, "to": "000052"},
    "preview_impact": {"edits": [_EDIT]},
    "make_amendment": _AMENDMENT,
    "name_manufacturers": _DECISION | {"names": [{"code": "FE01", "name": "Northwind Metering"}]},
    "revert_amendment": _DECISION,
    "propose": _AMENDMENT,
    "accept_proposal": _DECISION,
    "reject_proposal": _DECISION,
    "get_device_exposure": {"stack_vendor": "Larkspur Radio", "devices": [{"entry": "000001", "count": 1200}]},
    "put_statement": {
        "chipset": {"vendor": "Larkspur Radio", "part": "LR2400"},
        "stack": {"vendor": "Larkspur Radio", "version": "5.8.0"},
        "reason": "The manufacturer confirmed it.",
        "evidence": "Letter 7",
    },
    "verify_receipt": {
        "format": 3,
        "rules": 1,
        "question": {"from": "000001", "to": "000002", "through_removed": False, "alternatives": 0},
        "at": "2026-06-01T12:00:00Z",
        "known_at": "2026-06-01T12:00:00Z",
        "list_version": "1.002",
        "outcome": "route",
        "steps": [{"base": "000001", "target": "000002", "image_hash": "8A2BFC235A686CFC"}],
        "alternatives": [],
        "reasons": [],
        "holds_until": None,
        "head": "0" * 64,
        "key": "0" * 16,
        "signature": "A" * 86 + "==",
    },
}
"""Maps the id of each operation with a JSON body to an example of that body."""

CSV_EXAMPLES = {
    "load_list": "Version,Entry.number,Entry.status,Device_Type.name,Device_Model.manufacturer_identifier,"
    "Device_Model.model_identifier,Device_Model.hardware_version.version,Device_Model.hardware_version.revision,"
    "Device_Model.model_identifier_concatenated_with_hardware_version,Device_Model.firmware_version,"
    "SMETS_CHTS Version.Version_number_and_effective_date,GBCS Version.version_number,Manufacturer_Image.hash\n"
    "Version 1.003 Issued on 02-04-2026,000001,Current,Single Element Electricity Metering Equipment,FE01,1001,01,00,"
    "10010100,0B010000,SMETS V2.0,GBCS Version 1.1,A810B46C539ACBDEA8B786B37DDB6E67C549E28A87B108CF82F8170DBCADFC08\n",
    "load_bases": "Entry.number,Firmware_Upgrade_Path,Effective_From,Accept,Evidence\n"
    "000001,N/A,,,Release Notes 1001-v1\n000002,000001,,,Release Notes 1001-v2\n",
    "load_zigbee": "Entry.number,ZigBee.band,ZigBee.chipset_vendor,ZigBee.chipset_part,ZigBee.stack_vendor,"
    "ZigBee.stack_version,Effective_From\n000001,,Larkspur Radio,LR2400,Larkspur Radio,5.8.0,\n",
    "load_stack_order": "ZigBee.stack_vendor,ZigBee.stack_version,Order\n"
    "Larkspur Radio,5.8.0,10\nLarkspur Radio,5.8.2,20\n",
}
"""Maps the id of each operation that receives a file to an example of that file, as CSV."""
