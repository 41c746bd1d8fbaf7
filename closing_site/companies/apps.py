from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save, pre_save
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    name = "closing_site.companies"
    label = "companies"
    verbose_name = _("Companies")

    def ready(self) -> None:
        from closing_site.companies import placed_people  # noqa: PLC0415
        from closing_site.companies.recent_sign_in import note_sign_in  # noqa: PLC0415
        from closing_site.companies.sessions import note_session  # noqa: PLC0415

        user_logged_in.connect(note_sign_in, dispatch_uid="note_sign_in")
        user_logged_in.connect(note_session, dispatch_uid="note_session")
        user = self.get_model("User")
        pre_save.connect(placed_people.refuse_away, sender=user, dispatch_uid="refuse_away")
        post_save.connect(placed_people.copies_follow, sender=user, dispatch_uid="copies_follow")
