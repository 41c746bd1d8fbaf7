from django.urls import path

from closing_site.desk.administration import (
    deputies,
    invitations,
    people,
    second_factor,
    sessions,
    support,
)
from closing_site.desk.administration.audit import audit
from closing_site.desk.administration.company import check_settings, company_settings
from closing_site.desk.administration.cut_offs import cut_off, cut_offs
from closing_site.desk.administration.jobs import jobs

urlpatterns = [
    path("preferences/", people.preferences, name="preferences"),
    path("preferences/two-step/", second_factor.second_factor, name="second_factor"),
    path("preferences/two-step/off/", second_factor.second_factor_off, name="second_factor_off"),
    path("preferences/two-step/codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("preferences/sessions/", sessions.own_sessions, name="own_sessions"),
    path("preferences/sessions/end/", sessions.session_end, name="session_end"),
    path(
        "preferences/sessions/end-others/", sessions.other_sessions_end, name="other_sessions_end"
    ),
    path("first-password/<uidb64>/<token>/", people.first_password, name="first_password"),
    path("people/", people.members, name="members"),
    path(
        "people/invitations/<int:invitation>/",
        invitations.member_invitation,
        name="member_invitation",
    ),
    path(
        "people/invitations/<int:invitation>/withdraw/",
        invitations.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("people/<int:member>/", people.member, name="member"),
    path("people/<int:member>/password/", people.member_password, name="member_password"),
    path("people/<int:member>/active/", people.member_active, name="member_active"),
    path("people/<int:member>/remove/", people.member_remove, name="member_remove"),
    path("deputies/", deputies.deputies, name="deputies"),
    path("deputies/new/", deputies.deputy_new, name="deputy_new"),
    path("deputies/end/", deputies.deputy_end, name="deputy_end"),
    path("support/", support.support, name="support"),
    path("support-access/", support.support_accesses, name="support_accesses"),
    path("support-access/<int:support>/grant/", support.support_grant, name="support_grant"),
    path("support-access/<int:support>/refuse/", support.support_refuse, name="support_refuse"),
    path("support-access/<int:support>/end/", support.support_end, name="support_end"),
    path("settings/company/", company_settings, name="company_settings"),
    path("settings/checks/", check_settings, name="check_settings"),
    path("settings/cut-off/", cut_offs, name="cut_offs"),
    path("settings/cut-off/<str:month>/", cut_off, name="cut_off"),
    path("audit/", audit, name="audit"),
    path("jobs/", jobs, name="jobs"),
]
