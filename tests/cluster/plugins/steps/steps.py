import os
import time

import discern
import numpy as np


def run(inputs, parameters, outputs, context):
    count = int(parameters["steps"])
    outputs.add_summary("word", parameters["word"])
    outputs.add_summary("gpus", os.environ.get("CUDA_VISIBLE_DEVICES", ""))
    if "image" in inputs:
        outputs.add_summary("sum", float(np.nansum(inputs["image"].floats())))
    done = 0
    context.phase("Counting")
    for step in range(1, count + 1):
        end = time.time() + float(parameters["seconds"])
        while time.time() < end:
            context.check_cancelled()
            time.sleep(min(0.05, max(0.0, end - time.time())))
        done = step
        context.log(f"step {step}")
        context.progress(step / count)
        context.partial(discern.Field(np.full((1, 4, 4), step, np.float32), name="steps"))
        if context.wind_up and not parameters["deaf"]:
            context.log("winding up")
            break
    size = max(16, int(float(parameters["megabytes"]) * 1e6 / 4))
    values = np.random.default_rng(1).random(size, np.float32) if size > 16 else np.full(16, done, np.float32)
    values[0] = done
    outputs.add_field(discern.Field(values.reshape(1, 4, -1), name="steps"))
    outputs.add_summary("steps", done)


if __name__ == "__main__":
    discern.main(run)
