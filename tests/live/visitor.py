"""Somebody at a browser, as plain HTTP: logs in, keeps cookies, reads pages, sends forms. Standard library only."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from http.cookies import SimpleCookie
from urllib.parse import urlencode

_PATIENCE = 20.0


class Visitor:
    """One person. Redirects are not followed: the answer itself is what counts."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self._line: http.client.HTTPConnection | None = None

    def log_in(self, email: str, password: str) -> None:
        status, _ = self.get("/accounts/login/")
        assert status == 200, f"log-in page: {status}"
        status, body = self.post("/accounts/login/", {"login": email, "password": password})
        assert status == 302, f"{email} cannot log in ({status}): {body.decode()[-1500:]}"

    def get(self, path: str) -> tuple[int, bytes]:
        return self._send("GET", path)

    def post(self, path: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        """Send a form with the token that its page would carry."""
        form = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
        return self._send("POST", path, form.encode())

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _send(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """One request on the kept connection. Raises OSError or HTTPException when there is no answer."""
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        self._keep(answer)
        return answer.status, content

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if name != "messages":  # nobody reads them here, and they would only pile up
                    self.cookies[name] = morsel.value
