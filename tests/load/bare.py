"""The measure of saving: one row inserted and committed by `pgbench`, which comes with PostgreSQL."""

import os
import re
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from myschool.config.embedded import PROGRAMS
from tests.load.wrk import Measured

STATEMENT = "INSERT INTO bench_bare (value) VALUES (1);"
VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def insert(folder: Path, *, clients: int, seconds: int) -> Measured:
    """Insert for some seconds over so many connections; `pgbench` tells the mean time only, given for both quantiles."""
    script = folder / "bare.sql"
    script.write_text(STATEMENT)
    connection_params = conninfo_to_dict(os.environ["DATABASE_URL"])
    environment = os.environ | {
        name: str(connection_params[key]) for key, name in VARIABLES.items() if connection_params.get(key)
    }
    output = subprocess.run(
        [
            PROGRAMS / "pgbench",
            "--no-vacuum",
            "--protocol=prepared",
            "--file",
            script,
            "--client",
            str(clients),
            "--jobs",
            "1",
            "--time",
            str(seconds),
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ).stdout
    answers, mean, per_second = (
        float(re.search(pattern, output)[1])  # type: ignore[index]
        for pattern in (r"actually processed: (\d+)", r"latency average = ([\d.]+)", r"tps = ([\d.]+)")
    )
    return Measured(int(answers), per_second, mean, mean)
