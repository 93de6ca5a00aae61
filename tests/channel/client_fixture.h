#pragma once
#include "channel/client/client.h"
#include "channel/test_dataset.h"

#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace discern::test {

/// A client of the test service, and what it said.
class TestClient {
public:
  explicit TestClient(std::size_t cacheBytes = std::size_t{64} << 20, const QString& program = testServer())
      : client({.program = program, .cacheBytes = cacheBytes}), restarts(&client, &channel::Client::serviceRestarted) {}

  static QString testServer() { return QStringLiteral(DISCERN_BINARY_DIR "/tests/fixture_channel_service"); }

  /// Runs the event loop until `done` or the time is over.
  template <typename F>
  static bool until(F&& done, int milliseconds = 10'000) {
    return QTest::qWaitFor(std::forward<F>(done), milliseconds);
  }

  /// Opens a file; the reason when that fails.
  std::string open(const std::string& path) {
    std::optional<std::string> error;
    client.open(path, [&error](auto reply) { error = reply.error; });
    return until([&] { return error.has_value(); }) ? *error : "no answer";
  }

  struct Read {
    data::BlockPtr block;
    std::string error;
  };
  Read read(const std::string& path, const data::Slab& slab, const std::string& field = {}) {
    std::optional<Read> result;
    client.read({path, field}, slab, data::Priority::Visible, {}, [&result](auto reply) {
      result = Read{reply.value, reply.error};
    });
    return until([&] { return result.has_value(); }) ? *result : Read{nullptr, "no answer"};
  }

  channel::Client client;
  QSignalSpy restarts;
};

inline data::Slab wavePlane(std::int64_t k, std::int64_t time = 0, int component = 0) {
  return {{{0, 0, k}, {64, 48, k + 1}}, time, component, 0};
}

inline bool sameAs(const data::FieldSource& field, const data::Slab& slab, const data::BlockPtr& block) {
  if (!block || block->slab != slab || block->type != field.info().type) return false;
  std::vector<std::byte> direct(static_cast<std::size_t>(slab.box.voxels()) * data::sizeOf(field.info().type));
  field.read(slab, direct);
  return block->size() == direct.size() && std::memcmp(block->bytes.get(), direct.data(), direct.size()) == 0;
}

/// Names of the shared memory segments that a process made.
inline QStringList segmentsOf(qint64 pid) {
  return QDir("/dev/shm").entryList({QStringLiteral("discern-%1-*").arg(pid)}, QDir::Files | QDir::System);
}

inline int countEntries(const char* folder) {
  return static_cast<int>(QDir(folder).entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot).size());
}

} // namespace discern::test
