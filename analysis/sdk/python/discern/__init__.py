"""Analyses for Discern in Python: numpy and h5py are all it needs.

    import discern

    def run(inputs, parameters, outputs, context):
        image = inputs["image"]
        context.phase("Brighten")
        outputs.add_field(image.like(image.floats() * parameters["factor"], name="brighter"))
        outputs.add_summary("mean", float(image.floats().mean()))

    if __name__ == "__main__":
        discern.main(run)

The manifest beside it says ``"entry": {"program": "brighten.py", "interpreter": ["python3"]}``.
"""
from .errors import Cancelled, ReadError, UsageError
from .field import Field
from .run import Context, Inputs, Outputs, Parameters, Region, main

__all__ = ["Cancelled", "Context", "Field", "Inputs", "Outputs", "Parameters", "ReadError", "Region", "UsageError", "main"]
