"""What the text gateway tells: open endpoints, because every word of it is signed."""

from flask import Blueprint

gateway = Blueprint("gateway", __name__, url_prefix="/gateway/text")
