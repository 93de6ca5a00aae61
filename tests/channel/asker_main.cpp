// A window for tests: asks for much, says what its service's process id is, and waits to be killed.
#include "channel/client/client.h"

#include <QCoreApplication>
#include <QTimer>
#include <cstdio>

int main(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  discern::channel::Client client({.program = QStringLiteral(DISCERN_BINARY_DIR "/tests/fixture_channel_service")});
  client.open("/none/a.slow", [&client](const auto&) {
    for (std::int64_t k = 0; k < 32; ++k)
      for (int time = 0; time < 5; ++time)
        client.read({"/none/a.slow", ""}, {{{0, 0, k}, {64, 48, k + 1}}, time, 0, 0}, discern::data::Priority::Visible,
                    {}, [](const auto&) {});
    QTimer::singleShot(60, &client, [&client] {
      std::printf("%lld\n", static_cast<long long>(client.servicePid()));
      std::fflush(stdout);
    });
  });
  return application.exec();
}
