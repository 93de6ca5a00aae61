"""Tells what it was given, through every getter of the module."""
import discern


def run(inputs: discern.Inputs, parameters: discern.Parameters, outputs: discern.Outputs, context: discern.Context) -> None:
    context.phase("Look")
    image = inputs["image"]
    region = parameters.region("roi")
    given = {
        "sigma": parameters.number("sigma"), "order": parameters.integer("order"), "method": parameters.text("method"),
        "amount": parameters.number("amount"), "scales": parameters.numbers("scales"), "lo": region.lo, "hi": region.hi,
        "steps": parameters.time_range("steps"), "span": parameters.time_range("span"), "along": parameters.array_axis("along"),
        "only": parameters.labels("only"), "weights": parameters.field("weights"), "atlas": parameters.field("atlas"),
        "table": parameters.file("table"), "report": parameters.file("report"), "cache": parameters.file("cache"),
        "tint": parameters.color("tint"), "loud": parameters.boolean("loud"), "note": parameters.text("note"),
        "counts": parameters.integers("counts"), "tags": parameters.texts("tags"), "passes": parameters.texts("passes"),
        "fields": sorted(inputs), "atlasShape": inputs["atlas"].values.shape if "atlas" in inputs else None,
    }
    for name in parameters:
        with open(f"parameters/{name}", encoding="utf-8") as file:
            given[f"text of {name}"] = file.read().rstrip("\n")
    outputs.add_summary("given", given)
    values = image.floats()
    kept = values.copy() * 0
    kept[region.slices] = values[region.slices]
    outputs.add_field(image.like(kept, name="part", unit=image.unit))


if __name__ == "__main__":
    discern.main(run)
