"""The administrator's pages: plain forms about the clinic itself."""

from flask import Blueprint

admin = Blueprint("admin", __name__, url_prefix="/admin")
