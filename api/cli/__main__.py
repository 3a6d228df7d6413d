"""`python -m api.cli` is `caseledger`."""

from api.cli.entry import main

main()
