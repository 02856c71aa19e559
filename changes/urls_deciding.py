"""Addresses of the board, consultations, reviews and release notes. They come before an RFC's own."""

from django.urls import path

from changes.views import board, consultation, decision, loop, releases, review

urlpatterns = [
    path("desk/changes/board/", board.board, name="board"),
    path("desk/changes/loop/", loop.loop, name="loop"),
    path("desk/changes/<str:reference>/decision/", decision.decision, name="desk_decision"),
    path("desk/changes/<str:reference>/decision/close/", decision.close, name="close_decision"),
    path("desk/changes/<str:reference>/decision/minutes/", decision.minutes, name="minutes"),
    path("changes/releases/<str:name>/", releases.release, name="release"),
    path("changes/<str:reference>/decision/", decision.decision, name="decision"),
    path("changes/<str:reference>/consult/", consultation.consult, name="consult"),
    path("changes/<str:reference>/consultation/", consultation.consultation, name="consultation"),
    path("changes/<str:reference>/review/", review.review, name="review"),
]
