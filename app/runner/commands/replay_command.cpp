#include "draw.h"

namespace discern::runner {

int replayCommand(const std::vector<std::string>& words) {
  std::set<std::string> options = drawingOptions();
  options.insert("export");
  const Arguments arguments(words, options, drawingFlags());
  render::Request request;
  request.session = true;
  request.files = arguments.words();
  request.output = arguments.value("export");
  if (request.files.size() != 1) throw data::UsageError("one session is replayed at a time");
  if (request.output.empty()) throw data::UsageError("--export says where the picture goes");
  readDrawingOptions(arguments, request);
  return draw(request, arguments.has("progress"));
}

} // namespace discern::runner
