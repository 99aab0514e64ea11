"""Object storage: one S3 client for SeaweedFS, R2, AWS and the like."""

import asyncio
from datetime import timedelta

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from nameplate.errors import Unavailable
from nameplate.settings import Settings


class Storage:
    """The bucket. Private: what visitors may see is served by us or by a CDN in front of us."""

    def __init__(self, settings: Settings) -> None:
        self.store = S3Store(
            settings.s3_bucket,
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            access_key_id=settings.s3_access_key,
            secret_access_key=settings.s3_secret_key,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": settings.s3_endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=2),
                "timeout": timedelta(seconds=20),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
        )

    async def ping(self) -> None:
        """Raises Unavailable when the bucket does not answer."""
        try:
            async with asyncio.timeout(2):
                await obstore.list(self.store, chunk_size=1).collect_async()
        except (BaseError, OSError, TimeoutError) as error:
            raise Unavailable("Object storage is not answering.") from error
