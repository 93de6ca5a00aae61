// A data service for tests: `fixture_channel_service serve`. Its memory is capped at 512 MiB, or $TEST_SERVER_MEMORY
// bytes. $TEST_SERVER_MODE=garbage: it answers the first request with noise, later ones too; =deaf: it never answers;
// =leave: it ends at once.
#include "channel/server/process.h"
#include "channel/server/server.h"
#include "channel/test_dataset.h"

#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>

int main() {
  using namespace discern;
  const char* mode = std::getenv("TEST_SERVER_MODE");
  const std::string_view how = mode ? mode : "";
  if (how == "leave") return 3;
  const int output = channel::takeStandardOutput();
  if (how == "garbage") {
    std::string request(4096, '\0');
    while (::read(STDIN_FILENO, request.data(), request.size()) > 0) {
      constexpr std::string_view noise = "\x01\xff{]]]\n{\"id\":[]}\n";
      if (::write(output, noise.data(), noise.size()) < 0) break;
    }
    return 0;
  }
  const char* memory = std::getenv("TEST_SERVER_MEMORY");
  channel::limitMemory(memory ? std::strtoull(memory, nullptr, 10) : std::size_t{512} << 20);
  channel::Server server(test::openTestFile);
  server.addMethod("echo", [](const nlohmann::json& params) { return params; });
  server.addMethod("fall", [](const nlohmann::json&) -> nlohmann::json { std::abort(); });
  server.serve(STDIN_FILENO, output);
  std::_Exit(0);
}
