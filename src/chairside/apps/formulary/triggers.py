"""What the database itself refuses of a review and an approval, whatever program writes."""

from __future__ import annotations

from typing import Any

# An acceptance counts while no query came after it; `subject` is the column that names what is reviewed.
_NOT_ACCEPTED = """
    NOT EXISTS (
        SELECT 1 FROM formulary_reviewentry r
        WHERE r.organization_id = NEW.organization_id AND r.{column} = {value} AND r.kind = 'accepted' AND r.by_id <> NEW.by_id
          AND r.number > COALESCE((SELECT max(q.number) FROM formulary_reviewentry q
            WHERE q.organization_id = NEW.organization_id AND q.{column} = {value} AND q.kind = 'query'), 0))
"""

REVIEWED_IN_ORDER: dict[str, Any] = {
    "func": """
        IF NEW.release_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM formulary_protocolrelease p WHERE p.sha256 = NEW.release_id AND p.base_id IS NOT NULL) THEN
            RAISE EXCEPTION 'a release and a layer over it are reviewed each by itself' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.kind = 'answer' AND NOT EXISTS (
            SELECT 1 FROM formulary_reviewentry q WHERE q.id = NEW.query_id AND q.kind = 'query' AND q.number < NEW.number
              AND q.release_id IS NOT DISTINCT FROM NEW.release_id AND q.layer_id IS NOT DISTINCT FROM NEW.layer_id) THEN
            RAISE EXCEPTION 'an answer is to a query of the same review' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.kind = 'accepted' AND EXISTS (
            SELECT 1 FROM formulary_reviewentry q
            WHERE q.organization_id = NEW.organization_id AND q.kind = 'query'
              AND q.release_id IS NOT DISTINCT FROM NEW.release_id AND q.layer_id IS NOT DISTINCT FROM NEW.layer_id
              AND NOT EXISTS (SELECT 1 FROM formulary_reviewentry a WHERE a.query_id = q.id)) THEN
            RAISE EXCEPTION 'a query is open' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """
}

APPROVED_AFTER_REVIEW: dict[str, Any] = {
    "declare": [("ours", "varchar"), ("over", "uuid"), ("unheld", "boolean")],
    "func": f"""
        over := NEW.layer_id;
        IF NEW.release_id IS NOT NULL THEN
            SELECT COALESCE(p.base_id, p.sha256), l.id, p.layer_sha256 <> '' AND l.id IS NULL INTO ours, over, unheld
              FROM formulary_protocolrelease p
              LEFT JOIN formulary_layerversion l
                ON l.sha256 = p.layer_sha256 AND l.organization_id = NEW.organization_id AND l.site_id = NEW.site_id
              WHERE p.sha256 = NEW.release_id AND p.protocol = NEW.protocol;
            IF ours IS NULL OR unheld OR {_NOT_ACCEPTED.format(column="release_id", value="ours")} THEN
                RAISE EXCEPTION 'approved without the acceptance of another person' USING ERRCODE = 'restrict_violation';
            END IF;
        END IF;
        IF over IS NOT NULL AND (
            NOT EXISTS (SELECT 1 FROM formulary_layerversion l WHERE l.id = over AND l.site_id = NEW.site_id)
            OR {_NOT_ACCEPTED.format(column="layer_id", value="over")}) THEN
            RAISE EXCEPTION 'a layer approved without the acceptance of another person' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
}
