#include "channel/protocol/message.h"
#include "channel/server/process.h"
#include "channel/server/server.h"
#include "command.h"
#include "files_in.h"
#include "io/cache/content_identity.h"
#include "io/open.h"
#include "io/pyramid/refinery.h"
#include "jobs/content_hash.h"
#include "sdk/registry.h"

#include <QFile>
#include <QFileInfo>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace discern::runner {

namespace {

/// The content's SHA-256, in pieces: a file may be larger than memory.
nlohmann::json hash(const nlohmann::json& params) {
  const auto path = params.find("path");
  if (path == params.end() || !path->is_string()) throw data::UsageError("\"path\" is missing, or no text");
  const auto name = path->get<std::string>();
  const QString qName = QFile::decodeName(QByteArray::fromStdString(name));
  if (!QFileInfo::exists(qName)) throw data::ReadError(name, "there is no such file");
  if (!QFileInfo(qName).isFile()) throw data::ReadError(name, "only files have a content hash");
  return {{"sha256", jobs::sha256OfFile(name)}};
}

/// Bytes; a text that is no number, or too small a one, is refused.
std::size_t bytesOf(const Arguments& arguments, const std::string& option, std::size_t least, std::size_t fallback) {
  if (!arguments.has(option)) return fallback;
  const std::string text = arguments.value(option);
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc{} || end != text.data() + text.size() || bytes < least)
    throw data::UsageError("--" + option + " is a number of bytes, at least " + std::to_string(least));
  return bytes;
}

nlohmann::json noticeOf(const io::Refinement& refinement) {
  return {{"kind", "refinement"},          {"path", refinement.path},           {"field", refinement.field},
          {"time", refinement.time},       {"component", refinement.component}, {"state", io::nameOf(refinement.state)},
          {"levels", refinement.levels},   {"done", refinement.done},           {"total", refinement.total},
          {"seconds", refinement.seconds}, {"message", refinement.message}};
}

} // namespace

int serveCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {"memory", "pyramid-from", "pyramid-piece", "pyramid-cache"}, {"pipe"});
  if (!arguments.words().empty()) throw data::UsageError("serve takes no files: they are asked for through its input");
  const std::size_t limit = bytesOf(arguments, "memory", std::size_t{64} << 20, channel::defaultMemoryLimit());
  io::Refinery::Options options;
  options.cache = std::make_shared<io::PyramidCache>(
      std::string(), static_cast<std::int64_t>(bytesOf(arguments, "pyramid-cache", 0, io::PyramidCache::defaultMost)));
  options.limits.from =
      static_cast<std::int64_t>(bytesOf(arguments, "pyramid-from", 1, static_cast<std::size_t>(options.limits.from)));
  options.limits.pieceBytes = static_cast<std::int64_t>(bytesOf(arguments, "pyramid-piece", 1, 0));
  const bool far = arguments.has("pipe");
  const int output = channel::takeStandardOutput();
  if (far) channel::standBy(output);
  channel::offerToDieFirst();
  channel::limitMemory(limit);
  channel::Server* asked = nullptr; // set before anything is opened
  options.tell = [&asked](const io::Refinement& refinement) { asked->notify(noticeOf(refinement)); };
  options.pause = [&asked](const std::stop_token& stop) { asked->waitUntilQuiet(stop); };
  io::Refinery refinery(std::move(options));
  channel::Server server([&refinery](const std::string& path) { return refinery.around(io::open(path)); });
  asked = &server;
  if (far)
    server.setIdentity([](const std::string& path) { // another release may read other values
      const std::string identity = io::contentIdentity(path);
      return identity.empty() ? identity : DISCERN_VERSION " " + identity;
    });
  server.addMethod("hash", hash);
  server.addMethod("plugins", [](const nlohmann::json&) { return sdk::pluginsAsJson(); });
  server.addMethod("stopRefining", [&refinery](const nlohmann::json& params) {
    refinery.cancel(channel::textParam(params, "path"), channel::textParam(params, "field"));
    return nlohmann::json::object();
  });
  server.addMethod("memory", [limit](const nlohmann::json&) { return nlohmann::json{{"limit", limit}}; });
  server.addMethod("files", filesIn);
  if (far) {
    server.serveStream(STDIN_FILENO, output, DISCERN_VERSION);
  } else {
    server.serve(STDIN_FILENO, output);
  }
  // Whoever asked is gone: nothing that is still being read is waited for.
  std::_Exit(Done);
}

} // namespace discern::runner
