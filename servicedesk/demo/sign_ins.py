"""Fictional people (cast.py) whom the demo's sign-in page offers to be. Settings read this: no models here."""

PASSWORD = "kilowatt-hours-at-noon"
SIGN_INS = [
    ("Dana Whitfield – billing analyst, Lakeshore Hydro", "dana.whitfield@lakeshorehydro.example"),
    ("Marcus Oyelaran – its organization administrator", "marcus.oyelaran@lakeshorehydro.example"),
    ("Stephen Nootchtai – analyst, Pine Ridge Power", "stephen.nootchtai@pineridgepower.example"),
    ("Marie-Ève Charbonneau – en français, Rideau Valley", "marie-eve.charbonneau@rideauvalley.example"),
    ("Yusuf Hadley – MeterBridge, acts for two LDCs", "yusuf.hadley@meterbridge.example"),
    ("Alison Brightwater – Service Desk agent", "alison.brightwater@sme.example"),
    ("Robert Okafor-Lane – critical incident manager", "robert.okafor-lane@sme.example"),
    ("Priya Ostrander-Wells – service level manager", "priya.ostrander-wells@sme.example"),
    ("Nadia Featherstone-Cruz – configuration approver", "nadia.featherstone-cruz@sme.example"),
    ("Victor Zhao-Pritchard – change manager, sees all", "victor.zhao-pritchard@sme.example"),
    ("Ingrid Sorensen-Bell – administrator", "ingrid.sorensen-bell@sme.example"),
]
