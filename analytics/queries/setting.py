"""What a report prints beside the figures, as it stands now: an edition takes it along when it is issued."""

from analytics.models import Edition
from analytics.queries.former import comments_of, former_years
from analytics.queries.outline import outline_of, public_outline_of
from analytics.queries.registering import demand_of
from analytics.rules.former import hidden_years
from analytics.rules.setting import Setting
from analytics.rules.written import read
from app.db import db
from app.programme.models import Event
from app.programme.queries import is_released, published


def setting_of(event: Event) -> Setting:
    """Of an event that was never released, what the organiser has written stands in place of what was published."""
    released = published(event.id).programme.event if is_released(event.id) else None
    former = tuple(one.figures for one in former_years(event.id))
    before = [(one.former, one.hidden_years) for one in settings_of(event.id)]
    return Setting(
        outline=outline_of(event),
        public_outline=public_outline_of(event) if released else outline_of(event, public=True),
        former=former,
        hidden_years=hidden_years((one for one in former if one.year < event.starts_on.year), before),
        demand=tuple(demand_of(event)),
        comments=comments_of(event.id),
        licence=released.licence if released else event.licence,
        licence_url=released.licence_url if released else event.licence_url,
    )


def settings_of(event_id: int) -> list[Setting]:
    """What each of an event's editions kept, in their order; the first ones may have kept none."""
    chosen = db.select(Edition.figures["setting"]).where(Edition.event_id == event_id).order_by(Edition.number)
    return [read(Setting, kept) for kept in db.session.scalars(chosen) if kept]
