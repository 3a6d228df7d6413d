"""A server that speaks S3, `rclone serve s3`, in a process of its own.

It checks the signature of every request and keeps each object as a file. What it does not check: the checksum that is
sent along with an upload, and anything of rights, locks and lifecycles of a bucket. It keeps the parts of an upload in
memory until it is complete, and lists a name twice that several have written at the same moment, which S3 never does:
writing at once is tested on a disk.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import sleep

BUCKET = "evidence"
KEYS = ("THE-ID", "the-very-secret")


@contextmanager
def speaking_s3(folder: Path) -> Iterator[str]:
    """Start it on a folder; its address."""
    (folder / BUCKET).mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("rclone"))
    words = [program, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", ",".join(KEYS)]
    log = folder / "log"
    with log.open("wb") as said, subprocess.Popen([*words, "--config", "/dev/null", folder], stderr=said) as server:
        try:
            while server.poll() is None:
                with suppress(ConnectionError), closing(socket.create_connection(("127.0.0.1", port), 1)):
                    break
                sleep(0.05)
            assert server.poll() is None, log.read_text("utf-8")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
