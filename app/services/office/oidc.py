"""Coming in from an OpenID provider: code flow with PKCE, state and nonce; the subject names an officer of ours.

Nobody becomes an officer by this: an administrator has linked the subject to an officer before. What the provider says
is believed only as far as it is signed by its keys, for us, now, and for the very visit that asked. The second factor
is the provider's business. Each state is good once, for ten minutes, in the browser that began.
"""

import asyncio
import secrets
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.errors import CannotStart, Forbidden, NotFound, Unavailable
from app.repositories import officer_sessions as stored
from app.repositories import officers
from app.repositories.officers import OfficerState
from app.services.audit import Act, Fact, record_acts
from app.services.database_errors import borrowed
from app.services.office.backing import Backing
from app.services.office.lockout import Lockout
from app.services.office.oidc_visits import LASTS, Visit, kept, opened
from app.services.office.sessions import Sessions, hash_of
from app.services.office.signing_in import DOOR
from app.settings import OfficeSettings

BY_PROVIDER: Final = "openid"
_SKEW_SECONDS: Final = 60
_SECONDS: Final = 10.0
_READ_AGAIN_SECONDS: Final = 3600.0
_KEYS_AGAIN_SECONDS: Final = 60.0
# Asymmetric only: with a shared secret whoever may check a token could make one.
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class ProviderRefused(Forbidden):
    """What came back is not believed, or nobody of ours is meant; which, is in the log of acts and not told."""

    code = "provider_refused"

    def __init__(self) -> None:
        super().__init__(
            "The OpenID provider's answer cannot be used. Begin again; if it stays so, ask an administrator whether "
            "your account there is linked to an officer.",
            zh="统一身份认证的结果无法使用。请重新登录；若仍失败，请联系管理员确认账号已关联关员。",
        )


