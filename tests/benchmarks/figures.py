"""What a benchmark measured, against its target."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value. With a target it must not be below it, or above it where less is better."""

    name: str
    value: float
    unit: str = ""
    target: float | None = None
    less_is_better: bool = False

    @property
    def met(self) -> bool:
        if self.target is None:
            return True
        return self.value <= self.target if self.less_is_better else self.value >= self.target

    @property
    def target_text(self) -> str:
        if self.target is None:
            return ""
        return f"{'≤' if self.less_is_better else '≥'} {self.target:,g} {self.unit}".rstrip()

    @property
    def value_text(self) -> str:
        shown = f"{self.value:,.0f}" if self.value >= 1000 else f"{self.value:,.3g}"
        return f"{shown} {self.unit}".rstrip()
