"""Being let in by QR, on real parts: headquarters' client and the identity file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import enrolment
from kiosk.enrolment import Identity
from sync.device import DeviceRequest, DeviceTokenRequest

if TYPE_CHECKING:
    from sync.client import Client
    from sync.contract import EnrolmentReply
    from sync.device import DeviceAnswer, DeviceAuthorization


class Registration:
    """One tablet's. The reply is kept in the identity file; the program takes it up when it begins anew."""

    def __init__(
        self, client: Client, identity: Identity, install_id: str, app_version: str, directory: Path
    ) -> None:
        self._client, self._identity, self._directory = client, identity, directory
        self._install_id, self._version = install_id, app_version

    def ask(self) -> DeviceAuthorization:
        """A code for this tablet's key."""
        identity = self._identity
        key = identity.signer().public_key.hex()
        request = DeviceRequest(
            tablet_id=identity.tablet_id,
            install_id=self._install_id,
            public_key=key,
            app_version=self._version,
        )
        return self._client.authorize_device(request)

    def poll(self, device_code: str) -> DeviceAnswer:
        """Whether somebody has decided."""
        request = DeviceTokenRequest(device_code=device_code, tablet_id=self._identity.tablet_id)
        return self._client.poll_device(request)

    def keep(self, reply: EnrolmentReply) -> None:
        """Write the new identity, whole or not at all."""
        enrolment.save_identity(self._directory, enrolment.enrolled(self._identity, reply))
