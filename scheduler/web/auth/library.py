"""Flask-Security as the house sets it up: argon2, own words and templates, sessions alone, mail through our server."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_security import Security

from config import Settings
from scheduler.access import Permission
from scheduler.clock import utc_now
from scheduler.database import Database
from scheduler.services.clinic.enrol import LINK_HOURS, LINK_SALT, PASSWORD_LENGTH
from scheduler.web import door
from scheduler.web.auth import trail
from scheduler.web.auth.accounts import AccountStore
from scheduler.web.auth.forms import HouseChangePassword, HouseForgotPassword, HouseResetPassword, HouseSignIn
from scheduler.web.auth.letters import HouseMail
from scheduler.web.auth.passwords import HousePasswords

OPEN = ("security.login", "security.logout", "security.forgot_password", "security.reset_password")
WORDS = {
    "GENERIC_AUTHN_FAILED": "E-mail address and password do not match an account. Check both and try again.",
    "PASSWORD_RESET_REQUEST": "If this address belongs to an account, a letter with a link is on its way to it.",
    "PASSWORD_RESET_EXPIRED": f"This link has expired: links are good for {LINK_HOURS} hours. Ask for a new one here.",
    "INVALID_RESET_PASSWORD_TOKEN": "This link is not valid any more: it has been used, or a newer one was made.",
    "PASSWORD_RESET_NO_LOGIN": "Your new password is set. Sign in with it.",
    "PASSWORD_CHANGE": "Your password is changed. Everywhere else you are signed out.",
    "PASSWORD_IS_THE_SAME": "The new password must differ from the present one.",
    "PASSWORD_NOT_PROVIDED": "Enter your password.",
    "INVALID_PASSWORD": "This is not your present password.",
    "EMAIL_NOT_PROVIDED": "Enter your e-mail address.",
    "INVALID_EMAIL_ADDRESS": "Enter an e-mail address such as name@example.com.",
    "UNAUTHENTICATED": "Sign in to go on.",
}


def _options(settings: Settings) -> dict[str, object]:
    return {
        "PASSWORD_HASH": "argon2", "PASSWORD_SCHEMES": ["argon2"], "PASSWORD_SINGLE_HASH": ["argon2"],
        "PASSWORD_LENGTH_MIN": PASSWORD_LENGTH, "PASSWORD_SALT": "unused: argon2 salts each hash itself",
        "RECOVERABLE": True, "CHANGEABLE": True, "TRACKABLE": True, "RETURN_GENERIC_RESPONSES": True,
        "FRESHNESS": timedelta(minutes=-1), "JOIN_USER_ROLES": False, "API_ENABLED_METHODS": ["session"],
        "DATETIME_FACTORY": utc_now, "DEFAULT_REMEMBER_ME": False,
        "RESET_SALT": LINK_SALT, "RESET_PASSWORD_WITHIN": timedelta(hours=LINK_HOURS),
        "LOGIN_URL": "/sign-in", "LOGOUT_URL": "/sign-out", "RESET_URL": "/reset", "CHANGE_URL": "/password",
        "LOGOUT_METHODS": ["POST"], "POST_LOGIN_VIEW": "/", "POST_LOGOUT_VIEW": "/sign-in", "POST_CHANGE_VIEW": "/",
        "POST_RESET_VIEW": "/sign-in", "STATIC_FOLDER": None, "CLI_USERS_NAME": "", "CLI_ROLES_NAME": "",
        "LOGIN_USER_TEMPLATE": "auth/sign_in.html", "FORGOT_PASSWORD_TEMPLATE": "auth/forgot_password.html",
        "RESET_PASSWORD_TEMPLATE": "auth/choose_password.html", "CHANGE_PASSWORD_TEMPLATE": "auth/change_password.html",
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "EMAIL_SENDER": settings.mail_from,
        "EMAIL_SUBJECT_PASSWORD_RESET": "Choose a new password",
        "EMAIL_SUBJECT_PASSWORD_NOTICE": "Your password was changed",
        "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": "Your password was changed",
        "EMAIL_TEMPLATE_PASSWORD_RESET": "auth/letter_reset",
        "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "auth/letter_changed",
        "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "auth/letter_changed",
    }


def hang(app: Flask, settings: Settings, database: Database) -> None:
    """Put sign-in into an application (after CSRFProtect): its pages, its store, its trail."""
    app.config.update({f"SECURITY_{name}": value for name, value in _options(settings).items()})
    app.config.update({f"SECURITY_MSG_{name}": (words, "attention") for name, words in WORDS.items()})
    for good in ("PASSWORD_RESET_REQUEST", "PASSWORD_RESET_NO_LOGIN", "PASSWORD_CHANGE"):
        app.config[f"SECURITY_MSG_{good}"] = (WORDS[good], "ready")
    security = Security(
        app, AccountStore(database), mail_util_cls=HouseMail, password_util_cls=HousePasswords,
        login_form=HouseSignIn, forgot_password_form=HouseForgotPassword, reset_password_form=HouseResetPassword,
        change_password_form=HouseChangePassword)
    security.want_json(lambda request: False)
    security.unauthn_handler(lambda *args, **kwargs: door.to_sign_in())
    security.login_manager.request_loader(lambda request: None)
    security.forgot_password_context_processor(lambda: {"can_mail": settings.mail_server is not None})
    for endpoint in OPEN:
        door.open_to_all(endpoint)
    app.view_functions["security.change_password"] = door.needs(Permission.SIGNED_IN)(
        app.view_functions["security.change_password"])
    trail.hang(app)
