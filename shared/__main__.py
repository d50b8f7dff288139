"""The command `cpd`, also as `python -m shared`.

What it does is loaded when it is called: a process started to help with a rebuild loads this module too, and no more.
"""


def main() -> None:
    """Run the command."""
    from shared.cli import main as run  # noqa: PLC0415  see above

    run()


if __name__ == "__main__":
    main()
