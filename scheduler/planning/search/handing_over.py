"""Costs by resource held and row: what handing over does to them, remembered so that it can be gone back over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.planning.search.spine import Part, Service


@dataclass(frozen=True)
class Change:
    """What was done to an axis: handed over at a price, or forgotten (no price); and what stood there before."""

    axis: int
    price: int | None
    before: np.ndarray


Changes = list[Change | Part]
"""What was done, in order; a part stands where it is known who serves it."""


def hand_over(costs: np.ndarray, services: tuple[Service, ...], changes: Changes) -> np.ndarray:
    """By resource held from now on: the least cost, with the one held before or another."""
    for service in services:
        if not service.change:
            costs = _forget(costs, service.axis, changes)
        else:
            changes.append(Change(service.axis, service.change, costs))
            costs = np.minimum(costs, np.minimum.reduce(costs, axis=service.axis, keepdims=True) + service.change)
    return costs


def served(costs: np.ndarray, part: Part, changes: Changes) -> np.ndarray:
    """The costs once a part is served: of kinds that no later step looks at, who it was is forgotten."""
    changes.append(part)
    for service in part.services:
        if service.last:
            costs = _forget(costs, service.axis, changes)
    return costs


def _forget(costs: np.ndarray, axis: int, changes: Changes) -> np.ndarray:
    if costs.shape[axis] == 1:
        return costs
    changes.append(Change(axis, None, costs))
    return np.minimum.reduce(costs, axis=axis, keepdims=True)


def along_axis(values: np.ndarray, axis: int, axes: int) -> np.ndarray:
    """What is by resource and row, with the resources in an axis of several."""
    return values.reshape(*(1,) * axis, len(values), *(1,) * (axes - axis - 1), -1)
