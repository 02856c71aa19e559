"""All requests that the demo tells."""

from servicedesk.demo import (
    configuration_orders,
    data_orders,
    environment_orders,
    people_orders,
    workshop_orders,
)
from servicedesk.demo.order_script import OrderStory

ORDERS: tuple[OrderStory, ...] = (
    *people_orders.STORIES,
    *workshop_orders.STORIES,
    *configuration_orders.STORIES,
    *data_orders.STORIES,
    *environment_orders.STORIES,
)
