import pytest
from django.utils import timezone
from tests.ui import access, world as w
SPEC = __import__("pathlib").Path("/tmp/spec.txt").read_text()
def test_gen(cast, incident):
    world = w.build(cast, incident, timezone.now())
    out=[]
    for line in SPEC.strip().splitlines():
        if not line.strip() or line.startswith('#'): out.append(line); continue
        n,a,m=line.split()[:3]
        row=access.rows(f"{n} {a} {m} "+" ".join("x"*9))[0]
        try:
            found=access.as_everybody(world,row)
            ans=[access.answer(r) for r in found.values()]
            sh=[(p,x) for p,r in found.items() for x in access.shown(p,r)]
        except Exception as e:
            ans=[repr(e)[:300]]; sh=[]
        out.append(f"{n:38} {a:18} {m:20} "+" ".join(f"{x:5}" for x in ans)+("   !!!"+str(sh) if sh else ""))
    __import__("pathlib").Path("/tmp/table.txt").write_text("\n".join(out))
