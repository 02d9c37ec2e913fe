"""Examples of what is sent to the JSON door: one coherent parcel. A test decodes each of them."""

import json
from pathlib import Path
from typing import Any, Final

DOSSIER: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "examples" / "dossier.json").read_text("utf-8"))
ORDER: Final = DOSSIER["order"]
PAYMENT: Final = DOSSIER["payment"]
WAYBILL: Final = DOSSIER["waybill"]
BATCH: Final = {"declarations": [DOSSIER, {"declaration": DOSSIER["declaration"]}]}
CANCEL: Final = {"reason": "买家取消订单"}
DECISION: Final = {"action": "release", "reason": "单证核对一致"}
