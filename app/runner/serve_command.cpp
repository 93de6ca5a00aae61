#include "channel/server/process.h"
#include "channel/server/server.h"
#include "command.h"
#include "io/open.h"
#include "sdk/registry.h"

#include <QCryptographicHash>
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
  QFile file(qName);
  if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
    throw data::ReadError(name, file.errorString().toStdString());
  QCryptographicHash sha256(QCryptographicHash::Sha256);
  QByteArray piece(1 << 20, Qt::Uninitialized);
  for (;;) {
    const qint64 count = file.read(piece.data(), piece.size());
    if (count < 0) throw data::ReadError(name, file.errorString().toStdString());
    if (count == 0) break;
    sha256.addData(QByteArrayView(piece.constData(), count));
  }
  return {{"sha256", sha256.result().toHex().toStdString()}};
}

/// Bytes; a text that is no number is refused.
std::size_t memoryLimit(const std::string& text) {
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc{} || end != text.data() + text.size() || bytes < (std::size_t{64} << 20))
    throw data::UsageError("--memory is a number of bytes, at least 67108864");
  return bytes;
}

} // namespace

int serveCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {"memory"}, {});
  if (!arguments.words().empty()) throw data::UsageError("serve takes no files: they are asked for through its input");
  const std::size_t limit =
      arguments.has("memory") ? memoryLimit(arguments.value("memory")) : channel::defaultMemoryLimit();
  const int output = channel::takeStandardOutput();
  channel::offerToDieFirst();
  channel::limitMemory(limit);
  channel::Server server(io::open);
  server.addMethod("hash", hash);
  server.addMethod("plugins", [](const nlohmann::json&) { return sdk::pluginsAsJson(); });
  server.serve(STDIN_FILENO, output);
  // Whoever asked is gone: nothing that is still being read is waited for.
  std::_Exit(Done);
}

} // namespace discern::runner