class Provider(msgspec.Struct, frozen=True):
    """What the provider publishes of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class SentOut(msgspec.Struct, frozen=True):
    """Where the browser is sent to, and what it is to keep meanwhile."""

    address: str
    kept: str


class CameBack(msgspec.Struct, frozen=True):
    """What the browser brought back, what it kept, and where it is."""

    code: str
    state: str
    kept: str
    issuer: str = ""
    address: str = ""


class OpenId:
    """Sends officers to the provider and lets them in when they come back."""

    def __init__(self, backing: Backing, sessions: Sessions, lockout: Lockout) -> None:
        self._pool = backing.pool
        self._envelope = backing.means.envelope
        self._sessions = sessions
        self._lockout = lockout
        self._settings = backing.settings.office
        self._secret = _client_secret(self._settings)
        self._reading = asyncio.Lock()
        self._provider: tuple[float, Provider] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def leave(self, redirect: str, next_address: str, now: datetime) -> SentOut:
        """The address of the provider to send the browser to; nothing is stored here."""
        provider = await self._discovered()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        visit = Visit(nonce, verifier, redirect, next_address, now + LASTS)
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": redirect,
            "scope": self._settings.oidc_scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        separator = "&" if "?" in provider.authorization_endpoint else "?"
        address = f"{provider.authorization_endpoint}{separator}{urlencode(asked)}"
        return SentOut(address, kept(self._envelope, state, visit))

    async def come_back(self, back: CameBack, now: datetime) -> tuple[str, str]:
        """The name of a new session, and where the officer wanted to go; ProviderRefused or TooManyAttempts.

        What no browser of ours brings back is refused without a trace: anybody can knock so, as often as they like.
        """
        visit = opened(self._envelope, back.state, back.kept, now)
        if visit is None:
            raise ProviderRefused
        await self._lockout.charge_address(back.address, now)
        provider = await self._discovered()
        if back.issuer and back.issuer != provider.issuer:
            return await self._refused("issuer", now)
        token = await self._token(provider, back.code, visit)
        try:
            subject = await self._subject(provider, token, visit.nonce, now)
        except (JoseError, ValueError, TypeError):
            return await self._refused("token", now)
        async with borrowed(self._pool) as connection, connection.transaction():
            officer = await officers.by_subject(connection, subject)
            if not await stored.use_state(connection, hash_of(back.state), now):
                await record_acts(connection, [_refusal("state", None)], DOOR, now)
            elif officer is None or officer.state is OfficerState.LOCKED:
                known = officer.officer_code if officer else None
                await record_acts(connection, [_refusal("unknown" if known is None else "locked", known)], DOOR, now)
            else:
                if officer.state is OfficerState.INVITED:
                    await officers.set_state(connection, officer.officer_code, OfficerState.ACTIVE)
                await self._lockout.forgive_address(connection, back.address)
                name = await self._sessions.begin(connection, officer.officer_code, BY_PROVIDER, now)
                facts: dict[str, Fact] = {"door": BY_PROVIDER, "session": hash_of(name).hex()[:12]}
                await record_acts(connection, [Act("officer.sign_in", facts)], officer.officer_code, now)
                return name, visit.next_address
        raise ProviderRefused

    async def _refused(self, why: str, now: datetime) -> tuple[str, str]:
        async with borrowed(self._pool) as connection, connection.transaction():
            await record_acts(connection, [_refusal(why, None)], DOOR, now)
        raise ProviderRefused

    async def _token(self, provider: Provider, code: str, visit: Visit) -> dict[str, Any]:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": visit.redirect,
            "code_verifier": visit.verifier,
            "client_id": self._settings.oidc_client_id or "",
        }
        auth = httpx.BasicAuth(fields["client_id"], self._secret) if self._secret else None
        answer = await _asked("POST", provider.token_endpoint, data=fields, auth=auth)
        return answer if isinstance(answer, dict) else {}

    async def _subject(self, provider: Provider, token: dict[str, Any], nonce: str, now: datetime) -> str:
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise TypeError("no id_token")
        try:
            decoded = jwt.decode(id_token, await self._key_set(provider), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):  # perhaps signed by a key that is newer than what we have read
            decoded = jwt.decode(id_token, await self._key_set(provider, fresh=True), algorithms=_ALGORITHMS)
        client_id = self._settings.oidc_client_id
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": client_id},
                "sub": {"essential": True},
            },
            params={"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(now.timestamp()), leeway=_SKEW_SECONDS)
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject:
            raise TypeError("no subject")
        return subject

    async def _discovered(self) -> Provider:
        issuer = self._settings.oidc_issuer
        if issuer is None or not self._settings.oidc_client_id:
            raise NotFound("No OpenID provider is set up here.", zh="本服务未配置统一身份认证。")
        async with self._reading:
            if self._provider is None or time.monotonic() - self._provider[0] > _READ_AGAIN_SECONDS:
                answer = await _asked("GET", f"{issuer}/.well-known/openid-configuration")
                try:
                    provider = msgspec.convert(answer, Provider)
                except msgspec.ValidationError:
                    raise _away() from None
                if provider.issuer.rstrip("/") != issuer:
                    raise _away()
                self._provider = (time.monotonic(), provider)
            return self._provider[1]

    async def _key_set(self, provider: Provider, *, fresh: bool = False) -> KeySet:
        async with self._reading:
            lasts = _KEYS_AGAIN_SECONDS if fresh else _READ_AGAIN_SECONDS
            if self._keys is None or time.monotonic() - self._keys[0] > lasts:
                keys = KeySet.import_key_set(await _asked("GET", provider.jwks_uri))
                self._keys = (time.monotonic(), keys)
            return self._keys[1]


async def _asked(method: str, address: str, **options: Any) -> Any:
    """What the provider answers in JSON; Unavailable where it does not."""
    try:
        async with httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False) as client:
            answer = await client.request(method, address, headers={"accept": "application/json"}, **options)
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _away()
        return answer.json()
    except (httpx.HTTPError, ValueError) as failure:
        raise _away() from failure


def _client_secret(settings: OfficeSettings) -> str | None:
    file: Path | None = settings.oidc_client_secret_file
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise CannotStart(f"TONGGUAN_OIDC_CLIENT_SECRET_FILE cannot be read: {problem.strerror} ({file}).") from problem


def _refusal(why: str, officer_code: str | None) -> Act:
    return Act("officer.provider_refused", {"officer": officer_code, "why": why})


def _away() -> Unavailable:
    refused = Unavailable("The OpenID provider does not answer; try again in a moment.", retry_after_seconds=5)
    refused.zh = "统一身份认证没有响应，请稍后重试。"
    return refused
