#pragma once
#include "channel/client_fixture.h"

namespace discern::test {

/// How "another machine" is reached: the test service behind a pipe of some delay.
struct Far {
  int delay = 50;     ///< milliseconds each way
  double rate = 0;    ///< bytes a second; 0: no bound
  std::string says{}; ///< what the login prints
  std::string mode{}; ///< $TEST_SERVER_MODE
  std::string program = DISCERN_BINARY_DIR "/tests/fixture_channel_service";

  [[nodiscard]] channel::ServiceCommand command() const {
    return {{DISCERN_BINARY_DIR "/tests/fixture_slow_pipe", std::to_string(delay), std::to_string(rate), program,
             "serve", "--pipe"},
            {"SLOW_PIPE_SAYS=" + says, "TEST_SERVER_MODE=" + mode}};
  }
};

/// A client that reaches the machine "far", and what it said.
class FarClient {
public:
  explicit FarClient(const Far& far = {}, std::size_t cacheBytes = std::size_t{64} << 20)
      : FarClient([far](const std::string&, bool) { return far.command(); }, cacheBytes) {}
  explicit FarClient(channel::Client::Connect connect, std::size_t cacheBytes = std::size_t{64} << 20,
                     std::string keptFolder = {})
      : client({.program = TestClient::testServer(),
                .cacheBytes = cacheBytes,
                .keptFolder = std::move(keptFolder),
                .connect = std::move(connect),
                .silence = std::chrono::milliseconds(300),
                .patience = std::chrono::milliseconds(700),
                .firstRetry = std::chrono::milliseconds(100)}),
        restarts(&client, &channel::Client::serviceRestarted), hosts(&client, &channel::Client::hostChanged) {}

  std::string open(const std::string& path) {
    std::optional<std::string> error;
    client.open(path, [&error](auto reply) { error = reply.error; });
    return TestClient::until([&] { return error.has_value(); }) ? *error : "no answer";
  }
  TestClient::Read read(const std::string& path, const data::Slab& slab) {
    std::optional<TestClient::Read> result;
    client.read({path, {}}, slab, data::Priority::Visible, {}, [&result](auto reply) {
      result = TestClient::Read{reply.value, reply.error};
    });
    return TestClient::until([&] { return result.has_value(); }) ? *result : TestClient::Read{nullptr, "no answer"};
  }
  [[nodiscard]] channel::HostState::Kind state() const { return client.hostState("far").kind; }

  channel::Client client;
  QSignalSpy restarts, hosts;
};

} // namespace discern::test
