#include "draw.h"

namespace discern::runner {

int renderCommand(const std::vector<std::string>& words) {
  std::set<std::string> options = drawingOptions();
  options.merge(std::set<std::string>{"output", "truth", "prediction"});
  const Arguments arguments(words, options, drawingFlags());
  render::Request request;
  request.files = arguments.words();
  request.truths = arguments.values("truth");
  request.predictions = arguments.values("prediction");
  request.output = arguments.value("output");
  if (request.files.empty() && request.truths.empty() && request.predictions.empty())
    throw data::UsageError("which file shall be drawn?");
  if (request.output.empty()) throw data::UsageError("--output says where the picture goes");
  request.session = request.files.size() == 1 && looksLikeSession(request.files[0]);
  if (request.session && !(request.truths.empty() && request.predictions.empty()))
    throw data::UsageError("a session brings its own layers; --truth and --prediction go with files");
  readDrawingOptions(arguments, request);
  return draw(request, arguments.has("progress"));
}

} // namespace discern::runner
