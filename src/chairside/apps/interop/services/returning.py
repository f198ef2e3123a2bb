"""An export that comes home: it may say more than what is stored, namely what became known since."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chairside.apps.interop import outgoing
from chairside.apps.organizations.rows import rows_find
from chairside.exchange.fhir.text import digest
from chairside.exchange.fhir.writing import spoken


def digests_on_export(
    organization: str, wanted: Sequence[tuple[str, str]], find: Callable[[str], str]
) -> dict[tuple[str, str], str]:
    """(type, id) -> the digest of what an export from here says of that resource now. For few: it reads their texts.

    find    from a late reference to `Type/id` here, "" when it is not known
    """
    if not wanted:
        return {}
    links = outgoing.links(organization, [here for kind, here in wanted if kind == "Patient"])
    rows = rows_find(
        'SELECT r.type, r.logical_id, v.text FROM "interop_resource" r '
        "JOIN unnest(%b::text[], %b::text[]) AS a(type, logical_id) ON r.type = a.type AND r.logical_id = a.logical_id "
        'CROSS JOIN LATERAL (SELECT text FROM "interop_receivedresource" WHERE resource_id = r.id '
        "  ORDER BY version DESC LIMIT 1) v WHERE r.organization_id = %s",
        [kind for kind, _ in wanted],
        [here for _, here in wanted],
        organization,
    )
    return {
        (kind, here): digest(spoken(text, here, find, links.get(here, ()) if kind == "Patient" else ()))
        for kind, here, text in rows
    }
