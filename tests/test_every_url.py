"""Who gets what at every address. A new address fails here until its rows are written.

Answers: 200 the page, 204 done, 303 and 302 done and led on, 403 a colleague (or a member of the
desk) without the right, 404 out of scope, which is the same as missing, 410 over, 422 not like
this; ``login``: led to the sign-in page. The words that nobody may read are in tests/ui/world.py.
"""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.ui import access, standing
from tests.ui.access import Row
from tests.ui.world import ADDRESSES, World

pytestmark = pytest.mark.django_db
everything = standing.everything

# fmt: off
TABLE = """
# rita ned olga stan vera ann chang ada out
# The portal's own pages
200  200  200  200  200  302  302  302  login get  home
200  200  200  200  200  200  200  200  200   get  contact
200  200  200  200  200  200  200  200  200   get  accessibility
200  200  200  200  200  200  200  200  200   get  privacy
403  403  403  403  403  200  200  200  login get  components
200  200  200  200  200  200  200  200  200   get  healthz_live
200  200  200  200  200  200  200  200  200   get  healthz_ready
# Drafts, files and notices
200  200  200  200  200  200  200  200  login get  drafts
204  204  204  204  204  204  204  204  login post draft_save new_draft
204  422  422  422  422  422  422  422  login post draft_save draft
302  404  404  404  404  404  404  404  login post draft_discard draft
404  404  404  302  404  404  404  404  login post draft_discard strange_draft
201  201  201  201  201  201  201  201  login post file_upload
201  422  422  422  422  422  422  422  login post file_upload ?draft={draft}
200  200  200  404  200  200  200  200  login get  file_download file
200  404  200  404  404  200  200  200  login get  file_download restricted_file
404  404  404  404  404  200  200  200  login get  file_download internal_file
404  404  404  200  200  200  200  200  login get  file_download strange_file
200  404  404  404  404  404  404  404  login get  file_download draft_file
404  404  404  404  404  404  404  404  login post file_remove file
200  404  404  404  404  404  404  404  login post file_remove draft_file
200  200  200  200  200  200  200  200  login get  notices
200  200  200  200  200  200  200  200  login get  notices ?view=unread&group=ticket.mine
302  302  302  302  302  302  302  302  login post notices_read
404  404  404  404  404  404  404  404  login post notices_read ?notice=0
200  200  200  200  200  200  200  200  login get  preferences
303  303  303  303  303  303  303  303  login post preferences
422  422  422  422  422  422  422  422  login post preferences ?how-ticket.mine=loudly
409  409  409  409  409  409  409  409  login post preferences ?version=9
200  200  200  200  200  200  200  200  200   get  unsubscribe way_out
200  200  200  200  200  200  200  200  200   post unsubscribe way_out
404  404  404  404  404  404  404  404  404   get  unsubscribe no_way_out
404  404  404  404  404  404  404  404  404   post unsubscribe no_way_out
# Search
200  200  200  200  200  200  200  200  login get  search
200  200  200  200  200  200  200  200  login get  search ?q=lakec
200  200  200  200  200  200  200  200  login get  search ?q=pinec
200  200  200  200  200  200  200  200  login get  search ?q=quillf
200  200  200  200  200  200  200  200  login get  search ?q=innerc
200  200  200  200  200  200  200  200  login get  search ?q=lakec&in=tickets
302  200  302  200  200  302  302  302  login get  search ?q={ordered}
200  200  200  200  200  200  200  200  login get  search ?palette=1&q=quillf
# Filing
200  200  200  200  200  200  200  200  login get  tickets:help
302  302  302  302  302  302  403  403  login get  tickets:report
200  200  200  200  200  200  403  403  login get  tickets:report ?draft={draft}
302  302  302  302  302  302  403  403  login get  tickets:report ?organization={pineridge}
303  303  303  422  303  303  403  403  login post tickets:report
422  422  422  303  303  303  403  403  login post tickets:report ?organization={pineridge}
303  303  303  422  303  303  403  403  login post tickets:report ?draft={draft}
302  404  404  404  404  404  404  404  login get  tickets:report_check ?draft={draft}
302  404  404  404  404  404  404  404  login post tickets:report_check ?draft={draft}
200  404  404  404  404  404  404  404  login get  tickets:report_check ?draft={ready_draft}
303  404  404  404  404  404  404  404  login post tickets:report_check ?draft={ready_draft}
409  404  404  404  404  404  404  404  login post tickets:report_check ?draft={ready_draft}&seal=made-up
200  200  200  200  200  200  200  200  204   get  tickets:report_severity ?impact=all&urgency=now
200  200  200  200  200  200  200  200  204   get  tickets:report_known ?title=payroll+GUI+slow&organization={pineridge}
# Ordering
200  200  200  200  200  200  200  200  login get  tickets:help ?q=payroll
200  200  200  200  200  200  200  200  login get  tickets:help_choice gui_users
404  404  404  404  404  404  404  404  login get  tickets:help_choice no_such_choice
302  302  302  302  302  302  403  403  login get  tickets:order new_gui_users
404  404  404  404  404  404  403  403  login get  tickets:order no_such_item
200  200  200  200  200  200  403  403  login get  tickets:order new_gui_users ?draft={order_draft}
200  200  200  200  200  200  403  403  login get  tickets:order new_gui_users ?draft={new_draft}
200  404  200  404  404  200  403  403  login get  tickets:order new_gui_users ?draft={new_draft}&again={ordered}
303  303  303  422  303  422  403  403  login post tickets:order new_gui_users
422  422  422  303  303  422  403  403  login post tickets:order new_gui_users ?organization={pineridge}
303  303  303  422  303  422  403  403  login post tickets:order new_gui_users ?draft={order_draft}
200  404  404  404  404  404  403  403  login get  tickets:order_check new_gui_users ?draft={order_draft}
303  404  404  404  404  404  403  403  login post tickets:order_check new_gui_users ?draft={order_draft}
409  404  404  404  404  404  403  403  login post tickets:order_check new_gui_users ?draft={order_draft}&seal=made-up
200  404  404  404  404  404  403  403  login get  tickets:order_import new_gui_users ?draft={order_draft}
200  404  404  404  404  404  403  403  login post tickets:order_import new_gui_users ?draft={order_draft}&rows=Al
200  200  200  200  200  200  200  200  login get  tickets:order_template new_gui_users
200  404  200  404  404  302  302  302  login get  tickets:detail ordered
200  404  200  404  404  200  200  200  login get  tickets:submitted ordered
# Tickets
200  200  200  200  200  200  200  200  login get  tickets:list
200  200  200  200  200  200  200  200  login get  tickets:list ?view=all
200  200  200  200  200  200  200  200  login get  tickets:list ?view=all&q=payroll
200  200  200  200  200  200  200  200  login get  tickets:list ?view=all&organization=pine-ridge-power
200  200  200  200  200  200  200  200  login get  tickets:list ?view=all&clock=respond:met
200  200  200  200  200  200  200  200  login get  tickets:list ?view=all&clock=respond:ended
200  200  200  200  200  200  200  200  login get  tickets:list ?view=all&format=csv
200  200  200  200  200  200  200  200  login get  tickets:list ?view=all&organization=pine-ridge-power&format=csv
400  400  400  400  400  400  400  400  login get  tickets:list ?format=csv&fields=assignee
200  200  200  200  200  200  200  200  login get  tickets:list ?view=following
200  200  200  200  200  200  200  200  login get  tickets:list ?view=mine
200  200  200  200  200  200  200  200  login get  tickets:list ?after=made-up
200  200  200  200  200  200  200  200  login get  tickets:list ?q=slow&view=all
200  200  200  404  200  302  302  302  login get  tickets:detail ordinary
200  404  200  404  404  302  302  302  login get  tickets:detail restricted
404  404  404  200  200  302  302  302  login get  tickets:detail strange
200  200  200  404  200  200  200  200  login get  tickets:submitted ordinary
200  404  200  404  404  200  200  200  login get  tickets:submitted restricted
303  303  303  404  303  303  403  403  login post tickets:write ordinary
403  403  403  404  403  303  403  403  login post tickets:write ordinary ?kind=internal
303  404  303  404  404  303  403  403  login post tickets:write restricted
403  403  403  404  403  200  403  403  login post tickets:template ordinary
403  404  403  404  404  200  403  403  login post tickets:template restricted
404  404  404  404  404  303  403  403  login post tickets:take_back held
200  200  200  404  200  200  403  403  login get  tickets:people ordinary
200  404  200  404  404  200  403  403  login get  tickets:people restricted
404  404  404  404  404  200  200  200  login post tickets:presence ordinary
404  404  404  404  404  404  404  404  login post tickets:move no_such_move
303  303  303  404  303  303  403  403  login post tickets:move cancel
403  403  403  404  403  303  403  403  login post tickets:move acknowledge
303  404  303  404  404  303  403  403  login post tickets:move cancel_restricted
403  403  403  404  403  303  403  403  login post tickets:accept ordinary
403  404  403  404  404  303  403  403  login post tickets:accept restricted
403  403  403  404  403  303  403  403  login post tickets:assign ordinary
403  403  403  404  403  303  403  403  login post tickets:assign ordinary ?draft={draft}
403  404  403  404  404  303  403  403  login post tickets:assign restricted
403  403  403  404  403  303  403  403  login post tickets:rate ordinary
403  404  403  404  404  303  403  403  login post tickets:rate restricted
200  200  200  404  200  200  403  403  login get  tickets:contact ordinary
200  404  200  404  404  200  403  403  login get  tickets:contact restricted
303  303  303  404  303  303  403  403  login post tickets:contact ordinary
303  404  303  404  404  303  403  403  login post tickets:contact restricted
200  200  200  404  200  200  403  403  login get  tickets:followers ordinary
409  404  409  404  404  409  403  403  login get  tickets:followers restricted
303  303  303  404  303  303  403  403  login post tickets:followers ordinary
409  404  409  404  404  409  403  403  login post tickets:followers restricted
409  409  409  404  409  403  403  403  login post tickets:satisfaction ordinary
409  404  409  404  404  403  403  403  login post tickets:satisfaction restricted
200  200  200  404  200  200  200  200  login get  tickets:why ordinary
200  404  200  404  404  200  200  200  login get  tickets:why restricted
404  404  404  200  200  200  200  200  login get  tickets:why strange
403  403  403  404  403  403  403  403  login post tickets:excuse ordinary
403  404  403  404  404  403  403  403  login post tickets:excuse restricted
303  303  303  404  303  303  303  303  login post tickets:follow ordinary
303  404  303  404  404  303  303  303  login post tickets:follow restricted
# Approvals, delegations and editing a request
200  200  200  200  200  200  200  200  login get  tickets:approvals
200  200  200  404  200  200  200  200  login get  tickets:approval asked
200  404  200  404  404  200  200  200  login get  tickets:approval asked_restricted
404  404  404  200  200  200  200  200  login get  tickets:approval asked_strange
403  303  303  404  403  403  403  403  login post tickets:approval asked
403  422  422  404  403  403  403  403  login post tickets:approval asked ?decision=perhaps
403  404  303  404  404  403  403  403  login post tickets:approval asked_restricted
404  404  404  403  403  403  403  403  login post tickets:approval asked_strange
403  403  303  403  403  403  403  403  login post tickets:delegate
403  403  422  403  403  403  403  403  login post tickets:delegate ?delegate={stan}
404  403  303  404  404  404  404  404  login post tickets:end_delegation delegation
200  200  200  404  200  200  403  403  login get  tickets:edit asked
200  404  200  404  404  200  403  403  login get  tickets:edit asked_restricted
303  303  303  404  303  303  403  403  login post tickets:edit asked
303  404  303  404  404  303  403  403  login post tickets:edit asked_restricted
404  404  404  303  303  303  403  403  login post tickets:edit asked_strange
# Decisions, consultation and reviews of changes
403  403  403  200  403  200  200  200  login get  changes:board
403  403  403  403  403  200  200  200  login get  changes:loop
403  403  403  200  403  200  200  200  login get  changes:decision put
403  403  403  404  403  200  200  200  login get  changes:decision put_ours
403  403  403  303  403  303  303  403  login post changes:decision put
403  403  403  404  403  303  303  403  login post changes:decision put_ours
403  403  403  404  403  404  404  404  login post changes:decision put ?round=9
403  403  403  200  403  200  200  200  login get  changes:desk_decision put
403  403  403  303  403  303  303  403  login post changes:desk_decision put
403  403  403  422  403  422  422  422  login post changes:desk_decision put ?choice=perhaps
403  403  403  403  403  403  303  403  login post changes:close_decision put
403  403  403  404  403  403  422  403  login post changes:close_decision put_ours
403  403  403  403  403  403  303  403  login post changes:minutes decided
403  403  403  403  403  403  409  403  login post changes:minutes put
403  403  403  403  403  403  200  403  login get  changes:consult assessed
403  403  403  403  403  403  303  403  login post changes:consult assessed
403  403  403  404  403  403  409  403  login post changes:consult put_ours
200  200  200  200  200  200  200  200  login get  changes:consultation consulted
200  200  200  404  200  200  200  200  login get  changes:consultation put_ours
303  303  303  422  303  403  403  403  login post changes:consultation consulted
422  422  422  303  303  403  403  403  login post changes:consultation consulted ?organization={pineridge}
409  409  409  404  409  409  409  409  login post changes:consultation put_ours
200  200  200  404  200  200  200  200  login get  changes:review done
403  403  403  200  403  200  200  200  login get  changes:review consulted
403  403  403  200  200  200  200  200  login get  changes:review strange_done
200  200  200  404  200  200  200  200  login get  changes:detail done
200  200  200  200  200  200  200  200  login get  changes:detail strange_done
200  200  200  200  200  200  200  200  login get  changes:detail consulted
200  200  200  200  200  200  200  200  login get  changes:detail put
403  403  403  404  403  403  303  403  login post changes:review done
200  200  200  200  200  200  200  200  login get  changes:release release
200  200  200  404  200  200  200  200  login get  changes:release our_release
# Requests: tasks, links, conversion
200  200  200  200  200  200  200  200  login get  tickets:list ?view=all&kind=request
200  200  200  404  200  302  302  302  login get  tickets:detail feedback
404  404  404  200  200  302  302  302  login get  tickets:detail strange_feedback
302  302  302  302  302  200  200  200  login get  tickets:desk_detail feedback
403  403  403  403  403  200  200  200  login get  tickets:queue team
403  403  403  404  403  303  403  403  login post tickets:task task
404  404  404  404  404  404  404  404  login post tickets:task no_task_of_it
303  422  303  404  422  303  403  403  login post tickets:link ordinary
303  404  303  404  404  303  403  403  login post tickets:unlink secret_link
303  303  303  404  303  303  403  403  login post tickets:unlink link
403  403  403  404  403  200  403  403  login get  tickets:convert feedback
403  403  403  404  403  200  403  403  login get  tickets:convert feedback ?to=incident
403  403  403  404  403  200  403  403  login get  tickets:convert feedback ?to=connectivity-test
403  403  403  404  403  404  403  403  login get  tickets:convert feedback ?to=no-such-item
403  404  403  404  404  200  403  403  login get  tickets:convert restricted
403  403  403  404  403  303  403  403  login post tickets:convert feedback ?to=incident
403  403  403  404  403  303  403  403  login post tickets:convert feedback ?to=connectivity-test&item_version={form}
403  403  403  404  403  303  403  403  login post tickets:convert ordinary ?to=connectivity-test&item_version={form}
# The workspace: what is read, what sleeps, columns, saved views, what a list may be asked for
303  303  303  404  303  303  303  303  login post tickets:read ordinary
303  404  303  404  404  303  303  303  login post tickets:read restricted
403  403  403  404  403  303  403  403  login post tickets:snooze ordinary
403  404  403  404  404  303  403  403  login post tickets:snooze restricted
403  403  403  403  403  303  303  303  login post tickets:queue_look
403  403  403  403  403  200  404  404  login get  tickets:saved_view view
403  403  403  403  403  200  404  404  login get  tickets:saved_view deleted_view
403  403  403  403  403  200  200  200  login get  tickets:saved_view shared_view
403  403  403  403  403  400  400  400  login get  tickets:saved_view shared_view ?reporter__name=x
403  403  403  403  403  303  303  303  login post tickets:saved_view_new
403  403  403  403  403  400  400  400  login post tickets:saved_view_new ?query=status__not%3Dnew
403  403  403  403  403  200  404  404  login get  tickets:saved_view_edit view
403  403  403  403  403  403  403  403  login get  tickets:saved_view_edit shared_view
403  403  403  403  403  303  404  404  login post tickets:saved_view_edit view
403  403  403  403  403  403  403  403  login post tickets:saved_view_edit shared_view
403  403  403  403  403  303  404  404  login post tickets:saved_view_delete view
403  403  403  403  403  403  403  403  login post tickets:saved_view_delete shared_view
403  403  403  403  403  303  404  404  login post tickets:saved_view_restore deleted_view
403  403  403  403  403  200  200  200  login get  tickets:queue triage ?sort=severity
403  403  403  403  403  400  400  400  login get  tickets:queue triage ?sort=-due
400  400  400  400  400  400  400  400  login get  tickets:list ?organization__name=x
302  302  302  302  302  200  200  200  login get  tickets:desk_detail restricted ?pane=1
# Merging, splitting, printing
403  403  403  404  403  200  403  403  login get  tickets:merge ordinary
403  403  403  404  403  200  403  403  login get  tickets:merge ordinary ?into={twin}
403  403  403  404  403  422  403  403  login get  tickets:merge ordinary ?into=INC-0
403  404  403  404  404  200  403  403  login get  tickets:merge restricted ?into={twin}
404  404  404  403  403  200  403  403  login get  tickets:merge strange ?into={twin}
403  403  403  404  403  303  403  403  login post tickets:merge ordinary ?into={twin}
403  404  403  404  404  422  403  403  login post tickets:merge restricted ?into={twin}
404  404  404  403  403  422  403  403  login post tickets:merge strange ?into={twin}
403  403  403  404  403  303  403  403  login post tickets:unmerge double
403  403  403  404  403  409  403  403  login post tickets:unmerge ordinary
302  302  302  404  302  302  302  302  login get  tickets:detail double
200  200  200  404  200  302  302  302  login get  tickets:detail double ?alone=1
200  200  200  404  200  302  302  302  login get  tickets:detail twin ?merged={double}
302  302  302  302  302  302  302  302  login get  tickets:desk_detail double
302  302  302  302  302  200  200  200  login get  tickets:desk_detail twin
302  302  302  200  302  302  302  302  login get  search ?q={double}
403  403  403  404  403  200  403  403  login get  tickets:split twin
403  404  403  404  404  200  403  403  login get  tickets:split restricted
403  403  403  404  403  303  403  403  login post tickets:split twin
403  404  403  404  404  422  403  403  login post tickets:split restricted
403  403  403  404  403  303  403  403  login post tickets:unsplit split_off
403  403  403  404  403  404  403  403  login post tickets:unsplit ordinary
200  200  200  404  200  200  200  200  login get  tickets:print ordinary
200  200  200  404  200  200  200  200  login get  tickets:print ordinary ?notes=yes
200  200  200  404  200  200  200  200  login get  tickets:print twin
200  404  200  404  404  200  200  200  login get  tickets:print restricted ?notes=yes
404  404  404  200  200  200  200  200  login get  tickets:print strange ?notes=yes
200  200  200  404  200  200  200  200  login get  tickets:print feedback
# Problems: the log, and what organizations do there
200  200  200  200  200  200  200  200  login get  tickets:problems
200  200  200  200  200  200  200  200  login get  tickets:problems ?q=GUI
200  200  200  200  200  200  200  200  login get  tickets:problems ?area=gui&whose=us
200  200  200  200  200  200  200  200  login get  tickets:problems ?published=no
200  200  200  200  200  200  200  200  login get  tickets:problem known
404  404  404  404  404  200  200  200  login get  tickets:problem unpublished
303  303  303  303  303  303  303  303  login post tickets:problem_area area
404  404  404  404  404  404  404  404  login post tickets:problem_area no_such_area
303  303  303  303  303  303  303  303  login post tickets:problem_follow known
404  404  404  404  404  303  303  303  login post tickets:problem_follow unpublished
303  303  303  422  303  403  403  403  login post tickets:problem_affects known
422  422  422  303  303  403  403  403  login post tickets:problem_affects known ?organization={pineridge}
404  404  404  404  404  403  403  403  login post tickets:problem_affects unpublished
303  303  303  422  303  403  403  403  login post tickets:problem_mine known
303  303  303  422  303  403  403  403  login post tickets:problem_mine known ?ends=yes
404  404  404  404  404  403  403  403  login post tickets:problem_mine unpublished
# Problems: the desk's side
403  403  403  403  403  200  403  403  login get  tickets:problem_new
403  403  403  403  403  303  403  403  login post tickets:problem_new
403  403  403  403  403  403  403  403  login get  tickets:problem_edit known
404  404  404  404  404  200  403  403  login get  tickets:problem_edit unpublished
403  403  403  403  403  403  403  403  login post tickets:problem_edit known
404  404  404  404  404  303  403  403  login post tickets:problem_edit unpublished
403  403  403  403  403  200  403  403  login get  tickets:problem_internals known
404  404  404  404  404  200  403  403  login get  tickets:problem_internals unpublished
403  403  403  403  403  303  403  403  login post tickets:problem_internals known
403  403  403  403  403  403  403  403  login get  tickets:problem_publish known
404  404  404  404  404  403  403  403  login get  tickets:problem_publish unpublished
403  403  403  403  403  403  403  403  login post tickets:problem_publish known
404  404  404  404  404  403  403  403  login post tickets:problem_publish unpublished
403  403  403  403  403  303  403  403  login post tickets:problem_verify known
403  403  403  403  403  403  403  403  login post tickets:problem_verify known ?what=fix
404  404  404  404  404  303  403  403  login post tickets:problem_verify unpublished
403  403  403  403  403  303  403  403  login post tickets:problem_move identify_known
403  403  403  403  403  403  403  403  login post tickets:problem_move reject_known
404  404  404  404  404  404  404  404  login post tickets:problem_move no_such_problem_move
403  403  403  403  403  303  403  403  login post tickets:problem_join known
404  404  404  404  404  303  403  403  login post tickets:problem_join unpublished
403  403  403  403  403  200  403  403  login get  tickets:problem_notes known
403  403  403  403  403  303  403  403  login post tickets:problem_notes known
403  403  403  403  403  200  403  403  login get  tickets:problem_resolve known
403  403  403  403  403  303  403  403  login post tickets:problem_resolve known
403  403  403  403  403  200  403  403  login get  tickets:problem_candidates
403  403  403  403  403  303  403  403  login post tickets:problem_candidate candidate ?decision=accept
403  403  403  403  403  303  403  403  login post tickets:problem_candidate candidate ?decision=dismiss
403  403  403  403  403  404  403  403  login post tickets:problem_candidate no_candidate
# Changes
200  200  200  200  200  200  200  200  login get  changes:list
200  200  200  200  200  200  200  200  login get  changes:list ?view=all
200  200  200  200  200  200  200  200  login get  changes:list ?view=ours&q=reports
200  200  200  200  200  200  200  200  login get  changes:list ?view=following&environment=production
200  200  200  200  200  200  200  200  login get  changes:list ?view=decide&after=made-up&release=x
302  302  302  302  302  302  302  403  login get  changes:new
200  200  200  200  200  200  200  403  login get  changes:new ?draft={change_draft}
302  302  302  302  302  302  302  403  login get  changes:new ?organization={pineridge}
303  303  303  422  303  422  422  403  login post changes:new
422  422  422  303  303  422  422  403  login post changes:new ?organization={pineridge}
303  303  303  422  303  422  422  403  login post changes:new ?draft={change_draft}
302  404  404  404  404  404  404  404  login get  changes:check ?draft={change_draft}
200  404  404  404  404  404  404  404  login get  changes:check ?draft={change_ready}
303  404  404  404  404  404  404  404  login post changes:check ?draft={change_ready}
200  200  200  200  200  200  200  200  login get  changes:subscriptions
303  303  303  303  303  303  303  303  login post changes:subscriptions
200  200  200  404  200  200  200  200  login get  changes:detail change_own
200  404  200  404  404  200  200  200  login get  changes:detail change_restricted
404  404  404  200  200  200  200  200  login get  changes:detail change_strange
200  200  200  200  200  200  200  200  login get  changes:detail change_open
200  200  200  404  200  200  200  200  login get  changes:submitted change_own
200  404  200  404  404  200  200  200  login get  changes:submitted change_restricted
200  200  200  200  200  200  200  200  login get  changes:submitted change_open
303  303  303  404  303  303  303  303  login post changes:write change_own
403  403  403  404  403  303  303  303  login post changes:write change_own ?kind=internal
403  403  403  303  303  303  303  303  login post changes:write change_open
303  404  403  404  404  303  303  303  login post changes:write change_restricted
303  303  303  404  303  403  303  403  login post changes:move withdraw_change_own
303  404  403  404  404  403  303  403  login post changes:move withdraw_change_restricted
403  403  403  303  303  403  303  403  login post changes:move withdraw_change_open
403  403  403  404  403  403  303  403  login post changes:move screen_change_own
403  403  403  404  403  403  303  403  login post changes:move screen_change_own ?draft={draft}
404  404  404  403  403  403  303  403  login post changes:move screen_change_strange
404  404  404  404  404  404  404  404  login post changes:move schedule_change_own
404  404  404  404  404  404  404  404  login post changes:move explode_change_own
303  303  303  404  303  303  303  303  login post changes:follow change_own
303  404  303  404  404  303  303  303  login post changes:follow change_restricted
303  303  303  303  303  303  303  303  login post changes:follow change_open
200  200  200  404  200  403  200  403  login get  changes:edit change_own
200  404  403  404  404  403  200  403  login get  changes:edit change_restricted
404  404  404  200  200  403  200  403  login get  changes:edit change_strange
403  403  403  200  200  403  200  403  login get  changes:edit change_open
303  303  303  404  303  403  303  403  login post changes:edit change_own
403  403  403  303  303  403  303  403  login post changes:edit change_open
403  403  403  404  403  403  200  403  login get  changes:risk change_own
403  404  403  404  404  403  200  403  login get  changes:risk change_restricted
403  403  403  404  403  403  303  403  login post changes:risk change_own
403  403  403  403  403  403  303  403  login post changes:risk change_open
403  403  403  404  403  403  200  403  login get  changes:plan change_own
403  404  403  404  404  403  200  403  login get  changes:plan change_restricted
403  403  403  404  403  403  303  403  login post changes:plan change_own
403  403  403  404  403  403  200  403  login get  changes:publish change_own
404  404  404  403  403  403  200  403  login get  changes:publish change_strange
403  403  403  404  403  403  303  403  login post changes:publish change_own
403  403  403  403  403  403  409  403  login post changes:publish change_open
403  403  403  403  403  403  200  403  login get  changes:unpublish change_open
403  403  403  403  403  403  303  403  login post changes:unpublish change_open
403  403  403  404  403  403  409  403  login post changes:unpublish change_own
# The desk
302  302  302  302  302  200  200  200  login get  tickets:desk
302  302  302  302  302  302  302  302  login get  tickets:queue_default
403  403  403  403  403  200  200  200  login get  tickets:queue triage
403  403  403  403  403  302  302  302  login get  tickets:queue no_such_queue
302  302  302  302  302  200  200  200  login get  tickets:desk_detail ordinary
302  302  302  302  302  200  200  200  login get  tickets:desk_detail restricted
302  302  302  404  302  302  302  302  login get  tickets:row ordinary
302  404  302  404  404  302  302  302  login get  tickets:row restricted
404  404  404  302  302  302  302  302  login get  tickets:row strange
# Many tickets at once
403  403  403  403  403  302  403  403  login get  tickets:bulk
403  403  403  403  403  303  403  403  login post tickets:bulk ?kind=assign&row={chosen}
403  403  403  403  403  303  403  403  login post tickets:bulk ?kind=export&all=1&queue=all
403  403  403  403  403  422  403  403  login post tickets:bulk ?kind=assign&row=0:1
403  403  403  403  403  404  403  403  login post tickets:bulk ?kind=explode&row={chosen}
403  403  403  403  403  404  403  403  login post tickets:bulk ?kind=assign&all=1&queue=explode
403  403  403  403  403  200  403  403  login get  tickets:bulk_run bulk
403  403  403  403  403  200  403  403  login get  tickets:bulk_run bulk_done
403  403  403  403  403  200  403  403  login get  tickets:bulk_run bulk_reply
403  403  403  403  403  200  403  403  login get  tickets:bulk_run bulk_reply ?template={reply_template}
403  403  403  403  403  422  403  403  login post tickets:bulk_run bulk_reply ?template=0
403  403  403  403  403  404  403  403  login get  tickets:bulk_run bulk_of_bob
403  403  403  403  403  303  403  403  login post tickets:bulk_run bulk
403  403  403  403  403  404  403  403  login post tickets:bulk_run bulk_of_bob
403  403  403  403  403  303  403  403  login post tickets:bulk_undo bulk_done
403  403  403  403  403  409  403  403  login post tickets:bulk_undo bulk
403  403  403  403  403  404  403  403  login post tickets:bulk_undo bulk_of_bob
403  403  403  403  403  200  403  403  login get  tickets:bulk_export bulk
403  403  403  403  403  404  403  403  login get  tickets:bulk_export bulk_of_bob
# The schedule of changes
200  200  200  200  200  200  200  200  login get  changes:calendar
200  200  200  200  200  200  200  200  login get  changes:calendar ?view=month
200  200  200  200  200  200  200  200  login get  changes:calendar ?view=week&environment=production
200  200  200  200  200  200  200  200  login get  changes:feed
303  303  303  303  303  303  303  303  login post changes:feed
303  303  303  303  303  303  303  303  login post changes:feed ?do=revoke
200  200  200  200  200  200  200  200  200   get  changes:ics ?token={far_feed}
404  404  404  404  404  404  404  404  404   get  changes:ics ?token=made-up
200  200  200  404  200  200  200  200  login get  changes:detail on_now
403  403  403  404  403  403  200  403  login get  changes:schedule to_schedule
403  404  403  404  404  403  200  403  login get  changes:schedule to_schedule_restricted
404  404  404  403  403  403  200  403  login get  changes:schedule to_schedule_strange
403  403  403  404  403  403  303  403  login post changes:schedule to_schedule
404  404  404  403  403  403  303  403  login post changes:schedule to_schedule_strange
403  403  403  404  403  403  409  403  login post changes:schedule on_now ?version=9
# Reports
403  403  200  403  403  200  200  200  login get  tickets:service_levels
403  403  200  403  403  200  200  200  login get  tickets:service_levels ?organization=pine-ridge-power
403  403  200  403  403  200  200  200  login get  tickets:service_levels ?format=csv
403  403  200  403  403  200  200  200  login get  tickets:service_levels ?format=clocks
403  403  200  403  403  200  200  200  login get  tickets:volumes
403  403  200  403  403  200  200  200  login get  tickets:volumes ?organization=pine-ridge-power
403  403  200  403  403  200  200  200  login get  tickets:volumes ?format=csv
403  403  200  403  403  200  200  200  login get  tickets:times
403  403  200  403  403  200  200  200  login get  tickets:times ?organization=pine-ridge-power&target=restore
403  403  200  403  403  200  200  200  login get  tickets:times ?format=csv
# People
403  403  200  403  403  403  403  403  login get  accounts:people
403  403  303  403  403  403  403  403  login post accounts:invite
403  403  422  403  403  403  403  403  login post accounts:invite ?organization={pineridge}
403  403  422  403  403  403  403  403  login post accounts:invite ?role=administrator
404  403  303  404  404  403  403  303  login post accounts:end_membership neds
404  404  404  403  404  403  403  303  login post accounts:end_membership stans
404  404  303  404  404  403  403  303  login post accounts:withdraw_invitation invitation
404  404  404  404  404  403  403  303  login post accounts:withdraw_invitation strange_invitation
200  200  200  200  200  200  200  200  200   get  accounts:invitation invited
login login login login login login login login login post accounts:invitation invited
410  410  410  410  410  410  410  410  410   get  accounts:invitation over
410  410  410  410  410  410  410  410  410   post accounts:invitation over
200  200  200  200  200  200  200  200  login get  accounts:profile
302  302  302  302  302  302  302  302  login post accounts:profile
302  302  302  302  302  302  302  302  login post accounts:theme
422  422  422  422  422  422  422  422  login post accounts:theme ?theme=pink
# Signing in and security
302  302  302  302  302  302  302  302  200   get  account_login
302  302  302  302  302  302  302  302  200   post account_login ?login=rita@example.com
200  200  200  200  200  200  200  200  302   get  account_logout
302  302  302  302  302  302  302  302  302   post account_logout
200  200  200  200  200  200  200  200  200   get  account_inactive
302  302  302  302  302  302  302  302  200   get  account_signup
302  302  302  302  302  302  302  302  200   post account_signup
200  200  200  200  200  200  200  200  login get  account_reauthenticate
200  200  200  200  200  200  200  200  login post account_reauthenticate
200  200  200  200  200  200  200  200  login get  account_change_password
200  200  200  200  200  200  200  200  login post account_change_password
302  302  302  302  302  302  302  302  login get  account_set_password
302  302  302  302  302  302  302  302  login post account_set_password
200  200  200  200  200  200  200  200  200   get  account_reset_password
302  302  302  302  302  302  302  302  302   post account_reset_password
200  200  200  200  200  200  200  200  200   get  account_reset_password_done
200  200  200  200  200  200  200  200  200   get  account_reset_password_from_key reset_key
200  200  200  200  200  200  200  200  200   post account_reset_password_from_key reset_key
200  200  200  200  200  200  200  200  200   get  account_reset_password_from_key_done
200  200  200  200  200  200  200  200  login get  mfa_index
302  302  302  302  302  302  302  302  login get  mfa_authenticate
302  302  302  302  302  302  302  302  login post mfa_authenticate
302  302  302  302  302  302  302  302  login get  mfa_reauthenticate
302  302  302  302  302  302  302  302  login post mfa_reauthenticate
302  302  302  302  302  302  302  302  login get  mfa_activate_totp
302  302  302  302  302  302  302  302  login post mfa_activate_totp
404  404  404  404  404  404  404  404  login get  mfa_deactivate_totp
404  404  404  404  404  404  404  404  login post mfa_deactivate_totp
404  404  404  404  404  404  404  404  login get  mfa_view_recovery_codes
302  302  302  302  302  302  302  302  login get  mfa_generate_recovery_codes
302  302  302  302  302  302  302  302  login post mfa_generate_recovery_codes
404  404  404  404  404  404  404  404  login get  mfa_download_recovery_codes
200  200  200  200  200  200  200  200  login get  mfa_list_webauthn
302  302  302  302  302  302  302  302  login get  mfa_add_webauthn
302  302  302  302  302  302  302  302  login post mfa_add_webauthn
302  302  302  302  302  302  302  302  login get  mfa_reauthenticate_webauthn
302  302  302  302  302  302  302  302  login post mfa_reauthenticate_webauthn
302  302  302  302  302  302  302  302  login get  mfa_remove_webauthn passkey
302  302  302  302  302  302  302  302  login post mfa_remove_webauthn passkey
302  302  302  302  302  302  302  302  login get  mfa_edit_webauthn passkey
302  302  302  302  302  302  302  302  login post mfa_edit_webauthn passkey
302  302  302  302  302  302  302  302  login get  mfa_login_webauthn
302  302  302  302  302  302  302  302  login post mfa_login_webauthn
200  200  200  200  200  200  200  200  login get  usersessions_list
302  302  302  302  302  302  302  302  login post usersessions_list
"""
# fmt: on
ROWS = access.rows(TABLE)

