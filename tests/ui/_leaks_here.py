from collections import defaultdict
from tests.ui.test_no_leaks import *  # noqa
from tests.ui.test_no_leaks import _first_lock_alone
def test_mine(everything, monkeypatch):
    rows=[r for r in OWN_ROWS if r.name in("tickets:service_levels","tickets:list")]
    taps=Taps(monkeypatch); reached=defaultdict(list)
    for row in rows:
        taps.asked.clear(); assert access.wrong(everything,row)==[]
        for s in taps.asked: reached[s].append(row)
    mine=[s for s in sites() if "reports.py" in s[0] or "exports" in s[0]]
    print(mine, {s:len(reached[s]) for s in mine})
    for s in mine:
        taps.open=s
        bad=[x for row in reached[s] for x in access.wrong(everything,row)]
        print(s,bad[:3]); assert bad
def test_rows(everything):
    from tickets.models import ServiceClock
    print(list(ServiceClock.objects.values_list("record__title","target","state","started_at","ended_at")))
    from servicedesk.records.models import Event
    print(list(Event.objects.filter(record=everything.strange.pk).values_list("verb","at","internal") if hasattr(Event,"verb") else Event.objects.filter(record=everything.strange.pk).values()))
    print(everything.strange.status)
