"""The library's forms in the house's words."""

from __future__ import annotations

from flask_security import ChangePasswordForm, ForgotPasswordForm, LoginForm, ResetPasswordForm
from flask_security.forms import EmailValidation
from wtforms import EmailField, PasswordField, SubmitField
from wtforms.validators import EqualTo, InputRequired

from scheduler.services.clinic.enrol import PASSWORD_LENGTH

NEW = {"autocomplete": "new-password", "maxlength": "256"}
PRESENT = {"autocomplete": "current-password", "maxlength": "256"}
ADDRESS = InputRequired("Enter your e-mail address.")
FILLED = InputRequired("Enter a password.")
ADVICE = f"At least {PASSWORD_LENGTH} characters. Three or four words that do not belong together are good."


class HouseSignIn(LoginForm):  # type: ignore[misc]
    """Address and password; nobody is remembered on a shared desk."""

    email = EmailField("E-mail address", render_kw={"autocomplete": "username", "maxlength": "254"},
                       validators=[ADDRESS, EmailValidation(verify=False)])
    password = PasswordField("Password", render_kw=PRESENT, validators=[FILLED])
    remember = None
    submit = SubmitField("Sign in")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""


class HouseForgotPassword(ForgotPasswordForm):  # type: ignore[misc]
    """The address that a link is mailed to."""

    submit = SubmitField("Send me a link")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text = "E-mail address"


class HouseResetPassword(ResetPasswordForm):  # type: ignore[misc]
    """A new password, twice, behind a link."""

    password = PasswordField("New password", render_kw=NEW, description=ADVICE,
                             validators=[FILLED])
    password_confirm = PasswordField("The same once more", render_kw=NEW, validators=[
        FILLED, EqualTo("password", "The two passwords are not the same.")])
    submit = SubmitField("Set the password")


class HouseChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """The present password, and a new one twice."""

    password = PasswordField("Present password", render_kw=PRESENT)
    new_password = PasswordField("New password", render_kw=NEW, description=ADVICE,
                                 validators=[FILLED])
    new_password_confirm = PasswordField("The same once more", render_kw=NEW, validators=[
        FILLED, EqualTo("new_password", "The two passwords are not the same.")])
    submit = SubmitField("Change the password")
