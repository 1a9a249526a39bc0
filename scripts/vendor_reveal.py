"""Renew the files of reveal.js that HTML decks bring with them, from its release on npm.

    python scripts/vendor_reveal.py

To take another release, change `VERSION`, run it, and look at what has changed.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "6.0.2"

FILES = {
    "LICENSE": "LICENSE",
    "dist/reset.css": "reset.css",
    "dist/reveal.css": "reveal.css",
    "dist/reveal.js": "reveal.js",
    "dist/plugin/notes.js": "notes.js",
}
"""What is taken out of the package, and its name here."""

FOLDER = Path(__file__).parent.parent / "lranim" / "export" / "vendor" / "reveal"


def main() -> None:
    """Fetch the release, take its files out, and write down what they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    hashes = {}
    with tempfile.TemporaryDirectory() as room:
        pack = ["npm", "pack", f"reveal.js@{VERSION}", "--silent", "--pack-destination", room]
        subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(room).glob("*.tgz")
        with tarfile.open(archive) as package:
            for member, name in FILES.items():
                file = package.extractfile(f"package/{member}")
                assert file is not None, member
                data = file.read()
                (FOLDER / name).write_bytes(data)
                hashes[name] = hashlib.sha256(data).hexdigest()
    manifest = {"name": "reveal.js", "version": VERSION, "sha256": hashes}
    (FOLDER / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    print(f"reveal.js {VERSION}: {', '.join(FILES.values())}")


if __name__ == "__main__":
    main()
