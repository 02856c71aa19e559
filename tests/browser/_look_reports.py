import random
from datetime import datetime, timedelta
import pytest
from django.utils import timezone
from accounts.models import Organization, Person
from tests.browser.looking import problems
from tests.tickets.test_compliance import ended
from tests.tickets.test_lists import many
from tickets.models import Incident, ServiceClock
pytestmark = pytest.mark.browser
WITHIN={"respond":4,"update":9,"restore":40}
def shots(page, name, kind=((1440,1000),(375,812))):
    for w,h in kind:
        page.set_viewport_size({"width":w,"height":h})
        for scheme in ("light","dark"):
            page.emulate_media(color_scheme=scheme); page.wait_for_timeout(250)
            page.screenshot(path=f"/tmp/h5shots/{name}-{w}-{scheme}.png", full_page=True)
def test_look(committed, cast, incident, ended, visit, pineridge):
    first=incident(at=timezone.now()); pine=incident(at=timezone.now(), by=cast["stan"], organization_id=pineridge.pk)
    other=Organization.objects.create(kind="ldc",name="Niagara-on-the-Escarpment Hydro Distribution Corporation",slug="niagara")
    tickets=[first,pine,*many(first,40),*many(pine,20,organization=pineridge),*many(first,20,organization=other)]
    dice=random.Random(5); now=timezone.now(); rows=[]
    for i in range(1300):
        target=dice.choice(["respond","restore","update","update"]); sev=dice.choice([1,2,3,3,3,4,4])
        outcome=dice.choices(["met","missed","excused","withdrawn"],[88,6,4,5])[0]
        at=now-timedelta(days=dice.random()**1.1*80)
        rows.append(ended(dice.choice(tickets),target,outcome,at=at,severity=sev,hours=dice.lognormvariate(0,1)*WITHIN[target]/4/sev**-.4,save=False))
    ServiceClock.objects.bulk_create(rows)
    v=visit(cast["ann"]); page=v.go("/reports/service-levels/")
    found=problems(page); shots(page,"ann")
    page.set_viewport_size({"width":1440,"height":1000}); page.emulate_media(color_scheme="light")
    page.locator("details.definitions summary").click(); page.screenshot(path="/tmp/h5shots/definitions.png")
    page.set_viewport_size({"width":375,"height":1000}); page.screenshot(path="/tmp/h5shots/definitions-375.png")
    page.set_viewport_size({"width":1440,"height":1000})
    found+=problems(page)
    page=v.go("/reports/service-levels/"); page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width":702,"height":910}); page.emulate_media(media="print"); page.screenshot(path="/tmp/h5shots/print.png"); page.evaluate("scrollTo(0,750)"); page.screenshot(path="/tmp/h5shots/print2.png"); page.evaluate("scrollTo(0,0)"); page.emulate_media(media="screen")
    page.set_viewport_size({"width":375,"height":1500}); page.screenshot(path="/tmp/h5shots/phone.png")
    page.evaluate("scrollTo(0,1150)"); page.screenshot(path="/tmp/h5shots/phone2.png")
    page.set_viewport_size({"width":1280,"height":900}); page.screenshot(path="/tmp/h5shots/w1280.png")
    page.emulate_media(forced_colors="active",color_scheme="dark"); page.screenshot(path="/tmp/h5shots/forced.png"); page.emulate_media(forced_colors="none",color_scheme="light")
    page.locator("a.figure").nth(1).click(); page.wait_for_url("**/tickets/**"); found+=problems(page); shots(page,"list")
    page=v.go("/reports/service-levels/?from=2021-01&to=2021-03"); found+=problems(page); shots(page,"empty",((1440,900),(375,812)))
    page=v.go("/reports/service-levels/?severity=1&target=restore"); shots(page,"one",((1440,900),))
    v2=visit(cast["olga"]); page=v2.go("/reports/service-levels/"); found+=problems(page); shots(page,"olga",((1440,900),(375,812),(1000,800)))
    print(found, len(page.content()))
    v3=visit(cast["rita"]); v3.expect("403"); page=v3.go("/reports/service-levels/"); shots(page,"rita",((1440,700),))
    assert found==[]
