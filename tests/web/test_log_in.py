"""Log-in, second step and password pages: one heading, labelled fields, the token, and nothing that the strict CSP refuses."""

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory

PAGES = [
    "account/login.html",
    "account/logout.html",
    "account/password_change.html",
    "account/password_reset.html",
    "account/password_reset_done.html",
    "account/password_reset_from_key.html",
    "account/password_reset_from_key_done.html",
    "account/reauthenticate.html",
    "account/account_inactive.html",
    "mfa/authenticate.html",
    "mfa/index.html",
    "mfa/reauthenticate.html",
    "mfa/totp/activate_form.html",
    "mfa/totp/deactivate_form.html",
    "mfa/recovery_codes/index.html",
    "mfa/recovery_codes/generate.html",
    "mfa/webauthn/add_form.html",
    "mfa/webauthn/authenticator_list.html",
    "mfa/webauthn/authenticator_confirm_delete.html",
    "web/locked_out.html",
]


class _Form(forms.Form):
    code = forms.CharField(label="Code")
    passwordless = forms.BooleanField(label="Passwordless", required=False)
    credential = forms.CharField(widget=forms.HiddenInput, required=False)
    secret = "ABCD EFGH"


@pytest.fixture
def page():
    def rendered(name: str, data: dict[str, str] | None = None) -> str:
        request = RequestFactory().get("/accounts/")
        request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
        context = {
            "form": _Form(data),
            "webauthn_form": _Form(),
            "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
            "authenticators": {},
            "unused_codes": ["11111111"],
            "can_view_codes": True,
            "js_data": {},
            "authenticator": SimpleNamespace(pk=1),
            "totp_svg_data_uri": "data:image/svg+xml;base64,AA==",
        }
        return render_to_string(name, context, request=request)

    return rendered


@pytest.mark.parametrize("name", PAGES)
def test_a_log_in_page_is_ours_and_clean(page, name):
    text = page(name)
    assert "chairside.css" in text
    assert len(re.findall(r"<h1", text)) == 1
    assert not re.search(r"<[^>]*\s(style|on\w+)\s*=", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or "application/json" in tag
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.S):
        assert "csrfmiddlewaretoken" in form


@pytest.mark.parametrize("name", PAGES)
def test_every_visible_field_of_a_log_in_page_has_a_label(page, name):
    text = page(name)
    labels = set(re.findall(r'<label[^>]*for="([^"]+)"', text))
    fields = {
        match[1]
        for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", text)
        if 'type="hidden"' not in tag and (match := re.search(r'id="([^"]+)"', tag))
    }
    assert fields <= labels


def test_a_wrong_code_is_said_beside_the_field_and_at_the_head(page):
    text = page("mfa/authenticate.html", {"code": ""})
    assert 'role="alert"' in text
    assert 'id="id_code_error"' in text
