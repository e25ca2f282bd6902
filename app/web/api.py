"""JSON for programs: problems as RFC 9457 says."""

from http import HTTPStatus

from flask import Response, jsonify


def problem(status: int, *, code: str, detail: str) -> Response:
    """An `application/problem+json` answer; `code` is stable, `detail` a sentence."""
    title = HTTPStatus(status).phrase
    answer = jsonify(type="about:blank", title=title, status=status, code=code, detail=detail)
    answer.status_code = status
    answer.content_type = "application/problem+json"
    return answer