ADMIN = "admin:"
NOT_OURS = ("account_", "mfa_", "usersessions_")  # allauth's views answer other methods in their own way
SOMETHING = {"object_id": "1", "content_type_id": "1", "url": "nowhere/"}


def ours() -> list[str]:
    """Every address but Django admin's."""
    return [name for name in ADDRESSES if not name.startswith(ADMIN)]


def test_every_address_has_a_row() -> None:
    assert {row.name for row in ROWS} == set(ours())


@pytest.mark.parametrize("name", ours())
def test_everybody_gets_what_the_table_says_and_reads_nothing_that_is_not_theirs(
    everything: World, name: str
) -> None:
    assert access.leaks(everything, [row for row in ROWS if row.name == name]) == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.expected["out"] == "login"], ids=str)
def test_a_fragment_asked_for_without_a_session_leads_the_whole_page_to_sign_in(
    everything: World, row: Row
) -> None:
    if row.name.startswith(NOT_OURS) or row.name == "accounts:invitation":
        return  # allauth's pages are never asked for by htmx, and an invitation asks for no session
    response = access.ask(everything, row, Client(), **{"HX-Request": "true"})

    assert response.status_code == 401
    assert response["HX-Redirect"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", [name for name in ours() if not name.startswith(NOT_OURS)])
def test_an_address_takes_no_method_that_the_table_does_not_name(everything: World, name: str) -> None:
    rows = [row for row in ROWS if row.name == name]
    address, browser = everything.address(name, rows[0].about), everything.browser("ann")

    for method in {"get", "post", "put", "patch", "delete"} - {row.method for row in rows}:
        assert getattr(browser, method)(address).status_code == 405, method


def admin_addresses() -> list[str]:
    """Every address of Django admin, those without a name included."""
    found = []
    something = SOMETHING | {"app_label": next(iter(admin.site._registry))._meta.app_label}
    for name, takes in ADDRESSES.items():
        if name.startswith(ADMIN) and not name.endswith(":None"):
            found.append(reverse(name, kwargs={part: something[part] for part in takes}))
    return [*found, "/admin/nowhere/"]


@pytest.mark.parametrize("address", admin_addresses())
def test_administration_is_for_administrators(everything: World, address: str) -> None:
    for persona in ("rita", "olga", "ann", "chang"):
        browser = everything.browser(persona)
        assert browser.get(address, follow=True).status_code == 403
        assert browser.post(address, follow=True).status_code == 403

    signed_out = Client().get(address, follow=True)
    assert signed_out.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert access.answer(everything.browser("ada").get(address)) != "login"


def test_the_administration_has_pages_to_be_kept() -> None:
    assert len(admin_addresses()) > 20
