from django.urls import path

from closing_site.wizard.views import answers, estimates, home, lock, month, reopening, runs, step

MONTH = "closing/<str:company>/<str:period>"

urlpatterns = [
    path("", home.home, name="home"),
    path("closing/<str:company>/", month.months, name="wizard_months"),
    path(f"{MONTH}/", month.month, name="wizard_month"),
    path(f"{MONTH}/reopen/", reopening.reopen, name="wizard_reopen"),
    path(
        f"{MONTH}/reopen/<int:approval>/",
        reopening.decide_reopening,
        name="wizard_decide_reopening",
    ),
    path(
        f"{MONTH}/reopen/<int:approval>/withdraw/",
        reopening.withdraw_reopening,
        name="wizard_withdraw_reopening",
    ),
    path(f"{MONTH}/count/", month.count, name="wizard_count"),
    path(f"{MONTH}/runs/<slug:kind>/", runs.run, name="wizard_run"),
    path(f"{MONTH}/progress/<int:run>/", runs.run_progress, name="wizard_progress"),
    path(f"{MONTH}/estimate/<int:unbilled>/", estimates.estimate, name="wizard_estimate"),
    path(f"{MONTH}/lock/ask/", lock.ask_for_lock, name="wizard_ask_for_lock"),
    path(f"{MONTH}/lock/review/<int:user>/", lock.review, name="wizard_review"),
    path(f"{MONTH}/lock/now/", lock.lock_now, name="wizard_lock_now"),
    path(f"{MONTH}/lock/<int:approval>/", lock.decide_lock, name="wizard_decide_lock"),
    path(f"{MONTH}/lock/<int:approval>/withdraw/", lock.withdraw_request, name="wizard_withdraw"),
    path(f"{MONTH}/<slug:step>/", step.step, name="wizard_step"),
    path(f"{MONTH}/<slug:step>/sign/", step.sign, name="wizard_sign"),
    path(f"{MONTH}/<slug:step>/answer/", answers.answer, name="wizard_answer"),
    path(
        f"{MONTH}/<slug:step>/findings/<slug:check>/keep/",
        answers.keep,
        name="wizard_keep_answers",
    ),
    path(f"{MONTH}/<slug:step>/findings/<slug:check>/", step.findings, name="wizard_findings"),
]
