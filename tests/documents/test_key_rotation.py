"""Field keys are rotated without losing a signing key."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command

from documents.models import SigningKey
from documents.services.keys import trial_keys_ensure
from qms import crypto
from tests import factories


@pytest.mark.django_db
def test_after_rotation_the_old_field_key_is_not_needed(settings, tmp_path):
    settings.KEYS_DIR, settings.TRUST_ROOTS = tmp_path, str(tmp_path / "roots")
    old, new = settings.FIELD_KEYS[0], Fernet.generate_key().decode()
    agency = factories.agency()
    trial_keys_ensure(agency, [factories.person(agency)])
    key = SigningKey.objects.first()
    secret = crypto.decrypt(bytes(key.container))

    settings.FIELD_KEYS = [new]
    with pytest.raises(InvalidToken):
        crypto.decrypt(bytes(key.container))
    settings.FIELD_KEYS = [new, old]
    call_command("rotate_field_keys")
    settings.FIELD_KEYS = [new]
    key.refresh_from_db()
    assert crypto.decrypt(bytes(key.container)) == secret
    assert crypto.decrypt((tmp_path / "trial-root.key.enc").read_bytes())
