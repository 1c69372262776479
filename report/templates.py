"""Pages from templates; every text in them is escaped."""

from pathlib import Path

import jinja2

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def render(template, **values):
    """Fill a template of this folder.

    Parameters
    ----------
    template : str
        Its file.
    **values
        What it shows.

    Returns
    -------
    str
        HTML.
    """
    return _ENVIRONMENT.get_template(template).render(**values)
